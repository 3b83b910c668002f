import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOffsetTracker } from './offset-tracker.ts';

test('only a gapless beginning can be committed', () => {
  const tracker = createOffsetTracker();
  for (const offset of [5n, 6n, 7n, 9n]) tracker.add(offset);
  expect(tracker.committable()).toBeUndefined();
  tracker.done(6n);
  tracker.done(9n);
  expect(tracker.committable()).toBeUndefined();
  tracker.done(5n);
  expect(tracker.committable()).toBe(7n);
  tracker.done(7n);
  expect(tracker.committable()).toBe(10n);
  expect([tracker.open(), tracker.position()]).toEqual([0, 10n]);
});

test('in whatever order messages end, nothing unfinished lies below the committed offset', () => {
  const offsets = Array.from({ length: 12 }, (_, index) => BigInt(index * 2));
  fc.assert(
    fc.property(fc.shuffledSubarray(offsets, { minLength: 0 }), (finished) => {
      const tracker = createOffsetTracker();
      for (const offset of offsets) tracker.add(offset);
      const done = new Set<bigint>();
      for (const offset of finished) {
        tracker.done(offset);
        done.add(offset);
        const committable = tracker.committable() ?? 0n;
        expect(offsets.every((at) => at >= committable || done.has(at))).toBe(true);
      }
      expect(tracker.open()).toBe(offsets.length - done.size);
    }),
  );
});

test('an offset out of order is a bug of the caller', () => {
  const tracker = createOffsetTracker();
  tracker.add(3n);
  expect(() => tracker.add(2n)).toThrow(RangeError);
});
