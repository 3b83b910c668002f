import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SMALLEST_MS, WINDOWS_MAX, windowsOf, within } from './time-windows.ts';
import type { TimeRange, Window, WindowsAsked } from './time-windows.ts';

const NOW = new Date('2026-12-01T08:00:00Z');
const YEAR_MS = 366 * 86_400_000;

const time = fc
  .integer({ min: NOW.getTime() - 3 * YEAR_MS, max: NOW.getTime() + YEAR_MS })
  .map((ms) => new Date(ms));
const range: fc.Arbitrary<TimeRange> = fc.oneof(
  fc.constant({}),
  fc.record({ $gt: time }),
  fc.record({ $lte: time }),
  fc.record({ $gte: time, $lt: time }),
);
const asked: fc.Arbitrary<WindowsAsked> = fc.record({
  direction: fc.constantFrom(1, -1),
  anchor: time,
  first: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: YEAR_MS })),
  now: fc.constant(NOW),
  range,
});

const isIn = ({ from, to }: Window, at: Date): boolean => (!from || at >= from) && (!to || at < to);

const fits = ({ $gt, $gte, $lt, $lte }: TimeRange, at: Date): boolean =>
  (!$gt || at > $gt) && (!$gte || at >= $gte) && (!$lt || at < $lt) && (!$lte || at <= $lte);

test('each moment is in one window', () => {
  fc.assert(
    fc.property(asked, time, (question, at) => {
      expect([...windowsOf(question)].filter((window) => isIn(window, at))).toHaveLength(1);
    }),
  );
});

test('windows come in the order of the rows', () => {
  fc.assert(
    fc.property(asked, time, time, (question, a, b) => {
      const windows = [...windowsOf(question)];
      const at = (moment: Date): number => windows.findIndex((window) => isIn(window, moment));
      const [first, second] = a < b === (question.direction === 1) ? [a, b] : [b, a];
      expect(at(first)).toBeLessThanOrEqual(at(second));
    }),
  );
});

test('there are a few windows, whatever is asked', () => {
  fc.assert(
    fc.property(asked, (question) => {
      expect([...windowsOf(question)].length).toBeLessThanOrEqual(WINDOWS_MAX);
    }),
  );
  const anchor = new Date(NOW.getTime() - 9 * YEAR_MS);
  const smallest = { direction: 1, anchor, first: SMALLEST_MS, now: NOW, range: {} } as const;
  expect([...windowsOf(smallest)]).toHaveLength(WINDOWS_MAX);
});

test('what is asked of the time within a window is what the window and the filter both have', () => {
  fc.assert(
    fc.property(range, fc.option(time), fc.option(time), time, (own, from, to, at) => {
      const window = { from, to };
      expect(fits(within(own, window), at)).toBe(fits(own, at) && isIn(window, at));
    }),
  );
});
