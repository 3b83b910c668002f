import { AsyncLocalStorage } from 'node:async_hooks';

/** Instant on the monotonic clock (`performance.now`) at which the caller stops waiting. */
const deadlines = new AsyncLocalStorage<number>();

/** Runs `work`, and what it starts, with `ms` milliseconds left; an earlier deadline stays. */
export function withTimeLeft<T>(ms: number, work: () => T): T {
  const outer = deadlines.getStore() ?? Number.POSITIVE_INFINITY;
  return deadlines.run(Math.min(outer, performance.now() + ms), work);
}

/** Runs work that outlives the request which started it, or that serves several. */
export function withoutDeadline<T>(work: () => T): T {
  return deadlines.exit(work);
}

/**
 * Whole milliseconds that are left of the current request; null where nobody waits, or where the
 * request is over: what goes on then is bounded by the driver's own limits.
 */
export function timeLeftMs(): number | null {
  const at = deadlines.getStore();
  if (at === undefined) return null;
  const left = Math.floor(at - performance.now());
  return left > 0 ? left : null;
}
