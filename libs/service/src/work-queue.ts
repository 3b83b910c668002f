import { repeat } from './repeat.ts';
import type { Component } from './component.ts';

export type WorkQueueDeps<Name> = {
  /** Names the component in logs. */
  name: string;
  work: (name: Name) => Promise<void>;
  /** What was due some time ago: left by a crash, or waiting for another try. */
  overdue: (limit: number) => Promise<readonly Name[]>;
  keyOf: (name: Name) => string;
  onError: (name: Name, error: unknown) => void;
  onSweepError: (error: unknown) => void;
};

export type WorkQueue<Name> = {
  /** Works on it soon; while it is being worked on, once more afterwards. */
  add: (name: Name) => void;
  readonly component: Component;
};

const AT_ONCE_MAX = 32;
const WAITING_MAX = 10_000;
const SWEEP_MS = 500;
const SWEEP_MAX = 200;

/**
 * Runs work beside the consumers: at once for what was just added, and by sweeping for what is due
 * otherwise. One piece of work per key at a time. Bounded: what does not fit waits for a sweep.
 * Stopping waits for the work in progress.
 */
export function createWorkQueue<Name>(deps: WorkQueueDeps<Name>): WorkQueue<Name> {
  const waiting = new Map<string, Name>();
  const running = new Map<string, Promise<void>>();
  let stopped = false;

  const fill = (): void => {
    for (const [key, name] of waiting) {
      if (stopped || running.size >= AT_ONCE_MAX) return;
      if (running.has(key)) continue;
      waiting.delete(key);
      const work = deps
        .work(name)
        .catch((error: unknown) => deps.onError(name, error))
        .then(() => {
          running.delete(key);
          fill();
        });
      running.set(key, work);
    }
  };

  const add = (name: Name): void => {
    if (waiting.size >= WAITING_MAX) return;
    waiting.set(deps.keyOf(name), name);
    // Whoever adds it does not wait for it.
    fill();
  };

  let sweep: { stop(): Promise<void> } | null = null;
  return {
    add,
    component: {
      name: deps.name,
      start: async () => {
        sweep = repeat(SWEEP_MS, deps.onSweepError, async () => {
          for (const name of await deps.overdue(SWEEP_MAX)) add(name);
        });
      },
      stop: async () => {
        stopped = true;
        await sweep?.stop();
        await Promise.all(running.values());
      },
    },
  };
}
