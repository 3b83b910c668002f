import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Allocation, TradeName } from '../domain/allocation.ts';
import { BEGINNING, PAGES_MAX, cursorAfter, startOf } from '../domain/cursor.ts';
import { tradeRead } from '../domain/hear.ts';
import type { ReadTrade } from '../domain/hear.ts';
import type { Allocations, Connections, Cursors, TableRow, Tables } from './ports.ts';

export type ReadTablesDeps = {
  readonly tables: Tables;
  readonly cursors: Cursors;
  readonly allocations: Pick<Allocations, 'load' | 'change'>;
  readonly connections: Pick<Connections, 'find'>;
  readonly clock: Clock;
  readonly overlapMs: number;
  readonly wake: (name: TradeName) => void;
  /** A row that could not be understood; it is left out. */
  readonly onBadRow: (appKey: string, row: TableRow) => void;
};

/**
 * Reads what has changed in the push table of an application, a bounded number of pages. The cursor
 * moves after the rows of a page are durable: after a crash they are read again, and change nothing.
 */
export const makeReadTable =
  (deps: ReadTablesDeps) =>
  async (appKey: string): Promise<void> => {
    const { tables, cursors, overlapMs } = deps;
    let position = startOf((await cursors.find(appKey)) ?? BEGINNING, overlapMs);
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const { rows, now } = await tables.page(appKey, position);
      for (const row of rows) {
        if (row.trade) await take(deps, appKey, row.trade);
        else deps.onBadRow(appKey, row);
      }
      const cursor = cursorAfter(position, rows, now);
      await cursors.put(appKey, cursor);
      if (cursor.ended) return;
      position = cursor;
    }
  };

async function take(
  { allocations, connections, clock, wake }: ReadTablesDeps,
  appKey: string,
  row: ReadTrade,
): Promise<void> {
  // Several sellers may share a database; only who registered this key is read from it.
  const connection = await connections.find(row.sellerId);
  if (connection?.top.appKey !== appKey) return;
  // Most rows of an overlap are known: they are not worth a write.
  if (!tradeRead(await allocations.load(row), row, clock())) return;
  const written = await allocations.change(row, (state): Result<Allocation, 'NO_CHANGE'> => {
    const next = tradeRead(state, row, clock());
    return next ? ok(next) : err('NO_CHANGE');
  });
  if (written.ok && written.value.dueAt) wake({ sellerId: row.sellerId, tradeId: row.tradeId });
}
