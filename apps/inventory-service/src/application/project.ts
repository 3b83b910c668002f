import type { Packed } from './journal/pack.ts';
import type { JournalRecord } from './journal/record.ts';
import { ENTRY_WIDTH, parseBody, unpackCell } from './journal/unpack.ts';
import type { ProjectedCell, RecordEffects } from './ports.ts';

/** The cells that a record touched, each as the record left it. */
export function effectsOf(record: JournalRecord): RecordEffects {
  const { cells, operations } = parseBody(record.body);
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
  const projected: ProjectedCell[] = [];
  for (const [position, values] of last) {
    const cell = cells[position];
    if (cell !== undefined) projected.push({ cell: unpackCell(cell), ...values });
  }
  return { sequence: record.sequence, cells: projected };
}
