import type { Place } from '@astrolabe/kernel';
import { samePlace } from '@astrolabe/kernel';
import { inputFromText, outcomeText } from './record.ts';
import type { DecisionRecord } from './record.ts';
import { route, tableOf } from './route.ts';
import { deciderOf, sortsOf } from './sorts.ts';
import type { Candidate, Decider, Removal, RoutingInput, RoutingOutcome } from './types.ts';

/** One row of the candidate table with its reason. */
export type ExplainedRow = Candidate & {
  /** From 1 for those that could serve; 0 for the removed. */
  readonly rank: number;
  /** The sort that put the row behind the one before it; null for the first and the removed. */
  readonly behindBy: Decider | null;
};

export type Explained = {
  readonly input: RoutingInput;
  readonly outcome: RoutingOutcome;
  readonly rows: readonly ExplainedRow[];
};

/** A decision made (again) from its inputs, with the reason of every row. */
export function explain(input: RoutingInput): Explained {
  const outcome = route(input);
  const table = tableOf(input);
  const sorts = sortsOf(input.rules);
  const rows = table.map((row, index): ExplainedRow => {
    if (row.removed) return { ...row, rank: 0, behindBy: null };
    const before = table[index - 1];
    return { ...row, rank: index + 1, behindBy: before ? deciderOf(sorts, before, row) : null };
  });
  return { input, outcome, rows };
}

/** Whether the recorded inputs give the recorded outcome again, byte for byte. */
export const replaysIdentically = (record: DecisionRecord): boolean =>
  outcomeText(route(inputFromText(record.input))) === record.outcome;

/** What one order would come to under other rules. */
export type Difference = {
  readonly before: Place | null;
  readonly after: Place | null;
  readonly beforeDecidedBy: Decider | null;
  readonly afterDecidedBy: Decider | null;
};

/** Compares two outcomes for the same order; null when they send it to the same place. */
export function differenceOf(before: RoutingOutcome, after: RoutingOutcome): Difference | null {
  const [from, to] = [before.chosen?.place ?? null, after.chosen?.place ?? null];
  if (from === to || (from && to && samePlace(from, to))) return null;
  return {
    before: from,
    after: to,
    beforeDecidedBy: before.decidedBy,
    afterDecidedBy: after.decidedBy,
  };
}

/** How many candidates each reason removed. */
export function removalCounts(outcomes: readonly RoutingOutcome[]): ReadonlyMap<Removal, number> {
  const counts = new Map<Removal, number>();
  for (const { removed } of outcomes) {
    for (const [reason, count] of removed) counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return counts;
}
