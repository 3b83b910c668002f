import { placeToMessage } from '@astrolabe/contracts';
import { PromotionKind } from '@astrolabe/contracts/catalog';
import { SupplyServiceClient } from '@astrolabe/contracts/fulfillment';
import {
  MallOrderAdminServiceClient,
  TillBuyerKind,
  TillPayment,
  TillServiceClient,
  TillStoreKind,
} from '@astrolabe/contracts/order';
import { createGrpcClient } from '@astrolabe/grpc';
import { adminAddress, grpcAddress } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { Mall, lines } from '../src/mall.ts';
import type { MallReply } from '../src/mall.ts';

const DEADLINE_MS = 12_000;

let harness: Harness;
let clients: ReturnType<typeof connect>;
const opened: Mall[] = [];

function connect({ stack }: Harness) {
  const options = (address: string) => ({
    address,
    name: 'operator',
    defaultDeadlineMs: DEADLINE_MS,
  });
  return {
    orders: createGrpcClient(
      MallOrderAdminServiceClient,
      options(adminAddress(stack, 'order-router')),
    ),
    tills: createGrpcClient(TillServiceClient, options(grpcAddress(stack, 'order-router'))),
    supplies: createGrpcClient(SupplyServiceClient, options(grpcAddress(stack, 'fulfillment'))),
  };
}

beforeAll(async () => {
  harness = await startHarness({ apps: SERVICES, apart: ['fulfillment'] });
  clients = connect(harness);
});
afterAll(async () => {
  for (const mall of opened) mall.close();
  for (const client of Object.values(clients)) client.close();
  await harness.stop();
});

async function openMall(): Promise<Mall> {
  const mall = await Mall.open(harness);
  opened.push(mall);
  return mall;
}

const yuan = (pieces: number): string => `${pieces}000.00`;
const of = (no: string, pieces: number, more: Readonly<Record<string, string>> = {}) => ({
  yggc_order: no,
  sku: lines({ num: pieces }),
  order_price: yuan(pieces),
  ...more,
});

const refused = (reply: MallReply, words: string): void => {
  expect(reply, reply.text).toMatchObject({ status: 200, success: false });
  expect(reply.desc).toContain(words);
};

async function rules(mall: Mall, change: { ttlMs?: bigint; heldMilli?: bigint }): Promise<void> {
  const settings = {
    sellerId: mall.actor.seller.sellerId,
    preorderTtlMs: change.ttlMs ?? 0n,
    alertAfterMs: 0n,
    heldPerPurchaserMilli: change.heldMilli ?? 0n,
  };
  await clients.orders.call('putMallSettings', { settings });
}

const shown = async (mall: Mall, number: string) => {
  const { order } = await clients.orders.call('showMallOrder', { orderRef: mall.ref(number) });
  if (!order) throw new Error('No order');
  return order;
};

/** What stands at the warehouse, and what of it is held. */
const warehouse = async (mall: Mall, skuId = '70001') =>
  (await mall.actor.stock('9001', skuId))['WH-01 C'];

test('[G-A29] fulfilment is away at the confirmation: success is durable, and its task is there afterwards', async () => {
  const mall = await openMall();
  const number = await mall.ordered();
  await harness.stack.kill('fulfillment');
  await mall.ok('confirm', { order_id: number });
  expect(await mall.state(number)).toMatchObject({ submit_state: 1 });
  await harness.stack.start('fulfillment');
  await eventually(
    async () => {
      const { supply } = await clients.supplies.call('getSupply', { orderRef: mall.ref(number) });
      expect(supply).toMatchObject({ state: 'OPEN', displayNumber: 'TJ-0001' });
      expect(supply?.lines).toMatchObject([{ sku: '12345', orderedMilli: 3_000n }]);
    },
    { timeoutMs: 60_000 },
  );
  await mall.ship(number, 'P1');
  await eventually(async () => expect(await mall.state(number)).toMatchObject({ state: 0 }));
  await eventually(async () => expect(await warehouse(mall)).toBe('96/0'));
});

test('[field S5] what the mall knows by its own number alone is found, cancelled and never confirmed again', async () => {
  const mall = await openMall();
  const number = await mall.ordered();
  expect(number).toMatch(/^\d{15}$/);
  await mall.ok('cancel', { order_id: 'TJ-0001' });
  await mall.ok('cancel', { order_id: `"${number}"` });
  refused(await mall.call('confirm', { order_id: number }), '状态');
  refused(await mall.order(), '状态');
  expect(await warehouse(mall)).toBe('99/0');
  expect(await shown(mall, number)).toMatchObject({ state: 'CANCELLED', confirmed: false });
});

test('what was refused leaves its number free: the same order succeeds once it can', async () => {
  const mall = await openMall();
  refused(await mall.order(of('TJ-0001', 100)), '库存不足');
  const number = await mall.ordered(of('TJ-0001', 99));
  expect(await warehouse(mall)).toBe('99/99');
  expect((await shown(mall, number)).mallOrderNo).toBe('TJ-0001');
});

test('a pre-order expires only where its seller has set a time; confirming it then fails, and its goods are free', async () => {
  const mall = await openMall();
  const stays = await mall.ordered(of('A', 2));
  await rules(mall, { ttlMs: 300n });
  const number = await mall.ordered(of('B', 3));
  await eventually(async () => expect((await shown(mall, number)).state).toBe('EXPIRED'), {
    timeoutMs: 30_000,
  });
  refused(await mall.call('confirm', { order_id: number }), '状态');
  await eventually(async () => expect(await warehouse(mall)).toBe('99/2'));
  expect((await shown(mall, stays)).state).toBe('PRE_ORDERED');

  const asked = { orderRef: mall.ref(stays), askedBy: 'operator:test' };
  const { order } = await clients.orders.call('expireMallOrder', asked);
  expect(order).toMatchObject({ state: 'EXPIRED' });
  await eventually(async () => expect(await warehouse(mall)).toBe('99/0'));
  const { sellerId } = mall.actor.seller;
  await eventually(async () => {
    const listed = await clients.orders.call('listMallOrders', {
      sellerId,
      state: 'EXPIRED',
      page: { size: 1, token: '' },
    });
    expect(listed.orders).toHaveLength(1);
    expect(listed.nextToken).not.toBe('');
  });
});

test('one purchaser holds no more than its budget of pieces; its own older holds are not in its way', async () => {
  const mall = await openMall();
  await rules(mall, { heldMilli: 5_000n });
  const first = await mall.ordered(of('A', 3));
  refused(await mall.order(of('B', 3)), '限额');
  // The same order again is the same order, however full the budget is.
  expect(await mall.ordered(of('A', 3))).toBe(first);
  const second = await mall.ordered(of('C', 2));
  await mall.ordered(of('D', 3, { dep_name: '市教育局' }));
  // What is bought, and what is given up, is held no more.
  await mall.ok('confirm', { order_id: first });
  await mall.ok('cancel', { order_id: second });
  await eventually(async () =>
    expect(await mall.order(of('E', 5))).toMatchObject({ success: true }),
  );
  expect(await warehouse(mall)).toBe('99/11');
});

test('of ten who race for a budget of five no more than five pieces are held', async () => {
  const mall = await openMall();
  await rules(mall, { heldMilli: 5_000n });
  const replies = await Promise.all(
    Array.from({ length: 10 }, (_, at) => mall.order(of(`R-${at}`, 1))),
  );
  expect(replies.filter(({ success }) => success)).toHaveLength(5);
  await eventually(async () => expect(await warehouse(mall)).toBe('99/5'));
});

test('a group buy sells no more than it has, and what is cancelled may be bought again', async () => {
  const mall = await openMall();
  const now = Date.now();
  await mall.admin.offers.call('putPromotion', {
    sellerId: mall.actor.seller.sellerId,
    promotion: {
      promotionId: 'G-1',
      kind: PromotionKind.GROUP_BUY,
      sku: '12345',
      priceFen: 80_000n,
      quantityMilli: 5_000n,
      appliedAt: new Date(now),
      startsAt: new Date(now - 60_000),
      endsAt: new Date(now + 3_600_000),
    },
  });
  const group = (no: string, pieces: number) => ({
    yggc_order: no,
    sku: lines({ num: pieces, price: 800, mode: 2 }),
    order_price: `${pieces * 800}.00`,
  });
  const first = await mall.ordered(group('A', 3));
  refused(await mall.order(group('B', 3)), '库存不足');
  await mall.ok('cancel', { order_id: first });
  const second = await eventually(async () => await mall.ordered(group('C', 4)));
  await mall.ok('confirm', { order_id: second });
  refused(await mall.order(group('D', 2)), '库存不足');
  await mall.ordered(group('E', 1));
});

test('stock of an area is the sum of its places: an order stands at two, and leaves from both', async () => {
  const mall = await openMall();
  const { sellerId } = mall.actor.seller;
  await mall.admin.catalog.call('putArea', {
    sellerId,
    areaId: '1000000',
    name: '天津市河东区',
    places: ['WH-01', 'WH-02'].map((id) => placeToMessage({ type: 'WAREHOUSE', id })),
    regionCode: '120102',
  });
  await mall.actor.initialise([
    {
      place: 'WH-02',
      kind: 'CERTAINTY',
      quantity: '5',
      billNum: `${sellerId}-W2`,
      outerId: 'M-70001',
    },
  ]);
  expect(await mall.num()).toBe(104);
  const number = await mall.confirmed(of('A', 101));
  expect(await mall.actor.stock()).toEqual({ 'WH-01 C': '99/99', 'WH-02 C': '5/2' });
  await eventually(async () => await mall.ship(number, 'P1'));
  await mall.deliver(number, 'P1');
  await eventually(async () =>
    expect(await mall.state(number)).toMatchObject({ state: 1, state_desc: '已完成' }),
  );
  expect(await mall.actor.stock()).toEqual({ 'WH-01 C': '0/0', 'WH-02 C': '3/0' });
});

test('the last piece of a store: of a mall and a till exactly one has it, fifty times', async () => {
  const mall = await openMall();
  const { sellerId } = mall.actor.seller;
  const [store = ''] = await mall.actor.createStores();
  await mall.admin.catalog.call('putArea', {
    sellerId,
    areaId: '1000000',
    name: '天津市河东区',
    places: [placeToMessage({ type: 'STORE', id: store })],
    regionCode: '120102',
  });
  const race = async (at: number): Promise<void> => {
    const skuId = String(80_000 + at);
    const sku = `last-${at}`;
    await mall.offer(sku, skuId);
    await mall.actor.initialise([
      {
        place: store,
        kind: 'CERTAINTY',
        quantity: '1',
        billNum: `${sellerId}-L${at}`,
        skuId,
        outerId: sku,
      },
    ]);
    const order = { ...of(`L-${at}`, 1), sku: lines({ sku, num: 1 }) };
    const [bought, sold] = await Promise.all([mall.order(order), sell(sellerId, store, skuId, at)]);
    expect([bought.success, sold].filter(Boolean), `${at}: ${bought.text}`).toHaveLength(1);
    const left = (await mall.actor.stock('9001', skuId))[`${store} C`];
    expect(left).toBe(sold ? '0/0' : '1/1');
  };
  for (let at = 0; at < 50; at += 5) {
    await Promise.all([0, 1, 2, 3, 4].map((next) => race(at + next)));
  }
});

/** Whether a till has sold one piece. */
async function sell(sellerId: string, store: string, skuId: string, at: number): Promise<boolean> {
  const item = { itemId: '9001', skuId };
  const answer = await clients.tills.call('checkout', {
    sellerId,
    requestNo: `T-${at}`,
    storeKind: TillStoreKind.CENTRE,
    storeId: store,
    lines: [{ goods: { goods: { $case: 'item', value: item } }, priceFen: 100n, quantity: '1' }],
    coupons: [],
    buyerKind: TillBuyerKind.ALIPAY_USER,
    buyerId: '',
    payment: TillPayment.CARD,
    device: 'POS',
    deviceNo: `D-${at}`,
    operatorId: '1',
    soldAt: undefined,
    actor: 'test',
    messageId: '',
  });
  return answer.outcome === 'CREATED';
}

test('confirmation, cancellation, expiry and repeats at once: one end each, and never more pieces than there are', async () => {
  const mall = await openMall();
  await mall.offer('few', '70009');
  await mall.stock('70009', '3');
  const few = (no: string) => ({ ...of(no, 1), sku: lines({ sku: 'few', num: 1 }) });
  const names = Array.from({ length: 12 }, (_, at) => `F-${at}`);
  const submitted = await Promise.all(
    names.flatMap((no) => [mall.order(few(no)), mall.order(few(no))]),
  );
  const ids = new Set(
    submitted.filter(({ success }) => success).map(({ result }) => numberOf(result)),
  );
  expect(ids.size).toBe(3);
  const ends = await Promise.all(
    [...ids].map(async (number) => {
      const expire = clients.orders
        .call('expireMallOrder', { orderRef: mall.ref(number), askedBy: 'operator:test' })
        .then(({ order }) => order?.state === 'EXPIRED')
        .catch(() => false);
      const [confirmed, cancelled, expired] = await Promise.all([
        mall.call('confirm', { order_id: number }),
        mall.call('cancel', { order_id: number }),
        expire,
        mall.call('confirm', { order_id: number }),
      ]);
      const { state } = await shown(mall, number);
      expect(confirmed.success, state).toBe(state === 'CONFIRMED');
      if (state === 'CANCELLED') expect(cancelled.success).toBe(true);
      if (state === 'CONFIRMED') expect([cancelled.success, expired]).toEqual([false, false]);
      return state;
    }),
  );
  const bought = ends.filter((state) => state === 'CONFIRMED').length;
  await eventually(async () => expect(await warehouse(mall, '70009')).toBe(`3/${bought}`));
});

const numberOf = (result: unknown): string => (result as { mall_order_id: string }).mall_order_id;
