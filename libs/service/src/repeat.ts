import { setTimeout as delay } from 'node:timers/promises';

/** Runs `work` again and again with a pause in between; stopping waits for the run in progress. */
export function repeat(
  intervalMs: number,
  onError: (error: unknown) => void,
  work: () => Promise<void>,
): { stop(): Promise<void> } {
  const abort = new AbortController();
  const loop = (async () => {
    while (!abort.signal.aborted) {
      await work().catch(onError);
      await delay(intervalMs, undefined, { signal: abort.signal }).catch(() => {});
    }
  })();
  return {
    stop: async () => {
      abort.abort();
      await loop;
    },
  };
}
