import { tmallOrder } from '@astrolabe/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fact, OrderFacts, Step } from './facts.ts';
import { noFacts, withFact } from './facts.ts';
import { addOrder, figuresOf, newTally } from './figures.ts';
import { RollupBuilder, addDay } from './rollup.ts';

const PAID_AT = Date.parse('2016-09-22T02:00:00Z');
const after = (seconds: number): Date => new Date(PAID_AT + seconds * 1_000);
const STORES = ['1342', '123', '7'];

const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({
    kind: fc.constant('STEP' as const),
    step: fc.constantFrom<Step[]>('ALLOCATED', 'NOTIFIED', 'ACCEPTED', 'REFUSED', 'CONSIGNED'),
    allocation: fc.integer({ min: 1, max: 3 }),
    place: fc.record({
      type: fc.constantFrom('STORE' as const, 'WAREHOUSE' as const),
      id: fc.constantFrom(...STORES),
    }),
    subOrderIds: fc.subarray(['1', '2'], { minLength: 1 }),
    at: fc.integer({ min: 0, max: 900 }).map(after),
    toldAt: fc.integer({ min: 0, max: 1_800 }).map(after),
  }),
  fc.record({
    kind: fc.constant('SIGNED' as const),
    subOrderIds: fc.subarray(['1', '2'], { minLength: 1 }),
    at: fc.integer({ min: 0, max: 9_999 }).map(after),
  }),
);
const anyOrder: fc.Arbitrary<OrderFacts> = fc
  .tuple(fc.boolean(), fc.array(anyFact, { maxLength: 12 }))
  .map(([isPaid, facts]) => {
    const paid: Fact = { kind: 'PAID', at: after(0) };
    return [...(isPaid ? [paid] : []), ...facts].reduce(
      withFact,
      noFacts(tmallOrder('21230', '1')),
    );
  });
const anyDays = fc.array(fc.array(anyOrder, { maxLength: 6 }), { maxLength: 4 });

test('law: days that are compacted give the figures that their orders give', () => {
  fc.assert(
    fc.property(anyDays, fc.constantFrom(null, ...STORES), (days, storeId) => {
      const [raw, compacted] = [newTally(storeId), newTally(storeId)];
      for (const [index, orders] of days.entries()) {
        const builder = new RollupBuilder();
        for (const order of orders) {
          addOrder(raw, order);
          builder.add(order);
        }
        // As the database gives it back.
        addDay(compacted, structuredClone(builder.done('21230', `2016-09-0${index + 1}`)));
      }
      expect(figuresOf(compacted)).toEqual(figuresOf(raw));
    }),
  );
});
