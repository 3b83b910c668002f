import { tmallOrder } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { storeXml } from '../src/requests.ts';
import { Actor, OID, TID, routedTo, startedSeller } from '../src/scenario.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

const NOTIFY = 'taobao.qimen.omniorder.allocatedinfo.sync';
const DELETE = 'taobao.qimen.store.delete';
const UPDATE = 'taobao.qimen.store.update';

const close = (values: Record<string, string>): string =>
  storeXml({ storeId: '1342', shopId: '60001', ...values });

const RULES = {
  filters: [{ name: 'daily-cap', metres: 0n }],
  sorts: ['priority', 'region', 'distance', 'available'],
  warehouseFallback: true,
  points: [],
};

async function activate(sellerId: string, rules: typeof RULES): Promise<void> {
  const { routing } = harness.clients;
  const draft = { sellerId, version: 0, revision: 0, rules, note: '', actor: 'ops' };
  const { version } = await routing.call('putDraft', draft);
  const named = { version: version?.version ?? 0, revision: version?.revision ?? 0 };
  await routing.call('activate', { sellerId, ...named, actor: 'ops' });
}

describe('a store that closes while it has holds (traps 32 and 33)', () => {
  test.each([
    ['deleted', DELETE, '<request><storeId>1342</storeId></request>'],
    ['closed', UPDATE, close({ storeStatus: 'CLOSE' })],
  ])('%s: what it has not accepted is re-routed with its hold', async (_how, method, body) => {
    const actor = await startedSeller(harness);
    await actor.pay();
    await actor.seller.pos.received(NOTIFY, TID);
    expect(await actor.stock()).toMatchObject({ '1342 U': '4/2', 'WH-01 C': '10/2' });
    await actor.qimenOk(method, body);
    await actor.seller.pos.received(NOTIFY, TID, 2);
    const order = await actor.order('ALLOCATED');
    expect(order.allocation).toBe(2);
    expect(routedTo(order.lines)).toEqual(['123 SHARED']);
    expect(await actor.stock()).toMatchObject({ '1342 U': '4/0', 'WH-01 C': '10/2' });
    expect(await actor.storeReport('accpeted', '1342')).not.toMatchObject({ code: '0' });
    expect(await actor.storeReport('accpeted', '123')).toMatchObject({ code: '0' });
    await actor.order('ACCEPTED');
    await eventually(async () =>
      expect(await actor.stock()).toMatchObject({ '1342 U': '4/0', 'WH-01 C': '10/0' }),
    );
  });

  test('closed with no other place: nobody may accept, and no stock is held there', async () => {
    const actor = await startedSeller(harness);
    await activate(actor.seller.sellerId, { ...RULES, filters: [], warehouseFallback: false });
    await actor.qimenOk(
      UPDATE,
      storeXml({ storeId: '123', shopId: '60001', storeCode: 'S002', storeStatus: 'HOLD' }),
    );
    await actor.pay();
    await actor.seller.pos.received(NOTIFY, TID);
    await actor.qimenOk(UPDATE, close({ storeStatus: 'CLOSE' }));
    await actor.order('ALLOCATE_FAILED');
    expect(await actor.stock()).toMatchObject({ '1342 U': '4/0', 'WH-01 C': '10/2' });
    expect(await actor.storeReport('accpeted', '1342')).not.toMatchObject({ code: '0' });
  });

  test('what it has accepted it ships', async () => {
    const actor = await startedSeller(harness);
    await actor.pay();
    await actor.seller.pos.received(NOTIFY, TID);
    expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' });
    await actor.order('ACCEPTED');
    await actor.qimenOk(UPDATE, close({ storeStatus: 'CLOSE' }));
    await actor.push('taobao_trade_TradeSellerShip', { lines: [{ oid: OID }] });
    await eventually(async () =>
      expect(await actor.storeReport('consigned', '1342')).toMatchObject({ code: '0' }),
    );
    expect(routedTo((await actor.order('SHIPPED')).lines)).toEqual(['1342 SHARED']);
  });
});

test('a daily cap holds for orders that are paid at the same time', async () => {
  const actor = new Actor(harness, await harness.newSeller());
  const { sellerId } = actor.seller;
  await actor.createStores();
  await actor.initialise([
    { place: 'WH-01', kind: 'CERTAINTY', quantity: '10', billNum: 'B-1' },
    { place: '1342', kind: 'UNCERTAINTY', quantity: '9', billNum: 'B-2' },
    { place: '123', kind: 'UNCERTAINTY', quantity: '8', billNum: 'B-3' },
  ]);
  const { routing } = harness.clients;
  const deliver = {
    priority: 0,
    workingTime: '',
    deliverThreshold: 1,
    dispatchTimeRange: [],
    activeFrom: undefined,
    activeTo: undefined,
  };
  const settings = { storeId: '1342', point: undefined, deliver, collect: undefined };
  await routing.call('putStoreSettings', { sellerId, settings, version: 0 });
  await activate(sellerId, RULES);
  const tids = [1, 2, 3, 4].map((n) => `20045742560800${n}3`);
  const subOf = (tid: string): string => tid.replace(/3$/, '4');
  await Promise.all(tids.map((tid) => actor.pay({ tid, lines: [{ oid: subOf(tid), num: 1 }] })));
  const places: string[] = [];
  for (const tid of tids) places.push(...routedTo((await actor.order('ALLOCATED', tid)).lines));
  expect(places.toSorted()).toEqual(['123 SHARED', '123 SHARED', '123 SHARED', '1342 SHARED']);
  for (const tradeId of tids) {
    const name = { orderRef: tmallOrder(sellerId, tradeId), allocation: 0, attempt: 0, rows: 0 };
    expect((await routing.call('explain', name)).replayed).toBe(true);
  }
});
