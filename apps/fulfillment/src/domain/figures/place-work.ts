import type { Place } from '@astrolabe/kernel';
import { placeFromKey } from '@astrolabe/kernel';
import type { Ask } from './asks.ts';

/** So many asks of a day that came to the same. */
export type AskGroup = Pick<Ask, 'acceptedIn' | 'refused' | 'givenBack' | 'inTime'> & {
  /** See `placeKey`. */
  readonly place: string;
  readonly count: number;
};

/** Of the times to an acceptance, in seconds: half and nine tenths were no longer, and the longest. */
export type Spread = { readonly p50: number; readonly p90: number; readonly longest: number };

/** How often a place has said no for a reason; `code` is empty where it gave none. */
export type ReasonCount = {
  readonly code: string;
  readonly count: number;
  /** How many of them it had accepted before. */
  readonly givenBack: number;
};

/** What a place has come to in some days; counts are of orders, an order counts again with each allocation. */
export type PlaceWork = {
  readonly place: Place;
  readonly asked: number;
  readonly answered: number;
  readonly accepted: number;
  /** Refused, or given back after an acceptance. */
  readonly refused: number;
  /** By count, then by code. */
  readonly reasons: readonly ReasonCount[];
  /** Answers in time. */
  readonly inTime: number;
  /** Null without an acceptance: that is not known, and no zero. */
  readonly acceptSeconds: Spread | null;
};

type Mutable = {
  asked: number;
  answered: number;
  accepted: number;
  refused: number;
  inTime: number;
  waits: [seconds: number, count: number][];
  reasons: Map<string, { count: number; givenBack: number }>;
};

/** Puts groups of asks together by place, of as many days as there are. */
export function placeWork(groups: Iterable<AskGroup>): readonly PlaceWork[] {
  const places = new Map<string, Mutable>();
  for (const group of groups) {
    const known = places.get(group.place) ?? nothing();
    places.set(group.place, known);
    addGroup(known, group);
  }
  return [...places].flatMap(([key, { waits, reasons, ...counts }]) => {
    const place = placeFromKey(key);
    if (!place) return [];
    const told = [...reasons].map(([code, of]) => ({ code, ...of })).toSorted(byCount);
    return [{ place, ...counts, reasons: told, acceptSeconds: spreadOf(waits) }];
  });
}

const nothing = (): Mutable => ({
  asked: 0,
  answered: 0,
  accepted: 0,
  refused: 0,
  inTime: 0,
  waits: [],
  reasons: new Map(),
});

function addGroup(to: Mutable, { count, acceptedIn, refused, givenBack, inTime }: AskGroup): void {
  to.asked += count;
  if (inTime !== null) to.answered += count;
  if (inTime) to.inTime += count;
  if (acceptedIn !== null) {
    to.accepted += count;
    to.waits.push([acceptedIn, count]);
  }
  const code = givenBack ?? refused;
  if (code === null) return;
  to.refused += count;
  const reason = to.reasons.get(code) ?? { count: 0, givenBack: 0 };
  reason.count += count;
  if (givenBack !== null) reason.givenBack += count;
  to.reasons.set(code, reason);
}

const byCount = (a: ReasonCount, b: ReasonCount): number =>
  b.count - a.count || (a.code < b.code ? -1 : 1);

/** By nearest rank. */
function spreadOf(waits: readonly [seconds: number, count: number][]): Spread | null {
  const sorted = waits.toSorted(([a], [b]) => a - b);
  const last = sorted.at(-1);
  if (!last) return null;
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  const at = (share: number): number => {
    let seen = 0;
    const rank = Math.ceil(share * total);
    for (const [seconds, count] of sorted) {
      seen += count;
      if (seen >= rank) return seconds;
    }
    return last[0];
  };
  return { p50: at(0.5), p90: at(0.9), longest: last[0] };
}
