import { setTimeout as delay } from 'node:timers/promises';

/** About ten minutes in all. */
const TRIES_MAX = 22;
const RETRY_MS = 25;
/** Hundreds that ask again every few seconds would keep a busy platform from getting done. */
const RETRY_MAX_MS = 60_000;

/**
 * Makes a call until its answer is final, as Tmall's pushes and a store's system do: again soon, then
 * ever later. An answer that does not come is no final one. After the last try its answer, or
 * its failure, is the caller's.
 */
export async function redeliver<T>(
  call: () => Promise<T>,
  isFinal: (answer: T) => boolean,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await call();
      if (isFinal(answer) || attempt >= TRIES_MAX) return answer;
    } catch (error) {
      if (attempt >= TRIES_MAX) throw error;
    }
    const wait = Math.min(RETRY_MS * 2 ** Math.min(attempt, 16), RETRY_MAX_MS);
    // Those that were sent away together do not all come back at once.
    await delay(wait * (0.5 + Math.random() / 2));
  }
}
