import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSkuList, inPool, listedWithin, modifiedWithin } from './sku-list.ts';
import type { SkuRow } from './sku-list.ts';

const row = fc.record({
  id: fc.string({ minLength: 1, maxLength: 3 }),
  sku: fc.string({ minLength: 1 }),
  poolIds: fc.array(fc.constantFrom('A', 'B')),
  listed: fc.boolean(),
  listedAt: fc.option(fc.nat({ max: 50 })),
  modifiedAt: fc.array(fc.nat({ max: 50 })),
  revision: fc.bigInt({ min: 1n, max: 5n }),
});

/** The newest row of each id; of two with one revision the one that came last. */
function newest(rows: readonly SkuRow[]): SkuRow[] {
  const known = new Map<string, SkuRow>();
  for (const one of rows) {
    const before = known.get(one.id);
    if (!before || before.revision <= one.revision) known.set(one.id, one);
  }
  return [...known.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

test('pages of any size have all rows that fit, the newest of each, once and in order', () => {
  fc.assert(
    fc.property(
      fc.array(row),
      fc.array(row),
      fc.integer({ min: 1, max: 4 }),
      (some, more, size) => {
        const list = createSkuList();
        const span = { from: new Date(10), until: new Date(30) };
        some.forEach((one) => list.put(one));
        list.page(() => true, { size: 1, token: '' });
        more.forEach((one) => list.put(one));
        const all = newest([...some, ...more]);
        expect(list.size).toBe(all.length);
        for (const fits of [inPool('A'), listedWithin(span), modifiedWithin(span)]) {
          const told: string[] = [];
          let token = '';
          do {
            const page = list.page(fits, { size, token });
            expect(page.rows.length).toBeLessThanOrEqual(size);
            told.push(...page.rows);
            token = page.next;
          } while (token !== '');
          expect(told).toEqual(all.filter(fits).map(({ sku }) => sku));
        }
      },
    ),
  );
});

test('a span has its first instant and not its last', () => {
  const one: SkuRow = {
    id: 'a',
    sku: 'a',
    poolIds: [],
    listed: true,
    listedAt: 10,
    modifiedAt: [20],
    revision: 1n,
  };
  const span = (from: number, until: number) => ({ from: new Date(from), until: new Date(until) });
  expect([listedWithin(span(10, 11))(one), listedWithin(span(9, 10))(one)]).toEqual([true, false]);
  expect([modifiedWithin(span(20, 21))(one), modifiedWithin(span(19, 20))(one)]).toEqual([
    true,
    false,
  ]);
  expect(listedWithin(span(0, 99))({ ...one, listedAt: null })).toBe(false);
});
