import { ALL_TOPICS, EVENTS, TOPICS, placeToMessage } from '@astrolabe/contracts';
import { SettlementServiceClient } from '@astrolabe/contracts/settlement';
import type { GrpcClient } from '@astrolabe/grpc';
import { pagesOf } from '@astrolabe/grpc';
import { orderKey, tmallOrder } from '@astrolabe/kernel';
import type { InboundEvent } from '@astrolabe/messaging';
import { createMessaging, createTopics } from '@astrolabe/messaging';
import { createLogger } from '@astrolabe/service';
import { orderTrace } from '@astrolabe/telemetry';
import {
  eventually,
  servers,
  startService,
  testDatabase,
  testTopicPrefix,
  unanswered,
} from '@astrolabe/testing';
import type { StartedService } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigSchema } from './config.ts';
import { createService } from './service.ts';

const SELLER = '21230';
const TID = '2004574256073903';
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
const publisher = messaging.publisher();
const told: InboundEvent[] = [];
/** The topic of the service's own events, with us among its consumers. */
const heard = {
  ...TOPICS.settlementEvents,
  consumers: ['listener', ...TOPICS.settlementEvents.consumers],
};
const topics = [heard, ...ALL_TOPICS.filter((topic) => topic.name !== heard.name)];
const listener = messaging.consumer({
  group: 'listener',
  topics: [heard],
  handle: (event) => {
    told.push(event);
    return Promise.resolve({ kind: 'done' });
  },
});
let running: StartedService;
let client: GrpcClient<SettlementServiceClient>;

async function start(): Promise<void> {
  running = await startService({
    schema: ConfigSchema,
    create: createService,
    env: { MONGODB_DATABASE: database.name, TOPIC_PREFIX, ...unanswered('GATEWAY_ADDRESS') },
  });
  client = running.client(SettlementServiceClient);
}

beforeAll(async () => {
  await createTopics({ brokers, topicPrefix: TOPIC_PREFIX, topics, replicationFactor: 1 });
  await messaging.component.start();
  await listener.start();
  await start();
});

afterAll(async () => {
  await running.stop();
  await listener.stop();
  await messaging.component.stop();
});

const shipped = async (
  tradeId: string,
  sequence: number,
  paymentsFen: Readonly<Record<string, bigint>>,
  postFeeFen: bigint,
): Promise<void> => {
  const payload = EVENTS.orderShipped.encode({
    orderRef: tmallOrder(SELLER, tradeId),
    lines: Object.entries(paymentsFen).map(([subOrderId, paymentFen]) => ({
      subOrderId,
      goodsId: 'g-1',
      quantityMilli: 2000n,
      paymentFen,
    })),
    place: placeToMessage({ type: 'STORE', id: '1342' }),
    shippedAt: new Date('2016-09-22T03:00:00Z'),
    logisticCompany: '顺丰',
    mailNo: '2323232',
    postFeeFen,
    paidAt: new Date('2016-09-22T02:00:00Z'),
  });
  await publisher.publish(TOPICS.orderEvents, [
    {
      id: `order-router/${SELLER}/${tradeId}/${sequence}`,
      type: EVENTS.orderShipped.type,
      source: 'order-router',
      subject: orderKey(tmallOrder(SELLER, tradeId)),
      sequence: BigInt(sequence),
      key: orderKey(tmallOrder(SELLER, tradeId)),
      time: new Date(),
      payload,
    },
  ]);
};

const receivable = async (tradeId: string) => {
  const found = await client.call('getReceivable', { orderRef: tmallOrder(SELLER, tradeId) });
  if (!found.receivable) throw new Error('no receivable');
  return found.receivable;
};

test('shipments of an order become one receivable; repeats and another order change nothing', async () => {
  await shipped(TID, 4, { '2004574256073905': 100n }, 0n);
  await shipped(TID, 3, { '2004574256073904': 38_800n }, 1000n);
  await shipped(TID, 4, { '2004574256073905': 100n }, 0n);
  await shipped(TID, 3, { '2004574256073904': 38_800n }, 1000n);
  await shipped('2004574256073999', 1, { '1': 5n }, 0n);
  const found = await eventually(async () => {
    expect((await receivable('2004574256073999')).amountFen).toBe(5n);
    const now = await receivable(TID);
    expect(now.lines).toHaveLength(2);
    return now;
  });
  expect(found).toMatchObject({
    amountFen: 39_900n,
    postFeeFen: 1000n,
    state: 'OPEN',
    traceId: orderTrace(tmallOrder(SELLER, TID)).traceId,
  });
  await eventually(() => {
    const mine = told.filter((event) => event.subject === orderKey(tmallOrder(SELLER, TID)));
    expect(mine.map((event) => event.sequence)).toEqual([1n, 2n]);
    const payload = mine.at(-1)?.payload ?? new Uint8Array();
    expect(EVENTS.receivableRecorded.decode(payload).receivable?.amountFen).toBe(39_900n);
  });
});

const returned = (tradeId: string, sequence: number, subOrderIds: string[]): Promise<void> =>
  publisher.publish(TOPICS.fulfillmentEvents, [
    {
      id: `fulfillment/${SELLER}/${tradeId}/${sequence}`,
      type: EVENTS.refundReturned.type,
      source: 'fulfillment',
      subject: orderKey(tmallOrder(SELLER, tradeId)),
      sequence: BigInt(sequence),
      key: orderKey(tmallOrder(SELLER, tradeId)),
      time: new Date(),
      payload: EVENTS.refundReturned.encode({
        orderRef: tmallOrder(SELLER, tradeId),
        allocation: 1,
        subOrderIds,
        place: placeToMessage({ type: 'STORE', id: '1342' }),
        operator: 'clerk',
        actionTime: new Date('2016-09-25T03:00:00Z'),
      }),
    },
  ]);

test('goods that came back are credited once, whichever is told first', async () => {
  const tid = '2004574256073950';
  await returned(tid, 9, ['2']);
  await returned(tid, 9, ['2']);
  await eventually(async () => expect((await receivable(tid)).credits).toHaveLength(1));
  await shipped(tid, 1, { '1': 100n, '2': 250n }, 10n);
  const found = await eventually(async () => {
    const now = await receivable(tid);
    expect(now.lines).toHaveLength(2);
    return now;
  });
  expect(found.amountFen).toBe(110n);
  expect(found.credits).toEqual([
    {
      subOrderId: '2',
      amountFen: 250n,
      returnNo: '',
      returnedAt: new Date('2016-09-25T03:00:00Z'),
    },
  ]);
});

test('a receivable that is credited in full is closed', async () => {
  const tid = '2004574256073960';
  await shipped(tid, 1, { '1': 100n }, 0n);
  await eventually(async () => expect(await receivable(tid)).toMatchObject({ state: 'OPEN' }));
  await returned(tid, 9, ['1']);
  await eventually(async () =>
    expect(await receivable(tid)).toMatchObject({ state: 'CLOSED', amountFen: 0n }),
  );
});

test('a shipment that tells another amount goes to the dead letters', async () => {
  await shipped('2004574256073900', 1, { '1': 5n }, 0n);
  await shipped('2004574256073900', 2, { '1': 6n }, 0n);
  await shipped('2004574256073900', 3, { '2': 1n }, 0n);
  await eventually(async () => expect((await receivable('2004574256073900')).amountFen).toBe(6n));
  const topic = TOPICS.orderEvents.name;
  await eventually(async () => {
    const dead = await messaging.deadLetters.list({ topic, group: 'settlement', limit: 10 });
    expect(
      JSON.stringify(dead, (_k, v: unknown) => (typeof v === 'bigint' ? `${v}` : v)),
    ).toContain('AMOUNT_CHANGED');
  });
});

test('lists receivables by pages; a stopped service goes on where it was', async () => {
  await running.stop();
  await shipped('2004574256073901', 1, { '1': 7n }, 0n);
  await start();
  await eventually(async () => expect((await receivable('2004574256073901')).amountFen).toBe(7n));
  const pages = pagesOf((token) =>
    client.call('listReceivables', {
      sellerId: SELLER,
      match: '',
      channel: '',
      page: { size: 2, token },
    }),
  );
  const listed = await Array.fromAsync(pages, ({ receivables }) => receivables);
  const amounts = listed.flat().map(({ amountFen }) => amountFen);
  expect(amounts.toSorted((a, b) => Number(a - b))).toEqual([0n, 5n, 6n, 7n, 110n, 39_900n]);
  await expect(
    client.call('getReceivable', { orderRef: tmallOrder(SELLER, '1') }),
  ).rejects.toMatchObject({ reason: 'UNKNOWN_TRADE' });
});

test('[F-A27] a dispatch is owed to its supplier, once, however often it is told', async () => {
  const orderRef = { channel: 'fenxiao', sellerId: SELLER, number: 'bxg-1003' };
  const dispatched = (sequence: number, outOrderId: string, amountFen?: bigint) => ({
    id: `order-router.distribution/${outOrderId}/${sequence}`,
    type: EVENTS.orderDispatched.type,
    source: 'order-router.distribution',
    subject: orderKey(orderRef),
    sequence: BigInt(sequence),
    key: orderKey(orderRef),
    time: new Date(),
    payload: EVENTS.orderDispatched.encode({
      orderRef,
      outOrderId,
      supplierId: 'A',
      supplierOrderIds: ['4356409609904969811'],
      amountFen,
      postFeeFen: 9_200n,
      lineIds: ['1'],
      differenceFen: undefined,
    }),
  });
  await publisher.publish(TOPICS.orderEvents, [
    dispatched(1, 'bxg-1003-1', 9_800n),
    dispatched(2, 'bxg-1003-1', 9_800n),
    dispatched(3, 'bxg-1003-2'),
  ]);
  const listed = async () =>
    (await client.call('listPayables', { sellerId: SELLER, kind: '', page: undefined })).payables;
  await eventually(async () => expect(await listed()).toHaveLength(2));
  expect(await listed()).toMatchObject([
    {
      orderRef,
      outOrderId: 'bxg-1003-1',
      supplierOrderIds: ['4356409609904969811'],
      amountFen: 9_800n,
      postFeeFen: 9_200n,
    },
    // What the supplier did not say is not 0.
    { outOrderId: 'bxg-1003-2', amountFen: undefined },
  ]);
  const pages = pagesOf((token) =>
    client.call('listPayables', { sellerId: SELLER, kind: '', page: { size: 1, token } }),
  );
  const names = (await Array.fromAsync(pages)).flatMap(({ payables }) =>
    payables.map(({ outOrderId }) => outOrderId),
  );
  expect(names).toEqual(['bxg-1003-1', 'bxg-1003-2']);
});
