import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { SellerRefused } from '../domain/session.ts';
import { createBuckets } from './buckets.ts';
import type { AppKey, AppKeys } from './ports.ts';

/** Why a request is not let in. Nothing of it is kept. */
export type Refused =
  'UNKNOWN_APP_KEY' | 'RATE_EXCEEDED' | 'STALE_TIMESTAMP' | 'BAD_SIGNATURE' | SellerRefused;

export type Cost = {
  /** The address that the request came from, as it counts for failed checks. */
  peer: string;
  /** Length of its body and address line. */
  bytes: number;
};

export type Candidate = Cost & {
  appKey: string;
  timestamp: Date;
  /** Whether the key's secrets and methods verify the raw bytes. */
  verify: (key: AppKey) => boolean;
};

export type Admission = {
  admit: (candidate: Candidate) => Promise<Result<AppKey, Refused>>;
  /** Whether nothing of that address is looked at, for what it has failed lately. */
  ignores: (peer: string) => boolean;
  /** Charges an address for a request that cost time and could not be checked. */
  failed: (cost: Cost) => void;
};

export type AdmitDeps = {
  appKeys: AppKeys;
  clock: Clock;
  /** Monotonic milliseconds, for the rate. */
  ticks: () => number;
  ratePerSecond: number;
  isCurrent: (timestamp: Date, now: Date) => boolean;
};

/**
 * Failed checks that one peer may cause in a second. A check costs some 20 µs, and more for a long
 * body: far more than a broken client makes, far less than a core.
 */
const FAILURES_PER_SECOND = 200;
const BYTES_PER_FAILURE_TOKEN = 16_384;
/** A request of so many bytes takes one of the key's rate: reading a body is what costs time. */
const BYTES_PER_TOKEN = 4_096;

/** What a request of so many bytes takes of the rate of who has signed it. */
export const tokensOf = (bytes: number): number => Math.max(1, bytes / BYTES_PER_TOKEN);

/**
 * Lets a request in or not: what its peer has failed lately, known key, the time window, the digest
 * over the raw bytes, and last the key's rate. The key's own allowance is charged only for what the
 * key has signed, by its bytes; whoever forges uses up what is left to their own address.
 */
export function makeAdmission(deps: AdmitDeps): Admission {
  const rates = createBuckets(deps.ticks);
  const failures = createBuckets(deps.ticks);

  const failed = ({ peer, bytes }: Cost): void => {
    const cost = 1 + bytes / BYTES_PER_FAILURE_TOKEN;
    failures.spend(peer, { ratePerSecond: FAILURES_PER_SECOND, cost });
  };
  const ignores = (peer: string): boolean => !failures.hasAny(peer, FAILURES_PER_SECOND);

  const admit = async (candidate: Candidate): Promise<Result<AppKey, Refused>> => {
    const { peer, bytes } = candidate;
    if (ignores(peer)) return err('RATE_EXCEEDED');
    const key = await deps.appKeys.find(candidate.appKey);
    if (!key?.enabled) {
      failed({ peer, bytes: 0 });
      return err('UNKNOWN_APP_KEY');
    }
    if (!deps.isCurrent(candidate.timestamp, deps.clock())) return err('STALE_TIMESTAMP');
    if (!candidate.verify(key)) {
      failed({ peer, bytes });
      return err('BAD_SIGNATURE');
    }
    const ratePerSecond = key.ratePerSecond || deps.ratePerSecond;
    return rates.take(key.appKey, { ratePerSecond, cost: tokensOf(bytes) })
      ? ok(key)
      : err('RATE_EXCEEDED');
  };
  return { admit, ignores, failed };
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
