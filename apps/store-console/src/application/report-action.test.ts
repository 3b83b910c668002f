import { err, tmallOrder } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import { makeReportAction } from './report-action.ts';
import type { ActionCommand } from './report-action.ts';
import type { Clerk, Count, ReportOutcome, Shop, StatusReport, Task } from './ports.ts';

const CLERK: Clerk = {
  login: 'xiaowang',
  name: '小王',
  sellerId: '21230',
  storeId: '1342',
  role: 'CLERK',
  enabled: true,
};
const TASK: Task = {
  orderRef: tmallOrder('21230', '1'),
  subOrderId: '11',
  storeId: '1342',
  allocation: 1,
  pickup: false,
  collected: false,
  status: 'X_ALLOCATION_NOTIFIED',
  itemId: '9001',
  skuId: '70001',
  outerId: 'SKU-A',
  quantityMilli: 2_000n,
  attributes: [],
  history: [],
  logistics: null,
};
const COMMAND: ActionCommand = {
  orderRef: tmallOrder('21230', '1'),
  allocation: 1,
  subOrderIds: ['11'],
  action: 'accept',
  reason: '',
  logistics: null,
  counts: [],
};

const SHOP: Shop = { sellerId: '21230', tmallUrl: 'x', appKey: 'k', secret: 's', session: 't' };

/** A store with one order, and what it has been told. */
function storeWith(
  task: Partial<Task>,
  outcome: ReportOutcome = { kind: 'taken', already: false },
  shop: { connected: boolean; shipped: boolean } = { connected: false, shipped: false },
) {
  const reports: StatusReport[] = [];
  const counts: Count[] = [];
  const act = makeReportAction({
    fulfillment: {
      tasksOf: async () => [{ ...TASK, ...task }],
      isShippedAtTmall: async () => shop.shipped,
      report: async (_clerk, report) => {
        reports.push(report);
        return outcome;
      },
    },
    stock: {
      recordCount: async (_clerk, count) => {
        counts.push(count);
        return count.countMilli !== 9_000n;
      },
    },
    journal: { record: async () => undefined },
    shops: { find: async () => (shop.connected ? SHOP : null) },
    shippings: { load: async () => null },
    askToShip: async () => err('SHIPPING_UNDER_WAY'),
    ship: async () => undefined,
    clock: () => new Date('2016-09-22T02:00:00Z'),
  });
  return {
    act: (command: Partial<ActionCommand>) => act(CLERK, { ...COMMAND, ...command }),
    reports,
    counts,
  };
}

test.each([
  ['accept', false, 'X_SHOP_ALLOCATION'],
  ['accept', true, 'X_COMMODITY_CONFIRM'],
  ['refuse', false, 'X_SHOP_DENY'],
  ['agreeCancel', true, 'X_SHOP_CANCEL_CONFIRM'],
  ['denyCancel', false, 'X_SHOP_CANCEL_DENIED'],
  ['matched', true, 'X_MATCHED'],
] as const)('%s (pick-up: %s) reports %s', async (action, pickup, status) => {
  const store = storeWith({ pickup });
  expect((await store.act({ action })).ok).toBe(true);
  expect(store.reports).toMatchObject([{ status, pickup, subOrderIds: ['11'] }]);
});

test('a shop without a connection ships at Tmall itself: only then it is recorded here', async () => {
  const accepted = { status: 'X_SHOP_ALLOCATION' };
  const before = storeWith(accepted);
  const refusal = { code: 'REFUSED', reason: 'TMALL_NOT_CONNECTED' };
  expect(await before.act({ action: 'ship' })).toEqual({ ok: false, error: refusal });
  expect(before.reports).toEqual([]);
  const after = storeWith(accepted, undefined, { connected: false, shipped: true });
  expect((await after.act({ action: 'ship' })).ok).toBe(true);
  expect(after.reports).toMatchObject([{ status: 'X_SHOP_HANDLED' }]);
});

test('an order of another channel is not shipped at Tmall, where its number is another order', async () => {
  const store = storeWith({ status: 'X_SHOP_ALLOCATION' }, undefined, {
    connected: true,
    shipped: false,
  });
  const orderRef = { ...COMMAND.orderRef, channel: 'pos' };
  // Shipped at Tmall it would be refused: another shipment of the order is under way there.
  expect((await store.act({ action: 'ship' })).ok).toBe(false);
  expect((await store.act({ action: 'ship', orderRef })).ok).toBe(true);
  expect(store.reports).toMatchObject([{ status: 'X_SHOP_HANDLED', orderRef }]);
});

test('what may not be shipped is refused before anything is written down', async () => {
  const asked = storeWith({ status: 'X_SHOP_CANCEL' }, undefined, {
    connected: true,
    shipped: false,
  });
  expect(await asked.act({ action: 'ship' })).toMatchObject({
    error: { reason: 'ILLEGAL_TRANSITION' },
  });
  expect(asked.reports).toEqual([]);
});

test('an order of another store is not here, and nothing is reported about it', async () => {
  const store = storeWith({ storeId: '123' });
  expect(await store.act({})).toEqual({ ok: false, error: { code: 'NOT_HERE' } });
  expect(await store.act({ subOrderIds: ['11', '12'] })).toMatchObject({ ok: false });
  expect(await store.act({ subOrderIds: [] })).toMatchObject({ ok: false });
  expect(store.reports).toEqual([]);
});

test('what was seen under a former allocation is not answered', async () => {
  const store = storeWith({ allocation: 2 });
  expect(await store.act({})).toEqual({ ok: false, error: { code: 'MOVED' } });
});

test('a refusal that is told again, after its answer was lost, still records the count', async () => {
  const denied = { status: 'X_SHOP_DENY', at: null, operator: '小王' };
  const left = { storeId: '123', allocation: 2, history: [denied] };
  const store = storeWith(left, { kind: 'taken', already: true });
  const counts = [{ subOrderId: '11', countMilli: 1_000n }];
  expect(await store.act({ action: 'refuse', counts })).toEqual({
    ok: true,
    value: { already: true, countsRefused: [] },
  });
  expect(store.counts).toMatchObject([{ operationId: 'console/tmall:1/11/1/1342/count' }]);
});

test('only a refusal counts, and a count that is not taken is told', async () => {
  const counts = [{ subOrderId: '11', countMilli: 9_000n }];
  const store = storeWith({});
  await store.act({ action: 'accept', counts });
  expect(store.counts).toEqual([]);
  expect(await store.act({ action: 'refuse', counts })).toMatchObject({
    value: { countsRefused: ['11'] },
  });
});

test("another refusal of fulfillment is told as it is, not as a colleague's", async () => {
  const history = [{ status: 'X_SHOP_ALLOCATION', at: null, operator: '小李' }];
  const closed = storeWith(
    { history, status: 'X_SHOP_ALLOCATION' },
    { kind: 'refused', reason: 'TRADE_CLOSED' },
  );
  const error = { code: 'REFUSED', reason: 'TRADE_CLOSED' };
  expect(await closed.act({ action: 'denyCancel' })).toEqual({ ok: false, error });
  const raced = storeWith({ history }, { kind: 'refused', reason: 'ILLEGAL_TRANSITION' });
  expect(await raced.act({ action: 'refuse' })).toMatchObject({
    error: { code: 'TAKEN', by: '小李' },
  });
});
