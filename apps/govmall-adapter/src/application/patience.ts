import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';

/** Runs work, again while what it needs is away, as long as the caller waits; err when it is still away. */
export type Patience = <T>(work: () => Promise<T>) => Promise<Result<T, 'AWAY'>>;

export type PatienceDeps = {
  /** Whether a failure passes: nothing was decided, and the same work may be tried again. */
  readonly passes: (error: unknown) => boolean;
  /** Monotonic milliseconds. */
  readonly ticks: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly onAway: (error: unknown) => void;
};

/** The mall waits 15 s (field E4, E5); no try begins after this. */
export const TRIES_BEGIN_WITHIN_MS = 8_000;
const FIRST_PAUSE_MS = 100;
const PAUSE_MAX_MS = 1_000;

/**
 * A fault that passes is waited for: the mall takes goods off its shelf at every `success: false`, and
 * marks an order confirmed whatever comes back. All work of the adapter may run twice: reads, and
 * orders and wishes that are recognised by their numbers.
 */
export const makePatience =
  ({ passes, ticks, pause, onAway }: PatienceDeps): Patience =>
  async (work) => {
    const endsAt = ticks() + TRIES_BEGIN_WITHIN_MS;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)) {
      try {
        return ok(await work());
      } catch (error) {
        if (!passes(error)) throw error;
        if (ticks() + pauseMs >= endsAt) {
          onAway(error);
          return err('AWAY');
        }
        await pause(pauseMs);
      }
    }
  };
