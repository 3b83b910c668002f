/** Clock error that TOP tolerates, either way. */
export const TOP_CLOCK_TOLERANCE_MS = 600_000;

/** Whether `timestamp` is at most `toleranceMs` away from `now`, before or after, limit included. */
export const withinWindow = (timestamp: Date, now: Date, toleranceMs: number): boolean =>
  Math.abs(timestamp.getTime() - now.getTime()) <= toleranceMs;
