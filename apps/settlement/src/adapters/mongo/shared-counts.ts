import { createBriefAnswers } from '@astrolabe/service';
import type { Overview } from '../../application/overview.ts';

/** Milliseconds that a count is good for; of what is owed to suppliers there may be very many. */
const FRESH_MS = 1_000;
const PAYABLES_FRESH_MS = 5_000;
const PAYABLES_STALE_MS = 30_000;
const KEPT_MAX = 500;

/** Counts that many people look at are counted once for all of them. */
export function shared(overview: Overview): Overview {
  const of = <V>(read: (sellerId: string) => Promise<V>, freshMs = FRESH_MS, staleMs = 0) =>
    createBriefAnswers({
      keyOf: (sellerId: string) => sellerId,
      freshMs,
      staleMs,
      most: KEPT_MAX,
      read,
    }).of;
  return {
    ...overview,
    notes: of((sellerId) => overview.notes(sellerId)),
    mallMoney: of((sellerId) => overview.mallMoney(sellerId)),
    payables: of((sellerId) => overview.payables(sellerId), PAYABLES_FRESH_MS, PAYABLES_STALE_MS),
  };
}
