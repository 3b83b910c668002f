import { samePlace } from '@astrolabe/kernel';
import type { LineOutcome, Outcome } from '../../domain/outcomes.ts';
import type { Cell, Entry } from '../../domain/stock.ts';
import { STATUSES } from './codes.ts';
import { NOWHERE, kindCode } from './pack.ts';
import type { Packed } from './pack.ts';
import type { CellName } from './record.ts';
import type { PackedBatch } from './unpack.ts';
import { ENTRY_WIDTH, place } from './unpack.ts';

/** True when an outcome is the packed one. */
export function sameOutcome(
  { status, reason, lines }: Outcome,
  packed: readonly Packed[],
  batch: PackedBatch,
): boolean {
  const [code, why, told] = packed;
  if (STATUSES[code as number] !== status || why !== reason) return false;
  const written = told as readonly (readonly Packed[])[];
  if (written.length !== lines.length) return false;
  for (const [at, line] of lines.entries()) {
    const other = written[at];
    if (!other || !sameLine(line, other, batch)) return false;
  }
  return true;
}

function sameLine(line: LineOutcome, packed: readonly Packed[], batch: PackedBatch): boolean {
  const where = packed[2];
  const isThere = line.place
    ? where !== NOWHERE && samePlace(line.place, place(batch, where))
    : where === NOWHERE;
  return (
    isThere &&
    batch.words[packed[0] as number] === line.id &&
    STATUSES[packed[1] as number] === line.status &&
    packed[3] === (line.kind ? kindCode(line.kind) : -1) &&
    packed[4] === line.quantity &&
    (packed[5] ?? '') === line.reason &&
    (packed[6] ?? 0) === (line.discrepancy ? 1 : 0)
  );
}

/**
 * True when entries are the packed ones: the same cells in the same order with the same values.
 * `met` learns which cell each name stands for, and a name must stand for the same one throughout.
 */
export function sameEntries(
  entries: readonly Entry[],
  packed: readonly Packed[],
  batch: PackedBatch,
  names: readonly CellName[],
  met: Cell[],
): boolean {
  if (packed.length !== entries.length * ENTRY_WIDTH) return false;
  let at = 0;
  for (const entry of entries) {
    const position = packed[at] as number;
    const same =
      isNamed(entry.cell, position, names, met) &&
      entry.quantity === packed[at + 4] &&
      entry.held === packed[at + 5] &&
      entry.unreported === packed[at + 6] &&
      entry.heldDelta === packed[at + 2] &&
      entry.cause === batch.words[packed[at + 7] as number];
    if (!same) return false;
    at += ENTRY_WIDTH;
  }
  return true;
}

function isNamed(cell: Cell, at: number, names: readonly CellName[], met: Cell[]): boolean {
  const known = met[at];
  if (known) return known === cell;
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
