import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { orderKey, tmallOrder } from '@astrolabe/kernel';
import { grpcAddress } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { operatorAtWork } from '../src/operator.ts';
import { inventoryXml } from '../src/requests.ts';
import { Actor, OID, OID_2, TID, routedTo } from '../src/scenario.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const UPDATE = 'taobao.qimen.storeinventory.itemupdate';
const NOTIFY = 'taobao.qimen.omniorder.allocatedinfo.sync';
const TEN = { place: 'WH-01', kind: 'CERTAINTY', quantity: '10', billNum: 'B-1' } as const;

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ apps: [...SERVICES, 'console'] });
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

/** Runs the command line as an operator does; its exit code and what it printed. */
async function run(...words: string[]) {
  const environment = {
    ...process.env,
    ORDER_ADDRESS: grpcAddress(harness.stack, 'order-router'),
  };
  const args = [join(ROOT, 'apps/cli/src/main.ts'), ...words];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: environment });
    const lines = stdout.split('\n').filter((line) => line !== '');
    return { code: 0, orders: lines.map((line) => JSON.parse(line) as unknown), error: '' };
  } catch (error) {
    const { code, stderr } = error as { code?: number; stderr?: string };
    return { code: code ?? -1, orders: [], error: stderr ?? String(error) };
  }
}

const seller = async (model: Parameters<Harness['newSeller']>[0] = {}): Promise<Actor> =>
  new Actor(harness, await harness.newSeller(model));

const arrive = (actor: Actor, quantity: string) =>
  actor.qimenOk(
    UPDATE,
    inventoryXml(actor.seller.sellerId, [
      { ...TEN, quantity, billNum: 'B-9', billType: 'BALANCE' },
    ]),
  );

describe('UNFULFILLABLE is no end', () => {
  test.each([
    ['astrolabe', 'ALLOCATED'],
    ['isv', 'AWAITING_ALLOCATION'],
  ] as const)(
    '%s allocates: stock arrives, an operator has the order looked at',
    async (allocator, status) => {
      const actor = await seller({ allocator });
      await actor.initialise([TEN]);
      await actor.pay({ lines: [{ oid: OID, num: 20 }] });
      await actor.order('UNFULFILLABLE');
      const words = [
        'order',
        'retry',
        orderKey(tmallOrder(actor.seller.sellerId, TID)),
        '--actor',
        '小王',
      ];
      expect(await run(...words)).toMatchObject({
        code: 1,
        error: expect.stringContaining('NOTHING_FOUND') as unknown,
      });
      await arrive(actor, '30');
      expect(await run(...words)).toMatchObject({
        code: 0,
        orders: [{ orderRef: { number: TID } }],
      });
      const { timeline } = await actor.order(status);
      expect(timeline).toContainEqual(expect.objectContaining({ detail: 'asked by 小王' }));
      expect(await actor.stock()).toEqual({ 'WH-01 C': '40/20' });
      expect(await run(...words)).toMatchObject({ code: 1 });
    },
  );

  test('goods that nobody knew when they were paid for', async () => {
    const actor = await seller();
    await actor.pay();
    await actor.order('UNFULFILLABLE');
    await actor.initialise([TEN]);
    expect(
      (
        await run(
          'order',
          'retry',
          orderKey(tmallOrder(actor.seller.sellerId, TID)),
          '--actor',
          '小王',
        )
      ).code,
    ).toBe(0);
    expect(routedTo((await actor.order('ALLOCATED')).lines)).toEqual(['WH-01 CERTAIN']);
    expect(await actor.stock()).toEqual({ 'WH-01 C': '10/2' });
  });
});

describe('a gift of goods that nobody has told the stock of', () => {
  const gift = { oid: OID_2, itemId: '9999', skuId: '79999', num: 1, payment: '0.00', omni: false };
  const lines = [{ oid: OID }, gift];
  const oids = [OID, OID_2];

  test('rides along to the store, and is shipped and owed with the rest', async () => {
    const actor = await seller();
    // The store is bound to the item, not to the gift.
    await actor.createStores();
    await actor.initialise([
      TEN,
      { place: '1342', kind: 'UNCERTAINTY', quantity: '4', billNum: 'B-2' },
    ]);
    await actor.pay({ lines });
    const order = await actor.order('ALLOCATED');
    expect(order.lines.map((line) => line.routedPlace?.id)).toEqual(['1342', '1342']);
    const { body } = await actor.seller.pos.received(NOTIFY, TID);
    expect(JSON.stringify(body)).toContain(OID_2);
    expect(await actor.storeReport('accpeted', '1342', { oids })).toMatchObject({ code: '0' });
    await actor.stockIs({ 'WH-01 C': '10/0', '1342 U': '2/0' });
    await actor.push('taobao_trade_TradeSellerShip', { lines });
    await eventually(async () =>
      expect(await actor.storeReport('consigned', '1342', { oids })).toMatchObject({ code: '0' }),
    );
    const { flags } = await actor.order('SHIPPED');
    expect(flags).toEqual([]);
    await eventually(async () => {
      const name = { orderRef: tmallOrder(actor.seller.sellerId, TID) };
      const { receivable } = await harness.clients.settlement.call('getReceivable', name);
      expect(receivable).toMatchObject({ amountFen: 20_000n });
      expect(receivable?.lines.map(({ subOrderId }) => subOrderId)).toEqual(oids);
    });
  });

  test('waits for stock where there is a count of it: a count of nothing is one', async () => {
    const actor = await seller();
    await actor.initialise([
      TEN,
      { ...TEN, itemId: '9999', skuId: '79999', outerId: 'SKU-G', quantity: '0', billNum: 'B-2' },
    ]);
    await actor.pay({ lines });
    await actor.order('UNFULFILLABLE');
  });
});

test('an order whose sale the stock refused is SHIPPED, and stands in the list of what to look at', async () => {
  const actor = await seller({ acceptor: 'dianzhanggui' });
  await actor.initialise([TEN]);
  await actor.pay({ lines: [{ oid: OID, num: 20 }] });
  await actor.order('UNFULFILLABLE');
  await actor.push('taobao_trade_TradeSellerShip', { lines: [{ oid: OID, num: 20 }] });
  expect((await actor.order('SHIPPED')).flags).toEqual(['STOCK_REFUSED']);
  const flagged = {
    orders: [{ orderRef: { number: TID }, state: 'SHIPPED', flags: ['STOCK_REFUSED'] }],
  };
  const { sellerId } = actor.seller;
  const list = ['order', 'list', '--seller', sellerId, '--flag', 'STOCK_REFUSED'];
  expect(await run(...list)).toMatchObject({ code: 0, ...flagged });
  const operator = await operatorAtWork(actor);
  const seen = async () =>
    (await operator.get(`/api/sellers/${sellerId}/orders?flag=STOCK_REFUSED`)).body;
  expect(await seen()).toMatchObject(flagged);

  const clear = [
    'order',
    'clear',
    orderKey(tmallOrder(actor.seller.sellerId, TID)),
    '--flag',
    'STOCK_REFUSED',
    '--actor',
    '小王',
  ];
  expect((await run(...clear)).code).toBe(2);
  expect((await run(...clear, '--reason', '已盘点')).code).toBe(0);
  expect((await seen())['orders'] ?? []).toEqual([]);
  const { flags, timeline } = await actor.order('SHIPPED');
  expect(flags).toEqual([]);
  const entry = { what: 'FLAG_CLEARED', detail: 'STOCK_REFUSED by 小王: 已盘点' };
  expect(timeline).toContainEqual(expect.objectContaining(entry));
});
