import { expect, test } from 'vitest';
import { expiryOf, hasExpired } from './access-token.ts';

const issued = new Date('2026-11-22T02:00:05Z');

test('a token lives 129,600 s and not a millisecond longer', () => {
  const end = expiryOf(issued);
  expect((end.getTime() - issued.getTime()) / 1000).toBe(129_600);
  expect(hasExpired(end, new Date(end.getTime() - 1))).toBe(false);
  expect(hasExpired(end, end)).toBe(true);
});
