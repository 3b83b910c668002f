import type { Result } from '@astrolabe/kernel';
import { err, ok, samePlace } from '@astrolabe/kernel';
import { partitionOf } from '../domain/partition-of.ts';
import type { Host } from './host.ts';
import type { Refusal } from './inventory.ts';
import type { CellName, JournalRecord } from './journal/record.ts';
import type { DurableEntry } from './journal/unpack.ts';
import { parseBody, unpackCell, unpackOperation } from './journal/unpack.ts';
import type { Journal, Projections, Timing } from './ports.ts';

/** One line of a cell's history, as the journal tells it. */
export type HistoryLine = {
  readonly partition: string;
  readonly sequence: number;
  /** Operation in its record, and entry in its operation. */
  readonly index: number;
  readonly atMs: number;
  readonly verb: string;
  readonly operationId: string;
  readonly actor: string;
  readonly messageId: string;
  readonly cause: string;
  readonly entry: DurableEntry;
};

/** Where a page ends: everything from here on was told. */
export type HistoryToken = { readonly sequence: number; readonly nth: number };

export type HistoryPage = {
  readonly lines: readonly HistoryLine[];
  readonly next: HistoryToken | null;
};

export type HistoryDeps = {
  readonly hosts: readonly Host[];
  readonly journal: Journal;
  readonly projections: Projections;
  readonly timing: Timing;
};

const RECORDS_AT_ONCE = 20;

/**
 * The entries that add up to the number of one cell, newest first: which records touched the cell is
 * a projection, what happened is read in the journal itself. Waits until the projection knows all
 * that was durable when the question came.
 */
export function makeListHistory(deps: HistoryDeps) {
  return async (
    cell: CellName,
    from: HistoryToken | null,
    size: number,
    leftMs: number,
  ): Promise<Result<HistoryPage, Refusal>> => {
    const partition = partitionOf(cell.sellerId, deps.hosts.length);
    const host = deps.hosts.find((each) => each.partition === partition);
    const tenure = (await host?.tenure(leftMs)) ?? null;
    if (!tenure) return err({ why: 'NOT_OWNER', address: host?.holder()?.address ?? '' });
    const known = await Promise.race([
      tenure.projected.reached(tenure.tail.sequence).then(() => true),
      deps.timing.delay(leftMs).then(() => false),
    ]);
    if (!known) return err({ why: 'BEHIND', address: '' });
    return ok(await pageOf(deps, partition, cell, from, size));
  };
}

async function pageOf(
  deps: HistoryDeps,
  partition: string,
  cell: CellName,
  from: HistoryToken | null,
  size: number,
): Promise<HistoryPage> {
  const lines: HistoryLine[] = [];
  let before = from ? from.sequence + 1 : Number.MAX_SAFE_INTEGER;
  for (;;) {
    const sequences = await deps.projections.touching(partition, cell, before, RECORDS_AT_ONCE);
    for (const sequence of sequences) {
      const record = await deps.journal.read(partition, sequence);
      if (!record) continue;
      const found = linesOf(record, cell).toReversed();
      const start = from?.sequence === sequence ? from.nth : 0;
      for (let nth = start; nth < found.length; nth += 1) {
        const line = found[nth];
        if (lines.length === size) return { lines, next: { sequence, nth } };
        if (line) lines.push(line);
      }
    }
    before = sequences.at(-1) ?? 0;
    if (sequences.length < RECORDS_AT_ONCE) return { lines, next: null };
  }
}

function linesOf(record: JournalRecord, cell: CellName): HistoryLine[] {
  const { cells, operations } = parseBody(record.body);
  const names = cells.map(unpackCell);
  return operations.flatMap((packed, index) => {
    const { command, entries } = unpackOperation(packed, names);
    const { body, operationId, actor, messageId } = command;
    return entries
      .filter((entry) => sameCell(entry.cell, cell))
      .map((entry) => ({
        partition: record.partition,
        sequence: record.sequence,
        index,
        atMs: record.timeMs,
        verb: body.verb,
        operationId,
        actor,
        messageId,
        cause: 'ref' in body ? `${body.ref}/${entry.cause}` : entry.cause,
        entry,
      }));
  });
}

const sameCell = (a: CellName, b: CellName): boolean =>
  a.sellerId === b.sellerId &&
  a.goodsId === b.goodsId &&
  a.kind === b.kind &&
  samePlace(a.place, b.place);
