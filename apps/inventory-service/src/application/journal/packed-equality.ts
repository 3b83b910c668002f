import { samePlace } from '@astrolabe/kernel';
import type { LineOutcome, Outcome } from '../../domain/outcomes.ts';
import type { Entry } from '../../domain/ledger.ts';
import type { Cell } from '../../domain/goods.ts';
import { STATUSES } from './codes.ts';
import { NONE, kindCode } from './pack.ts';
import type { Reader } from './reader.ts';
import type { CellName } from './record.ts';

/** True when an outcome is the packed one, before which the reader stands; its entries come next. */
export function sameOutcome({ status, reason, lines }: Outcome, reader: Reader): boolean {
  if (STATUSES[reader.int()] !== status || reader.word() !== reason) return false;
  if (reader.int() !== lines.length) return false;
  for (const line of lines) {
    if (!sameLine(line, reader)) return false;
  }
  return true;
}

function sameLine(line: LineOutcome, reader: Reader): boolean {
  const isIt =
    reader.word() === line.id &&
    STATUSES[reader.int()] === line.status &&
    reader.word() === line.reason;
  if (!isIt) return false;
  const where = reader.placeOrNone();
  const isThere = line.place ? where !== null && samePlace(line.place, where) : where === null;
  return (
    isThere &&
    reader.int() === (line.kind ? kindCode(line.kind) : NONE) &&
    reader.int() === line.quantity &&
    reader.int() === (line.discrepancy ? 1 : 0)
  );
}

/**
 * True when entries are the packed ones: the same cells in the same order with the same values.
 * `met` learns which cell each name stands for, and a name must stand for the same one throughout.
 */
export function sameEntries(
  entries: readonly Entry[],
  reader: Reader,
  names: readonly CellName[],
  met: Cell[],
): boolean {
  if (reader.int() !== entries.length) return false;
  for (const entry of entries) {
    const same =
      isNamed(entry.cell, reader.int(), names, met) &&
      reader.int() === entry.quantityDelta &&
      reader.int() === entry.heldDelta &&
      reader.int() === entry.unreportedDelta &&
      reader.int() === entry.quantity &&
      reader.int() === entry.held &&
      reader.int() === entry.unreported &&
      reader.word() === entry.cause;
    if (!same) return false;
  }
  return true;
}

function isNamed(cell: Cell, at: number, names: readonly CellName[], met: Cell[]): boolean {
  const named = met[at];
  if (named) return named === cell;
  const name = names[at];
  if (!name || !sameCell(cell, name)) return false;
  met[at] = cell;
  return true;
}

const sameCell = (cell: Cell, name: CellName): boolean =>
  cell.goodsId === name.goodsId &&
  cell.kind === name.kind &&
  cell.sellerId === name.sellerId &&
  samePlace(cell.place, name.place);
