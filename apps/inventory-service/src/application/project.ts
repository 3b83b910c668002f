import type { CellAfter, CellName, JournalRecord } from './journal/record.ts';
import { Reader } from './journal/reader.ts';
import { unpackCells, unpackEntries } from './journal/unpack.ts';
import type { RecordEffects } from './ports.ts';

/** The cells that a record touched, each as the record left it. */
export const effectsOf = (record: JournalRecord): RecordEffects => ({
  sequence: record.sequence,
  cells: record.after ?? cellsAfter(record.body),
});

/** The same, as a record's body tells it: the last entry of each cell. `met` may read each operation before. */
export function cellsAfter(body: string, met?: (reader: Reader) => void): CellAfter[] {
  const reader = new Reader(body);
  const names = unpackCells(reader);
  const last = new Map<CellName, CellAfter>();
  while (reader.next()) {
    met?.(reader);
    reader.toEntries();
    for (const { cell, quantity, held, unreported } of unpackEntries(reader, names)) {
      last.set(cell, { cell, quantity, held, unreported });
    }
  }
  return [...last.values()];
}
