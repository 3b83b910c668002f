import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BATCH_BYTES, inBatches } from './ask.ts';

test('messages hold everything in order, and none more than it may unless one thing alone is larger', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: BATCH_BYTES + 10 }), { maxLength: 200 });
  fc.assert(
    fc.property(sizes, (all) => {
      const batches = inBatches(all, (size) => size);
      expect(batches.flat()).toEqual(all);
      for (const batch of batches) {
        expect(batch.length).toBeGreaterThan(0);
        const bytes = batch.reduce((sum, size) => sum + size, 0);
        expect(batch.length === 1 || bytes <= BATCH_BYTES).toBe(true);
      }
    }),
  );
});

test('thousands of small things are no message beyond the limit either', () => {
  const [first = []] = inBatches(
    Array.from({ length: 30_000 }, () => 1),
    (size) => size,
  );
  expect(first.length).toBeLessThan(300);
});
