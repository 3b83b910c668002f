import { expect, onTestFinished, test, vi } from 'vitest';
import { createOutages } from './outages.ts';
import type { Outages } from './outages.ts';

const PEER = 'peer of outages.test.ts';
const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };

/** Times, in seconds, at which an event calls a peer that never answers. */
function callsOf(outages: Outages, partition: string, signal: AbortSignal): number[] {
  const times: number[] = [];
  const visit = outages.enter(partition, signal);
  const run = async (): Promise<void> => {
    for (;;) {
      await visit.admitted();
      if (signal.aborted) return;
      if (!visit.begins()) continue;
      times.push(Date.now() / 1_000);
      visit.faulted(PEER);
    }
  };
  void run();
  return times;
}

const gaps = (times: readonly number[]): number[] =>
  times.slice(1).map((time, index) => time - (times[index] ?? 0));

test('a lone message whose peer never answers is called less and less often, but on and on', async () => {
  vi.useFakeTimers({ now: 0 });
  const stop = new AbortController();
  onTestFinished(() => {
    stop.abort();
    vi.useRealTimers();
  });
  const outages = createOutages('group', logger, () => undefined);
  const calls = callsOf(outages, 'p-0', stop.signal);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(gaps(calls).slice(0, 9)).toEqual(
    [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 15].map((gap) => expect.closeTo(gap)),
  );
  expect(Math.max(...gaps(calls))).toBeCloseTo(15);
  expect(calls.length).toBeLessThan(3_600 / 15 + 10);
  // The next call never comes later than the outage has lasted.
  for (const [index, gap] of gaps(calls).entries()) {
    expect(gap).toBeLessThanOrEqual((calls[index] ?? 0) + 0.1 + 1e-9);
  }
});

test('an event that nothing speaks against is not kept for more than a second', async () => {
  vi.useFakeTimers({ now: 0 });
  const stop = new AbortController();
  onTestFinished(() => {
    stop.abort();
    vi.useRealTimers();
  });
  const outages = createOutages('group', logger, () => undefined);
  callsOf(outages, 'p-0', stop.signal);
  await vi.advanceTimersByTimeAsync(600_000);
  const other = callsOf(outages, 'p-0', stop.signal);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(other.length).toBeGreaterThanOrEqual(9);
  expect(Math.max(...gaps(other))).toBeCloseTo(1);
});
