import type { Due } from '@astrolabe/kernel';
import { METRIC, gauge } from '@astrolabe/telemetry';

type FindDue<Name> = (now: Date, limit: number) => Promise<Due<Name>>;

/**
 * A queue's query of what is due, which publishes for how long the oldest piece has been due, and how many
 * pieces it found. While the query fails, the age of what was found last goes on growing.
 */
export function watchedDue<Name>(
  queue: string,
  due: FindDue<Name>,
): (now: Date, limit: number) => Promise<readonly Name[]> {
  const age = gauge(METRIC.queueOldestDue, 'For how long the oldest work has been due, seconds', [
    'queue',
  ]);
  const count = gauge(METRIC.queueDue, 'Pieces of work that were due at the last look', ['queue']);
  let oldestAt: Date | null = null;
  const publish = (now: Date): void => {
    const ms = oldestAt === null ? 0 : Math.max(0, now.getTime() - oldestAt.getTime());
    age.set({ queue }, ms / 1_000);
  };
  publish(new Date(0));
  count.set({ queue }, 0);
  return async (now, limit) => {
    try {
      const found = await due(now, limit);
      oldestAt = found.oldestAt;
      count.set({ queue }, found.names.length);
      return found.names;
    } finally {
      publish(now);
    }
  };
}
