import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupsSharing } from './index.ts';

const grouped = (items: readonly string[]): string[][] =>
  groupsSharing(items, (item) => Array.from(item));

test('items that share a text are together, over others too, and each stays in its order', () => {
  expect(grouped(['ab', 'c', 'bd', 'e', 'dc'])).toEqual([['ab', 'c', 'bd', 'dc'], ['e']]);
  expect(grouped(['', 'a', ''])).toEqual([[''], ['a'], ['']]);
  expect(grouped([])).toEqual([]);
});

test('law: every item is in one group, and no text is in two', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), maxLength: 3 }),
      ),
      (all) => {
        const groups = grouped(all);
        expect(groups.flat().toSorted()).toEqual(all.toSorted());
        const texts = groups.map((group) => new Set(group.join('')));
        expect(texts.reduce((sum, own) => sum + own.size, 0)).toBe(new Set(all.join('')).size);
        // None could be taken apart.
        for (const group of groups) {
          const [first = '', ...others] = group;
          const reached = new Set(first);
          let left = others;
          for (let before = -1; before !== left.length;) {
            before = left.length;
            const near = left.filter((item) => Array.from(item).some((text) => reached.has(text)));
            for (const text of near.join('')) reached.add(text);
            left = left.filter((item) => !near.includes(item));
          }
          expect(left).toEqual([]);
        }
      },
    ),
  );
});
