import { EVENTS, TOPICS } from '@astrolabe/contracts';
import { OrderCause } from '@astrolabe/contracts/ingress';
import { GRPC, GrpcCallError } from '@astrolabe/grpc';
import { orderKey, tmallOrder } from '@astrolabe/kernel';
import { createMessaging, createTopics } from '@astrolabe/messaging';
import type { InboundEvent } from '@astrolabe/messaging';
import { metricsText } from '@astrolabe/telemetry';
import { eventually, servers, testTopicPrefix } from '@astrolabe/testing';
import { BSON } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logger } from './peers.ts';
import { OID, TID, tradeJson } from './requests.ts';
import { SELLER, startGateway } from './running-gateway.ts';
import type { Gateway } from './running-gateway.ts';
import { push } from './wire.ts';

const topicPrefix = testTopicPrefix();
const brokers = servers().kafkaBrokers.split(',');
const topic = { ...TOPICS.ingressOrders, consumers: ['listener'] };
const messaging = createMessaging({
  brokers,
  clientId: 'test',
  topicPrefix,
  logger,
  onFatal: (error) => {
    throw error;
  },
});
const heard: InboundEvent[] = [];
const listener = messaging.consumer({
  group: 'listener',
  topics: [topic],
  handle: (event) => {
    heard.push(event);
    return Promise.resolve({ kind: 'done' });
  },
});
let gateway: Gateway;
let nextTid = 0;

/** The topic is made by the test that needs it: until then Kafka takes nothing. */
const openTopic = () =>
  createTopics({
    brokers,
    topicPrefix,
    topics: [topic, TOPICS.catalogEvents],
    replicationFactor: 1,
  });

beforeAll(async () => {
  gateway = await startGateway({ topicPrefix });
});
afterAll(async () => {
  await gateway.stop();
  await listener.stop();
  await messaging.component.stop?.();
});

const tell = async (values: Parameters<typeof tradeJson>[0] = {}) =>
  (await push(gateway.url, tradeJson(values))()).text;
const keyOf = (tid: string) => orderKey(tmallOrder(SELLER, tid));
const of = (tid: string) =>
  heard
    .filter(({ key }) => key === keyOf(tid))
    .map(({ payload }) => EVENTS.orderSeen.decode(payload));

test('with Kafka taking nothing every push is taken, and all are told when it does', async () => {
  const tids = Array.from({ length: 30 }, (_, n) => String(9_000_000_000_000_000 + n));
  const answers = await Promise.all(tids.map((tid) => tell({ tid })));
  expect(new Set(answers)).toEqual(new Set(['{"code":"0"}']));
  await openTopic();
  await messaging.component.start();
  await listener.start();
  await eventually(
    () => {
      // A send whose answer came too late is made again: consumers know a repeat by its id.
      for (const tid of tids) {
        const ids = new Set(heard.filter(({ key }) => key === keyOf(tid)).map(({ id }) => id));
        expect(ids.size).toBe(1);
      }
    },
    { timeoutMs: 40_000 },
  );
});

test('a push a hundred times is one message and one event', async () => {
  const json = tradeJson();
  const once = push(gateway.url, json);
  const same = await Promise.all(Array.from({ length: 50 }, once));
  const signedAnew = await Promise.all(
    Array.from({ length: 50 }, (_, n) => push(gateway.url, json, { timestamp: stamp(n) })()),
  );
  for (const { text } of [...same, ...signedAnew]) expect(text).toBe('{"code":"0"}');
  await tell({ topic: 'taobao_trade_TradeSellerShip' });
  await eventually(() => {
    expect(of(TID).map(({ cause }) => cause)).toEqual([OrderCause.PAID, OrderCause.SHIPPED]);
  });
});

/** One of the last minutes, so that each has a signature of its own. */
function stamp(n: number): string {
  const at = new Date(Date.now() + 8 * 3_600_000 - n * 1_000);
  return at.toISOString().replace('T', ' ').slice(0, 19);
}

test('the event carries the trade and nobody’s name, number or street', async () => {
  const tid = '41171611600046273';
  await tell({ tid });
  await eventually(() => expect(of(tid)).toHaveLength(1));
  const [event] = of(tid);
  expect(event?.order).toMatchObject({
    orderRef: tmallOrder(SELLER, tid),
    buyerRef: 'AAHk5d',
    paymentFen: 20_000n,
    receiverProvince: '浙江省',
    lines: [{ subOrderId: OID, quantityMilli: 2_000n, paymentFen: 20_000n }],
  });
  const bytes = Buffer.concat(heard.map(({ payload }) => Buffer.from(payload))).toString('utf8');
  for (const secret of ['金丝雀', '13912345678', '灵隐路']) expect(bytes).not.toContain(secret);
  const { db } = gateway.database;
  const trades = await db.collection('trades.journal').find().toArray();
  const bodies = await db.collection('tradeBodies').find().toArray();
  expect(bodies).not.toEqual([]);
  const stored = Buffer.from(BSON.serialize({ trades, bodies })).toString('utf8');
  expect(stored).toContain(tid);
  for (const secret of ['金丝雀', '13912345678', '灵隐路']) expect(stored).not.toContain(secret);
});

test('who asks for the receiver by the order gets it masked, with what is needed to send goods', async () => {
  const tid = '41171611600046274';
  await tell({ tid });
  const asked = { orderRef: tmallOrder(SELLER, tid), askedBy: 'clerk:xiaowang', reveal: false };
  expect((await gateway.trades.call('getReceiver', asked)).receiver).toEqual({
    name: '金**',
    mobile: '139****5678',
    province: '浙江省',
    city: '杭州市',
    area: '西湖区',
    town: '',
    address: '灵隐*****',
  });
  const revealed = await gateway.trades.call('getReceiver', { ...asked, reveal: true });
  expect(revealed.receiver).toMatchObject({
    name: '金丝雀',
    mobile: '13912345678',
    address: '灵隐路金丝雀巷',
  });
  const refusedAs = (change: Partial<typeof asked>) =>
    gateway.trades.call('getReceiver', { ...asked, ...change }).then(
      () => null,
      (error: unknown) => (error instanceof GrpcCallError ? [error.code, error.reason] : error),
    );
  expect(await refusedAs({ orderRef: tmallOrder(SELLER, '1') })).toEqual([
    GRPC.notFound,
    'TRADE_NOT_FOUND',
  ]);
  expect(await refusedAs({ orderRef: tmallOrder('99', tid) })).toEqual([
    GRPC.notFound,
    'TRADE_NOT_FOUND',
  ]);
  // The same number of another channel is another order.
  const elsewhere = { orderRef: { ...asked.orderRef, channel: 'pos' } };
  expect(await refusedAs(elsewhere)).toEqual([GRPC.notFound, 'TRADE_NOT_FOUND']);
  expect(await refusedAs({ askedBy: '' })).toEqual([GRPC.invalidArgument, 'MISSING_FIELD']);
});

test('a repeat is known after many later messages of the same trade', async () => {
  const tid = '2004574256079999';
  const changed = (second: number) => ({
    tid,
    topic: 'taobao_trade_TradeChanged',
    modified: `2016-09-22 11:00:${String(second).padStart(2, '0')}`,
  });
  await tell({ tid });
  for (let second = 0; second < 40; second += 1) await tell(changed(second));
  await tell({ tid });
  await tell({ ...changed(59) });
  await eventually(() => {
    const causes = of(tid).map(({ cause }) => cause);
    expect(causes).toHaveLength(42);
    expect(causes.filter((cause) => cause === OrderCause.PAID)).toHaveLength(1);
  });
});

test('several messages of one second are several messages; the identical body again is none', async () => {
  const tid = '2004574256079998';
  const refund = (oid: string, refundId: string) => ({
    tid,
    topic: 'taobao_refund_RefundCreated',
    modified: '2016-09-22 10:20:04',
    orders: ['39', '40'].map((one) => ({
      oid: one,
      ...(one === oid && { refund_status: 'WAIT_SELLER_AGREE', refund_id: refundId }),
    })),
  });
  for (const body of [refund('39', '1'), refund('40', '2'), refund('39', '1')]) {
    expect(await tell(body)).toBe('{"code":"0"}');
  }
  await tell({ tid, topic: 'taobao_trade_TradeChanged', modified: '2016-09-22 10:20:05' });
  await eventually(() => {
    const refundIds = of(tid).map(({ order }) =>
      order?.lines.map((line) => line.refundId).filter((refundId) => refundId !== ''),
    );
    expect(refundIds).toEqual([['1'], ['2'], []]);
  });
});

test('the newest message of a trade is the one modified last, whenever it arrives', async () => {
  const tid = '2004574256079997';
  await tell({ tid, trade: { receiver_city: '宁波市' }, modified: '2016-09-22 11:00:09' });
  await tell({ tid, modified: '2016-09-22 11:00:01' });
  const asked = { orderRef: tmallOrder(SELLER, tid), askedBy: 'clerk:xiaowang', reveal: false };
  const { receiver } = await gateway.trades.call('getReceiver', asked);
  expect(receiver?.city).toBe('宁波市');
});

test('the document of a trade stays small, however large its messages are', async () => {
  const tid = '2004574256079996';
  for (const second of ['01', '02', '03']) {
    await tell({
      tid,
      modified: `2016-09-22 12:00:${second}`,
      trade: { note: 'x'.repeat(200_000) },
    });
  }
  const { db } = gateway.database;
  const id = orderKey(tmallOrder(SELLER, tid)) as never;
  await eventually(async () => {
    const document = await db.collection('trades').findOne({ _id: id, version: 3 });
    expect(document && BSON.calculateObjectSize(document)).toBeGreaterThan(0);
    expect(document && BSON.calculateObjectSize(document)).toBeLessThan(10_000);
  });
  expect(await db.collection('tradeBodies').countDocuments({ _id: { $regex: tid } as never })).toBe(
    3,
  );
});

test.each([
  ['an address of 600 characters', { trade: { receiver_address: 'x'.repeat(600) } }, 1],
  ['a title of 4,001 characters', { orders: [{ title: 'x'.repeat(4_001) }] }, 1],
  ['sku_id 0', { orders: [{ sku_id: 0 }] }, 0],
  ['a gift whose payment is null', { orders: [{}, { oid: '50', payment: null }] }, 0],
  ['a pay_time with .0', { trade: { pay_time: '2016-09-22 10:00:00.0' } }, 0],
  ['a comma in a value', { trade: { omnichannel_param: 'orderType:STORE_DELIVER,a:x,y,;' } }, 0],
  ['a plain omnichannel_param', { trade: { omnichannel_param: 'tb_o2o' } }, 1],
])('a paid trade with %s is accepted', async (_, values, notes) => {
  const tid = `2004574256${String(500_000 + nextTid++)}`;
  expect(await tell({ tid, ...values })).toBe('{"code":"0"}');
  await eventually(() => expect(of(tid).map((event) => event.notes.length)).toEqual([notes]));
});

test('words that are not known are taken, told as such and counted', async () => {
  const tid = '2004574256079995';
  const answer = await tell({
    tid,
    topic: 'taobao_trade_TradeGiftWrapped',
    trade: { status: 'TRADE_FROZEN' },
    orders: [{ refund_status: 'REFUND_PAUSED' }],
  });
  expect(answer).toBe('{"code":"0"}');
  await eventually(() => {
    const [event] = of(tid);
    expect(event?.cause).toBe(OrderCause.OTHER);
    expect(event?.notes).toEqual(
      ['topic', 'status', 'refund_status'].map(
        (field) => `${field} has a word that is not known here`,
      ),
    );
  });
  const counted = (await metricsText()).match(/^astrolabe_inbound_unknown_words_total\{.*/gm) ?? [];
  expect(counted).toHaveLength(3);
});

test.each([
  [
    'a store collect that names no store',
    { trade: { omnichannel_param: 'orderType:STORE_COLLECT;' } },
  ],
  ['an id beyond 63 bits', { tid: '18446744073709551614' }],
  ['a sub-order id beyond 63 bits', { orders: [{ oid: '9223372036854775808' }] }],
  ['money that no sub-order accounts for', { orders: [{ payment: null }] }],
])('%s is refused, and nothing is kept', async (_, values) => {
  const { db } = gateway.database;
  const before = await db.collection('tradeBodies').countDocuments();
  const answer = JSON.parse(await tell({ tid: '2004574256400000', ...values })) as { code: string };
  expect(answer.code).toBe('isv.invalid-parameter');
  expect(await db.collection('tradeBodies').countDocuments()).toBe(before);
});
