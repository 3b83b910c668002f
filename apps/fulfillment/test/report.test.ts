import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocate, seeClosed, seeShipped } from '../src/domain/allocate.ts';
import type { Fulfilment, Model } from '../src/domain/fulfilment.ts';
import { report } from '../src/domain/report.ts';
import type { Channel } from '../src/domain/rules.ts';
import { TRANSITIONS, isFlowStatus } from '../src/domain/status.ts';
import type { FlowStatus } from '../src/domain/status.ts';
import {
  MODELS,
  NOW,
  ORDER,
  SUB,
  SUB_2,
  after,
  allocation,
  at,
  line,
  notified,
  sent,
  verdict,
} from './orders.ts';

const two = () =>
  notified({
    lines: [SUB, SUB_2].map((id) => ({
      ...line(id),
      place: { type: 'STORE' as const, id: '1342' },
      placeName: '',
    })),
  });
const accepted = () => after(notified(), [sent('ACCEPTED', { happenedAt: at(1) })]);
const handled = () =>
  after(seeShipped(accepted(), [SUB]), [sent('SHIPPED', { happenedAt: at(2) })]);
const task = (state: Fulfilment) => state.tasks[0];
const statuses = (state: Fulfilment) => task(state)?.history.map((entry) => entry.status);

/** A status that only Astrolabe sets, as if it had. */
function withStatus(state: Fulfilment, status: FlowStatus, happenedAt: Date): Fulfilment {
  const entry = { status, happenedAt, receivedAt: happenedAt, operator: 'astrolabe', onTime: true };
  return {
    ...state,
    tasks: state.tasks.map((one) => {
      const { allocation: n, place } = one;
      return { ...one, status, history: [...one.history, { ...entry, allocation: n, place }] };
    }),
  };
}

describe('interfaces and setters, by model A B C D (catalogue 1.3 and 1.4)', () => {
  const rows: [Channel, string, string][] = [
    ['OMNIORDER', 'ACCEPTED', 'OUT_OF_SCOPE OUT_OF_SCOPE taken taken'],
    ['CONSOLE', 'ACCEPTED', 'taken taken OUT_OF_SCOPE OUT_OF_SCOPE'],
    ['STATUS_SYNC', 'ACCEPTED', 'OUT_OF_SCOPE WRONG_SETTER OUT_OF_SCOPE taken'],
    ['STATUS_UPDATE', 'ACCEPTED', 'OUT_OF_SCOPE OUT_OF_SCOPE taken OUT_OF_SCOPE'],
    ['STATUS_SYNC', 'OFFERED', 'OUT_OF_SCOPE already OUT_OF_SCOPE already'],
    ['STATUS_UPDATE', 'OFFERED', 'OUT_OF_SCOPE OUT_OF_SCOPE WRONG_SETTER OUT_OF_SCOPE'],
    ['STATUS_SYNC', 'REGISTERED', 'OUT_OF_SCOPE taken OUT_OF_SCOPE taken'],
    ['OMNIORDER', 'CANCEL_ASKED', 'OUT_OF_SCOPE OUT_OF_SCOPE WRONG_SETTER WRONG_SETTER'],
    ['STATUS_SYNC', 'RETURN_EXPECTED', 'OUT_OF_SCOPE WRONG_SETTER OUT_OF_SCOPE WRONG_SETTER'],
  ];
  test.each(rows)('%s %s: %s', (channel, status, expected) => {
    const words = Object.values(MODELS).map((model) =>
      verdict(notified(), sent(status, { channel }), model),
    );
    expect(words.join(' ')).toBe(expected);
  });
});

describe('in time (white paper 5.4)', () => {
  const minutesAfter = (minutes: number, seconds = 0) =>
    new Date(NOW.getTime() + (minutes * 60 + seconds) * 1_000);
  const answered = (status: string, happenedAt: Date, receivedAt: Date) => {
    const taken = report(notified(), sent(status, { happenedAt }), MODELS.C, receivedAt);
    return taken.ok ? [taken.value.onTime, taken.value.changed[0]?.history.at(-1)?.onTime] : null;
  };

  test.each(['ACCEPTED', 'REFUSED'])(
    '%s 5:56 after the notice is late, although it was reported at once',
    (status) => {
      const late = minutesAfter(5, 56);
      expect(answered(status, late, late)).toEqual([false, false]);
      const inTime = minutesAfter(4, 59);
      expect(answered(status, inTime, inTime)).toEqual([true, true]);
    },
  );

  test('an answer in time whose report is on its way for less than five minutes is in time', () => {
    expect(answered('ACCEPTED', minutesAfter(2), minutesAfter(6))).toEqual([true, true]);
    expect(answered('ACCEPTED', minutesAfter(2), minutesAfter(7))).toEqual([false, false]);
  });

  test('a notice counts from its allocation', () => {
    const late = allocate(null, allocation(1, '1342'), new Date(at(0).getTime() + 300_000));
    expect(late.given[0]?.history[0]?.onTime).toBe(false);
    expect(notified().tasks[0]?.history[0]?.onTime).toBe(true);
  });
});

describe('one report', () => {
  test.each([
    ['TRANSFERRING', {}, 'NOT_SUPPORTED'],
    ['TRANSFERRED', {}, 'NOT_SUPPORTED'],
    ['A_NEW_ONE', {}, 'UNKNOWN_STATUS'],
    ['ACCEPTED', { place: null }, 'MISSING_FIELD'],
    ['ACCEPTED', { flow: null }, 'MISSING_FIELD'],
    ['ACCEPTED', { flow: 'PICKUP' }, 'WRONG_FLOW'],
    ['ACCEPTED', { storeId: '123' }, 'WRONG_PLACE'],
    ['ACCEPTED', { place: { type: 'WAREHOUSE', id: '1342' } }, 'WRONG_PLACE'],
    ['ACCEPTED', { subOrderIds: [SUB, '1'] }, 'UNKNOWN_SUB_ORDER'],
    ['SHIPPED', { logistics: null }, 'MISSING_FIELD'],
    ['SHIPPED', {}, 'ILLEGAL_TRANSITION'],
    ['READY', {}, 'ILLEGAL_TRANSITION'],
    ['PACKED', { place: null, flow: null }, 'taken'],
  ] as const)('%s %o is %s', (status, more, expected) => {
    expect(verdict(notified(), sent(status, more))).toBe(expected);
  });

  test.each(['logisticId', 'logisticCompany', 'mailNo'] as const)(
    'no shipment without %s',
    (key) => {
      const logistics = { logisticId: '1', logisticCompany: '顺丰', mailNo: '2', description: '' };
      const state = seeShipped(accepted(), [SUB]);
      expect(verdict(state, sent('SHIPPED', { logistics }))).toBe('taken');
      const less = { ...logistics, [key]: '' };
      expect(verdict(state, sent('SHIPPED', { logistics: less }))).toBe('MISSING_FIELD');
    },
  );

  test('nobody knows the trade, or no place has the sub-order yet', () => {
    expect(verdict(null, sent('ACCEPTED'))).toBe('UNKNOWN_TRADE');
    const bare = { ...notified(), tasks: notified().tasks.map((one) => ({ ...one, place: null })) };
    expect(verdict(bare, sent('ACCEPTED'))).toBe('NOT_ALLOCATED');
  });

  test('counts for all its sub-orders or for none', () => {
    const one = after(two(), [sent('ACCEPTED', { subOrderIds: [SUB] })]);
    const both = [SUB, SUB_2];
    expect(verdict(one, sent('REFUSED', { subOrderIds: both }))).toBe('ILLEGAL_TRANSITION');
    expect(one.tasks[1]?.status).toBe('OFFERED');
    const rest = after(one, [sent('ACCEPTED', { subOrderIds: both })]);
    expect(rest.tasks.every(({ status }) => status === 'ACCEPTED')).toBe(true);
  });

  test('the shipment is taken after Tmall has it, sub-order by sub-order; no POS, no wait', () => {
    const state = after(two(), [sent('ACCEPTED', { subOrderIds: [SUB, SUB_2] })]);
    const partly = seeShipped(state, [SUB]);
    const consigned = (subOrderIds: string[]) => sent('SHIPPED', { subOrderIds });
    expect(verdict(state, consigned([SUB]))).toBe('TRADE_NOT_SHIPPED');
    expect(verdict(partly, consigned([SUB, SUB_2]))).toBe('TRADE_NOT_SHIPPED');
    expect(verdict(partly, consigned([SUB]))).toBe('taken');
    const clerk = { ...consigned([SUB]), channel: 'CONSOLE' as const };
    expect(verdict(state, clerk, MODELS.A)).toBe('taken');
  });

  test('a repeat changes nothing and keeps the first verdict on lateness', () => {
    const state = handled();
    for (const status of ['OFFERED', 'ACCEPTED', 'SHIPPED']) {
      const late = sent(status, { channel: 'STATUS_SYNC' });
      expect(report(state, late, MODELS.D, at(30))).toMatchObject({
        ok: true,
        value: { changed: [], onTime: true, fulfilment: state },
      });
    }
  });

  test('the ISV that allocates is told of it', () => {
    const told = (model: Model) =>
      after(notified({ notify: false }), [sent('ACCEPTED')], model).notifications.map(
        ({ kind, state }) => `${kind} ${state}`,
      );
    expect(told(MODELS.C)).toEqual([]);
    expect(told(MODELS.D)).toEqual(['ACCEPTED PLANNED']);
  });
});

describe('order of events, not of arrival', () => {
  test('working steps are put where they happened and only go on', () => {
    const state = after(notified(), [
      sent('PACKED', { happenedAt: at(3) }),
      sent('PICKED', { happenedAt: at(2) }),
    ]);
    expect(statuses(state)).toEqual(['OFFERED', 'PICKED', 'PACKED']);
    expect(verdict(state, sent('INSPECTED', { happenedAt: at(4) }))).toBe('ILLEGAL_TRANSITION');
    expect(verdict(state, sent('INSPECTED', { happenedAt: at(3) }))).toBe('taken');
  });

  test('an acceptance before a cancel counts as accepted, though it is told after it', () => {
    const cancelled = withStatus(notified(), 'CANCEL_ASKED', at(3));
    const before = after(cancelled, [sent('ACCEPTED', { happenedAt: at(2) })]);
    expect(statuses(before)?.slice(1)).toEqual(['ACCEPTED', 'CANCEL_ASKED']);
    expect(task(before)?.status).toBe('CANCEL_ASKED');
    const later = sent('ACCEPTED', { happenedAt: at(4) });
    expect(verdict(cancelled, later)).toBe('ILLEGAL_TRANSITION');
  });

  test('a clock that is behind does not keep a store from accepting', () => {
    const late = notified({ allocatedAt: at(2) });
    expect(verdict(late, sent('ACCEPTED', { happenedAt: at(1) }))).toBe('taken');
  });

  test('denied: the goods are out, the shipment is still taken', () => {
    const cancelled = withStatus(accepted(), 'CANCEL_ASKED', at(2));
    const denied = after(cancelled, [sent('CANCEL_DENIED', { happenedAt: at(3) })]);
    const shipped = sent('SHIPPED', { happenedAt: at(4) });
    expect(task(after(seeShipped(denied, [SUB]), [shipped]))?.status).toBe('SHIPPED');
  });
});

describe('allocations that were replaced', () => {
  const denied = () => after(notified(), [sent('REFUSED', { happenedAt: at(0, 30) })]);

  test('the former place has no say, but may repeat its refusal', () => {
    const moved = allocate(denied(), allocation(2, '123'), NOW).fulfilment;
    expect(verdict(moved, sent('ACCEPTED'))).toBe('WRONG_PLACE');
    expect(verdict(moved, sent('REFUSED'))).toBe('already');
    const taken = sent('ACCEPTED', { storeId: '123', happenedAt: at(2) });
    expect(verdict(moved, taken)).toBe('taken');
    const unasked = allocate(notified(), allocation(2, '123'), NOW).fulfilment;
    expect(verdict(unasked, sent('REFUSED'))).toBe('WRONG_PLACE');
  });

  test('a place that has it again is not bound by what it said before', () => {
    const again = allocate(denied(), allocation(2, '1342'), NOW).fulfilment;
    expect(verdict(again, sent('REFUSED', { happenedAt: at(0, 30) }))).toBe('STALE');
    expect(verdict(again, sent('ACCEPTED', { happenedAt: at(1) }))).toBe('taken');
  });

  test('goods that have left are not sent elsewhere; a waiting or accepted order is', () => {
    const late = allocate(handled(), allocation(2, '123'), NOW);
    expect(late).toMatchObject({ given: [], kept: [SUB] });
    expect(late.fulfilment.tasks).toEqual(handled().tasks);
    for (const state of [notified(), accepted(), denied()]) {
      expect(allocate(state, allocation(2, '123'), NOW)).toMatchObject({
        given: [{ place: { id: '123' }, status: 'OFFERED' }],
        kept: [],
      });
    }
  });
});

test('a closed order is neither accepted nor shipped any more', () => {
  const closed = seeClosed(seeShipped(accepted(), [SUB]), ORDER, [SUB]);
  expect(verdict(closed, sent('SHIPPED'))).toBe('ORDER_CLOSED');
  const waiting = seeClosed(notified(), ORDER, [SUB]);
  expect(verdict(waiting, sent('ACCEPTED'))).toBe('ORDER_CLOSED');
  expect(waiting).toMatchObject({
    notifyAt: null,
    notifications: [{ state: 'PLANNED', nextAt: null }],
  });
  expect(verdict(seeClosed(handled(), ORDER, [SUB]), sent('SHIPPED'))).toBe('already');
});

test('whatever is told in whatever order, the statuses are a path of the table', () => {
  const codes = ['ACCEPTED', 'REFUSED', 'SHIPPED', 'PACKED', 'PICKED'];
  const told = fc.record({
    status: fc.constantFrom(...codes, 'ship', 'allocate', 'close'),
    storeId: fc.constantFrom('1342', '123'),
    minute: fc.integer({ min: 0, max: 9 }),
  });
  const step = (
    state: Fulfilment,
    { status, storeId, minute }: { status: string; storeId: string; minute: number },
  ) => {
    if (status === 'ship') return seeShipped(state, [SUB]);
    if (status === 'close') return seeClosed(state, ORDER, [SUB]);
    if (status === 'allocate') {
      const next = (task(state)?.allocation ?? 0) + 1;
      return allocate(state, allocation(next, storeId), NOW).fulfilment;
    }
    const one = sent(status, { storeId, happenedAt: at(minute) });
    const result = report(state, one, MODELS.C, NOW);
    return result.ok ? result.value.fulfilment : state;
  };
  fc.assert(
    fc.property(fc.array(told, { maxLength: 30 }), (sequence) => {
      let state = notified();
      for (const one of sequence) {
        const before = task(state);
        state = step(state, one);
        const left = before?.status === 'SHIPPED';
        if (left) expect(task(state)?.place).toEqual(before.place);
        if (!left && task(state)?.status === 'SHIPPED') {
          expect(before).toMatchObject({ shippedAtTmall: true, closed: false });
        }
      }
      for (let n = 1; n <= (task(state)?.allocation ?? 0); n += 1) {
        const path = (task(state)?.history ?? [])
          .filter((entry) => entry.allocation === n)
          .flatMap(({ status }) => (isFlowStatus(status) ? [status] : []));
        path.slice(1).forEach((status, index) => {
          expect(TRANSITIONS.SHIP[path[index] ?? 'NEW']).toContain(status);
        });
      }
    }),
    { numRuns: 500 },
  );
});

test('what happened more than ten minutes from now is refused, from a working step on', () => {
  const ahead = (minutes: number) => ({ happenedAt: new Date(NOW.getTime() + minutes * 60_000) });
  for (const status of ['ACCEPTED', 'PACKED']) {
    expect(verdict(notified(), sent(status, ahead(60)))).toBe('IN_THE_FUTURE');
    expect(verdict(notified(), sent(status, ahead(9)))).toBe('taken');
  }
});
