/** Failed token requests of one user from one address in a window; after that it rests. */
export const FAILURES_MAX = 10;

/** Failed token requests of one address in a window, whatever user they name. */
export const ADDRESS_FAILURES_MAX = 100;

/** How long failures count, from the first of them. */
export const FAILURES_WINDOW_MS = 5 * 60_000;

/** What is counted against a user at an address, and against the address. */
export type FailureCounts = { readonly ofUser: number; readonly ofAddress: number };

/** Whether a password may still be tried. */
export const mayTry = ({ ofUser, ofAddress }: FailureCounts): boolean =>
  ofUser < FAILURES_MAX && ofAddress < ADDRESS_FAILURES_MAX;
