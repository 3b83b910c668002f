import { setTimeout as delay } from 'node:timers/promises';

/**
 * Repeats `fn` until it stops throwing and returns its value; after `timeoutMs` the last error is
 * thrown. For effects that arrive by events: there is nothing else to await.
 */
export async function eventually<T>(
  fn: () => Promise<T> | T,
  options: { timeoutMs?: number; intervalMs?: number } = {},
): Promise<T> {
  const { timeoutMs = 10_000, intervalMs = 25 } = options;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await fn();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(intervalMs);
    }
  }
}
