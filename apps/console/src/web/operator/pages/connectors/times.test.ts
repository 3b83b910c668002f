import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantOf, remaining, renewsSoon, since } from './times.ts';

const NOW = new Date('2026-12-01T00:00:00Z');
const MINUTE = 60_000;
const at = (minutes: number): Date => new Date(NOW.getTime() + minutes * MINUTE);

test.each([
  [0.5, null],
  [1, { count: 1, unit: 'minutes' }],
  [59.9, { count: 59, unit: 'minutes' }],
  [60, { count: 1, unit: 'hours' }],
  [24 * 60 - 1, { count: 23, unit: 'hours' }],
  [24 * 60, { count: 1, unit: 'days' }],
])('%d minutes ago', (minutes, span) => {
  expect(since(at(-minutes), NOW)).toEqual(span);
});

test('what has ended has nothing left, and what ends within a minute has one', () => {
  expect(remaining(at(0), NOW)).toBeNull();
  expect(remaining(at(-1), NOW)).toBeNull();
  expect(remaining(at(0.1), NOW)).toEqual({ count: 1, unit: 'minutes' });
});

test('people are told two weeks before, and from then on', () => {
  fc.assert(
    fc.property(fc.integer({ min: -100, max: 100 }), (days) => {
      expect(renewsSoon(at(days * 24 * 60), NOW)).toBe(days <= 14);
    }),
  );
});

test('a time that is typed is of Shanghai, and nonsense is none', () => {
  expect(instantOf('2026-12-01 08:00')).toEqual(NOW);
  expect(instantOf('2026-12-01T08:00')).toEqual(NOW);
  for (const text of ['', 'yesterday', '2026-13-01 08:00', '2026-12-01']) {
    expect(instantOf(text)).toBeNull();
  }
});
