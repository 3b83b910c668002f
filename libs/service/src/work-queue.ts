import type { Clock, Due } from '@astrolabe/kernel';
import { createLeftAlone } from './left-alone.ts';
import { repeat } from './repeat.ts';
import { watchedDue } from './watched-due.ts';
import type { Component } from './component.ts';

export type WorkQueueDeps<Name> = {
  /** Names the component in logs, and the queue in metrics. */
  name: string;
  work: (name: Name) => Promise<void>;
  /** What was due at `now`: left by a crash, or waiting for another try. */
  due: (now: Date, limit: number) => Promise<Due<Name>>;
  clock: Clock;
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
/**
 * Pauses between sweeps, by how long they have found nothing. What is added needs no sweep; what it leaves for a later try is
 * found by the next one, and sweeps are frequent from then on.
 */
const PAUSES = [
  { sinceMs: 60_000, pauseMs: 2_500 },
  { sinceMs: 10_000, pauseMs: 1_000 },
] as const;
const BUSY_PAUSE_MS = 500;
const SWEEP_MAX = 200;

/** How long a sweep waits for the next, by how long ago one has found something; milliseconds. */
export const sweepPauseMs = (sinceFoundMs: number): number =>
  PAUSES.find(({ sinceMs }) => sinceFoundMs >= sinceMs)?.pauseMs ?? BUSY_PAUSE_MS;

/**
 * Runs work beside the consumers: at once for what was just added, and by sweeping for what is due
 * otherwise. One piece of work per key at a time. Bounded: what does not fit waits for a sweep.
 * Sweeps are rarer while they find nothing.
 * Work that throws stays due, and sweeps leave it alone for growing times. Stopping waits for the work in
 * progress. Each sweep publishes for how long the oldest work has been due.
 */
export function createWorkQueue<Name>(deps: WorkQueueDeps<Name>): WorkQueue<Name> {
  const waiting = new Map<string, Name>();
  const running = new Map<string, Promise<void>>();
  const due = watchedDue(deps.name, deps.due);
  const leftAlone = createLeftAlone(() => performance.now());
  let stopped = false;
  let foundAt = performance.now();

  const fill = (): void => {
    for (const [key, name] of waiting) {
      if (stopped || running.size >= AT_ONCE_MAX) return;
      if (running.has(key)) continue;
      waiting.delete(key);
      const work = deps
        .work(name)
        .then(() => leftAlone.succeeded(key))
        .catch((error: unknown) => {
          leftAlone.failed(key);
          deps.onError(name, error);
        })
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
        sweep = repeat(
          () => sweepPauseMs(performance.now() - foundAt),
          deps.onSweepError,
          async () => {
            const found = await due(deps.clock(), SWEEP_MAX);
            if (found.length > 0) foundAt = performance.now();
            for (const name of found) {
              if (!leftAlone.has(deps.keyOf(name))) add(name);
            }
          },
        );
      },
      stop: async () => {
        stopped = true;
        await sweep?.stop();
        await Promise.all(running.values());
      },
    },
  };
}
