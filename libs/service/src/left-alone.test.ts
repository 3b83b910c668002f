import { expect, test } from 'vitest';
import { createLeftAlone } from './left-alone.ts';

test('work that fails again and again is left alone for half a second, one, two ... a minute', () => {
  let now = 0;
  const leftAlone = createLeftAlone(() => now);
  const waits: number[] = [];
  for (let tries = 0; tries < 10; tries += 1) {
    expect(leftAlone.has('a')).toBe(false);
    leftAlone.failed('a');
    const before = now;
    while (leftAlone.has('a')) now += 500;
    waits.push((now - before) / 1_000);
  }
  expect(waits).toEqual([0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
  leftAlone.failed('a');
  leftAlone.succeeded('a');
  expect(leftAlone.has('a')).toBe(false);
  leftAlone.failed('a');
  now += 500;
  expect(leftAlone.has('a')).toBe(false);
});

test('what it keeps is bounded: the oldest failure is forgotten', () => {
  const leftAlone = createLeftAlone(() => 0);
  for (let n = 0; n <= 10_000; n += 1) leftAlone.failed(String(n));
  expect([leftAlone.has('0'), leftAlone.has('1'), leftAlone.has('10000')]).toEqual([
    false,
    true,
    true,
  ]);
});
