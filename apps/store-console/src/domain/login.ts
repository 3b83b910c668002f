/** What is remembered of an account's failed logins. */
export type Failures = { count: number; since: Date };

/** Tries of one account in a window; after that it rests until the window is over. */
export const TRIES_MAX = 5;
export const WINDOW_MS = 5 * 60_000;

const isOver = (failures: Failures, now: Date): boolean =>
  now.getTime() - failures.since.getTime() >= WINDOW_MS;

/** Whether the account may try a password now. */
export const mayTry = (failures: Failures | null, now: Date): boolean =>
  !failures || failures.count < TRIES_MAX || isOver(failures, now);

/** Counts a try; a window that is over begins anew. */
export const withTry = (failures: Failures | null, now: Date): Failures =>
  !failures || isOver(failures, now)
    ? { count: 1, since: now }
    : { count: failures.count + 1, since: failures.since };
