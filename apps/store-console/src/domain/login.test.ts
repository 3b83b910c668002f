import { expect, test } from 'vitest';
import { TRIES_MAX, WINDOW_MS, mayTry, withTry } from './login.ts';
import type { Failures } from './login.ts';

const AT = new Date('2016-09-22T02:00:00Z');
const later = (ms: number): Date => new Date(AT.getTime() + ms);

test('after five tries an account rests until its window is over', () => {
  let failures: Failures | null = null;
  for (let tried = 0; tried < TRIES_MAX; tried += 1) {
    expect(mayTry(failures, AT)).toBe(true);
    failures = withTry(failures, AT);
  }
  expect(mayTry(failures, later(WINDOW_MS - 1))).toBe(false);
  expect(mayTry(failures, later(WINDOW_MS))).toBe(true);
  expect(withTry(failures, later(WINDOW_MS))).toEqual({ count: 1, since: later(WINDOW_MS) });
});
