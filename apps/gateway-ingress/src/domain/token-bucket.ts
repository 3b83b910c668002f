/** What is left of a caller's allowance, and when that was; below zero it is in debt. */
export type Bucket = { tokens: number; at: number };

/** A caller may be this many seconds' worth of requests ahead of its rate. */
const BURST_SECONDS = 2;

/** Tokens at `nowMs`, which is monotonic milliseconds. */
export function tokensAt(bucket: Bucket | undefined, ratePerSecond: number, nowMs: number): number {
  const burst = ratePerSecond * BURST_SECONDS;
  if (!bucket) return burst;
  return Math.min(burst, bucket.tokens + ((nowMs - bucket.at) / 1000) * ratePerSecond);
}

/**
 * Takes tokens for a request that costs `cost`. One that costs more than a full bucket is allowed when
 * the bucket is full, and the caller is in debt afterwards: a slow key may still send its largest
 * request. Returns the bucket afterwards and whether the request is within the rate.
 */
export function takeTokens(
  bucket: Bucket | undefined,
  { ratePerSecond, cost }: { ratePerSecond: number; cost: number },
  nowMs: number,
): { bucket: Bucket; allowed: boolean } {
  const tokens = tokensAt(bucket, ratePerSecond, nowMs);
  const allowed = tokens >= Math.min(cost, ratePerSecond * BURST_SECONDS);
  return { bucket: { tokens: allowed ? tokens - cost : tokens, at: nowMs }, allowed };
}

/** Takes tokens for what has been done already, whether or not they are there. */
export const spendTokens = (
  bucket: Bucket | undefined,
  { ratePerSecond, cost }: { ratePerSecond: number; cost: number },
  nowMs: number,
): Bucket => ({ tokens: tokensAt(bucket, ratePerSecond, nowMs) - cost, at: nowMs });
