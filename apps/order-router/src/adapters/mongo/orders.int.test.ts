import { err, ok, tmallOrder } from '@astrolabe/kernel';
import { testDatabase } from '@astrolabe/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { SELLER, SUB, WH_01, line, placed } from '../../../test/world.ts';
import type { Orders } from '../../application/ports.ts';
import type { OrderCommand } from '../../domain/commands.ts';
import { decide } from '../../domain/decide.ts';
import { flagged } from '../../domain/flags.ts';
import type { OrderState } from '../../domain/order.ts';
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

test('only orders whose lease ran out are due, and a taken one no longer', async () => {
  await change('102', paid('102'));
  const mine = async (at: Date) =>
    (await orders.due(at, 100)).filter(({ number }) => number === '102');
  expect(await mine(NOW)).toEqual([]);
  const later = new Date(NOW.getTime() + 60_000);
  expect(await mine(later)).toEqual([tmallOrder(SELLER, '102')]);
  const [a, b] = await Promise.all([
    change('102', { kind: 'stepTaken' }, later),
    change('102', { kind: 'stepTaken' }, later),
  ]);
  expect(a.drive).not.toBe(b.drive);
  expect(await mine(later)).toEqual([]);
});

describe('lists', () => {
  test('newest first, by pages, by status', async () => {
    const sellerId = '777';
    for (const tradeId of ['1', '2', '3']) {
      const command = paid(tradeId, sellerId);
      await orders.change(tmallOrder(sellerId, tradeId), (s) => decide(s, command, NOW));
    }
    const page = async (after: string, status = '', flag = '') => {
      const listed = await orders.list({ sellerId, status, flag, limit: 2, after });
      if (!listed.ok) throw new Error(listed.error);
      return listed.value;
    };
    const first = await page('');
    const second = await page(first.next);
    const ids = [...first.items, ...second.items].map((item) => item.state.orderRef.number);
    expect(ids).toEqual(['3', '2', '1']);
    expect(second.next).toBe('');
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
    expect(await orders.list({ sellerId, status: '', flag: '', limit: 2, after: 'x' })).toEqual({
      ok: false,
      error: 'INVALID_PAGE_TOKEN',
    });
  });
});
