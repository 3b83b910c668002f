import { spendTokens, takeTokens, tokensAt } from '../domain/token-bucket.ts';
import type { Bucket } from '../domain/token-bucket.ts';

/** Buckets of callers that called lately; the oldest goes when there are more. */
const BUCKETS_MAX = 10_000;

export type Buckets = {
  /** Whether anything is left, without taking it. */
  hasAny(id: string, ratePerSecond: number): boolean;
  /** Takes tokens; false when the request is above the rate. */
  take(id: string, allowance: Allowance): boolean;
  /** Takes tokens for what has been done already. */
  spend(id: string, allowance: Allowance): void;
};

type Allowance = { ratePerSecond: number; cost: number };

/** Allowances by caller. `ticks` are monotonic milliseconds. */
export function createBuckets(ticks: () => number): Buckets {
  const buckets = new Map<string, Bucket>();
  const keep = (id: string, bucket: Bucket): void => {
    buckets.delete(id);
    buckets.set(id, bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > BUCKETS_MAX && oldest !== undefined) buckets.delete(oldest);
  };
  return {
    hasAny: (id, ratePerSecond) => tokensAt(buckets.get(id), ratePerSecond, ticks()) >= 1,
    take: (id, allowance) => {
      const taken = takeTokens(buckets.get(id), allowance, ticks());
      keep(id, taken.bucket);
      return taken.allowed;
    },
    spend: (id, allowance) => keep(id, spendTokens(buckets.get(id), allowance, ticks())),
  };
}
