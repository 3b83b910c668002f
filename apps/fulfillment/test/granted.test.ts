import { describe, expect, test } from 'vitest';
import { allocate, seeClosed, seeShipped, seeTrade } from '../src/domain/allocate.ts';
import { isListed } from '../src/domain/fulfilment.ts';
import type { Fulfilment } from '../src/domain/fulfilment.ts';
import { closeIdle } from '../src/domain/granted.ts';
import type { Granted } from '../src/domain/granted.ts';
import { hearRefunds } from '../src/domain/refund-news.ts';
import { recallLost, refundOf } from '../src/domain/refund.ts';
import { report } from '../src/domain/report.ts';
import { withdrawRefunds } from '../src/domain/withdrawal.ts';
import { MODELS, NOW, ORDER, SUB, after, allocation, at, line, notified, sent } from './orders.ts';

const granted = (more: Partial<Granted> = {}): Granted => ({
  subOrderId: SUB,
  refundId: '7001',
  feeFen: 20_000n,
  granted: true,
  closed: false,
  ...more,
});
/** As a trade that is closed has it: no refund of its own. */
const CLOSED = granted({ refundId: '', closed: true });
const hear = (state: Fulfilment, ...news: Parameters<typeof hearRefunds>[1]) =>
  hearRefunds(state, news, NOW, NOW);
const grant = (state: Fulfilment, one = granted()) => hear(state, one).fulfilment;
const task = (state: Fulfilment) => {
  const [first] = state.tasks;
  if (!first) throw new Error('no task');
  return first;
};
const told = (state: Fulfilment) =>
  state.notifications.filter(({ kind }) => kind.startsWith('REFUND')).map(({ kind }) => kind);
const later = (status: string) => sent(status, { happenedAt: NOW });
const accepted = () => after(notified(), [sent('ACCEPTED', { happenedAt: at(1) })]);
const verdict = (state: Fulfilment, status: string) => {
  const taken = report(state, later(status), MODELS.C, NOW);
  return taken.ok ? 'taken' : taken.error;
};

describe.each([
  ['a quick refund', granted()],
  ['a closed trade', CLOSED],
])('%s', (_name, news) => {
  test.each([
    ['told', notified],
    ['accepted', accepted],
  ])('of goods that a store has %s: it is asked once', (_state, before) => {
    const state = grant(before(), news);
    expect(task(state).status).toBe('CANCEL_ASKED');
    expect(refundOf(task(state))).toMatchObject({ state: 'WAITING_STORE', granted: true });
    expect(told(state)).toEqual(['REFUND']);
    expect(state.notifications.at(-1)?.refunds).toMatchObject([{ granted: true }]);
    expect(grant(state, news)).toBe(state);
    expect(grant(state, CLOSED)).toBe(state);
    for (const status of ['ACCEPTED', 'REFUSED', 'SHIPPED']) {
      if (status === 'ACCEPTED' && before === accepted) continue;
      expect(verdict(seeShipped(state, [SUB]), status)).toBe('ORDER_CLOSED');
    }
    expect(verdict(state, 'CANCEL_AGREED')).toBe('taken');
  });

  test('whose order is closed before: the store may still answer, and sees it in its list', () => {
    const state = grant(seeClosed(accepted(), ORDER, [SUB]), news);
    expect(task(state)).toMatchObject({ closed: true, status: 'CANCEL_ASKED' });
    expect(isListed(task(state))).toBe(true);
    const back = after(state, [later('CANCEL_AGREED')]);
    expect(refundOf(task(back))).toMatchObject({ state: 'AGREED', allowed: true });
    expect(isListed(task(back))).toBe(false);
  });

  test('is not marked as shipped, nor taken back', () => {
    const state = grant(accepted(), news);
    expect(task(seeShipped(state, [SUB])).shippedAtTmall).toBe(false);
    expect(withdrawRefunds(state, [{ subOrderId: SUB, refundId: '7001' }], NOW).withdrawn).toEqual(
      [],
    );
  });

  test('goods that were out already: shipped without Tmall, and expected back', () => {
    const out = after(grant(accepted(), news), [later('CANCEL_DENIED')]);
    const taken = report(out, later('SHIPPED'), MODELS.C, NOW);
    if (!taken.ok) throw new Error(taken.error);
    const { fulfilment, asked } = recallLost(taken.value.fulfilment, taken.value.changed, NOW);
    expect(asked).toHaveLength(1);
    expect(task(fulfilment).status).toBe('RETURN_EXPECTED');
    expect(fulfilment.notifications.at(-1)?.refunds).toMatchObject([{ afterSale: true }]);
    expect(verdict(fulfilment, 'RETURNED')).toBe('taken');
  });
});

test('asked first, granted then: not asked again, but the tables show it', () => {
  const { granted: _granted, closed: _closed, ...wanted } = granted();
  const asked = hear(accepted(), wanted).fulfilment;
  const state = grant(asked);
  expect(told(state)).toEqual(['REFUND', 'REFUND_CHANGED']);
  expect(refundOf(task(state))).toMatchObject({ state: 'WAITING_STORE', granted: true });
  expect(grant(state, CLOSED)).toBe(state);
  // An older message about the same refund.
  expect(hear(state, wanted).fulfilment).toBe(state);
});

test('after the shipment the store is told to expect the goods', () => {
  const shipped = after(seeShipped(accepted(), [SUB]), [sent('SHIPPED', { happenedAt: at(2) })]);
  const state = grant(shipped);
  expect(task(state).status).toBe('RETURN_EXPECTED');
  expect(state.notifications.at(-1)?.refunds).toMatchObject([{ afterSale: true }]);
});

describe('of money alone', () => {
  const money = granted({ amountOnly: true });

  test('nobody is asked, before the shipment or after it', () => {
    expect(task(grant(accepted(), money)).status).toBe('ACCEPTED');
    const shipped = after(seeShipped(accepted(), [SUB]), [sent('SHIPPED', { happenedAt: at(2) })]);
    const state = grant(shipped, money);
    expect(task(state).status).toBe('SHIPPED');
    expect(task(grant(state, CLOSED)).status).toBe('SHIPPED');
  });

  test('a trade that is closed by it before the goods have left is not shipped', () => {
    const state = grant(accepted(), { ...money, closed: true });
    expect(task(state).status).toBe('CANCEL_ASKED');
  });
});

describe('goods that no place has', () => {
  const fresh = () => seeTrade(null, { orderRef: ORDER, lines: [line(SUB)] });

  test('a quick refund is agreed to at once', () => {
    const { fulfilment, agreed } = hear(fresh(), granted());
    expect(agreed).toHaveLength(1);
    expect(refundOf(task(fulfilment))).toMatchObject({ state: 'AGREED', granted: true });
  });

  test('of a closed trade go to no store any more, and nobody is told', () => {
    const state = grant(closeIdle(fresh(), [CLOSED]), CLOSED);
    expect(told(state)).toEqual([]);
    const { given, kept } = allocate(state, allocation(1, '1342'), NOW);
    expect([given, kept]).toEqual([[], [SUB]]);
  });

  test('that a store has refused neither', () => {
    const denied = after(notified(), [sent('REFUSED', { happenedAt: at(1) })]);
    const state = grant(closeIdle(denied, [CLOSED]), CLOSED);
    expect(told(state)).toEqual([]);
    expect(allocate(state, allocation(2, '123'), NOW).given).toEqual([]);
  });
});

describe('answers of an operator', () => {
  const answer = (state: Fulfilment, status: string, model: keyof typeof MODELS) => {
    const one = sent(status, { happenedAt: NOW, channel: 'OPERATOR' });
    const taken = report(state, one, MODELS[model], NOW);
    return taken.ok ? 'taken' : taken.error;
  };

  test.each(['A', 'B', 'C', 'D'] as const)('model %s: about refunds, and nothing else', (model) => {
    const state = grant(accepted());
    expect(answer(state, 'CANCEL_AGREED', model)).toBe('taken');
    expect(answer(state, 'CANCEL_DENIED', model)).toBe('taken');
    expect(answer(state, 'RETURNED', model)).toBe('ORDER_CLOSED');
    expect(answer(accepted(), 'CANCEL_AGREED', model)).toBe('ILLEGAL_TRANSITION');
    expect(answer(accepted(), 'SHIPPED', model)).toBe('WRONG_SETTER');
    expect(answer(notified(), 'ACCEPTED', model)).toBe('WRONG_SETTER');
  });
});

test('model B: a warehouse has no console, so the seller’s system answers for it', () => {
  const place = { type: 'WAREHOUSE' as const, id: 'WH-01' };
  const lines = [{ ...line(), place, placeName: '' }];
  const state = grant(allocate(null, allocation(1, '', { lines }), NOW).fulfilment);
  const one = { ...later('CANCEL_AGREED'), channel: 'STATUS_SYNC' as const };
  expect(report(state, { ...one, place }, MODELS.B, NOW).ok).toBe(true);
  const store = { type: 'STORE' as const, id: '1342' };
  expect(report(state, { ...one, place: store }, MODELS.B, NOW)).toEqual({
    ok: false,
    error: 'WRONG_SETTER',
  });
});
