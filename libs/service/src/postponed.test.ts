import { dependencyAnswered, recogniseDependencyFault } from '@astrolabe/telemetry';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPostponed } from './postponed.ts';

class StockAway extends Error {}
recogniseDependencyFault((error) => (error instanceof StockAway ? 'stock' : undefined));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const UNTIL = new Date('2026-11-29T12:01:00Z');

test('the first answer that a dependency gives to anybody wakes all that waits for it, once', async () => {
  const woken: string[] = [];
  const postponed = createPostponed<string>({
    name: 'postponed',
    keyOf: (name) => name,
    wake: async (name, until) => {
      expect(until).toBe(UNTIL);
      woken.push(name);
    },
  });
  postponed.add(new Error('no answer', { cause: new StockAway() }), 'a', UNTIL);
  postponed.add(new StockAway(), 'b', UNTIL);
  postponed.add(new StockAway(), 'a', UNTIL);
  postponed.add(new TypeError('a fault of the work itself'), 'c', UNTIL);
  dependencyAnswered('database');
  await vi.advanceTimersByTimeAsync(0);
  expect(woken).toEqual([]);
  dependencyAnswered('stock');
  await vi.advanceTimersByTimeAsync(0);
  expect(woken.toSorted()).toEqual(['a', 'b']);
  dependencyAnswered('stock');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(woken).toHaveLength(2);
  await postponed.component.stop?.();
});

test('without any answer one piece of work at a time asks again', async () => {
  const woken: string[] = [];
  const postponed = createPostponed<string>({
    name: 'postponed',
    keyOf: (name) => name,
    wake: async (name, until) => {
      woken.push(name);
      postponed.add(new StockAway(), name, until);
    },
  });
  for (const name of ['a', 'b', 'c']) postponed.add(new StockAway(), name, UNTIL);
  await vi.advanceTimersByTimeAsync(8_000);
  expect(woken).toEqual(['a', 'b', 'c', 'a']);
  await postponed.component.stop?.();
  await vi.advanceTimersByTimeAsync(8_000);
  expect(woken).toHaveLength(4);
});
