import { samePlace } from '@astrolabe/kernel';
import type { Outcome } from '../../domain/outcomes.ts';
import type { Cell, Entry } from '../../domain/stock.ts';
import { packOutcome, samePacked } from './pack.ts';
import type { Packed } from './pack.ts';
import type { CellName } from './record.ts';
import { ENTRY_WIDTH } from './unpack.ts';

/** True when an outcome is the packed one. */
export const sameOutcome = (outcome: Outcome, packed: readonly Packed[]): boolean =>
  samePacked(packOutcome(outcome), packed);

/** True when entries are the packed ones: the same cells in the same order with the same values. */
export function sameEntries(
  entries: readonly Entry[],
  packed: readonly Packed[],
  cells: readonly CellName[],
): boolean {
  if (packed.length !== entries.length * ENTRY_WIDTH) return false;
  let at = 0;
  for (const entry of entries) {
    const cell = cells[packed[at] as number];
    const same =
      cell !== undefined &&
      sameCell(entry.cell, cell) &&
      entry.quantity === packed[at + 4] &&
      entry.held === packed[at + 5] &&
      entry.unreported === packed[at + 6] &&
      entry.heldDelta === packed[at + 2] &&
      entry.cause === packed[at + 7];
    if (!same) return false;
    at += ENTRY_WIDTH;
  }
  return true;
}

const sameCell = (cell: Cell, name: CellName): boolean =>
  cell.goodsId === name.goodsId &&
  cell.kind === name.kind &&
  cell.sellerId === name.sellerId &&
  samePlace(cell.place, name.place);
