import { expect, test } from 'vitest';
import { START_PATIENCE, watchStart } from './patience.ts';

const limits = { firstNoticeMs: 10, noticeEveryMs: 20, quietMs: 60, maxMs: 1_000 };
const idle = { logBytes: 0, cpuMs: 0 };

test('a start that does nothing is given up after the quiet time', () => {
  const watch = watchStart(limits, 0);
  expect(watch.look(59, idle)).toBe('notice');
  expect(watch.look(60, idle)).toBe('quiet');
});

test('a log that grows, or processor time, keeps a start going', () => {
  const watch = watchStart(limits, 0);
  watch.look(50, { logBytes: 1, cpuMs: 0 });
  watch.look(100, { logBytes: 1, cpuMs: 300 });
  expect(watch.look(159, { logBytes: 1, cpuMs: 300 })).not.toBe('quiet');
  expect(watch.look(160, { logBytes: 1, cpuMs: 300 })).toBe('quiet');
});

test('the timers of an idle process are no progress', () => {
  const watch = watchStart(limits, 0);
  for (let now = 1; now < 60; now += 1) watch.look(now, { logBytes: 0, cpuMs: now });
  expect(watch.look(60, { logBytes: 0, cpuMs: 60 })).toBe('quiet');
});

test('news come first after ten seconds, then every twenty', () => {
  const watch = watchStart(START_PATIENCE, 0);
  const busy = (now: number) => ({ logBytes: now, cpuMs: now });
  const seen = Array.from({ length: 60 }, (_, second) => second + 1).filter(
    (second) => watch.look(second * 1000, busy(second)) === 'notice',
  );
  expect(seen).toEqual([10, 30, 50]);
});

test('a start that only ever retries ends at last', () => {
  const watch = watchStart(limits, 0);
  for (let now = 1; now < 1_000; now += 1) {
    expect(watch.look(now, { logBytes: now, cpuMs: now })).toMatch(/wait|notice/);
  }
  expect(watch.look(1_000, { logBytes: 1_000, cpuMs: 0 })).toBe('too long');
});
