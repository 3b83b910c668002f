import type { Milli } from '@astrolabe/kernel';
import { isNumericId } from '@astrolabe/kernel';
import type { SortName } from './rules.ts';
import type { Candidate, Decider, RoutingRules } from './types.ts';

export type Compare = (a: Candidate, b: Candidate) => number;
export type NamedSort = readonly [Decider, Compare];

const SORTS: Readonly<Record<SortName, Compare>> = {
  priority: (a, b) => a.priority - b.priority,
  region: (a, b) => a.region - b.region,
  // Who has coordinates comes before who has none.
  distance: (a, b) => (a.distanceM ?? Infinity) - (b.distanceM ?? Infinity) || 0,
  available: (a, b) => compareMilli(b.availableMilli, a.availableMilli),
};

const FIRST: readonly NamedSort[] = [
  ['place-type', (a, b) => typeRank(a) - typeRank(b)],
  // Among warehouses the one that holds everything already wins: nothing has to be moved.
  ['holds-all', (a, b) => heldRank(a) - heldRank(b)],
];

const LAST: NamedSort = ['id', (a, b) => compareIds(a.place.id, b.place.id)];

/** The whole ladder of sorts: the fixed first ones, the seller's, and the id. */
export const sortsOf = (rules: RoutingRules): readonly NamedSort[] => [
  ...FIRST,
  ...rules.sorts.map((name) => [name, SORTS[name]] as const),
  LAST,
];

/** Orders by the first sort that is no tie. */
export const compareBy =
  (sorts: readonly NamedSort[]): Compare =>
  (a, b) => {
    for (const [, sort] of sorts) {
      const order = sort(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };

/** Which sort told two candidates apart; null when none did. */
export const deciderOf = (
  sorts: readonly NamedSort[],
  a: Candidate,
  b: Candidate,
): Decider | null => sorts.find(([, sort]) => sort(a, b) !== 0)?.[0] ?? null;

/** Stores before warehouses, then ids: for rows that have no rank. */
export const byTypeAndId: Compare = (a, b) =>
  typeRank(a) - typeRank(b) || compareIds(a.place.id, b.place.id);

const typeRank = (candidate: Candidate): number => (candidate.place.type === 'STORE' ? 0 : 1);
const heldRank = (candidate: Candidate): number =>
  candidate.place.type === 'WAREHOUSE' && candidate.holdsAll ? 0 : 1;
const compareMilli = (a: Milli, b: Milli): number => (a < b ? -1 : a > b ? 1 : 0);

/** Numeric ids by number, others by code unit; numbers first. */
function compareIds(a: string, b: string): number {
  const [numericA, numericB] = [isNumericId(a), isNumericId(b)];
  if (numericA !== numericB) return numericA ? -1 : 1;
  if (numericA && a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
