import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { takeToken } from '../domain/token-bucket.ts';
import type { Bucket } from '../domain/token-bucket.ts';
import type { AppKey, AppKeys } from './ports.ts';

/** Why a request is not let in. Nothing of it is kept. */
export type Refused =
  'UNKNOWN_APP_KEY' | 'RATE_EXCEEDED' | 'STALE_TIMESTAMP' | 'BAD_SIGNATURE' | 'SELLER_NOT_ALLOWED';

export type Candidate = {
  appKey: string;
  timestamp: Date;
  /** Whether the key's secrets and methods verify the raw bytes. */
  verify: (key: AppKey) => boolean;
};

export type AdmitDeps = {
  appKeys: AppKeys;
  clock: Clock;
  /** Monotonic milliseconds, for the rate. */
  ticks: () => number;
  ratePerSecond: number;
  isCurrent: (timestamp: Date, now: Date) => boolean;
};

/** Buckets of keys that called lately; the oldest goes when there are more. */
const BUCKETS_MAX = 10_000;

/**
 * Lets a request in or not, cheapest check first: known key, its rate, the time window, then the
 * digest over the raw bytes.
 */
export function makeAdmit(deps: AdmitDeps) {
  const buckets = new Map<string, Bucket>();

  const withinRate = (key: AppKey): boolean => {
    const rate = key.ratePerSecond || deps.ratePerSecond;
    const taken = takeToken(buckets.get(key.appKey), rate, deps.ticks());
    buckets.delete(key.appKey);
    buckets.set(key.appKey, taken.bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > BUCKETS_MAX && oldest !== undefined) buckets.delete(oldest);
    return taken.allowed;
  };

  return async (candidate: Candidate): Promise<Result<AppKey, Refused>> => {
    const key = await deps.appKeys.find(candidate.appKey);
    if (!key?.enabled) return err('UNKNOWN_APP_KEY');
    if (!withinRate(key)) return err('RATE_EXCEEDED');
    if (!deps.isCurrent(candidate.timestamp, deps.clock())) return err('STALE_TIMESTAMP');
    return candidate.verify(key) ? ok(key) : err('BAD_SIGNATURE');
  };
}

/** The seller of a key that has only one: its requests need not say whom they are for. */
export function onlySellerOf({ sellerIds }: AppKey): string | undefined {
  return sellerIds.length === 1 ? sellerIds[0] : undefined;
}

/** Only Tmall pushes trades, and Tmall does nothing else. */
const PUSHING_ROLE = 'tmall';

/** Whether a key may do this for that seller. */
export function mayActFor(key: AppKey, sellerId: string, as: 'caller' | 'tmall'): boolean {
  const rightRole = (key.role === PUSHING_ROLE) === (as === 'tmall');
  return rightRole && key.sellerIds.includes(sellerId);
}
