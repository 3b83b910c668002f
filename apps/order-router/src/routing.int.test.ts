import { StoreStatus } from '@astrolabe/contracts/catalog';
import { tmallOrder } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import { afterAll, expect, test } from 'vitest';
import { startRunning } from '../test/running.ts';
import { GOODS, SELLER, STORE_123, STORE_1342, WH_01 } from '../test/world.ts';

const running = await startRunning();
const { peers, orders, operations, routing, time } = running;
afterAll(running.stop);

const sellerId = SELLER;
const RULES = {
  filters: [{ name: 'daily-cap', metres: 0n }],
  sorts: ['priority', 'region', 'distance', 'available'],
  warehouseFallback: true,
  points: [{ province: '浙江', city: '杭州', area: '', lat: 30.2741, lng: 120.1551 }],
};
const DRAFT = { sellerId, version: 0, revision: 0, note: '', actor: '小王' };

const reaches = (tradeId: string, state: string) =>
  eventually(async () => {
    const { order } = await orders.call('getOrder', { orderRef: tmallOrder(sellerId, tradeId) });
    expect(order?.state).toBe(state);
    return order;
  });
const placeOf = async (tradeId: string) =>
  (await reaches(tradeId, 'ALLOCATED'))?.lines[0]?.routedPlace?.id;
const refusedFor = (reason: string) => expect.objectContaining({ outcome: 'refused', reason });

test('rules are drafted, activated and archived, and count from then on', async () => {
  peers.stock.set(WH_01, GOODS, 'CERTAIN', 100);
  peers.stock.set(STORE_1342, GOODS, 'SHARED', 50);
  peers.stock.set(STORE_123, GOODS, 'SHARED', 40);
  await running.pay('5001', 1);
  expect(await placeOf('5001')).toBe('1342');
  const first = await routing.call('putDraft', { ...DRAFT, rules: RULES });
  expect(first.version).toMatchObject({ version: 1, status: 'DRAFT', revision: 1, rules: RULES });
  const edit = { ...DRAFT, version: 1, revision: 1, rules: { ...RULES, sorts: ['distance'] } };
  const edited = await routing.call('putDraft', edit);
  expect(edited.version).toMatchObject({ revision: 2, rules: { sorts: ['distance'] } });
  await expect(routing.call('putDraft', edit)).rejects.toEqual(refusedFor('REVISION_CHANGED'));
  const wrong = { ...DRAFT, rules: { ...RULES, sorts: ['luck'] } };
  await expect(routing.call('putDraft', wrong)).rejects.toEqual(
    refusedFor('INVALID_RULES:rules.sorts'),
  );
  await routing.call('putDraft', { ...DRAFT, rules: RULES });
  const name = { sellerId, actor: '小王' };
  await routing.call('activate', { ...name, version: 1, revision: 2 });
  await routing.call('activate', { ...name, version: 2, revision: 1 });
  const page = (token: string) => routing.call('getRules', { sellerId, page: { size: 1, token } });
  const newest = await page('');
  const oldest = await page(newest.nextToken);
  expect(newest.versions).toMatchObject([{ version: 2, status: 'ACTIVE' }]);
  expect(oldest).toMatchObject({ versions: [{ version: 1, status: 'ARCHIVED' }], nextToken: '' });
});

test('a capped store gets no more than its cap from orders that race', async () => {
  const settings = {
    storeId: '1342',
    point: undefined,
    deliver: {
      priority: 0,
      workingTime: '',
      deliverThreshold: 2,
      dispatchTimeRange: [],
      activeFrom: undefined,
      activeTo: undefined,
    },
    collect: undefined,
  };
  const wrong = { ...settings, deliver: { ...settings.deliver, priority: 11 } };
  await expect(
    routing.call('putStoreSettings', { sellerId, settings: wrong, version: 0 }),
  ).rejects.toEqual(refusedFor('INVALID_SETTINGS:priority'));
  await routing.call('putStoreSettings', { sellerId, settings, version: 0 });
  await expect(
    routing.call('putStoreSettings', { sellerId, settings, version: 0 }),
  ).rejects.toEqual(refusedFor('REVISION_CHANGED'));
  // What the router has in its memory is old by now.
  time.ahead += 3000;
  const trades = Array.from({ length: 12 }, (_, n) => String(6000 + n));
  await Promise.all(trades.map((tradeId) => running.pay(tradeId, 1)));
  const places: (string | undefined)[] = [];
  for (const tradeId of trades) places.push(await placeOf(tradeId));
  expect(places.filter((id) => id === '1342')).toHaveLength(2);
  expect(places.filter((id) => id === '123')).toHaveLength(10);
  const stored = await routing.call('getStoreSettings', { sellerId, storeId: '1342' });
  expect(stored).toMatchObject({ settings, version: 1, deliversToday: 2 });
  const { stores, capsCounted } = await routing.call('listStoreLoads', { sellerId });
  expect(capsCounted).toBe(true);
  expect(stores).toEqual([
    {
      storeId: '1342',
      deliver: { workingTime: '', threshold: 2, taken: 2 },
      collect: { workingTime: '', threshold: undefined, taken: 0 },
    },
  ]);
  expect(await routing.call('listStoreLoads', { sellerId: 'other' })).toEqual({
    stores: [],
    capsCounted: false,
  });
});

test('a decision is explained with its table, and its replay gives the same bytes', async () => {
  await running.pay('7001', 1);
  expect(await placeOf('7001')).toBe('123');
  const name = { orderRef: tmallOrder(sellerId, '7001'), allocation: 0, attempt: 0, rows: 0 };
  const { decision, replayed } = await routing.call('explain', name);
  expect(replayed).toBe(true);
  expect(decision).toMatchObject({
    rules: '2',
    chosen: { id: '123' },
    decidedBy: 'place-type',
    candidateCount: 3,
    removed: { CAP_REACHED: 1 },
  });
  const rows = decision?.candidates.map((row) => [
    row.place?.id,
    row.rank,
    row.behindBy,
    row.removed,
  ]);
  expect(rows).toEqual([
    ['123', 1, '', ''],
    ['WH-01', 2, 'place-type', ''],
    ['1342', 0, '', 'CAP_REACHED'],
  ]);
  await expect(routing.call('explain', { ...name, allocation: 9 })).rejects.toEqual(
    refusedFor('UNKNOWN_DECISION'),
  );
  await expect(
    routing.call('explain', { ...name, orderRef: tmallOrder(sellerId, '1') }),
  ).rejects.toEqual(refusedFor('UNKNOWN_TRADE'));
});

test('a draft is tried and simulated, and nothing changes', async () => {
  const uncapped = { ...RULES, filters: [] };
  const { version } = await routing.call('putDraft', { ...DRAFT, rules: uncapped });
  const draft = version?.version ?? 0;
  const name = { orderRef: tmallOrder(sellerId, '7001'), rows: 0 };
  for (const recorded of [true, false]) {
    const tried = await routing.call('try', { ...name, version: draft, recorded });
    expect(tried.decision?.chosen?.id).toBe('1342');
    const active = await routing.call('try', { ...name, version: 0, recorded });
    expect(active.decision?.chosen?.id).toBe('123');
  }
  expect(await placeOf('7001')).toBe('123');
  const period = {
    sellerId,
    from: new Date(Date.now() - 3_600_000),
    to: new Date(Date.now() + 3_600_000),
    version: draft,
  };
  const pages = [];
  for (let token = '', more = true; more; more = token !== '') {
    const page = await routing.call('simulate', { ...period, page: { size: 5, token } });
    pages.push(page);
    token = page.nextToken;
  }
  expect(pages.length).toBeGreaterThan(1);
  const differences = pages.flatMap((page) => page.differences);
  const decisions = pages.reduce((sum, page) => sum + page.decisions, 0);
  const same = pages.reduce((sum, page) => sum + page.same, 0);
  expect(decisions).toBeGreaterThanOrEqual(14);
  expect(same + differences.length).toBe(decisions);
  expect(pages.some((page) => (page.removedBefore['CAP_REACHED'] ?? 0) > 0)).toBe(true);
  expect(differences.find(({ orderRef }) => orderRef?.number === '7001')).toMatchObject({
    before: { id: '123' },
    after: { id: '1342' },
  });
  expect(pages.every((page) => page.removedAfter['CAP_REACHED'] === undefined)).toBe(true);
  await expect(
    routing.call('simulate', { ...period, version: 99, page: undefined }),
  ).rejects.toEqual(refusedFor('UNKNOWN_VERSION'));
});

test('a deleted store gives back what it has not accepted, and its hold goes', async () => {
  const before = peers.stock.at(STORE_123, GOODS, 'SHARED');
  expect(before.endsWith('/0')).toBe(false);
  const index = peers.stores.findIndex(({ storeId }) => storeId === '123');
  peers.stores.splice(index, 1);
  await running.deleteStore('123');
  await eventually(async () => {
    const { order } = await orders.call('getOrder', { orderRef: tmallOrder(sellerId, '7001') });
    expect(order).toMatchObject({ state: 'ALLOCATED', allocation: 2 });
    expect(order?.lines[0]?.routedPlace?.id).toBe('WH-01');
  });
  await eventually(() => {
    expect(peers.stock.at(STORE_123, GOODS, 'SHARED')).toBe('40/0');
    return Promise.resolve();
  });
});

test('an order that failed goes out when a store is back', async () => {
  const rules = { ...RULES, filters: [], warehouseFallback: false };
  const { version } = await routing.call('putDraft', { ...DRAFT, rules });
  const revision = version?.revision ?? 0;
  await routing.call('activate', {
    sellerId,
    version: version?.version ?? 0,
    revision,
    actor: '小王',
  });
  for (const store of peers.stores) store.status = StoreStatus.HOLD;
  await running.pay('8001', 1);
  await reaches('8001', 'ALLOCATE_FAILED');
  for (const store of peers.stores) store.status = StoreStatus.NORMAL;
  time.ahead += 61_000;
  expect(await placeOf('8001')).toBe('1342');
});

test('an order that no stock could be held for goes out when stock is there', async () => {
  peers.stock.set(STORE_1342, GOODS, 'SHARED', 5_000);
  await running.pay('9001', 1_000);
  await reaches('9001', 'UNFULFILLABLE');
  const asked = { orderRef: tmallOrder(sellerId, '9001'), askedBy: '小王' };
  await expect(operations.call('retryOrder', asked)).rejects.toEqual(refusedFor('NOTHING_FOUND'));
  await expect(operations.call('retryOrder', { ...asked, askedBy: '' })).rejects.toEqual(
    refusedFor('MISSING_FIELD'),
  );
  peers.stock.set(WH_01, GOODS, 'CERTAIN', 2_000);
  time.ahead += 61_000;
  expect(await placeOf('9001')).toBe('1342');
  await expect(operations.call('retryOrder', asked)).rejects.toEqual(refusedFor('NOTHING_FAILED'));
  const flag = {
    orderRef: tmallOrder(sellerId, '9001'),
    flag: 'STOCK_REFUSED',
    askedBy: '小王',
    note: '-',
  };
  await expect(operations.call('clearFlag', flag)).rejects.toEqual(refusedFor('NOT_FLAGGED'));
});
