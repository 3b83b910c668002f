import { JournalBroken } from '../journal/record.ts';
import type { Timing } from '../ports.ts';

const RETRY_MS = 20;
const RETRY_MAX_MS = 1_000;

/**
 * Asks the database, and again, ever later, when it has no answer, for as long as `goOn` says after each
 * failure. Throws the last failure; a journal that is broken stays so and is not asked again.
 */
export async function askAgain<T>(
  ask: () => Promise<T>,
  timing: Pick<Timing, 'monotonicMs' | 'delay'>,
  goOn: (error: unknown, tookMs: number) => boolean,
  signal?: AbortSignal,
): Promise<T> {
  const startedMs = timing.monotonicMs();
  for (let wait = RETRY_MS; ; wait = Math.min(wait * 2, RETRY_MAX_MS)) {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof JournalBroken) throw error;
      if (!goOn(error, timing.monotonicMs() - startedMs)) throw error;
      await timing.delay(wait, signal);
    }
  }
}
