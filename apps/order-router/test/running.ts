import { ALL_TOPICS, EVENTS, TOPICS } from '@astrolabe/contracts';
import {
  OrderRepairServiceClient,
  OrderServiceClient,
  RoutingServiceClient,
} from '@astrolabe/contracts/order';
import { orderKey, tmallOrder } from '@astrolabe/kernel';
import { createMessaging, createTopics } from '@astrolabe/messaging';
import { createLogger } from '@astrolabe/service';
import {
  channelLine,
  channelOrder,
  orderSeenPayload,
  servers,
  startService,
  testDatabase,
  testTopicPrefix,
  unanswered,
} from '@astrolabe/testing';
import { ConfigSchema } from '../src/config.ts';
import { createService } from '../src/service.ts';
import { FakePeers } from './fake-peers.ts';
import { SELLER } from './world.ts';

const logger = createLogger({ service: 'test', level: 'silent' });
const fatal = (error: unknown): never => {
  throw error;
};

/** The whole service on a real broker and database, with doubles of catalog, inventory and fulfillment. */
export async function startRunning() {
  const { kafkaBrokers } = servers();
  const database = await testDatabase();
  const topicPrefix = testTopicPrefix();
  const messaging = await startMessaging(kafkaBrokers.split(','), topicPrefix);
  const publisher = messaging.publisher();
  const peers = new FakePeers();
  const addresses = await peers.start();
  const time = { ahead: 0 };
  const clock = (): Date => new Date(Date.now() + time.ahead);
  const service = await startService({
    schema: ConfigSchema,
    create: createService,
    overrides: { clock },
    env: {
      MONGODB_DATABASE: database.name,
      TOPIC_PREFIX: topicPrefix,
      CATALOG_ADDRESS: addresses.catalog,
      INVENTORY_ADDRESS: addresses.inventory,
      FULFILLMENT_ADDRESS: addresses.fulfillment,
      // Nobody is connected to a platform of procurement here.
      ...unanswered('GATEWAY_ADDRESS', 'SETTLEMENT_ADDRESS'),
      CONNECTION_KEY: Buffer.alloc(32, 7).toString('base64'),
      SWEEP_INTERVAL_MS: '50',
      RETRY_INTERVAL_MS: '50',
    },
  });

  const publish = (
    topic: typeof TOPICS.ingressOrders | typeof TOPICS.catalogEvents,
    source: string,
    subject: string,
    type: string,
    payload: Uint8Array,
  ) => {
    const id = `${source}/${subject}/${Date.now()}`;
    const event = { id, type, source, subject, sequence: 1n, key: subject, time: clock(), payload };
    return publisher.publish(topic, [event]);
  };
  return {
    peers,
    time,
    orders: service.client(OrderServiceClient),
    operations: service.client(OrderRepairServiceClient),
    routing: service.client(RoutingServiceClient),
    /** A payment of one line comes in. */
    pay: (tradeId: string, pieces: number) =>
      publish(
        TOPICS.ingressOrders,
        'gateway-ingress',
        orderKey(tmallOrder(SELLER, tradeId)),
        EVENTS.orderSeen.type,
        paid(tradeId, pieces),
      ),
    /** The catalog tells that a store is gone. */
    deleteStore: (storeId: string) =>
      publish(
        TOPICS.catalogEvents,
        'catalog-sync',
        `${SELLER}/${storeId}`,
        EVENTS.storeChanged.type,
        EVENTS.storeChanged.encode({
          store: { sellerId: SELLER, storeId, profile: undefined },
          deleted: true,
        }),
      ),
    stop: async () => {
      await service.stop();
      await messaging.component.stop();
      await peers.stop();
    },
  };
}

async function startMessaging(brokers: readonly string[], topicPrefix: string) {
  const kafka = { brokers: [...brokers], topicPrefix };
  await createTopics({ ...kafka, topics: ALL_TOPICS, replicationFactor: 1 });
  const messaging = createMessaging({ ...kafka, clientId: 'test', logger, onFatal: fatal });
  await messaging.component.start();
  return messaging;
}

const paid = (tradeId: string, pieces: number): Uint8Array => {
  const quantityMilli = BigInt(pieces) * 1_000n;
  const line = { quantityMilli, priceFen: 19_900n, paymentFen: 39_800n };
  const lines = [channelLine(`${tradeId}1`, line)];
  const paidAt = new Date();
  const order = channelOrder(tmallOrder(SELLER, tradeId), { lines, paidAt, postFeeFen: 0n });
  return orderSeenPayload(order, { publishedAt: paidAt });
};
