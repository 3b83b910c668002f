import type { Fen } from '@astrolabe/kernel';
import { UNMATCHED, ageOf, isRecent } from './billing.ts';
import type { Match } from './billing.ts';
import type { Discrepancy } from './receivable.ts';

/** What of a receivable is counted and summed; `match` is null for one of before matches were kept. */
export type Summed = {
  readonly channel: string;
  readonly match: Match | null;
  readonly amountFen: Fen;
  readonly differenceFen: Fen;
  readonly discrepancy: Pick<Discrepancy, 'differenceFen' | 'kind'> | null;
};

/** What Receivables that have something in common come to. */
type Sum = { readonly count: number; readonly amountFen: Fen; readonly differenceFen: Fen };

export type MatchSum = Sum & { readonly match: Match | null; readonly channel: string };
export type KindSum = { readonly kind: Discrepancy['kind'] } & Omit<Sum, 'amountFen'>;

/** What the receivables of one hour come to. */
export type HourSums = {
  readonly matches: ReadonlyMap<string, MatchSum>;
  readonly kinds: ReadonlyMap<Discrepancy['kind'], KindSum>;
};

export type ReceivableSums = {
  readonly counts: readonly (Sum & {
    readonly match: Match;
    readonly channel: string;
    readonly fromDays: number;
  })[];
  readonly recentMatched: number;
  readonly recentAll: number;
  readonly discrepancies: readonly KindSum[];
  readonly notCounted: number;
};

const NOTHING: Sum = { count: 0, amountFen: 0n, differenceFen: 0n };
export const NO_SUMS: HourSums = { matches: new Map(), kinds: new Map() };

const added = (a: Sum, b: Sum): Sum => ({
  count: a.count + b.count,
  amountFen: a.amountFen + b.amountFen,
  differenceFen: a.differenceFen + b.differenceFen,
});

/** Adds receivables to the sums of an hour, each once, in whatever order. */
export function withReceivables(sums: HourSums, all: readonly Summed[]): HourSums {
  const matches = new Map(sums.matches);
  const kinds = new Map(sums.kinds);
  for (const { channel, match, discrepancy, ...amounts } of all) {
    const key = `${match ?? ''} ${channel}`;
    const one = { count: 1, ...amounts };
    matches.set(key, { match, channel, ...added(matches.get(key) ?? NOTHING, one) });
    if (!discrepancy) continue;
    const { kind, differenceFen } = discrepancy;
    const before = kinds.get(kind) ?? NOTHING;
    kinds.set(kind, {
      kind,
      count: before.count + 1,
      differenceFen: before.differenceFen + differenceFen,
    });
  }
  return { matches, kinds };
}

const isUnmatched = (match: Match | null): match is (typeof UNMATCHED)[number] =>
  UNMATCHED.some((one) => one === match);

/** What hours come to together, by their ages; an hour is named by its beginning, ms. */
export function totalOf(hours: Iterable<readonly [number, HourSums]>, now: Date): ReceivableSums {
  const counts = new Map<string, ReceivableSums['counts'][number]>();
  const kinds = new Map<Discrepancy['kind'], KindSum>();
  const recent = { matched: 0, all: 0 };
  let notCounted = 0;
  for (const [hour, sums] of hours) {
    const at = new Date(hour);
    const fromDays = ageOf(at, now);
    for (const { match, channel, ...sum } of sums.matches.values()) {
      if (match === null) notCounted += sum.count;
      if (isRecent(at, now)) {
        if (match === 'MATCHED') recent.matched += sum.count;
        if (match === 'MATCHED' || isUnmatched(match)) recent.all += sum.count;
      }
      if (!isUnmatched(match)) continue;
      const key = `${match} ${channel} ${fromDays}`;
      counts.set(key, { match, channel, fromDays, ...added(counts.get(key) ?? NOTHING, sum) });
    }
    for (const { kind, count, differenceFen } of sums.kinds.values()) {
      const before = kinds.get(kind) ?? NOTHING;
      kinds.set(kind, {
        kind,
        count: before.count + count,
        differenceFen: before.differenceFen + differenceFen,
      });
    }
  }
  return {
    counts: [...counts.values()],
    recentMatched: recent.matched,
    recentAll: recent.all,
    discrepancies: [...kinds.values()],
    notCounted,
  };
}
