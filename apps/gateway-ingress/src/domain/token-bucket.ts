/** What is left of a caller's allowance, and when that was. */
export type Bucket = { tokens: number; at: number };

/** A caller may be this many seconds' worth of requests ahead of its rate. */
const BURST_SECONDS = 2;

/**
 * Takes one token. `nowMs` is monotonic milliseconds. Returns the bucket afterwards and whether the
 * request is within the rate.
 */
export function takeToken(
  bucket: Bucket | undefined,
  ratePerSecond: number,
  nowMs: number,
): { bucket: Bucket; allowed: boolean } {
  const burst = ratePerSecond * BURST_SECONDS;
  const before = bucket ?? { tokens: burst, at: nowMs };
  const refilled = Math.min(burst, before.tokens + ((nowMs - before.at) / 1000) * ratePerSecond);
  return refilled >= 1
    ? { bucket: { tokens: refilled - 1, at: nowMs }, allowed: true }
    : { bucket: { tokens: refilled, at: nowMs }, allowed: false };
}
