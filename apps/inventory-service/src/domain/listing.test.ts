import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  RUN_MAX,
  addToListing,
  createListing,
  frozenRuns,
  listedAfter,
  sweepNext,
} from './listing.ts';
import type { Listing, Run } from './listing.ts';

const numbersOf = (listing: Listing, after = -1): number[] =>
  Array.from(listedAfter(listing, after), ({ number }) => number);

const numbersIn = (runs: readonly Run[]): number[] =>
  runs.flatMap(({ numbers, count }) => [...numbers.subarray(0, count)]);

const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), times: fc.integer({ min: 1, max: 3_000 }) }),
  fc.record({ do: fc.constant('forget' as const), every: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ do: fc.constant('sweep' as const), times: fc.integer({ min: 1, max: 12 }) }),
);

test('whatever is swept, all that are there are listed once and in order, and a frozen view stays', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.nat({ max: 20_000 }), (steps, after) => {
      const listing = createListing();
      const there = new Set<number>();
      let made = 0;
      for (const each of steps) {
        const runs = frozenRuns(listing);
        const before = numbersIn(runs);
        for (let nth = 0; each.do === 'add' && nth < each.times; nth += 1) {
          addToListing(listing, made, made * 2);
          there.add(made);
          made += 1;
        }
        if (each.do === 'forget') {
          for (const number of there) if (number % each.every === 0) there.delete(number);
        }
        for (let nth = 0; each.do === 'sweep' && nth < each.times; nth += 1) {
          sweepNext(listing, (address, number) => {
            expect(address).toBe(number * 2);
            return there.has(number);
          });
        }
        expect(numbersIn(runs)).toEqual(before);
        expect(listing.length).toBe(numbersOf(listing).length);
      }
      const all = numbersOf(listing);
      expect(all).toEqual(all.toSorted((a, b) => a - b));
      expect(all.filter((number) => there.has(number))).toEqual([...there]);
      expect(numbersOf(listing, after)).toEqual(all.filter((number) => number > after));
    }),
    { numRuns: 60 },
  );
});

test('a listing of which little is left takes few runs: those that are left join', () => {
  const listing = createListing();
  for (let number = 0; number < 100 * RUN_MAX; number += 1) addToListing(listing, number, number);
  const { length } = listing.runs;
  for (let nth = 0; nth < 2 * length; nth += 1) sweepNext(listing, (_, at) => at % 100 === 0);
  expect(listing.runs.length).toBeLessThan(5);
  expect(listing.length).toBeLessThan(2 * RUN_MAX + 1);
});
