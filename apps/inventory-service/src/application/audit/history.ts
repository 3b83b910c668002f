import type { Result } from '@astrolabe/kernel';
import { err, ok, samePlace } from '@astrolabe/kernel';
import { partitionOf } from '../../domain/partition-of.ts';
import { findCell } from '../../domain/stock.ts';
import type { Host } from '../hosting/host.ts';
import type { Refusal } from '../inventory.ts';
import type { CellName, JournalRecord } from '../journal/record.ts';
import { JournalBroken } from '../journal/record.ts';
import { Reader } from '../journal/reader.ts';
import type { DurableEntry } from '../journal/unpack.ts';
import { previousOf, unpackCells, unpackOperation } from '../journal/unpack.ts';
import type { Journal } from '../ports.ts';
import type { Replica } from '../partition/replica.ts';

/** One line of a cell's history, as it stands in the journal. */
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

/** Where a page ends: everything from here on was on it or on a page before. */
export type HistoryToken = { readonly sequence: number; readonly nth: number };

export type HistoryPage = {
  readonly lines: readonly HistoryLine[];
  readonly next: HistoryToken | null;
};

export type HistoryDeps = { readonly hosts: readonly Host[]; readonly journal: Journal };

/**
 * The entries that add up to the number of one cell, newest first. The owner has the last record
 * that touched the cell, and each record names the one before: a page reads only records that have
 * a line to show. Resolves when all that was decided before the call is durable.
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
    const leadership = (await host?.leadership(leftMs)) ?? null;
    const notOwner: Refusal = { why: 'NOT_OWNER', address: host?.holder()?.address ?? '' };
    if (!leadership) return err(notOwner);
    const start = from ?? { sequence: newest(leadership.owner.replica, cell), nth: 0 };
    const isDurable = await new Promise<boolean>((resolve) =>
      leadership.driver.whenDurable({
        release: () => resolve(true),
        abandon: () => resolve(false),
      }),
    );
    if (!isDurable) return err(notOwner);
    return ok(await pageOf(deps.journal, partition, cell, start, size));
  };
}

/** The last record that touched the cell; 0: none. */
function newest({ state, touched }: Replica, cell: CellName): number {
  const seller = state.sellers.get(cell.sellerId);
  const found = findCell(seller, cell.goodsId, cell.place, cell.kind);
  return found ? (touched[found.number] ?? 0) : 0;
}

async function pageOf(
  journal: Journal,
  partition: string,
  cell: CellName,
  start: HistoryToken,
  size: number,
): Promise<HistoryPage> {
  const lines: HistoryLine[] = [];
  let { sequence, nth } = start;
  while (sequence > 0) {
    const record = await journal.read(partition, sequence);
    if (!record) throw new JournalBroken({ partition, sequence }, 'it is missing');
    const { lines: found, previous } = linesOf(record, cell);
    for (; nth < found.length; nth += 1) {
      const line = found[nth];
      if (lines.length === size) return { lines, next: { sequence, nth } };
      if (line) lines.push(line);
    }
    sequence = previous;
    nth = 0;
  }
  return { lines, next: null };
}

/** The entries of a record for a cell, newest first, and the record that touched the cell before. */
function linesOf(
  record: JournalRecord,
  cell: CellName,
): { readonly lines: HistoryLine[]; readonly previous: number } {
  const reader = new Reader(record.body);
  const names = unpackCells(reader);
  const lines: HistoryLine[] = [];
  for (let index = 0; reader.next(); index += 1) {
    const { command, entries } = unpackOperation(reader, names);
    const { body, operationId, actor, messageId } = command;
    for (const entry of entries) {
      if (!sameCell(entry.cell, cell)) continue;
      lines.push({
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
      });
    }
  }
  const position = names.findIndex((name) => sameCell(name, cell));
  return {
    lines: lines.toReversed(),
    previous: position < 0 ? 0 : previousOf(reader, position),
  };
}

const sameCell = (a: CellName, b: CellName): boolean =>
  a.sellerId === b.sellerId &&
  a.goodsId === b.goodsId &&
  a.kind === b.kind &&
  samePlace(a.place, b.place);
