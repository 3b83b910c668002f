import { invariant } from '@astrolabe/kernel';
import type { Cell } from './goods.ts';
import { cellKey } from './goods.ts';
import { LIMITS } from './limits.ts';
import type { Milli } from './quantity.ts';

/** A line of the ledger: how one operation changed one cell, and what it came to. */
export type Entry = {
  readonly cell: Cell;
  readonly quantityDelta: Milli;
  readonly heldDelta: Milli;
  readonly unreportedDelta: Milli;
  /** Values afterwards. */
  readonly quantity: Milli;
  readonly held: Milli;
  readonly unreported: Milli;
  /** The order line or the bill that caused it. */
  readonly cause: string;
};

/** A change that is planned: not yet part of the ledger. */
export type Change = {
  readonly cell: Cell;
  readonly quantity: Milli;
  readonly held: Milli;
  readonly unreported: Milli;
  readonly cause: string;
};

export const available = (cell: Cell): Milli => cell.quantity - cell.held;

/** An adjustment went below what is held: nothing more can be held here until it is made up for. */
export const isShort = (cell: Pick<Cell, 'quantity' | 'held'>): boolean =>
  cell.held > cell.quantity;

/** What would be free if the planned changes were written. */
export function availableAfter(cell: Cell, changes: readonly Change[]): Milli {
  let free = available(cell);
  for (const change of changes) {
    if (change.cell === cell) free += change.quantity - change.held;
  }
  return free;
}

export const hold = (cell: Cell, milli: Milli, cause: string): Change => ({
  cell,
  quantity: 0,
  held: milli,
  unreported: 0,
  cause,
});

export const unhold = (cell: Cell, milli: Milli, cause: string): Change =>
  hold(cell, -milli, cause);

/** Held stock leaves: a sale that the merchant's own reports may come to include. */
export const sell = (cell: Cell, milli: Milli, cause: string): Change => ({
  cell,
  quantity: -milli,
  held: -milli,
  unreported: milli,
  cause,
});

/** Sold stock comes back on the shelf. */
export const putBack = (cell: Cell, milli: Milli, cause: string): Change => ({
  cell,
  quantity: milli,
  held: 0,
  unreported: -milli,
  cause,
});

/**
 * Writes changes into the ledger. The only function that changes a cell. I1: a quantity and a sum of
 * holds are never negative.
 */
export const post = (changes: readonly Change[]): Entry[] => changes.map(postOne);

function postOne(change: Change): Entry {
  const { cell } = change;
  const quantity = cell.quantity + change.quantity;
  const held = cell.held + change.held;
  invariant(quantity >= 0 && quantity <= LIMITS.cellMilli, 'I1 quantity', () => cellKey(cell));
  invariant(held >= 0, 'I1 held', () => cellKey(cell));
  const unreported = cell.unreported + change.unreported;
  cell.set(quantity, held, unreported);
  cell.goods.ranking?.changed(cell);
  return {
    cell,
    quantityDelta: change.quantity,
    heldDelta: change.held,
    unreportedDelta: change.unreported,
    quantity,
    held,
    unreported,
    cause: change.cause,
  };
}
