import type { Place } from '@astrolabe/kernel';
import { samePlace } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Line } from './allocation.ts';
import { choose } from './choose.ts';
import type { Offer } from './choose.ts';

const store = (id: string): Place => ({ type: 'STORE', id });
const WAREHOUSE: Place = { type: 'WAREHOUSE', id: 'WH-01' };

const line = (subOrderId: string, values: Partial<Line> = {}): Line => ({
  subOrderId,
  goods: { itemId: '9001', skuId: '70001', outerId: 'SKU-A' },
  quantityMilli: 2_000n,
  deducted: WAREHOUSE,
  place: null,
  kind: null,
  told: false,
  refusedBy: [],
  missed: [],
  ...values,
});

const offer = (subOrderId: string, id: string, shared: number, certain = 0): Offer => ({
  subOrderId,
  place: store(id),
  sharedMilli: BigInt(shared),
  certainMilli: BigInt(certain),
});

const deducted = (subOrderId: string) => ({ subOrderId, place: WAREHOUSE });

describe('choosing a place', () => {
  test('shared stock before certain stock, then the larger quantity', () => {
    const offers = [offer('1', '7', 0, 9_000), offer('1', '8', 3_000), offer('1', '9', 5_000)];
    expect(choose([line('1')], offers, [])).toEqual([
      { subOrderId: '1', place: store('9'), kind: 'SHARED' },
    ]);
  });

  test('one place for all lines before a better one for each', () => {
    const offers = [offer('1', '7', 9_000), offer('1', '8', 2_000), offer('2', '8', 2_000)];
    const places = choose([line('1'), line('2')], offers, []).map(({ place }) => place.id);
    expect(places).toEqual(['8', '8']);
  });

  test('an order is split where no place serves all of it', () => {
    const offers = [offer('1', '7', 9_000), offer('2', '8', 2_000)];
    const places = choose([line('1'), line('2')], offers, []).map(({ place }) => place.id);
    expect(places).toEqual(['7', '8']);
  });

  test('what no store can take stays where it was deducted, unless that place refused', () => {
    expect(choose([line('1')], [], [deducted('1')])).toEqual([
      { subOrderId: '1', place: WAREHOUSE, kind: 'CERTAIN' },
    ]);
    expect(choose([line('1', { refusedBy: [WAREHOUSE] })], [], [deducted('1')])).toEqual([]);
  });

  test('a chosen store has the stock, has not refused, and the order of the offers is nothing', () => {
    const ids = fc.constantFrom('1', '2', '3', '4');
    const offers = fc.uniqueArray(fc.tuple(ids, fc.nat(6_000), fc.nat(6_000)), {
      selector: ([id]) => id,
    });
    const refusing = fc.array(ids, { maxLength: 3 });
    fc.assert(
      fc.property(offers, refusing, (given, refused) => {
        const one = line('1', { refusedBy: refused.map(store) });
        const offered = given.map(([id, shared, certain]) => offer('1', id, shared, certain));
        const choices = choose([one], offered, []);
        expect(choose([one], offered.toReversed(), [])).toEqual(choices);
        for (const { place, kind } of choices) {
          const at = offered.find((seen) => samePlace(seen.place, place));
          const milli = kind === 'SHARED' ? at?.sharedMilli : at?.certainMilli;
          expect(milli).toBeGreaterThanOrEqual(one.quantityMilli);
          expect(refused).not.toContain(place.id);
        }
      }),
    );
  });
});
