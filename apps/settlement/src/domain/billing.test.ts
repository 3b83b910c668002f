import { daysAfter, tmallOrder } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AGES_FROM_DAYS, ageOf, agedBetween, billingOf, hourAt } from './billing.ts';
import { bill, check, credit, record } from './receivable.ts';
import type { Receivable } from './receivable.ts';

const NOW = new Date('2026-11-30T04:00:00Z');
const ORDER = { orderRef: tmallOrder('21230', '1'), traceId: 't' };
const shipment = {
  ...ORDER,
  postFeeFen: 10n,
  lines: [
    {
      subOrderId: '1',
      goodsId: 'g',
      quantityMilli: 1_000n,
      amountFen: 100n,
      shippedAt: NOW,
      place: null,
    },
  ],
};
const row = (rowNo: string, amountFen: bigint) => ({
  billNo: 'B-1',
  rowNo,
  amountFen,
  importedAt: NOW,
  importedBy: 'li',
});
type Step = (state: Receivable | null) => Receivable | null;
const taking =
  (rowNo: string, amountFen: bigint): Step =>
  (state) => {
    const next = bill(state, { ...ORDER, row: row(rowNo, amountFen) }, NOW);
    if (!next.ok) throw new Error(next.error);
    return next.value;
  };
const shipping: Step = (state) => {
  const next = record(state, shipment, NOW);
  if (!next.ok) throw new Error(next.error);
  return next.value;
};
const run = (...steps: readonly Step[]) =>
  steps.reduce<Receivable | null>((s, step) => step(s), null);

test('no bill, the amount, another amount, and an order that was never shipped are told apart', () => {
  const of = (amountFen: bigint, isShipped: boolean, ...billed: bigint[]) =>
    billingOf({ amountFen, isShipped, billed: billed.map((one) => ({ amountFen: one })) });
  expect(of(0n, true)).toEqual({ match: 'NOTHING', differenceFen: 0n });
  expect(of(5n, true)).toEqual({ match: 'UNBILLED', differenceFen: 0n });
  expect(of(5n, true, 7n, -2n)).toEqual({ match: 'MATCHED', differenceFen: 0n });
  expect(of(5n, true, 7n)).toEqual({ match: 'DIFFERS', differenceFen: 2n });
  // All of it came back, and the platform has taken back what it had paid.
  expect(of(0n, true, 5n, -5n)).toEqual({ match: 'MATCHED', differenceFen: 0n });
  expect(of(0n, false, 5n)).toEqual({ match: 'UNSHIPPED', differenceFen: 5n });
});

test('rows and the shipment come in any order and any number of times, and come to the same', () => {
  const facts = [shipping, taking('1', 60n), taking('2', 60n), taking('3', -10n)];
  const wanted = { match: 'MATCHED', differenceFen: 0n };
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...facts, ...facts, ...facts], { minLength: 12 }),
      (steps: Step[]) => {
        const state = run(...steps);
        if (!state) throw new Error('nothing was recorded');
        check(state);
        expect(state.billing).toEqual(wanted);
        expect(state.billed.map(({ rowNo }) => rowNo).toSorted()).toEqual(['1', '2', '3']);
        expect(state.amountFen).toBe(110n);
      },
    ),
  );
});

test('goods that come back after the bill differ until the platform takes their price back', () => {
  const back: Step = (state) =>
    credit(state, { ...ORDER, subOrderIds: ['1'], returnedAt: NOW }, NOW);
  const differs = run(shipping, taking('1', 110n), back);
  expect(differs?.billing).toEqual({ match: 'DIFFERS', differenceFen: 100n });
  expect(taking('2', -100n)(differs)?.billing.match).toBe('MATCHED');
});

describe('a row', () => {
  test('again changes nothing, and with another amount is refused', () => {
    const state = run(shipping, taking('1', 110n));
    const again = { ...ORDER, row: row('1', 110n) };
    expect(bill(state, again, NOW)).toEqual({ ok: true, value: state });
    expect(bill(state, { ...ORDER, row: row('1', 111n) }, NOW)).toEqual({
      ok: false,
      error: 'ROW_DIFFERS',
    });
  });

  test('is one of a hundred at the most', () => {
    const steps = Array.from({ length: 100 }, (_, index) => taking(String(index), 1n));
    const full = run(...steps);
    const more = { ...ORDER, row: row('100', 1n) };
    expect(bill(full, more, NOW)).toEqual({ ok: false, error: 'TOO_MANY_ROWS' });
  });
});

test('each instant has one age, which is the one that its list asks for and that of its hour', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 200 * 86_400 }),
      fc.integer({ min: 0, max: 3_599 }),
      (seconds, later) => {
        const now = new Date(NOW.getTime() + later * 1_000);
        const at = new Date(now.getTime() - seconds * 1_000);
        const within = AGES_FROM_DAYS.filter((days) => {
          const { from, to } = agedBetween(days, now) ?? { from: null, to: null };
          return (!from || at >= from) && (!to || at < to);
        });
        expect(within).toEqual([ageOf(at, now)]);
        expect(ageOf(new Date(hourAt(at)), now)).toBe(ageOf(at, now));
        expect(ageOf(at, now)).toBeLessThanOrEqual(seconds / 86_400);
      },
    ),
  );
  expect(ageOf(new Date(daysAfter(NOW, -8).getTime() - 1), NOW)).toBe(8);
  expect(agedBetween(5, NOW)).toBeNull();
});
