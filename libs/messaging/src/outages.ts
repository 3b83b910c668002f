import { METRIC, gauge, onceDependencyAnswers } from '@astrolabe/telemetry';
import type { MessagingLogger } from './kafka-port.ts';

/**
 * What a group does while a dependency of its handlers does not answer: the partitions that met the
 * fault are paused, and one event at a time is tried until an answer comes.
 */
export type Outages = {
  /** Whether events of the partition have to wait. */
  isPaused(partition: string): boolean;
  /** Resolves when no dependency keeps the partition waiting, or when the signal aborts. */
  passed(partition: string, signal: AbortSignal): Promise<void>;
  /** Pauses the partition; resolves when the event that met the fault is to be tried again. */
  met(dependency: string, partition: string, signal: AbortSignal): Promise<void>;
  /** An event that had met the fault went another way: the dependency must have answered. */
  over(dependency: string): void;
};

type Outage = {
  readonly since: number;
  readonly partitions: Set<string>;
  /** Events to be tried again, in turn. */
  readonly failed: (() => void)[];
  /** Events that were not tried yet. */
  readonly behind: (() => void)[];
  pauseMs: number;
  timer: NodeJS.Timeout | undefined;
  cancel: () => void;
};

const PAUSE_MS = { first: 100, max: 1_000 } as const;

/** `changed` is called when partitions have been paused or may go on. */
export function createOutages(
  group: string,
  logger: MessagingLogger,
  changed: () => void,
): Outages {
  const outages = new Map<string, Outage>();
  const paused = gauge(METRIC.consumerPaused, 'Partitions that wait for a dependency', [
    'group',
    'dependency',
  ]);
  const end = (dependency: string): void => {
    const outage = outages.get(dependency);
    if (outage === undefined) return;
    outages.delete(dependency);
    clearTimeout(outage.timer);
    outage.cancel();
    paused.remove({ group, dependency });
    const ms = Date.now() - outage.since;
    logger.info({ group, dependency, ms }, 'a dependency answers again');
    for (const goOn of [...outage.failed.splice(0), ...outage.behind.splice(0)]) goOn();
    changed();
  };
  const begin = (dependency: string): Outage => {
    const outage: Outage = {
      since: Date.now(),
      partitions: new Set(),
      failed: [],
      behind: [],
      pauseMs: PAUSE_MS.first,
      timer: undefined,
      cancel: onceDependencyAnswers(dependency, () => end(dependency)),
    };
    outages.set(dependency, outage);
    logger.warn({ group, dependency }, 'a dependency does not answer: its partitions wait');
    return outage;
  };
  /** Lets the next event try while all others wait. */
  const tryOneSoon = (outage: Outage): void => {
    if (outage.timer !== undefined) return;
    outage.timer = setTimeout(() => {
      outage.timer = undefined;
      outage.failed.shift()?.();
      if (outage.failed.length > 0) tryOneSoon(outage);
    }, outage.pauseMs);
    outage.pauseMs = Math.min(outage.pauseMs * 2, PAUSE_MS.max);
  };
  const outageOf = (partition: string): Outage | undefined =>
    [...outages.values()].find(({ partitions }) => partitions.has(partition));

  return {
    isPaused: (partition) => outages.size > 0 && outageOf(partition) !== undefined,
    passed: async (partition, signal) => {
      if (outages.size === 0) return;
      for (let outage = outageOf(partition); outage !== undefined && !signal.aborted;) {
        await queued(outage.behind, signal);
        outage = outageOf(partition);
      }
    },
    met: async (dependency, partition, signal) => {
      const outage = outages.get(dependency) ?? begin(dependency);
      if (!outage.partitions.has(partition)) {
        outage.partitions.add(partition);
        paused.set({ group, dependency }, outage.partitions.size);
        changed();
      }
      const turn = queued(outage.failed, signal);
      tryOneSoon(outage);
      await turn;
    },
    over: end,
  };
}

/** Resolves when its turn in the queue has come; an abort leaves the queue. */
function queued(queue: (() => void)[], signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const leave = (): void => {
      const index = queue.indexOf(turn);
      if (index >= 0) queue.splice(index, 1);
      resolve();
    };
    const turn = (): void => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    signal.addEventListener('abort', leave, { once: true });
    queue.push(turn);
  });
}
