import type { Command } from '../../domain/commands.ts';
import type { Outcome } from '../../domain/outcomes.ts';

/** An outcome and the record of the journal that it stands in or depends on. */
export type Positioned = {
  readonly outcome: Outcome;
  readonly partition: string;
  readonly sequence: number;
};

/** Why commands were not decided; nothing was done. */
export type Undecided = 'OVERLOADED' | 'TOO_LATE' | 'NOT_OWNER';

/** Commands that came together and are answered together. */
export type Offer = {
  readonly commands: readonly Command[];
  /** Dropped undecided when their turn comes later than this; by the clock of `nowMs`. */
  readonly deadlineMs: number;
  readonly answered: (outcomes: readonly Positioned[]) => void;
  readonly undecided: (why: Undecided) => void;
};

/** An offer while it is decided: `missing` of its outcomes are still to come. */
export type Pending = {
  readonly offer: Offer;
  readonly outcomes: Positioned[];
  started: boolean;
  missing: number;
  abandoned: boolean;
};

/** The commands of an offer that are one seller's: their places in it. */
export type Part = { readonly pending: Pending; readonly places: readonly number[]; next: number };

/** One command of an offer. */
export type Slot = { readonly pending: Pending; readonly at: number; readonly command: Command };

/** The places of each seller's commands, in their order. */
export function partsOf(commands: readonly Command[]): Map<string, number[]> {
  const parts = new Map<string, number[]>();
  commands.forEach(({ sellerId }, at) => {
    const places = parts.get(sellerId);
    if (places) places.push(at);
    else parts.set(sellerId, [at]);
  });
  return parts;
}

/** Resolves the call with a refusal: nothing of it was decided here. Once. */
export function abandon(pending: Pending): void {
  if (pending.abandoned) return;
  pending.abandoned = true;
  pending.offer.undecided('NOT_OWNER');
}
