import fc from 'fast-check';
import { expect, test } from 'vitest';
import { finderOf } from './finder.ts';

const ids = fc.uniqueArray(fc.string({ maxLength: 2 }), { maxLength: 30 });

test('a finder finds what a map finds, in whatever order it is asked', () => {
  fc.assert(
    fc.property(ids, fc.array(fc.string({ maxLength: 2 }), { maxLength: 60 }), (known, asked) => {
      const items = known.map((id) => ({ id }));
      const map = new Map(items.map((item) => [item.id, item]));
      const find = finderOf(items, ({ id }) => id);
      // In order, with strangers between, and known ones again.
      const questions = [...known.flatMap((id, at) => [id, asked[at] ?? id]), ...asked, ...known];
      for (const id of questions) expect(find(id)).toBe(map.get(id));
    }),
  );
});

test('who asks in order pays for no index', () => {
  let looked = 0;
  const items = Array.from({ length: 1_000 }, (_, n) => ({ id: String(n) }));
  const find = finderOf(items, ({ id }) => {
    looked += 1;
    return id;
  });
  for (const item of items) expect(find(item.id)).toBe(item);
  expect(looked).toBe(items.length);
});

test('who leaves out some here and there pays for no index either', () => {
  const items = Array.from({ length: 1_000 }, (_, n) => ({ id: String(n) }));
  let looked = 0;
  const find = finderOf(items, ({ id }) => {
    looked += 1;
    return id;
  });
  for (const [nth, item] of items.entries()) {
    if (nth % 17 === 0 || nth % 3 === 0) expect(find(item.id)).toBe(item);
  }
  expect(looked).toBeLessThanOrEqual(items.length);
});
