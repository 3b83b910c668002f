import { ALL_TOPICS, EVENTS, TOPICS, placeToMessage } from '@astrolabe/contracts';
import { Allocator } from '@astrolabe/contracts/catalog';
import { OrderServiceClient } from '@astrolabe/contracts/order';
import type { GrpcClient } from '@astrolabe/grpc';
import { pagesOf } from '@astrolabe/grpc';
import type { OrderCause, SaleState } from '@astrolabe/kernel';
import { orderKey, tmallOrder } from '@astrolabe/kernel';
import type { InboundEvent, OutgoingEvent } from '@astrolabe/messaging';
import { createMessaging, createTopics } from '@astrolabe/messaging';
import { createLogger } from '@astrolabe/service';
import { orderTrace } from '@astrolabe/telemetry';
import {
  channelLine,
  channelOrder,
  eventually,
  orderSeenPayload,
  servers,
  startService,
  testDatabase,
  testTopicPrefix,
  unanswered,
} from '@astrolabe/testing';
import type { StartedService } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakePeers } from '../test/fake-peers.ts';
import { GOODS, SELLER, STORE_123, STORE_1342, SUB, WH_01 } from '../test/world.ts';
import { ConfigSchema } from './config.ts';
import { createService } from './service.ts';

const { kafkaBrokers } = servers();
const database = await testDatabase();
const TOPIC_PREFIX = testTopicPrefix();
const brokers = kafkaBrokers.split(',');
const logger = createLogger({ service: 'test', level: 'silent' });
const messaging = createMessaging({
  brokers,
  clientId: 'test',
  topicPrefix: TOPIC_PREFIX,
  logger,
  onFatal: (error) => {
    throw error;
  },
});
const peers = new FakePeers();
const told: InboundEvent[] = [];
let running: StartedService;
let ahead = 0;
const clock = () => new Date(Date.now() + ahead);
let client: GrpcClient<OrderServiceClient>;

async function start(): Promise<void> {
  const addresses = await peersStarted;
  running = await startService({
    schema: ConfigSchema,
    create: createService,
    overrides: { clock },
    env: {
      MONGODB_DATABASE: database.name,
      TOPIC_PREFIX,
      CATALOG_ADDRESS: addresses.catalog,
      INVENTORY_ADDRESS: addresses.inventory,
      // Nobody is connected to a platform of procurement here.
      ...unanswered('GATEWAY_ADDRESS', 'FULFILLMENT_ADDRESS', 'SETTLEMENT_ADDRESS'),
      CONNECTION_KEY: Buffer.alloc(32, 7).toString('base64'),
      SWEEP_INTERVAL_MS: '50',
    },
  });
  client = running.client(OrderServiceClient);
}

const peersStarted = peers.start();
const publisher = messaging.publisher();
/** The topic of the service's own events, with us among its consumers. */
const heard = { ...TOPICS.orderEvents, consumers: ['listener', ...TOPICS.orderEvents.consumers] };
const topics = [heard, ...ALL_TOPICS.filter((topic) => topic.name !== heard.name)];
const listener = messaging.consumer({
  group: 'listener',
  topics: [heard],
  handle: (event) => {
    told.push(event);
    return Promise.resolve({ kind: 'done' });
  },
});

beforeAll(async () => {
  await createTopics({
    brokers,
    topicPrefix: TOPIC_PREFIX,
    topics,
    replicationFactor: 1,
  });
  await messaging.component.start();
  await listener.start();
  await start();
});

afterAll(async () => {
  await running.stop();
  await listener.stop();
  await messaging.component.stop();
  await peers.stop();
});

const event = (
  source: string,
  tradeId: string,
  sequence: number,
  spec: { type: string },
  payload: Uint8Array,
): OutgoingEvent => ({
  id: `${source}/${SELLER}/${tradeId}/${sequence}`,
  type: spec.type,
  source,
  subject: orderKey(tmallOrder(SELLER, tradeId)),
  sequence: BigInt(sequence),
  key: orderKey(tmallOrder(SELLER, tradeId)),
  time: new Date(),
  payload,
});

const push = async (tradeId: string, sequence: number, cause: OrderCause, state: SaleState) => {
  const line = { quantityMilli: 2000n, priceFen: 19_400n, state };
  const lines = [channelLine(SUB, line)];
  const order = channelOrder(tmallOrder(SELLER, tradeId), { lines, state, paidAt: new Date() });
  const payload = orderSeenPayload(order, { cause, publishedAt: new Date() });
  const pushed = event('gateway-ingress', tradeId, sequence, EVENTS.orderSeen, payload);
  await publisher.publish(TOPICS.ingressOrders, [pushed]);
};

const pay = (tradeId: string) => push(tradeId, 1, 'PAID', 'PAID');

type Answer = 'storeAccepted' | 'storeRefused' | 'storeConsigned';
const answer = async (kind: Answer, tradeId: string, sequence: number, allocation: number) => {
  const common = {
    orderRef: tmallOrder(SELLER, tradeId),
    allocation,
    subOrderIds: [SUB],
    place: placeToMessage(allocation === 1 ? STORE_1342 : STORE_123),
    operator: '小王',
    actionTime: new Date(),
  };
  const logistics = {
    logisticId: '233324',
    logisticCompany: '顺丰',
    mailNo: '2323232',
    description: '',
  };
  const payload = EVENTS[kind].encode({ ...common, logistics });
  await publisher.publish(TOPICS.fulfillmentEvents, [
    event('fulfillment', tradeId, sequence, EVENTS[kind], payload),
  ]);
};

const order = async (tradeId: string) => {
  const found = await client.call('getOrder', { orderRef: tmallOrder(SELLER, tradeId) });
  if (!found.order) throw new Error('no order');
  return found.order;
};
const reaches = (tradeId: string, state: string) =>
  eventually(async () => {
    const found = await order(tradeId);
    expect(found.state).toBe(state);
    return found;
  });
const cells = () => [
  peers.stock.at(WH_01, GOODS, 'CERTAIN'),
  peers.stock.at(STORE_1342, GOODS, 'SHARED'),
  peers.stock.at(STORE_123, GOODS, 'CERTAIN'),
  peers.stock.at(STORE_123, GOODS, 'SHARED'),
];
const eventsOf = (tradeId: string) =>
  told
    .filter((e) => e.subject === orderKey(tmallOrder(SELLER, tradeId)))
    .map((e) => e.type.split('.').at(-1));

describe('one order over the real broker and database', () => {
  const tid = '2004574256073903';

  test('paid, refused by 1342, accepted and shipped by 123, with duplicates on the way', async () => {
    await pay(tid);
    await pay(tid);
    expect((await reaches(tid, 'ALLOCATED')).lines[0]?.routedPlace?.id).toBe('1342');
    expect(cells()).toEqual(['10/2', '4/2', '3/0', '2/0']);
    await answer('storeRefused', tid, 2, 1);
    await eventually(async () => {
      const found = await order(tid);
      expect(found).toMatchObject({ state: 'ALLOCATED', allocation: 2 });
      expect(found.lines[0]).toMatchObject({
        routedPlace: { id: '123' },
        refusedBy: [{ id: '1342' }],
      });
    });
    expect(cells()).toEqual(['10/2', '4/0', '3/0', '2/2']);
    await answer('storeRefused', tid, 2, 1);
    await answer('storeAccepted', tid, 4, 2);
    await reaches(tid, 'ACCEPTED');
    expect(cells()).toEqual(['10/0', '4/0', '3/0', '0/0']);
    await answer('storeConsigned', tid, 5, 2);
    const shipped = await reaches(tid, 'SHIPPED');
    expect(shipped.traceId).toBe(orderTrace(tmallOrder(SELLER, tid)).traceId);
    expect(shipped.timeline.map((entry) => entry.what)).toEqual(
      ['RECEIVED', 'RESERVED', 'ROUTED', 'ALLOCATED', 'REFUSED', 'ROUTED', 'ALLOCATED'].concat([
        'STORE_ACCEPTED',
        'ACCEPTED',
        'SHIPPED',
      ]),
    );
    await eventually(() =>
      expect(eventsOf(tid)).toEqual([
        'OrderAllocated',
        'OrderAllocated',
        'OrderAccepted',
        'OrderShipped',
      ]),
    );
    const last = told.findLast((e) => e.subject.endsWith(tid));
    expect(EVENTS.orderShipped.decode(last?.payload ?? new Uint8Array())).toMatchObject({
      orderRef: tmallOrder(SELLER, tid),
      postFeeFen: 1000n,
      mailNo: '2323232',
      lines: [{ subOrderId: SUB, goodsId: GOODS, quantityMilli: 2000n, paymentFen: 38_800n }],
    });
  });

  test('closed before acceptance: holds released, closed told', async () => {
    const before = cells();
    await pay('2004574256073913');
    await reaches('2004574256073913', 'ALLOCATED');
    await push('2004574256073913', 2, 'CLOSED', 'CLOSED');
    await reaches('2004574256073913', 'CLOSED');
    expect(cells()).toEqual(before);
    await eventually(() => expect(eventsOf('2004574256073913')).toContain('OrderClosed'));
  });

  test('answers of the inventory are lost: the sweeper finishes the order, with one effect', async () => {
    const [warehouse] = cells();
    peers.lostAnswers = 2;
    await pay('2004574256073923');
    await reaches('2004574256073923', 'ALLOCATED');
    expect(warehouse).toBe('10/0');
    expect(cells()[0]).toBe('10/2');
    await push('2004574256073923', 2, 'CLOSED', 'CLOSED');
    await reaches('2004574256073923', 'CLOSED');
  });

  test('stopped and started again in the middle of an order', async () => {
    peers.lostAnswers = 1_000;
    await pay('2004574256073933');
    await reaches('2004574256073933', 'RECEIVED');
    await running.stop();
    peers.lostAnswers = 0;
    await start();
    await reaches('2004574256073933', 'ALLOCATED');
    await push('2004574256073933', 2, 'CLOSED', 'CLOSED');
    const { version } = await reaches('2004574256073933', 'CLOSED');
    const orderRef = tmallOrder(SELLER, '2004574256073933');
    const told = async (knownVersion: bigint) =>
      (await client.call('getOrder', { orderRef, knownVersion })).order?.version;
    // Who knows it is not told it again.
    expect(await told(version)).toBeUndefined();
    expect(await told(version - 1n)).toBe(version);
  });
});

describe('OrderService', () => {
  test('unknown orders, wrong pages', async () => {
    const reason = async (call: Promise<unknown>) =>
      await call.then(
        () => 'no refusal',
        (error: { reason?: string }) => error.reason,
      );
    const unknown = { orderRef: tmallOrder(SELLER, '1') };
    expect(await reason(client.call('getOrder', unknown))).toBe('UNKNOWN_TRADE');
    const page = (size: number, token = '') => ({
      sellerId: SELLER,
      state: '',
      page: { size, token },
    });
    expect(await reason(client.call('listOrders', page(501)))).toBe('INVALID_PAGE_SIZE');
    expect(await reason(client.call('listOrders', page(1, '?')))).toBe('INVALID_PAGE_TOKEN');
    expect(await reason(client.call('listOrders', { ...page(1), sellerId: '' }))).toBe(
      'MISSING_FIELD',
    );
  });

  test('lists all orders of the seller, page by page', async () => {
    const pages = pagesOf((token) =>
      client.call('listOrders', { sellerId: SELLER, state: '', page: { size: 1, token } }),
    );
    const listed = await Array.fromAsync(pages, ({ orders }) => orders);
    const ids = listed.flat().map(({ orderRef }) => orderRef?.number);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
  });

  test('the allocation of a seller who routes: held where he says, told to the stores', async () => {
    peers.seller.allocator = Allocator.ISV;
    const tradeId = '2004574256073943';
    const report = (id: string, status = 'ALLOCATED') => ({
      orderRef: tmallOrder(SELLER, tradeId),
      messageId: 'm-1',
      actor: 'isv',
      lines: [
        {
          subOrderId: SUB,
          place: placeToMessage({ type: 'STORE', id }),
          status,
          description: '',
          attributes: { gift: 'G-1' },
        },
      ],
    });
    // What is remembered of the seller is older than two seconds now.
    ahead += 3000;
    await pay(tradeId);
    await reaches(tradeId, 'AWAITING_ALLOCATION');
    await expect(client.call('reportAllocation', report('77'))).rejects.toMatchObject({
      reason: 'UNKNOWN_STORE',
    });
    await client.call('reportAllocation', report('1342'));
    const found = await order(tradeId);
    expect(found).toMatchObject({ state: 'ALLOCATED', allocation: 1 });
    expect(peers.stock.at(STORE_1342, GOODS, 'SHARED')).toBe('4/2');
    await eventually(() =>
      expect(eventsOf(tradeId)).toEqual(['OrderAwaitingAllocation', 'OrderAllocated']),
    );
  });
});
