import { randomBytes } from 'node:crypto';
import {
  ALL_TOPICS,
  EVENTS,
  TOPICS,
  orderSeenToMessage,
  placeToMessage,
  stockKindToMessage,
} from '@astrolabe/contracts';
import type { EventSpec, TopicSpec } from '@astrolabe/contracts';
import { Acceptor, Allocator, CatalogServiceService } from '@astrolabe/contracts/catalog';
import type { GetSellerRequest, GetSellerResponse } from '@astrolabe/contracts/catalog';
import { DeliveryFlow } from '@astrolabe/contracts/common';
import {
  FiguresServiceClient,
  FulfillmentAdminServiceClient,
  FulfillmentServiceClient,
  ReportChannel,
} from '@astrolabe/contracts/fulfillment';
import type { ReportStatusRequest } from '@astrolabe/contracts/fulfillment';
import { GrpcCallError, createGrpcServer, unary } from '@astrolabe/grpc';
import type { OrderCause, OrderRef } from '@astrolabe/kernel';
import { orderKey, tmallOrder } from '@astrolabe/kernel';
import { createMessaging, createTopics } from '@astrolabe/messaging';
import type { InboundEvent, MessagingLogger, Publisher } from '@astrolabe/messaging';
import { createLogger } from '@astrolabe/service';
import {
  channelLine,
  channelOrder,
  servers,
  startService,
  testDatabase,
  testTopicPrefix,
} from '@astrolabe/testing';
import { ConfigSchema } from '../src/config.ts';
import { createService } from '../src/service.ts';
import { startStoreSystem } from './store-system.ts';

/** One seller per model; the documents' seller is of model C. */
export const SELLERS = { A: '21231', B: '21232', C: '21230', D: '21233', poll: '21234' };

const MODELS: Record<string, readonly [Allocator, Acceptor]> = {
  [SELLERS.A]: [Allocator.ASTROLABE, Acceptor.DIANZHANGGUI],
  [SELLERS.B]: [Allocator.ISV, Acceptor.DIANZHANGGUI],
  [SELLERS.C]: [Allocator.ASTROLABE, Acceptor.POS],
  [SELLERS.D]: [Allocator.ISV, Acceptor.POS],
  [SELLERS.poll]: [Allocator.ASTROLABE, Acceptor.POS],
};

export const SECRET = 'a-secret-of-the-store-system';
export const STARTED_AT = new Date('2016-09-22T02:00:00Z');

const fatal = (error: unknown): never => {
  throw error;
};

const catalogService = {
  getSeller: unary<GetSellerRequest, GetSellerResponse>('getSeller', async ({ sellerId }) => {
    const [allocator, acceptor] = MODELS[sellerId] ?? [0, 0];
    const merchantCentreStoreIds = {};
    const rest = { nick: '', sellableCountsShared: false, merchantCentreStoreIds };
    return { seller: { sellerId, allocator, acceptor, ...rest } };
  }),
};

/** Publishes as the owner of a topic does: numbered per aggregate, or with the last number again. */
function publishing(publisher: Publisher, clock: { now: Date }) {
  const sequences = new Map<string, bigint>();
  return async <T>(
    topic: TopicSpec,
    source: string,
    spec: EventSpec<T>,
    message: T & { orderRef?: OrderRef | undefined },
    repeated = false,
  ): Promise<void> => {
    if (!message.orderRef) throw new TypeError('an event names its order');
    const subject = orderKey(message.orderRef);
    const id = `${source}/${subject}`;
    const sequence = (sequences.get(id) ?? 0n) + (repeated ? 0n : 1n);
    sequences.set(id, sequence);
    const payload = spec.encode(message);
    const event = { id: `${id}/${sequence}`, type: spec.type, source, subject, sequence };
    await publisher.publish(topic, [{ ...event, key: subject, time: clock.now, payload }]);
  };
}

/** Hears what the service publishes. */
function listening(
  brokers: string[],
  topicPrefix: string,
  logger: MessagingLogger,
  topic: TopicSpec,
) {
  const messaging = createMessaging({
    brokers,
    clientId: 'test',
    topicPrefix,
    logger,
    onFatal: fatal,
  });
  const events: InboundEvent[] = [];
  const listener = messaging.consumer({
    group: 'listener',
    topics: [topic],
    handle: (event) => {
      events.push(event);
      return Promise.resolve({ kind: 'done' });
    },
  });
  return { messaging, listener, events };
}

/**
 * The service on a real broker and database, with its neighbours played by the test. `answerMs`: how long the
 * service waits for the seller's store system. A call that is not answered in time is made again when the
 * clock says so, and it stands still: a short time makes a busy machine lose notifications.
 */
export async function startWorld({ answerMs = 2_000 }: { readonly answerMs?: number } = {}) {
  const { kafkaBrokers } = servers();
  const database = await testDatabase();
  const topicPrefix = testTopicPrefix();
  const brokers = kafkaBrokers.split(',');
  const logger = createLogger({ service: 'test', level: 'silent' });
  const heard: TopicSpec = {
    ...TOPICS.fulfillmentEvents,
    consumers: ['listener', ...TOPICS.fulfillmentEvents.consumers],
  };
  const topics = [heard, ...ALL_TOPICS.filter(({ name }) => name !== heard.name)];
  await createTopics({ brokers, topicPrefix, topics, replicationFactor: 1 });
  const { messaging, listener, events } = listening(brokers, topicPrefix, logger, heard);
  const publisher = messaging.publisher();
  const catalog = createGrpcServer({
    logger,
    host: '127.0.0.1',
    port: 0,
    services: [[CatalogServiceService, catalogService]],
  });
  await catalog.component.start();
  const storeSystem = await startStoreSystem(SECRET);
  const clock = { now: STARTED_AT };
  const service = await startService({
    schema: ConfigSchema,
    create: createService,
    overrides: { clock: () => clock.now },
    env: {
      MONGODB_DATABASE: database.name,
      TOPIC_PREFIX: topicPrefix,
      CATALOG_ADDRESS: `127.0.0.1:${catalog.port()}`,
      // Orders that we supply are tried with the whole platform (apps/system-tests).
      INVENTORY_ADDRESS: `127.0.0.1:${catalog.port()}`,
      GATEWAY_ADDRESS: `127.0.0.1:${catalog.port()}`,
      CONNECTION_KEY: randomBytes(32).toString('base64'),
      SPI_ALLOW_HTTP: 'true',
      SPI_ALLOWED_NETWORKS: '127.0.0.1/32',
      SPI_CONNECT_TIMEOUT_MS: String(answerMs),
      SPI_RESPONSE_TIMEOUT_MS: String(answerMs),
      // The clock stands still, so only a wait of nothing is ever over.
      SPI_RETRY_MS: '1',
    },
  });
  await messaging.component.start();
  await listener.start();
  const client = service.client(FulfillmentServiceClient);
  const figures = service.client(FiguresServiceClient);
  const admin = service.client(FulfillmentAdminServiceClient);
  for (const sellerId of [SELLERS.C, SELLERS.D]) {
    const connection = { sellerId, spiUrl: storeSystem.url, appKey: '21230001', secret: SECRET };
    await admin.call('putConnection', connection);
  }
  const publish = publishing(publisher, clock);
  return {
    db: database.db,
    clock,
    client,
    figures,
    events,
    storeSystem,
    publish,
    stop: async () => {
      await service.stop();
      await listener.stop();
      await messaging.component.stop();
      await catalog.component.stop();
      await storeSystem.stop();
    },
  };
}

export type World = Awaited<ReturnType<typeof startWorld>>;

/** One order, spoken about in the services' own words. */
export class TestOrder {
  private readonly world: World;
  readonly sellerId: string;
  readonly tradeId: string;
  readonly subs: readonly string[];

  constructor(world: World, sellerId: string, tradeId: string) {
    this.world = world;
    this.sellerId = sellerId;
    this.tradeId = tradeId;
    this.subs = [String(BigInt(tradeId) + 1n)];
  }

  get orderRef() {
    return tmallOrder(this.sellerId, this.tradeId);
  }

  async seen(cause: OrderCause): Promise<void> {
    const goods = { itemId: '9001', skuId: '70001', outerId: 'SKU-A', quantityMilli: 2_000n };
    const lines = this.subs.map((subOrderId) => channelLine(subOrderId, goods));
    const order = channelOrder(this.orderRef, { lines, paidAt: STARTED_AT });
    const seen = orderSeenToMessage({ cause, publishedAt: STARTED_AT, order, notes: [] });
    const message = { ...seen, orderRef: this.orderRef };
    await this.world.publish(TOPICS.ingressOrders, 'gateway-ingress', EVENTS.orderSeen, message);
  }

  async allocated(
    allocation: number,
    storeId: string,
    options: { flow?: DeliveryFlow; repeated?: boolean; warehouse?: boolean } = {},
  ): Promise<void> {
    const isv = [SELLERS.B, SELLERS.D].includes(this.sellerId);
    const clerk = [SELLERS.A, SELLERS.B].includes(this.sellerId);
    const type = options.warehouse ? 'WAREHOUSE' : 'STORE';
    const message = {
      orderRef: this.orderRef,
      allocation,
      flow: options.flow ?? DeliveryFlow.SHIP,
      lines: this.subs.map((subOrderId) => ({
        subOrderId,
        place: placeToMessage({ type, id: storeId }),
        placeName: '西湖店',
        kind: stockKindToMessage('SHARED'),
        itemId: '9001',
        skuId: '70001',
        outerId: 'SKU-A',
        quantityMilli: 2_000n,
        attributes: {},
      })),
      allocatedBy: isv ? 'isv' : 'astrolabe',
      acceptor: clerk ? 'dianzhanggui' : 'pos',
      paidAt: STARTED_AT,
      allocatedAt: this.world.clock.now,
    };
    const { repeated = false } = options;
    await this.world.publish(
      TOPICS.orderEvents,
      'order-router',
      EVENTS.orderAllocated,
      message,
      repeated,
    );
  }

  async closed(): Promise<void> {
    const message = {
      orderRef: this.orderRef,
      subOrderIds: [...this.subs],
      reason: 'CLOSED_AT_CHANNEL',
    };
    await this.world.publish(TOPICS.orderEvents, 'order-router', EVENTS.orderClosed, message);
  }

  /** Reports a status; its lateness, `already`, or the reason of the refusal. */
  async report(status: string, more: Partial<ReportStatusRequest> = {}, storeId = '1342') {
    try {
      const { already, onTime } = await this.world.client.call('reportStatus', {
        orderRef: this.orderRef,
        subOrderIds: [...this.subs],
        status,
        channel: ReportChannel.OMNIORDER,
        place: placeToMessage({ type: 'STORE', id: storeId }),
        flow: DeliveryFlow.SHIP,
        operator: '小王',
        actionTime: this.world.clock.now,
        logistics: undefined,
        actor: 'app:123543',
        messageId: 'm',
        ...more,
      });
      return already ? 'already' : onTime ? 'on time' : 'late';
    } catch (error) {
      if (error instanceof GrpcCallError) return error.reason || error.message;
      throw error;
    }
  }

  get = () => this.world.client.call('getFulfillment', { orderRef: this.orderRef });

  /** Types of the events that this order has caused, without the package. */
  events(): string[] {
    const subject = orderKey(this.orderRef);
    return this.world.events
      .filter((event) => event.subject === subject)
      .map((event) => event.type.replace(/^.*\./, ''));
  }
}
