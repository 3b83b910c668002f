import { DAY_MS } from '@astrolabe/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MATCHES, ageOf, hourAt } from './billing.ts';
import { NO_SUMS, totalOf, withReceivables } from './receivable-sums.ts';
import type { HourSums, Summed } from './receivable-sums.ts';

const NOW = new Date('2026-11-30T04:20:00Z');
const FAR = 9_007_199_254_740_993n;

const receivable = fc.record({
  at: fc.integer({ min: 0, max: 120 * DAY_MS }).map((ago) => new Date(NOW.getTime() - ago)),
  channel: fc.constantFrom('tmall', 'pos'),
  match: fc.constantFrom(null, ...MATCHES),
  amountFen: fc.bigInt({ min: -FAR, max: FAR }),
  differenceFen: fc.bigInt({ min: -FAR, max: FAR }),
  discrepancy: fc.option(
    fc.record({
      kind: fc.constantFrom('PAYMENT' as const, 'TOTAL' as const),
      differenceFen: fc.bigInt({ min: -FAR, max: FAR }),
    }),
  ),
});

/** Adds them one after the other, or all of an hour at once. */
function hoursOf(all: readonly (Summed & { at: Date })[], size: number): Map<number, HourSums> {
  const hours = new Map<number, HourSums>();
  for (const [hour, some] of Map.groupBy(all, ({ at }) => hourAt(at))) {
    for (let from = 0; from < some.length; from += size) {
      const part = some.slice(from, from + size).map(({ at: _at, ...one }) => one);
      hours.set(hour, withReceivables(hours.get(hour) ?? NO_SUMS, part));
    }
  }
  return hours;
}

const added = (fens: readonly bigint[]): bigint => fens.reduce((sum, one) => sum + one, 0n);

test('hours come to what their receivables come to, to the fen, whatever they were added with', () => {
  fc.assert(
    fc.property(fc.array(receivable), fc.integer({ min: 1, max: 5 }), (all, size) => {
      const total = totalOf(hoursOf(all, size), NOW);
      for (const { match, channel, fromDays, ...sum } of total.counts) {
        const fit = all.filter(
          (one) =>
            one.match === match && one.channel === channel && ageOf(one.at, NOW) === fromDays,
        );
        expect(sum).toEqual({
          count: fit.length,
          amountFen: added(fit.map(({ amountFen }) => amountFen)),
          differenceFen: added(fit.map(({ differenceFen }) => differenceFen)),
        });
      }
      const settled: readonly (string | null)[] = ['MATCHED', 'NOTHING', null];
      const counted = total.counts.reduce((sum, { count }) => sum + count, 0);
      expect(counted).toBe(all.filter(({ match }) => !settled.includes(match)).length);
      expect(total.notCounted).toBe(all.filter(({ match }) => match === null).length);
      const differ = all.flatMap(({ discrepancy }) => discrepancy ?? []);
      expect(total.discrepancies.reduce((sum, { count }) => sum + count, 0)).toBe(differ.length);
      expect(added(total.discrepancies.map(({ differenceFen }) => differenceFen))).toBe(
        added(differ.map(({ differenceFen }) => differenceFen)),
      );
      expect(total).toEqual(totalOf(hoursOf(all, 100), NOW));
    }),
  );
});

test('of the last 30 days what bills have settled is a part of all that is to be settled', () => {
  const of = (days: number, match: Summed['match']) => ({
    at: new Date(NOW.getTime() - days * DAY_MS),
    channel: 'tmall',
    match,
    amountFen: 1n,
    differenceFen: 0n,
    discrepancy: null,
  });
  const all = [of(1, 'MATCHED'), of(2, 'UNBILLED'), of(3, 'NOTHING'), of(31, 'MATCHED')];
  expect(totalOf(hoursOf(all, 1), NOW)).toMatchObject({ recentMatched: 1, recentAll: 2 });
});
