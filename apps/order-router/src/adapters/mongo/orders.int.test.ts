import { err, ok, tmallOrder } from '@astrolabe/kernel';
import { testDatabase } from '@astrolabe/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { SELLER, SUB, WH_01, line, placed } from '../../../test/world.ts';
import type { OrderQuery, Orders } from '../../application/ports.ts';
import type { OrderCommand } from '../../domain/commands.ts';
import { decide } from '../../domain/decide.ts';
import { flagged } from '../../domain/flags.ts';
import type { OrderState } from '../../domain/order.ts';
import { createOverview } from './order-overview.ts';
import { createOrders } from './orders.ts';

const NOW = new Date('2016-09-22T02:00:05Z');
const database = await testDatabase();
const transitions: string[] = [];
let orders: Orders;

beforeAll(async () => {
  orders = await createOrders({
    db: database.db,
    topic: 'orders',
    wake: () => undefined,
    clock: () => NOW,
    encode: (_state, event) => ({ type: event.type, payload: new Uint8Array([1]) }),
    onTransition: (from, to) => void transitions.push(`${from}>${to}`),
  });
});

const paid = (tradeId: string, sellerId = SELLER): OrderCommand => ({
  kind: 'orderPaid',
  origin: { source: 'gateway.ingress/$x', sequence: 1n },
  settings: { allocator: 'isv', acceptor: 'pos' },
  placed: {
    ...placed({ orderRef: tmallOrder(sellerId, tradeId), paymentFen: 2n ** 60n }),
    traceId: 't',
    lines: [{ ...line(SUB), goodsId: 'g-1', rides: false }],
  },
});

const change = async (state: OrderState | string, command: OrderCommand, now = NOW) => {
  const name = typeof state === 'string' ? tmallOrder(SELLER, state) : state.orderRef;
  const result = await orders.change(name, (s) => decide(s, command, now));
  if (!result.ok) throw new Error(result.error);
  return result.value;
};

const loaded = async (tradeId: string): Promise<OrderState> => {
  const found = await orders.load(tmallOrder(SELLER, tradeId));
  if (!found) throw new Error('no such order');
  return found.state;
};

test('an order comes back as it was stored, dots and dollars in names and all', async () => {
  const first = await change('100', paid('100'));
  expect(first.drive).toBe(true);
  expect(await loaded('100')).toEqual(first.state);
  const stepId = 'order:tmall:100:reserve';
  const done = { kind: 'done', places: { [SUB]: WH_01 } } as const;
  await change('100', { kind: 'stepDone', stepId, outcome: done, choice: null });
  const target = {
    subOrderId: SUB,
    place: { type: 'STORE', id: '1342' },
    placeName: '店',
    kind: 'SHARED',
    attributes: { 'gift.$id': 'G-1', $set: '' },
  } as const;
  const report = {
    status: 'ALLOCATED',
    subOrderId: SUB,
    description: '',
    target,
    held: false,
  } as const;
  const routing = await change('100', { kind: 'reportAllocation', lines: [report] });
  expect(await loaded('100')).toEqual(routing.state);
  const routeId = routing.state?.steps[0]?.id ?? '';
  const end = await change('100', {
    kind: 'stepDone',
    stepId: routeId,
    outcome: { kind: 'done', places: {} },
    choice: null,
  });
  expect(await loaded('100')).toEqual(end.state);
  expect(transitions).toEqual([
    'NEW>RECEIVED',
    'RECEIVED>AWAITING_ALLOCATION',
    'AWAITING_ALLOCATION>ROUTING',
    'ROUTING>ALLOCATED',
  ]);
});

test('what changes nothing writes nothing, and a refusal passes through', async () => {
  await change('101', paid('101'));
  const before = await orders.load(tmallOrder(SELLER, '101'));
  await change('101', paid('101'));
  const after = await orders.load(tmallOrder(SELLER, '101'));
  expect(after?.version).toBe(before?.version);
  const refused = await orders.change(tmallOrder(SELLER, 'none'), (s) =>
    decide(s, { kind: 'reportAllocation', lines: [] }, NOW),
  );
  expect(refused).toEqual({ ok: false, error: 'UNKNOWN_TRADE' });
  const nothing = await orders.change(tmallOrder(SELLER, 'none'), (s) =>
    decide(s, { kind: 'stepTaken' }, NOW),
  );
  expect(nothing).toMatchObject({ ok: true, value: { state: null } });
  expect(await orders.load(tmallOrder(SELLER, 'none'))).toBeNull();
});

/** A list that is narrowed by nothing. */
const ANY = {
  status: '',
  flag: '',
  channel: '',
  place: null,
  paidFrom: null,
  paidTo: null,
  queue: '',
  stage: '',
  stageDay: '',
  isBrief: false,
  text: '',
};

const WITHIN = { timeout: 20_000 } as const;

test('only orders whose lease ran out are due, and a taken one no longer', async () => {
  await change('102', paid('102'));
  const mine = async (at: Date) =>
    (await orders.due(at, 100)).names.filter(({ number }) => number === '102');
  expect(await mine(NOW)).toEqual([]);
  const later = new Date(NOW.getTime() + 60_000);
  // Queries see a change a little later.
  await expect.poll(() => mine(later), WITHIN).toEqual([tmallOrder(SELLER, '102')]);
  const [a, b] = await Promise.all([
    change('102', { kind: 'stepTaken' }, later),
    change('102', { kind: 'stepTaken' }, later),
  ]);
  expect(a.drive).not.toBe(b.drive);
  await expect.poll(() => mine(later), WITHIN).toEqual([]);
});

describe('lists', () => {
  test('newest first, by pages, by status', async () => {
    const sellerId = '777';
    for (const tradeId of ['1', '2', '3']) {
      const command = paid(tradeId, sellerId);
      await orders.change(tmallOrder(sellerId, tradeId), (s) => decide(s, command, NOW));
    }
    const page = async (after: string, status = '', flag = '') => {
      const listed = await orders.list({ ...ANY, sellerId, status, flag, limit: 2, after });
      if (!listed.ok) throw new Error(listed.error);
      return listed.value;
    };
    const first = await page('');
    const second = await page(first.next);
    const ids = [...first.items, ...second.items].map((item) => item.state.orderRef.number);
    expect(ids).toEqual(['3', '2', '1']);
    expect(second.next).toBe('');
    const brief = await orders.list({ ...ANY, sellerId, isBrief: true, limit: 1, after: '' });
    const [whole] = first.items;
    expect(whole?.state.timeline).not.toEqual([]);
    const unlisted = { decisions: [], steps: [], inbox: {}, passages: [] };
    const state = { ...whole?.state, ...unlisted, timeline: [], actions: [] };
    expect(brief).toMatchObject({ ok: true, value: { items: [{ state }] } });
    expect((await page('', 'CLOSED')).items).toEqual([]);
    expect((await page('', 'RECEIVED')).items).toHaveLength(2);
    expect((await page('', '', 'STOCK_REFUSED')).items).toEqual([]);
    const flag = (state: OrderState | null) =>
      state
        ? ok({ state: flagged(state, 'STOCK_REFUSED'), events: [], drive: false })
        : err('UNKNOWN_TRADE' as const);
    await orders.change(tmallOrder(sellerId, '2'), flag);
    const withFlag = (await page('', 'RECEIVED', 'STOCK_REFUSED')).items;
    expect(withFlag.map(({ state }) => state.orderRef.number)).toEqual(['2']);
    expect(await orders.list({ ...ANY, sellerId, limit: 2, after: 'x' })).toEqual({
      ok: false,
      error: 'INVALID_PAGE_TOKEN',
    });
  });
});

describe('what people look at', () => {
  const sellerId = '778';
  const overview = createOverview(database.db, () => new Date('2016-09-22T03:10:00Z'));
  const found = async (query: Partial<OrderQuery>): Promise<string[]> => {
    const listed = await orders.list({ ...ANY, sellerId, limit: 10, after: '', ...query });
    if (!listed.ok) throw new Error(listed.error);
    return listed.value.items.map(({ state }) => state.orderRef.number);
  };
  const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
  const put = async (number: string, command: OrderCommand, now: Date) =>
    await change({ orderRef: tmallOrder(sellerId, number) } as OrderState, command, now);

  beforeAll(async () => {
    const command = paid('1', sellerId);
    await put('1', command, NOW);
    const stepId = 'order:tmall:1:reserve';
    const held = { kind: 'done', places: { [SUB]: WH_01 } } as const;
    await put('1', { kind: 'stepDone', stepId, outcome: held, choice: null }, NOW);
    const other = paid('2', sellerId);
    if (other.kind !== 'orderPaid') throw new TypeError('another kind');
    const lines = [{ ...line('S-2'), skuId: 'SKU-2', goodsId: '', rides: false }];
    const placedAt = { ...other.placed, lines, buyerRef: 'B-2', paidAt: at(-120) };
    await put('2', { ...other, placed: placedAt }, at(1));
    await put('3', paid('3', sellerId), at(2));
    // Counts are of what queries see; a list waits for it.
    expect(await found({})).toHaveLength(3);
  });

  test('queues count who stands in them, the oldest first, with what came in the last full hour', async () => {
    const queues = await overview.queues(sellerId);
    const [unrouted, waiting, , unfillable, , unknown] = queues;
    expect(unrouted).toMatchObject({
      queue: 'UNROUTED',
      count: 2,
      isMore: false,
      came: 2,
      left: 0,
    });
    expect(unrouted?.oldestSince).toEqual(NOW);
    expect(waiting).toMatchObject({ count: 0, oldestSince: null, nextAt: null, came: 0 });
    expect(unfillable).toMatchObject({ queue: 'UNFILLABLE', count: 1, oldestSince: at(1) });
    expect(unfillable?.nextAt).not.toBeNull();
    expect(unknown).toMatchObject({ queue: 'UNKNOWN_SKU', count: 1, came: 1 });
    expect(await found({ queue: 'UNROUTED' })).toEqual(['1', '3']);
    expect(await found({ queue: 'UNKNOWN_SKU' })).toEqual(['2']);
    expect(await found({ queue: 'NONE' })).toEqual([]);
  });

  test('stages are counted by channel and hour; of what is not measured nothing is said', async () => {
    const channels = (await overview.stages(sellerId, '2016-09-22')) ?? [];
    const of = (channel: string) => channels.find((one) => one.channel === channel)?.stages ?? [];
    const [received, paidStage, routed] = of('tmall');
    // Ten o'clock in Shanghai; the hours after eleven have not begun.
    expect(received).toEqual({ stage: 'RECEIVED', hours: [...Array(10).fill(0), 3, 0] });
    expect(paidStage?.hours[10]).toBe(3);
    expect(routed?.hours.every((count) => count === 0)).toBe(true);
    expect(of('govmall').map(({ stage }) => stage)).toEqual(['RECEIVED']);
    expect(await overview.stages(sellerId, '2016-02-30')).toBeNull();
    expect(await found({ stage: 'PAID', stageDay: '2016-09-22', channel: 'tmall' })).toHaveLength(
      3,
    );
    expect(await found({ stage: 'SHIPPED', stageDay: '2016-09-22' })).toEqual([]);
    expect(await found({ stage: 'PAID', stageDay: 'today' })).toEqual([]);
  });

  test('an order is found by any of its numbers, and filters combine', async () => {
    expect(await found({ text: 'S-2' })).toEqual(['2']);
    expect(await found({ text: 'SKU-2' })).toEqual(['2']);
    expect(await found({ text: 'B-2' })).toEqual(['2']);
    expect(await found({ text: '3' })).toEqual(['3']);
    expect(await found({ text: 'nothing' })).toEqual([]);
    expect(await found({ text: 'S-2', status: 'RECEIVED' })).toEqual([]);
    expect(await found({ text: 'S-2', channel: 'tmall', status: 'UNFULFILLABLE' })).toEqual(['2']);
    expect(await found({ channel: '1688' })).toEqual([]);
    expect(await found({ place: { type: 'STORE', id: '1342' } })).toEqual([]);
    expect(await found({ paidTo: at(-60) })).toEqual(['2']);
    expect(await found({ paidFrom: at(-60), status: 'RECEIVED' })).toEqual(['3']);
  });
});
