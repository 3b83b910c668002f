import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SUB, line, placed } from '../../test/world.ts';
import type { LineState, OrderState, OrderStatus } from './order.ts';
import { newOrder } from './placed.ts';
import { ORDER_QUEUES, queuesOf, stagesOf, standing } from './standing.ts';

const NOW = new Date('2016-09-22T02:00:00Z');
const later = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const settings = { allocator: 'astrolabe', acceptor: 'pos' } as const;
const order: OrderState = {
  ...newOrder(
    { ...placed(), traceId: 't', lines: [{ ...line(SUB), goodsId: 'g-1', rides: false }] },
    settings,
    NOW,
  ),
  paid: true,
};

const withLine = (change: object): OrderState => ({
  ...order,
  lines: order.lines.map((one) => ({ ...one, ...change })),
});

describe('queues', () => {
  test('an order that was paid waits to be routed, then for its store', () => {
    expect(queuesOf(order)).toEqual(['UNROUTED']);
    expect(queuesOf({ ...order, status: 'ALLOCATED' })).toEqual(['WAITING_FOR_STORE']);
    expect(queuesOf({ ...order, status: 'ACCEPTED' })).toEqual([]);
    expect(queuesOf({ ...order, paid: false })).toEqual([]);
  });

  test('a refusal stands until another store has it', () => {
    const refusedBy = [{ type: 'STORE', id: '1342' }];
    const refused = withLine({ refusedBy, decided: 'WAITING' });
    expect(queuesOf(refused)).toEqual(['UNROUTED', 'REFUSED']);
    expect(queuesOf(withLine({ refusedBy, decided: 'ALLOCATED' }))).not.toContain('REFUSED');
  });

  test('what an operator holds waits for nothing else, until it is over', () => {
    const hold = { by: '小李', reason: '客户要改地址', at: NOW };
    expect(queuesOf({ ...order, hold })).toEqual(['UNROUTED', 'ON_HOLD']);
    expect(queuesOf({ ...withLine({ decided: 'CLOSED' }), hold })).not.toContain('ON_HOLD');
  });

  test('goods that nobody knows, and a flag, whatever the status', () => {
    const unknown = { ...withLine({ goodsId: '', decided: 'FAILED' }), status: 'UNFULFILLABLE' };
    expect(queuesOf(unknown as OrderState)).toEqual(['UNFILLABLE', 'UNKNOWN_SKU']);
    expect(queuesOf(withLine({ goodsId: '', rides: true }))).not.toContain('UNKNOWN_SKU');
    const flagged: OrderState = { ...order, status: 'SHIPPED', flags: ['STOCK_REFUSED'] };
    expect(queuesOf(flagged)).toEqual(['STOCK_REFUSED']);
  });
});

test('a stage has passed those before it', () => {
  expect(stagesOf({ ...order, paid: false })).toEqual(['RECEIVED']);
  expect(stagesOf(order)).toEqual(['RECEIVED', 'PAID']);
  expect(stagesOf({ ...order, status: 'SHIPPED' })).toHaveLength(5);
});

test('who stays in a queue keeps the time of coming; who leaves is noted', () => {
  const first = standing(null, order, NOW);
  expect(first.waits).toEqual({ UNROUTED: NOW });
  const same = standing(first, { ...first, status: 'ROUTING' }, later(1));
  expect(same.waits).toEqual({ UNROUTED: NOW });
  expect(same.passages).toEqual(first.passages);
  const next = standing(same, { ...same, status: 'ALLOCATED' }, later(2));
  expect(next.waits).toEqual({ WAITING_FOR_STORE: later(2) });
  expect(next.passages.slice(first.passages.length)).toEqual([
    { kind: 'STAGE', name: 'ROUTED', at: later(2) },
    { kind: 'LEFT', name: 'UNROUTED', at: later(2) },
    { kind: 'CAME', name: 'WAITING_FOR_STORE', at: later(2) },
  ]);
});

test('whatever happens, what came and has not left is what waits, and the passages are bounded', () => {
  const status = fc.constantFrom<OrderStatus>('ROUTING', 'ALLOCATED', 'ACCEPTED', 'UNFULFILLABLE');
  const decided = fc.constantFrom<LineState>('WAITING', 'ALLOCATED', 'FAILED', 'CLOSED');
  fc.assert(
    fc.property(fc.array(fc.tuple(status, decided), { maxLength: 60 }), (steps) => {
      let state = standing(null, order, NOW);
      for (const [index, [next, line]] of steps.entries()) {
        const lines = state.lines.map((one) => ({ ...one, decided: line }));
        state = standing(state, { ...state, status: next, lines }, later(index + 1));
      }
      expect(Object.keys(state.waits)).toEqual(queuesOf(state));
      for (const queue of ORDER_QUEUES) {
        const last = state.passages.findLast(
          ({ kind, name }) => kind !== 'STAGE' && name === queue,
        );
        expect(last?.kind === 'CAME').toBe(queue in state.waits);
      }
      const stages = state.passages.filter(({ kind }) => kind === 'STAGE').map(({ name }) => name);
      expect(new Set(stages).size).toBe(stages.length);
      expect(state.passages.length).toBeLessThanOrEqual(32 + 5);
    }),
  );
});
