import type { RepairCell, RepairHold } from './commands.ts';
import type { Hold } from './holds.ts';
import { isOpen } from './holds.ts';
import { LIMITS } from './limits.ts';
import type { Decision } from './outcomes.ts';
import { alreadyDone, applied, lineAt, refused } from './outcomes.ts';
import { release } from './release.ts';
import type { SellerStock, State } from './stock.ts';
import type { Cell } from './goods.ts';
import { findCell } from './stock.ts';
import { isShort, post } from './ledger.ts';

/** Gives up what is still open of a hold. What was sold stays sold; no quantity changes. */
export function repairHold(state: State, found: Hold, { reason }: RepairHold): Decision {
  if (!found.lines.some(isOpen)) return alreadyDone([]);
  return release(state, found, { verb: 'RELEASE', ref: found.ref, lineIds: [], reason });
}

/**
 * Sets a quantity, if the cell still shows what the operator saw. Never below what is held: that
 * would take a promise back that the hold still gives.
 */
export function repairCell(seller: SellerStock | undefined, command: RepairCell): Decision {
  const { goodsId, place, kind, expected, quantity } = command;
  const cell = findCell(seller, goodsId, place, kind);
  if (!cell) return refused('CONFLICT', 'NOT_INITIALISED');
  if (cell.quantity !== expected.quantity || cell.held !== expected.held) {
    return refused('CONFLICT', 'CELL_CHANGED');
  }
  if (quantity < cell.held || quantity > LIMITS.cellMilli) {
    return refused('INVALID', 'QUANTITY_OUT_OF_RANGE');
  }
  const change = quantity - cell.quantity;
  const outcomes = [lineAt(goodsId, 'APPLIED', cell, change)];
  if (change === 0) return alreadyDone(outcomes);
  const cause = 'repair';
  return applied(outcomes, post([{ cell, quantity: change, held: 0, unreported: 0, cause }]));
}

/** Cells of a seller that promise more than is there, in the order of their numbers. */
export const shortCells = (seller: SellerStock | undefined): Cell[] =>
  [...(seller?.goods.values() ?? [])].flatMap(({ cells }) => cells).filter(isShort);
