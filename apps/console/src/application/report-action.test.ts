import { tmallOrder } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import { makeReportAction } from './report-action.ts';
import type { ActionCommand } from './report-action.ts';
import type {
  Clerk,
  Count,
  GoodsBack,
  Parcel,
  ReportOutcome,
  ShipOutcome,
  Shipment,
  StatusReport,
  Task,
} from './store-ports.ts';

const CLERK: Clerk = {
  login: 'xiaowang',
  name: '小王',
  sellerId: '21230',
  storeId: '1342',
  role: 'CLERK',
};
const TASK: Task = {
  orderRef: tmallOrder('21230', '1'),
  subOrderId: '11',
  storeId: '1342',
  allocation: 1,
  pickup: false,
  collected: false,
  status: 'OFFERED',
  itemId: '9001',
  skuId: '70001',
  outerId: 'SKU-A',
  title: '',
  spec: '',
  picture: '',
  quantityMilli: 2_000n,
  attributes: [],
  history: [],
  logistics: null,
  parcel: null,
};
const COMMAND: ActionCommand = {
  orderRef: tmallOrder('21230', '1'),
  allocation: 1,
  subOrderIds: ['11'],
  action: 'accept',
  reason: '',
  note: '',
  company: '',
  mailNo: '',
  counts: [],
};
const PARCEL: Parcel = {
  state: 'DONE',
  company: '顺丰速运',
  mailNo: 'SF1',
  operator: '小王',
  code: '',
  message: '',
};

/** A store with one order, and what it has been told. */
function storeWith(
  task: Partial<Task>,
  outcome: ReportOutcome = { kind: 'taken', already: false },
  shipped: ShipOutcome = { kind: 'taken', already: false, parcel: PARCEL },
) {
  const shipments: Shipment[] = [];
  const actions: { name: string; action: string }[] = [];
  const reports: StatusReport[] = [];
  const counts: Count[] = [];
  const returned: GoodsBack[] = [];
  const act = makeReportAction({
    fulfillment: {
      tasksOf: async () => [{ ...TASK, ...task }],
      report: async (_clerk, report) => {
        reports.push(report);
        return outcome;
      },
      giveBack: async (_clerk, goods) => {
        returned.push(goods);
        return outcome;
      },
      ship: async (_clerk, shipment) => {
        shipments.push(shipment);
        return shipped;
      },
    },
    stock: {
      recordCount: async (_clerk, count) => {
        counts.push(count);
        return count.countMilli !== 9_000n;
      },
    },
    journal: {
      record: async ({ clerk, action }) => {
        actions.push({ name: clerk.name, action });
      },
    },
    clock: () => new Date('2016-09-22T02:00:00Z'),
  });
  return {
    act: (command: Partial<ActionCommand>) => act(CLERK, { ...COMMAND, ...command }),
    reports,
    shipments,
    actions,
    counts,
    returned,
  };
}

test.each([
  ['accept', false, 'ACCEPTED'],
  ['accept', true, 'READY'],
  ['refuse', false, 'REFUSED'],
  ['agreeCancel', true, 'CANCEL_AGREED'],
  ['denyCancel', false, 'CANCEL_DENIED'],
  ['matched', true, 'RETURNED'],
] as const)('%s (pick-up: %s) reports %s', async (action, pickup, status) => {
  const store = storeWith({ pickup });
  expect((await store.act({ action })).ok).toBe(true);
  expect(store.reports).toMatchObject([{ status, pickup, subOrderIds: ['11'] }]);
});

test.each([
  ['outOfStock', '', { code: 'OUT_OF_STOCK', text: '' }],
  ['other', '停电', { code: 'OTHER', text: '停电' }],
  // A page of before, or of later, has other words.
  ['noPower', '', { code: '', text: 'noPower' }],
  ['', '', { code: '', text: '' }],
])('a refusal for %s is told with its reason', async (reason, note, told) => {
  const store = storeWith({});
  await store.act({ action: 'refuse', reason, note });
  expect(store.reports).toMatchObject([{ status: 'REFUSED', reason: told }]);
});

test.each([
  ['missing', [], 2_000n],
  ['damaged', [{ subOrderId: '11', countMilli: 1_000n }], 1_000n],
  ['miscounted', [{ subOrderId: '11', countMilli: 2_000n }], null],
  ['miscounted', [{ subOrderId: '11', countMilli: 9_000n }], null],
  ['closing', [], null],
])('given back for %s, so many are lost', async (reason, counts, lostMilli) => {
  const store = storeWith({ status: 'ACCEPTED' });
  expect(await store.act({ action: 'giveBack', reason, counts })).toEqual({
    ok: true,
    value: { already: false, countsRefused: [] },
  });
  expect(store.returned).toMatchObject([
    { allocation: 1, lost: lostMilli === null ? [] : [{ subOrderId: '11', lostMilli }] },
  ]);
  // The router takes them off; nothing is counted beside it.
  expect(store.counts).toEqual([]);
  expect(store.reports).toEqual([]);
  expect(store.actions).toEqual([{ name: '小王', action: 'giveBack' }]);
});

test('what a colleague has given back is told so', async () => {
  const history = [
    { status: 'ACCEPTED', at: null, operator: '小王' },
    { status: 'REFUSED', at: null, operator: '小赵' },
  ];
  const store = storeWith({ status: 'REFUSED', history }, { kind: 'taken', already: true });
  expect(await store.act({ action: 'giveBack', reason: 'missing' })).toMatchObject({
    error: { code: 'TAKEN', by: '小赵', status: 'REFUSED' },
  });
});

const SHIP = { action: 'ship', company: '顺丰速运', mailNo: 'SF1' } as const;

test('a shipment is asked of fulfillment, and what has come of it is told and kept', async () => {
  const store = storeWith({ status: 'ACCEPTED' });
  expect(await store.act(SHIP)).toEqual({ ok: true, value: { already: false, countsRefused: [] } });
  expect(store.shipments).toMatchObject([
    { orderRef: COMMAND.orderRef, allocation: 1, subOrderIds: ['11'], mailNo: 'SF1' },
  ]);
  expect(store.reports).toEqual([]);
  expect(store.actions).toEqual([{ name: '小王', action: 'ship' }]);
});

test.each<[string, Partial<Parcel>, object]>([
  ['under way', { state: 'PENDING' }, { value: { pending: true } }],
  ['being recorded', { state: 'AT_TMALL' }, { value: { pending: true } }],
  [
    'refused',
    { state: 'REFUSED', code: 'TMALL_REFUSED', message: 'B04' },
    { error: { code: 'REFUSED', reason: 'TMALL_REFUSED', message: 'B04' } },
  ],
  ['given up', { state: 'GIVEN_UP' }, { error: { code: 'REFUSED', reason: 'GIVEN_UP' } }],
])('a parcel that is %s', async (_name, parcel, expected) => {
  const shipped = { kind: 'taken', already: true, parcel: { ...PARCEL, ...parcel } } as const;
  const store = storeWith({ status: 'ACCEPTED' }, undefined, shipped);
  expect(await store.act(SHIP)).toMatchObject(expected);
});

test("a colleague's parcel is the colleague's action", async () => {
  const parcel = { ...PARCEL, state: 'PENDING', operator: '小李' } as const;
  const shipped = { kind: 'taken', already: true, parcel } as const;
  const store = storeWith({ status: 'ACCEPTED' }, undefined, shipped);
  expect(await store.act(SHIP)).toMatchObject({ ok: true, value: { already: true } });
  expect(store.actions).toEqual([]);
});

test('a shop that is not connected: told as fulfillment says it', async () => {
  const refused = { kind: 'refused', reason: 'TMALL_NOT_CONNECTED' } as const;
  const store = storeWith({ status: 'ACCEPTED' }, undefined, refused);
  const error = { code: 'REFUSED', reason: 'TMALL_NOT_CONNECTED' };
  expect(await store.act(SHIP)).toEqual({ ok: false, error });
  expect(store.actions).toEqual([]);
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
  const denied = { status: 'REFUSED', at: null, operator: '小王' };
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
  const history = [{ status: 'ACCEPTED', at: null, operator: '小李' }];
  const closed = storeWith(
    { history, status: 'ACCEPTED' },
    { kind: 'refused', reason: 'ORDER_CLOSED' },
  );
  const error = { code: 'REFUSED', reason: 'ORDER_CLOSED' };
  expect(await closed.act({ action: 'denyCancel' })).toEqual({ ok: false, error });
  const raced = storeWith({ history }, { kind: 'refused', reason: 'ILLEGAL_TRANSITION' });
  expect(await raced.act({ action: 'refuse' })).toMatchObject({
    error: { code: 'TAKEN', by: '小李' },
  });
});
