import { ALL_TOPICS, EVENTS, TOPICS } from '@astrolabe/contracts';
import { ReturnKind } from '@astrolabe/contracts/fulfillment';
import {
  MallMoneyAdminServiceClient,
  MallMoneyServiceClient,
} from '@astrolabe/contracts/settlement';
import type { GrpcClient } from '@astrolabe/grpc';
import { mallOrder, orderKey } from '@astrolabe/kernel';
import type { OrderRef } from '@astrolabe/kernel';
import { createMessaging, createTopics } from '@astrolabe/messaging';
import { createLogger } from '@astrolabe/service';
import {
  eventually,
  servers,
  startService,
  testDatabase,
  testTopicPrefix,
  unanswered,
} from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigSchema } from './config.ts';
import { createService } from './service.ts';

const SELLER = '21230';
const ACCOUNT = 'tjzfcg';
const RECEIVED = new Date('2026-11-28T06:00:00Z');
const { kafkaBrokers } = servers();
const database = await testDatabase();
const TOPIC_PREFIX = testTopicPrefix();
const brokers = kafkaBrokers.split(',');
const messaging = createMessaging({
  brokers,
  clientId: 'test',
  topicPrefix: TOPIC_PREFIX,
  logger: createLogger({ service: 'test', level: 'silent' }),
  onFatal: (error) => {
    throw error;
  },
});
const publisher = messaging.publisher();
let money: GrpcClient<MallMoneyServiceClient>;
let admin: GrpcClient<MallMoneyAdminServiceClient>;

beforeAll(async () => {
  await createTopics({
    brokers,
    topicPrefix: TOPIC_PREFIX,
    topics: ALL_TOPICS,
    replicationFactor: 1,
  });
  await messaging.component.start();
  const running = await startService({
    schema: ConfigSchema,
    create: createService,
    env: { MONGODB_DATABASE: database.name, TOPIC_PREFIX, ...unanswered('GATEWAY_ADDRESS') },
    overrides: { clock: () => new Date('2026-11-29T02:00:00Z') },
  });
  money = running.client(MallMoneyServiceClient);
  admin = running.client(MallMoneyAdminServiceClient);
});

afterAll(() => messaging.component.stop());

let sequence = 0;
const publish = async (
  topic: 'fulfillmentEvents' | 'orderEvents',
  order: OrderRef,
  type: string,
  payload: Uint8Array,
): Promise<void> => {
  sequence += 1;
  await publisher.publish(TOPICS[topic], [
    {
      id: `e-${sequence}`,
      type,
      source: topic,
      subject: orderKey(order),
      sequence: BigInt(sequence),
      key: orderKey(order),
      time: RECEIVED,
      payload,
    },
  ]);
};

type Wish = { readonly payment?: string; readonly amountFen?: bigint; readonly at?: Date };

/** Three pieces at 1000.00 without another wish. */
async function preordered(number: string, wish: Wish = {}): Promise<OrderRef> {
  const order = mallOrder(SELLER, number);
  const { payment = 'CREDIT', amountFen = 300_000n, at = RECEIVED } = wish;
  const payload = EVENTS.mallPreordered.encode({
    orderRef: order,
    account: ACCOUNT,
    mallOrderNo: `m${number}`,
    purchaser: '某局',
    lines: [
      {
        lineId: '1',
        goodsId: 'g-1',
        sku: '12345',
        name: '复印纸',
        quantityMilli: 3_000n,
        unitPriceFen: amountFen / 3n,
        amountFen,
        taxRate: 13,
        taxCode: '1060201010000000000',
        isTaxExempt: false,
      },
    ],
    totalFen: amountFen,
    freightFen: 0n,
    payment,
    invoiceKind: '',
    invoiceContent: '',
    invoiceTitle: '某局',
    invoiceOrgCode: '',
    preorderedAt: at,
  });
  await publish('orderEvents', order, EVENTS.mallPreordered.type, payload);
  await eventually(() => money.call('getPayment', { orderRef: order }));
  return order;
}

async function delivered(order: OrderRef): Promise<void> {
  const payload = EVENTS.supplyDelivered.encode({
    orderRef: order,
    parcelNo: 'p-1',
    lines: [{ lineId: '1', goodsId: 'g-1', quantityMilli: 3_000n, unitPriceYuan: '1000' }],
    deliveredAt: RECEIVED,
    operator: '张三',
    complete: true,
  });
  await publish('fulfillmentEvents', order, EVENTS.supplyDelivered.type, payload);
  await eventually(async () => expect((await stateOf(order)).state).not.toBe('NOT_DUE'));
}

const stateOf = (orderRef: OrderRef) => money.call('getPayment', { orderRef });
const check = (number: string, amountFen: bigint, account = ACCOUNT) =>
  money.call('checkCredit', { orderRef: mallOrder(SELLER, number), account, amountFen });
const usedFen = async () =>
  (await admin.call('getCredit', { sellerId: SELLER, account: ACCOUNT })).credit?.usedFen;
const transfer = (bankNumber: string, orders: readonly OrderRef[], amountFen: bigint) =>
  money.call('submitTransfer', {
    sellerId: SELLER,
    account: ACCOUNT,
    bankNumber,
    orders: [...orders],
    amountFen,
    transferredAt: undefined,
    payerName: '某局',
    remark: '',
  });
const verify = (bankNumber: string, receivedFen: bigint) =>
  admin.call('verifyTransfer', {
    sellerId: SELLER,
    bankNumber,
    receivedFen,
    acceptExcess: false,
    actor: 'wang',
    reason: '',
    dryRun: false,
  });

test('credit 5000.00 with 3000.00 used: 3000.00 is refused, 2000.00 accepted; of two at once one', async () => {
  expect(await check('1', 1n)).toMatchObject({ accepted: false, reason: 'NO_CREDIT_ACCOUNT' });
  const terms = { sellerId: SELLER, account: ACCOUNT, limitFen: 500_000n, periodDays: 30 };
  await admin.call('putCredit', terms);
  expect(await check('1', 300_000n)).toMatchObject({ accepted: true, limitFen: 500_000n });
  expect(await check('2', 300_000n)).toMatchObject({
    accepted: false,
    reason: 'CREDIT_EXCEEDED',
    usedFen: 300_000n,
  });
  const rivals = await Promise.all([check('2', 200_000n), check('3', 150_000n)]);
  expect(rivals.filter(({ accepted }) => accepted)).toHaveLength(1);
  await money.call('freeCredit', { orderRef: mallOrder(SELLER, '2'), account: ACCOUNT });
  await money.call('freeCredit', { orderRef: mallOrder(SELLER, '3'), account: ACCOUNT });
  expect(await usedFen()).toBe(300_000n);
});

test('a credit order awaits its transfer once received: less is rejected, the exact amount verified', async () => {
  const order = await preordered('1');
  expect(await stateOf(order)).toMatchObject({ state: 'NOT_DUE', dueFen: 300_000n });
  await expect(money.call('freeCredit', { orderRef: order, account: ACCOUNT })).rejects.toThrow(
    /ORDER_KNOWN/,
  );
  await delivered(order);
  expect(await stateOf(order)).toMatchObject({ state: 'AWAITING_TRANSFER', dueDay: '2026-12-28' });

  const short = (await transfer('B-1', [order], 299_999n)).transfer;
  expect(short).toMatchObject({
    state: 'REJECTED',
    reason: '2999.99 is less than the 3000.00 that is due',
  });
  expect(await stateOf(order)).toMatchObject({ state: 'REJECTED', reason: short?.reason });

  expect((await transfer('B-2', [order], 300_000n)).transfer?.state).toBe('SUBMITTED');
  expect((await stateOf(order)).state).toBe('TRANSFER_SUBMITTED');
  expect((await verify('B-2', 300_000n)).transfer?.state).toBe('VERIFIED');
  const { state, dueFen, entries } = await stateOf(order);
  expect([state, dueFen]).toEqual(['VERIFIED', 0n]);
  expect(entries.map(({ cause, actor }) => [cause, actor])).toEqual([
    ['ORDERED', ACCOUNT],
    ['DELIVERED', '张三'],
    ['PAID', 'wang'],
  ]);
  const asked = { sellerId: SELLER, account: ACCOUNT, bankNumber: '', orderRef: order };
  expect((await money.call('getTransfer', asked)).transfer).toMatchObject({
    bankNumber: 'B-2',
    state: 'VERIFIED',
    receivedFen: 300_000n,
  });
  expect(await usedFen()).toBe(0n);
  await expect(money.call('getTransfer', { ...asked, account: 'another' })).rejects.toThrow(
    /UNKNOWN_TRANSFER/,
  );
});

test('[field V1] of orders of 2000.00 and 1500.00 at the same time, with 2000.00 free, one is taken, a hundred times', async () => {
  const account = 'rivals';
  const terms = { sellerId: SELLER, account, limitFen: 500_000n, periodDays: 30 };
  await admin.call('putCredit', terms);
  await check('v-0', 300_000n, account);
  for (let time = 1; time <= 100; time += 1) {
    const orders = [`v-${time}-a`, `v-${time}-b`];
    const [dear, cheap] = await Promise.all([
      check(orders[0] ?? '', 200_000n, account),
      check(orders[1] ?? '', 150_000n, account),
    ]);
    expect([dear.accepted, cheap.accepted].filter(Boolean)).toHaveLength(1);
    for (const number of orders) {
      await money.call('freeCredit', { orderRef: mallOrder(SELLER, number), account });
    }
  }
});

test('[field V3] one transfer for two orders, its number again, and a fen too much', async () => {
  const amounts = { '11': 150_000n, '12': 210_000n };
  for (const [number, amountFen] of Object.entries(amounts)) await check(number, amountFen);
  const first = await preordered('11', { amountFen: 150_000n });
  const second = await preordered('12', { amountFen: 210_000n });
  await delivered(first);
  await delivered(second);
  expect((await transfer('B-3', [second, first], 360_001n)).transfer?.state).toBe('EXCESS');
  await expect(transfer('B-3', [first], 150_000n)).rejects.toThrow(/TRANSFER_NUMBER_USED 11/);
  await expect(transfer('B-4', [first], 150_000n)).resolves.toMatchObject({
    transfer: {
      state: 'REJECTED',
      reason: expect.stringContaining('IN_ANOTHER_TRANSFER') as string,
    },
  });
  expect((await verify('B-3', 360_000n)).transfer?.state).toBe('VERIFIED');
  expect((await stateOf(first)).state).toBe('VERIFIED');
  expect((await stateOf(second)).state).toBe('VERIFIED');
  await expect(verify('B-3', 1n)).rejects.toThrow(/TRANSFER_OVER/);
  await expect(transfer('B-9', [mallOrder(SELLER, '404')], 1n)).rejects.toThrow(/UNKNOWN_ORDER/);
});

test('goods that came back give credit back, and are a red letter of the invoice', async () => {
  await check('21', 300_000n);
  const order = await preordered('21');
  await delivered(order);
  const invoicesOf = async () =>
    (await money.call('getInvoices', { account: ACCOUNT, orderRefs: [order] })).orders[0]
      ?.invoices ?? [];
  // Nobody has wished for anything: it is plain and itemised.
  const [blue] = await invoicesOf();
  expect(blue).toMatchObject({
    kind: 'PLAIN',
    content: 'ITEMISED',
    state: 'REQUESTED',
    netFen: 265_487n,
    taxFen: 34_513n,
    totalFen: 300_000n,
    url: '',
  });
  const listed = await admin.call('listInvoices', {
    sellerId: SELLER,
    state: 'REQUESTED',
    colour: '',
    page: undefined,
  });
  expect(listed.invoices.map(({ serial }) => serial)).toContain('21-B');
  await admin.call('recordIssued', {
    orderRef: order,
    serial: '21-B',
    number: '26127000000000000001',
    code: '',
    url: 'https://invoices.example/1',
    issuedAt: undefined,
    lines: [],
    actor: 'li',
    dryRun: false,
  });
  // The purchaser has confirmed the use of it, so a part is taken back (field I8).
  const used = { orderRef: order, serial: '21-B', confirmedAt: RECEIVED };
  expect((await admin.call('confirmUse', used)).invoice?.useConfirmedAt).toEqual(RECEIVED);
  await expect(admin.call('confirmUse', { ...used, serial: '21-B9' })).rejects.toThrow(
    /UNKNOWN_INVOICE/,
  );
  const payload = EVENTS.supplyReturned.encode({
    orderRef: order,
    returnId: 'r-1',
    kind: ReturnKind.RETURN,
    receiptNo: '1',
    lines: [{ lineId: '1', goodsId: 'g-1', quantityMilli: 1_000n, unitPriceYuan: '1000' }],
    returnedAt: RECEIVED,
    complete: true,
  });
  await publish('fulfillmentEvents', order, EVENTS.supplyReturned.type, payload);
  await eventually(async () => expect(await usedFen()).toBe(200_000n));
  const [issued, red] = await invoicesOf();
  expect(issued).toMatchObject({ state: 'ISSUED', url: 'https://invoices.example/1', code: '' });
  expect(red).toMatchObject({ colour: 'RED', state: 'REQUESTED', totalFen: -100_000n });
  await expect(
    admin.call('requestRedLetter', {
      orderRef: order,
      requestId: 'w',
      lines: [{ lineId: '1', quantityMilli: 2_001n }],
    }),
  ).rejects.toThrow(/RED_EXCEEDS_BLUE/);
});

test('[field D5] [field D2] reconciliation of a day in Beijing; cancelled orders are left out; invoices one by one', async () => {
  const last = await preordered('31', {
    payment: 'CENTRAL',
    at: new Date('2026-11-27T15:59:59.999Z'),
  });
  await preordered('32', { payment: 'CENTRAL', at: new Date('2026-11-27T16:00:00.000Z') });
  const gone = await preordered('33', { payment: 'CENTRAL', at: new Date('2026-11-27T03:00:00Z') });
  const payload = EVENTS.mallPreorderReleased.encode({
    orderRef: gone,
    reason: 'CANCELLED',
    releasedAt: RECEIVED,
  });
  await publish('orderEvents', gone, EVENTS.mallPreorderReleased.type, payload);
  const day = { sellerId: SELLER, account: ACCOUNT, fromDay: '2026-11-27', toDay: '2026-11-27' };
  await eventually(async () => {
    const { orders } = await money.call('reconcile', { ...day, page: undefined });
    expect(orders.map(({ orderRef, amountFen }) => [orderRef?.number, amountFen])).toEqual([
      ['31', 300_000n],
    ]);
    expect(orders[0]).toMatchObject({ state: 'PREORDERED', invoiceState: 'NONE' });
  });
  const paged = await money.call('reconcile', {
    ...day,
    toDay: '2026-11-28',
    page: { size: 1, token: '' },
  });
  expect(paged.nextToken).not.toBe('');
  await expect(
    money.call('reconcile', { ...day, toDay: '2026-11-26', page: undefined }),
  ).rejects.toThrow(/INVALID_RANGE/);
  await expect(
    money.call('reconcile', { ...day, fromDay: '20261127', page: undefined }),
  ).rejects.toThrow(/INVALID_DAY/);

  const { orders } = await money.call('getInvoices', {
    account: ACCOUNT,
    orderRefs: [mallOrder(SELLER, '21'), last, mallOrder(SELLER, '404')],
  });
  expect(orders.map(({ known, invoices }) => [known, invoices[0]?.url ?? ''])).toEqual([
    [true, 'https://invoices.example/1'],
    [true, ''],
    [false, ''],
  ]);
});

test('what is no transfer, no amount and no state is refused by name', async () => {
  const order = mallOrder(SELLER, '1');
  await expect(transfer('', [order], 1n)).rejects.toThrow(/INVALID_BANK_NUMBER/);
  await expect(transfer('B', [order, order], 1n)).rejects.toThrow(/INVALID_ORDERS/);
  await expect(transfer('B', [order], 0n)).rejects.toThrow(/INVALID_AMOUNT/);
  await expect(check('1', -1n)).rejects.toThrow(/INVALID_AMOUNT/);
  await expect(
    admin.call('listTransfers', { sellerId: SELLER, state: 'NO', page: undefined }),
  ).rejects.toThrow(/INVALID_STATE/);
  const { transfers } = await admin.call('listTransfers', {
    sellerId: SELLER,
    state: 'VERIFIED',
    page: undefined,
  });
  expect(transfers.map(({ bankNumber }) => bankNumber)).toEqual(['B-3', 'B-2']);
});
