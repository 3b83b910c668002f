import type { Fen } from '@astrolabe/kernel';
import { daysAfter } from '@astrolabe/kernel';

/** A row of a platform's bill: what it says that it settles of one order. */
export type BillRow = {
  /** The platform's numbers of the bill and of the row in it; together they name the row. */
  readonly billNo: string;
  readonly rowNo: string;
  /** Negative where the platform takes something back. */
  readonly amountFen: Fen;
  readonly importedAt: Date;
  readonly importedBy: string;
};

export const MATCHES = ['UNBILLED', 'DIFFERS', 'UNSHIPPED', 'MATCHED', 'NOTHING'] as const;

/**
 * What bills say of what is owed. NOTHING: nothing is owed and nothing billed. UNBILLED: no bill names it. MATCHED: billed to
 * the fen. DIFFERS: billed otherwise. UNSHIPPED: billed, and nothing of it was shipped.
 */
export type Match = (typeof MATCHES)[number];

/** Those that wait for a bill or for a person. */
export const UNMATCHED = ['UNBILLED', 'DIFFERS', 'UNSHIPPED'] as const satisfies readonly Match[];

export type Billing = {
  readonly match: Match;
  /** What is billed less what is owed; 0 unless it DIFFERS or is UNSHIPPED. */
  readonly differenceFen: Fen;
};

export const billedFen = (rows: readonly Pick<BillRow, 'amountFen'>[]): Fen =>
  rows.reduce((sum, { amountFen }) => sum + amountFen, 0n);

/** How what is owed and what is billed stand to each other; the order of the rows does not matter. */
export function billingOf(owed: {
  readonly amountFen: Fen;
  readonly isShipped: boolean;
  readonly billed: readonly Pick<BillRow, 'amountFen'>[];
}): Billing {
  const { amountFen, isShipped, billed } = owed;
  if (billed.length === 0) {
    return { match: amountFen === 0n ? 'NOTHING' : 'UNBILLED', differenceFen: 0n };
  }
  const differenceFen = billedFen(billed) - amountFen;
  if (!isShipped) return { match: 'UNSHIPPED', differenceFen };
  return { match: differenceFen === 0n ? 'MATCHED' : 'DIFFERS', differenceFen };
}

/** Where an age begins, in whole days; each ends where the next one begins. */
export const AGES_FROM_DAYS = [0, 8, 31, 91] as const;

export const isAge = (days: number): boolean => AGES_FROM_DAYS.some((from) => from === days);

/** Ages change on the hour, so that what was recorded within one hour is of one age. */
export const HOUR_MS = 3_600_000;

/** The beginning of the hour of an instant, ms. */
export const hourAt = (instant: Date): number => Math.floor(instant.getTime() / HOUR_MS) * HOUR_MS;

/** The hour before which what is so old was recorded. */
const olderThan = (days: number, now: Date): Date => daysAfter(new Date(hourAt(now)), -days);

const RECENT_DAYS = 30;

/** Whether a receivable is of the last 30 days, by the hour. */
export const isRecent = (recordedAt: Date, now: Date): boolean =>
  recordedAt >= olderThan(RECENT_DAYS, now);

/** The age of what was recorded at an instant: so many whole days at the least. */
export const ageOf = (recordedAt: Date, now: Date): (typeof AGES_FROM_DAYS)[number] =>
  AGES_FROM_DAYS.findLast((days) => days > 0 && recordedAt < olderThan(days, now)) ?? 0;

/** What was recorded within an age: from `from` on and before `to`; null for no age. */
export function agedBetween(
  fromDays: number,
  now: Date,
): { readonly from: Date | null; readonly to: Date | null } | null {
  const index = AGES_FROM_DAYS.findIndex((days) => days === fromDays);
  if (index < 0) return null;
  const next = AGES_FROM_DAYS[index + 1];
  return {
    from: next === undefined ? null : olderThan(next, now),
    to: fromDays === 0 ? null : olderThan(fromDays, now),
  };
}
