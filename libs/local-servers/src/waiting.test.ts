import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatherWaiting, waitingInWords } from './waiting.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const waiting = (name: string, waitsFor = 'its component mongo', elapsedMs = 10_000) => ({
  name,
  waitsFor,
  elapsedMs,
});

test('what waits for the same is said together', () => {
  const all = [
    waiting('catalog-sync'),
    waiting('order-router', 'its first sign of life', 10_400),
    waiting('fulfillment'),
  ];
  expect(waitingInWords(all, 'the machine is busy')).toBe(
    'not ready after 10 s: catalog-sync, fulfillment wait for its component mongo; ' +
      'order-router waits for its first sign of life; the machine is busy',
  );
});

test('several starts that wait are one line, those of a later time another one', () => {
  const said: string[][] = [];
  const report = gatherWaiting((all) => said.push(all.map(({ name }) => name)), 1_000);
  report(waiting('a'));
  vi.advanceTimersByTime(600);
  report(waiting('b'));
  expect(said).toEqual([]);
  vi.advanceTimersByTime(400);
  expect(said).toEqual([['a', 'b']]);
  vi.advanceTimersByTime(20_000);
  report(waiting('b'));
  vi.advanceTimersByTime(1_000);
  expect(said).toEqual([['a', 'b'], ['b']]);
});
