import type { Packed } from './journal/pack.ts';
import type { CellAfter, JournalRecord } from './journal/record.ts';
import { ENTRY_WIDTH, parseBody, unpackCell } from './journal/unpack.ts';
import type { RecordEffects } from './ports.ts';

/** The cells that a record touched, each as the record left it. */
export const effectsOf = (record: JournalRecord): RecordEffects => ({
  sequence: record.sequence,
  cells: record.after ?? cellsAfter(record.body),
});

/** The same, as a record's body tells it: the last entry of each cell. */
export function cellsAfter(body: string): CellAfter[] {
  const batch = parseBody(body);
  const { cells, operations } = batch;
  const last = new Map<number, { quantity: number; held: number; unreported: number }>();
  for (const operation of operations) {
    const flat = (operation as readonly Packed[])[6] as readonly number[];
    for (let at = 0; at < flat.length; at += ENTRY_WIDTH) {
      last.set(flat[at] ?? 0, {
        quantity: flat[at + 4] ?? 0,
        held: flat[at + 5] ?? 0,
        unreported: flat[at + 6] ?? 0,
      });
    }
  }
  const after: CellAfter[] = [];
  for (const [position, values] of last) {
    const cell = cells[position];
    if (cell !== undefined) after.push({ cell: unpackCell(cell, batch), ...values });
  }
  return after;
}
