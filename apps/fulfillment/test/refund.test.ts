import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fulfilment } from '../src/domain/fulfilment.ts';
import { askRefund, refundOf } from '../src/domain/refund.ts';
import { allocate, seeShipped, seeTrade } from '../src/domain/allocate.ts';
import { NOW, ORDER, SUB, after, allocation, at, line, notified, sent } from './orders.ts';

const wanted = { subOrderId: SUB, refundId: '7001', feeFen: 20_000n };
const ask = (state: Fulfilment) => askRefund(state, [wanted], NOW);
const statuses = (state: Fulfilment) => state.tasks[0]?.history.map(({ status }) => status) ?? [];
const refund = (state: Fulfilment) => {
  const [task] = state.tasks;
  return task ? refundOf(task) : null;
};
const accepted = () => after(notified(), [sent('ACCEPTED', { happenedAt: at(1) })]);

describe('the boundary is the shipment (catalogue 4.3)', () => {
  test('before it the store is asked, after it it is told to expect the goods', () => {
    expect(statuses(ask(notified()).fulfilment).at(-1)).toBe('CANCEL_ASKED');
    expect(statuses(ask(accepted()).fulfilment).at(-1)).toBe('CANCEL_ASKED');
    const handled = after(seeShipped(accepted(), [SUB]), [sent('SHIPPED', { happenedAt: at(2) })]);
    expect(statuses(ask(handled).fulfilment).at(-1)).toBe('RETURN_EXPECTED');
    expect(refund(ask(handled).fulfilment)).toMatchObject({ allowed: false });
  });

  test('a sub-order that no store has is agreed to at once, and goes nowhere any more', () => {
    const fresh = seeTrade(null, { orderRef: ORDER, lines: [line(SUB)] });
    const { fulfilment, agreed, asked } = ask(fresh);
    expect(agreed).toHaveLength(1);
    expect(asked).toEqual([]);
    expect(refund(fulfilment)).toMatchObject({ state: 'AGREED', allowed: true, place: null });
    const late = allocate(fulfilment, allocation(1, '1342'), NOW);
    expect(late.given).toEqual([]);
    expect(late.kept).toEqual([SUB]);
  });

  test('a store that has denied is not asked again about the same goods', () => {
    const asked = ask(accepted()).fulfilment;
    const denied = after(asked, [sent('CANCEL_DENIED', { happenedAt: NOW })]);
    expect(refund(denied)).toMatchObject({ state: 'DENIED', allowed: false });
    expect(ask(denied).fulfilment).toBe(denied);
  });
});

test('however often it is asked, a sub-order is cancelled once and one message is meant to be sent', () => {
  fc.assert(
    fc.property(fc.nat(5), fc.boolean(), (again, isAccepted) => {
      let state = ask(isAccepted ? accepted() : notified()).fulfilment;
      const once = state;
      for (let n = 0; n < again; n += 1) state = ask(state).fulfilment;
      expect(state).toBe(once);
      expect(state.notifications.filter(({ kind }) => kind === 'REFUND')).toHaveLength(1);
    }),
  );
});
