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

test('what alone waits for a dependency is tried less and less often, and often again beside another one', async () => {
  const woken: number[] = [];
  const postponed = createPostponed<string>({
    name: 'postponed',
    keyOf: (name) => name,
    wake: async (name, until) => {
      woken.push(Date.now());
      postponed.add(new StockAway(), name, until);
    },
  });
  vi.setSystemTime(0);
  postponed.add(new StockAway(), 'a', UNTIL);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(woken).toEqual([2_000, 6_000, 14_000, 29_000, 44_000, 59_000]);
  postponed.add(new StockAway(), 'b', UNTIL);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(woken.slice(6)).toEqual([74_000, 76_000, 78_000, 80_000]);
  await postponed.component.stop?.();
});
