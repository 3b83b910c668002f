import type { After, CellAfter, CellName, JournalRecord } from '../journal/record.ts';
import { VALUES_OF_CELL } from '../journal/record.ts';
import { Reader } from '../journal/reader.ts';
import { unpackCells, unpackEntries } from '../journal/unpack.ts';
import type { RecordEffects } from '../ports.ts';

/** The cells that a record touched, each as the record left it. */
export const effectsOf = (record: JournalRecord): RecordEffects => ({
  sequence: record.sequence,
  ...(record.after ?? afterBody(record.body)),
});

/** The same from a record's body: the last entry of each cell. `met` may read each operation before. */
export function afterBody(body: Uint8Array, met?: (reader: Reader) => void): After {
  const reader = new Reader(body);
  const names = unpackCells(reader);
  const cells: CellName[] = [];
  const values: number[] = [];
  const places = new Map<CellName, number>();
  while (reader.next()) {
    met?.(reader);
    reader.toEntries();
    for (const { cell, quantity, held, unreported } of unpackEntries(reader, names)) {
      let at = places.get(cell);
      if (at === undefined) {
        at = (cells.push(cell) - 1) * VALUES_OF_CELL;
        places.set(cell, at);
      }
      values[at] = quantity;
      values[at + 1] = held;
      values[at + 2] = unreported;
    }
  }
  return { cells, values };
}

/** The cells, one by one. */
export function* cellsOf({ cells, values }: After): Generator<CellAfter> {
  let at = 0;
  for (const cell of cells) {
    yield {
      cell,
      quantity: values[at] ?? 0,
      held: values[at + 1] ?? 0,
      unreported: values[at + 2] ?? 0,
    };
    at += VALUES_OF_CELL;
  }
}
