import { forgetCommitted, partitionKey, takeCommittable } from './generation.ts';
import type { Generation, HeldPartition } from './generation.ts';
import type { MessagingLogger, Subscription } from './kafka-port.ts';

/** Commits in the background, one request at a time, what is done without a gap. */
export type Committer = {
  schedule(generation: Generation): void;
  /** Commits the rest at once and stops. */
  finish(generation: Generation): Promise<void>;
};

/** As much as this may be delivered again; each request costs as much as a small turn. */
const DELAY_MS = 500;
const DELAY_AFTER_FAILURE_MS = 1_000;

/**
 * A commit is an optimisation: it only bounds what is delivered again after a crash or a rebalance,
 * and consumers drop that. So it waits for company, and one that fails is just tried again.
 */
export function createCommitter(
  subscription: Subscription,
  logger: MessagingLogger,
  onCommitted: (held: HeldPartition) => void,
): Committer {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let finished = false;

  const commit = async (generation: Generation): Promise<boolean> => {
    const offsets = takeCommittable(generation);
    if (offsets.length === 0) return true;
    try {
      await subscription.commit(offsets);
      if (generation.ended.signal.aborted) return true;
      for (const at of offsets) {
        const held = generation.partitions.get(partitionKey(at));
        if (held !== undefined) onCommitted(held);
      }
      return true;
    } catch (error) {
      forgetCommitted(generation, offsets);
      logger.debug({ err: error }, 'offsets not committed yet');
      return false;
    }
  };
  const schedule = (generation: Generation, delayMs: number): void => {
    if (timer !== undefined || finished) return;
    timer = setTimeout(() => {
      running = running.then(async () => {
        timer = undefined;
        // After a rebalance these partitions may be another member's.
        if (generation.ended.signal.aborted) return;
        if (!(await commit(generation))) schedule(generation, DELAY_AFTER_FAILURE_MS);
      });
    }, delayMs);
  };
  return {
    schedule: (generation) => schedule(generation, DELAY_MS),
    finish: async (generation) => {
      finished = true;
      clearTimeout(timer);
      await running;
      await commit(generation);
    },
  };
}
