import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allocate,
  seeClosed,
  seeReopened,
  seeShipped,
  seeTrade,
  takeUpWaiting,
} from '../src/domain/allocate.ts';
import type { Fulfilment, StatusEntry, WantedRefund } from '../src/domain/fulfilment.ts';
import { closeIdle, isLost } from '../src/domain/granted.ts';
import { hearRefunds } from '../src/domain/refund-news.ts';
import { recallLost, refundOf } from '../src/domain/refund.ts';
import { report } from '../src/domain/report.ts';
import { isFlowStatus, mayFollow } from '../src/domain/status.ts';
import type { FlowStatus } from '../src/domain/status.ts';
import { withdrawRefunds } from '../src/domain/withdrawal.ts';
import {
  MODELS,
  NOW,
  ORDER,
  SUB,
  after,
  allocation,
  at,
  line,
  notified,
  sent,
  verdict,
} from './orders.ts';

const ask = (state: Fulfilment, refundId = '7001') =>
  hearRefunds(state, [{ subOrderId: SUB, refundId, feeFen: 20_000n }], NOW, NOW).fulfilment;
const withdraw = (state: Fulfilment, refundId = '7001') =>
  withdrawRefunds(state, [{ subOrderId: SUB, refundId }], NOW);
const without = (state: Fulfilment, refundId = '7001') => {
  const { fulfilment, withdrawn } = withdraw(state, refundId);
  return takeUpWaiting(fulfilment, withdrawn, NOW).fulfilment;
};
const accepted = () => after(notified(), [sent('ACCEPTED', { happenedAt: at(1) })]);
const shipped = (state = accepted()) =>
  after(seeShipped(state, [SUB]), [sent('SHIPPED', { happenedAt: at(2) })]);
const now = (status: string) => sent(status, { happenedAt: NOW });
const task = (state: Fulfilment) => {
  const [first] = state.tasks;
  if (!first) throw new Error('no task');
  return first;
};
const refund = (state: Fulfilment) => refundOf(task(state));

describe('a refund that the store has not answered', () => {
  test.each([
    ['OFFERED', () => notified()],
    ['ACCEPTED', accepted],
  ])('is void, and the sub-order is %s as before', (status, start) => {
    const state = without(ask(start()));
    expect(task(state).status).toBe(status);
    expect(refund(state)).toMatchObject({ state: 'WITHDRAWN', allowed: false, answeredAt: null });
  });

  test('the store may accept and ship, but no longer answer', () => {
    const state = without(ask(notified()));
    expect(verdict(state, now('CANCEL_AGREED'))).toBe('REFUND_WITHDRAWN');
    expect(verdict(state, now('CANCEL_DENIED'))).toBe('REFUND_WITHDRAWN');
    expect(verdict(state, now('ACCEPTED'))).toBe('taken');
    expect(task(shipped(after(state, [now('ACCEPTED')]))).status).toBe('SHIPPED');
  });

  test('can be asked again, and the store is asked again', () => {
    const again = ask(without(ask(accepted())), '7002');
    expect(task(again).status).toBe('CANCEL_ASKED');
    expect(refund(again)).toMatchObject({ state: 'WAITING_STORE' });
    expect(verdict(again, now('CANCEL_AGREED'))).toBe('taken');
  });
});

test('after the store agreed nobody has the sub-order until it is allocated again', () => {
  const agreed = after(ask(accepted()), [now('CANCEL_AGREED')]);
  const state = without(seeClosed(agreed, ORDER, [SUB]));
  expect(task(state)).toMatchObject({ status: null, place: null });
  expect(refund(state)).toMatchObject({ state: 'WITHDRAWN', allowed: false });
  expect(verdict(state, now('CANCEL_AGREED'))).toBe('REFUND_WITHDRAWN');
  const { fulfilment, given } = allocate(seeReopened(state, [SUB]), allocation(2, '1342'), NOW);
  expect(given).toHaveLength(1);
  expect(task(fulfilment).status).toBe('OFFERED');
  expect(verdict(fulfilment, now('ACCEPTED'))).toBe('taken');
});

test('an allocation that came meanwhile waits for the answer, and is taken up', () => {
  const asked = ask(notified());
  const { fulfilment: late, kept } = allocate(asked, allocation(2, '123'), NOW);
  expect(kept).toEqual([SUB]);
  expect(task(late)).toMatchObject({ status: 'CANCEL_ASKED', place: { id: '1342' } });
  const { fulfilment, withdrawn } = withdraw(late);
  const { fulfilment: state, given } = takeUpWaiting(fulfilment, withdrawn, NOW);
  expect(given).toHaveLength(1);
  expect(task(state)).toMatchObject({
    status: 'OFFERED',
    allocation: 2,
    place: { id: '123' },
  });
  expect(task(state).waiting).toBeUndefined();
  expect(state.notifications.at(-1)).toMatchObject({ kind: 'ALLOCATED', allocation: 2 });
});

test('nothing is taken up of goods that the store has put back', () => {
  const late = allocate(ask(notified()), allocation(2, '123'), NOW).fulfilment;
  const { fulfilment, withdrawn } = withdraw(after(late, [now('CANCEL_AGREED')]));
  expect(takeUpWaiting(fulfilment, withdrawn, NOW).given).toEqual([]);
});

test('what the store denied stays denied: the goods are out', () => {
  const state = without(after(ask(notified()), [now('CANCEL_DENIED')]));
  expect(task(state).status).toBe('CANCEL_DENIED');
  expect(refund(state)).toMatchObject({ state: 'WITHDRAWN', allowed: false });
  expect(allocate(state, allocation(2, '123'), NOW).kept).toEqual([SUB]);
  const again = ask(state, '7002');
  expect(refund(again)).toMatchObject({ state: 'DENIED', allowed: false });
  expect(task(shipped(again)).status).toBe('SHIPPED');
});

test('goods that were to come back stay with the buyer; goods that are back stay back', () => {
  const waiting = ask(shipped());
  expect(task(without(waiting)).status).toBe('SHIPPED');
  const back = after(waiting, [now('RETURNED')]);
  const late = withdraw(back);
  expect(late.withdrawn).toEqual([]);
  expect(refund(late.fulfilment)).toMatchObject({ state: 'RETURNED', allowed: true });
});

test('a withdrawal before its refund: nobody is asked, whatever is repeated', () => {
  const state = without(accepted());
  expect(ask(state)).toBe(state);
  expect(withdraw(state)).toEqual({ fulfilment: state, withdrawn: [] });
  expect(task(ask(state, '7002')).status).toBe('CANCEL_ASKED');
});

describe('a refund that the buyer changes', () => {
  const change = (state: Fulfilment, more: Partial<WantedRefund>, publishedAt = NOW) =>
    hearRefunds(
      state,
      [{ subOrderId: SUB, refundId: '7001', feeFen: 20_000n, ...more }],
      publishedAt,
      NOW,
    );
  const kinds = (state: Fulfilment) => state.notifications.map(({ kind }) => kind);

  test('in its amount: the tables hear of it, the store is not asked again', () => {
    const asked = ask(accepted());
    const { fulfilment, asked: again } = change(asked, { feeFen: 15_000n });
    expect(again).toEqual([]);
    expect(task(fulfilment).status).toBe('CANCEL_ASKED');
    expect(task(fulfilment).refund?.feeFen).toBe(15_000n);
    expect(kinds(fulfilment)).toEqual([...kinds(asked), 'REFUND_CHANGED']);
    // The first message, come late, does not bring its amount back.
    expect(change(fulfilment, {}, at(0)).fulfilment).toBe(fulfilment);
  });

  test('to money alone: the question is void; and back to goods: it is asked', () => {
    const { fulfilment, freed } = change(ask(accepted()), { feeFen: 500n, amountOnly: true });
    expect(freed).toHaveLength(1);
    expect(task(fulfilment).status).toBe('ACCEPTED');
    expect(refund(fulfilment)).toMatchObject({ state: 'AMOUNT_ONLY', allowed: true });
    expect(verdict(fulfilment, now('CANCEL_AGREED'))).toBe('REFUND_WITHDRAWN');
    expect(task(change(fulfilment, {}).fulfilment).status).toBe('CANCEL_ASKED');
  });
});

describe('a refund of money alone', () => {
  const money = { subOrderId: SUB, refundId: '7001', feeFen: 500n, amountOnly: true as const };
  const heard = (state: Fulfilment) => hearRefunds(state, [money], NOW, NOW);

  test.each([
    ['at no place', () => seeTrade(null, { orderRef: ORDER, lines: [line(SUB)] })],
    ['at a store', () => notified()],
    ['accepted', accepted],
    ['shipped', () => shipped()],
  ])('%s: nobody is asked, and the sub-order stays as it is', (_name, start) => {
    const before = start();
    const { fulfilment, asked, agreed, freed } = heard(before);
    expect([asked, agreed, freed]).toEqual([[], [], []]);
    expect(task(fulfilment)).toMatchObject({
      status: task(before).status,
      history: task(before).history,
    });
    expect(refund(fulfilment)).toMatchObject({ state: 'AMOUNT_ONLY', allowed: true });
    expect(heard(fulfilment).fulfilment).toBe(fulfilment);
    const over = without(fulfilment);
    expect(task(over).status).toBe(task(before).status);
    expect(refund(over)).toMatchObject({ state: 'WITHDRAWN', allowed: false });
    expect(heard(over).fulfilment).toBe(over);
  });
});

test('goods that left after a denial: a void wish for their return leaves the denial on record', () => {
  const steps = ['ask 1', 'CANCEL_DENIED', 'shipped at Tmall', 'SHIPPED', 'ask 2'];
  const asked = steps.reduce(step, accepted());
  expect(task(asked).status).toBe('RETURN_EXPECTED');
  for (const over of [step(asked, 'withdraw 2'), step(asked, 'money 2')]) {
    const { status, history } = task(over);
    expect(status).toBe('SHIPPED');
    const standing = history.filter((entry) => !entry.withdrawn).map((entry) => entry.status);
    expect(standing.slice(-3)).toEqual(['CANCEL_ASKED', 'CANCEL_DENIED', 'SHIPPED']);
  }
});

test('the withdrawal of an older refund leaves the newer one alone', () => {
  const newer = ask(without(ask(accepted(), '7001'), '7001'), '7002');
  expect(refund(without(newer, '7001'))).toMatchObject({ state: 'WAITING_STORE' });
});

const EVENTS = [
  'ask 1',
  'ask 2',
  'money 1',
  'money 2',
  'grant 1',
  'grant 2',
  'close',
  'withdraw 1',
  'withdraw 2',
  'ACCEPTED',
  'REFUSED',
  'CANCEL_AGREED',
  'CANCEL_DENIED',
  'SHIPPED',
  'RETURNED',
  'allocate',
  'shipped at Tmall',
] as const;

/** Where goods may be whose money is back: asked about, answered for, or expected again. */
const OF_LOST: readonly (FlowStatus | null)[] = [
  'CANCEL_ASKED',
  'CANCEL_AGREED',
  'CANCEL_DENIED',
  'RETURN_EXPECTED',
  'RETURNED',
];

/** What counts of an allocation must be a path of the table from its beginning. */
function isLegalPath(entries: readonly StatusEntry[]): boolean {
  const path = entries
    .filter((entry) => !entry.withdrawn)
    .map(({ status }) => status)
    .filter((status): status is FlowStatus => isFlowStatus(status));
  return path.every((status, index) => mayFollow('SHIP', path[index - 1] ?? null, status));
}

test('asked, withdrawn, answered, allocated and shipped in any order: only legal states', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 25 }), (plan) => {
      let state = seeTrade(null, { orderRef: ORDER, lines: [line(SUB)] });
      for (const event of plan) {
        const before = state;
        state = step(state, event);
        const { status, history, allocation: current } = task(state);
        const own = history.filter((entry) => entry.allocation === current && current > 0);
        expect(isLegalPath(own.filter(({ place }) => place !== null))).toBe(true);
        const standing = own.findLast((entry) => !entry.withdrawn);
        if (status !== null) expect(status).toBe(history.findLast((e) => !e.withdrawn)?.status);
        if (status === 'SHIPPED') expect(standing?.status).toBe('SHIPPED');
        // Goods that have left, or are out, are never allowed to go anywhere else.
        const left = task(before).history.some((entry) => entry.status === 'SHIPPED');
        if (left) expect(current).toBe(task(before).allocation);
        if (isLost(task(before))) expect(OF_LOST).toContain(status);
        const found = refund(state);
        if (found?.allowed && found.state !== 'AMOUNT_ONLY') {
          expect(['CANCEL_AGREED', 'RETURNED']).toContain(status);
        }
        if (found?.state === 'AMOUNT_ONLY') {
          expect(['CANCEL_ASKED', 'RETURN_EXPECTED']).not.toContain(status);
        }
        if (found?.state === 'WITHDRAWN') {
          expect(['CANCEL_ASKED', 'CANCEL_AGREED']).not.toContain(status);
        }
      }
    }),
    { numRuns: 5_000 },
  );
});

function step(state: Fulfilment, event: string): Fulfilment {
  const [verb, id] = event.split(' ');
  if (verb === 'ask') return ask(state, id);
  if (verb === 'money') {
    const one = { subOrderId: SUB, refundId: id ?? '', feeFen: 1n, amountOnly: true as const };
    return hearRefunds(state, [one], NOW, NOW).fulfilment;
  }
  if (verb === 'grant' || verb === 'close') {
    const closed = verb === 'close';
    const one = { subOrderId: SUB, refundId: id ?? '', feeFen: 1n, granted: true as const, closed };
    return hearRefunds(closeIdle(state, [one]), [one], NOW, NOW).fulfilment;
  }
  if (verb === 'withdraw') return without(state, id);
  if (event === 'shipped at Tmall') return seeShipped(state, [SUB]);
  if (event === 'allocate') {
    return allocate(state, allocation(task(state).allocation + 1, '1342'), NOW).fulfilment;
  }
  const taken = report(state, now(event), MODELS.C, NOW);
  if (!taken.ok) return state;
  return recallLost(taken.value.fulfilment, taken.value.changed, NOW).fulfilment;
}
