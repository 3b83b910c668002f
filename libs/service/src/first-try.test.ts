import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { firstTry } from './first-try.ts';
import { createLogger } from './logger.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function world() {
  const lines: string[] = [];
  const logger = createLogger(
    { service: 'test', level: 'info' },
    { write: (line: string) => void lines.push(line) },
  );
  const tries = new Map<string, PromiseWithResolvers<void>>();
  const tryNow = firstTry<string>(
    (of) => {
      const one = Promise.withResolvers<void>();
      tries.set(of, one);
      return one.promise;
    },
    { withinMs: 6_000, logger, failed: 'a try failed' },
  );
  return { lines, tries, tryNow };
}

test('who asks waits for the try', async () => {
  const { tries, tryNow } = world();
  const asked = tryNow('a');
  tries.get('a')?.resolve();
  await asked;
  expect(vi.getTimerCount()).toBe(0);
});

test('who asks does not wait longer than is said; the try goes on', async () => {
  const { lines, tries, tryNow } = world();
  const asked = tryNow('a');
  await vi.advanceTimersByTimeAsync(6_000);
  await asked;
  tries.get('a')?.reject(new Error('away'));
  await vi.advanceTimersByTimeAsync(0);
  expect(lines.join('')).toContain('away');
});

test('a try that fails is a line of the log, and no failure of who asked', async () => {
  const { lines, tries, tryNow } = world();
  const asked = tryNow('a');
  tries.get('a')?.reject(new Error('away'));
  await asked;
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('a try failed');
});
