import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from './logger.ts';
import type { Component } from './component.ts';

/**
 * Runs `work` again and again with a pause in between, which a function may choose anew each time; stopping
 * waits for the run in progress.
 */
export function repeat(
  pauseMs: number | (() => number),
  onError: (error: unknown) => void,
  work: () => Promise<void>,
): { stop(): Promise<void> } {
  const abort = new AbortController();
  const loop = (async () => {
    while (!abort.signal.aborted) {
      await work().catch(onError);
      const ms = typeof pauseMs === 'number' ? pauseMs : pauseMs();
      await delay(ms, undefined, { signal: abort.signal }).catch(() => {});
    }
  })();
  return {
    stop: async () => {
      abort.abort();
      await loop;
    },
  };
}

/**
 * A part of a process that runs `work` when it starts, because a crash may have left something behind,
 * and `everyMs` after each run. A failure is logged, and the next run comes as usual.
 */
export function periodic(
  { name, everyMs, logger }: { name: string; everyMs: number; logger: Pick<Logger, 'error'> },
  work: () => Promise<unknown>,
): Component {
  let loop: { stop(): Promise<void> } | null = null;
  return {
    name,
    start: async () => {
      loop = repeat(
        everyMs,
        (err) => logger.error({ err, name }, 'periodic work failed'),
        async () => {
          await work();
        },
      );
    },
    stop: async () => {
      await loop?.stop();
    },
  };
}
