import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Allocation } from '../domain/allocation.ts';
import { BEGINNING, PAGES_MAX, cursorAfter, startOf } from '../domain/cursor.ts';
import { tradeRead } from '../domain/notices.ts';
import type { ReadTrade } from '../domain/notices.ts';
import { refundRead } from '../domain/refund.ts';
import type { ReadRefund } from '../domain/refund.ts';
import type { Allocations, Connections, Cursors, RefundRow, TableRow, Tables } from './ports.ts';

export type ReadTablesDeps = {
  readonly tables: Tables;
  readonly cursors: Cursors;
  readonly allocations: Pick<Allocations, 'load' | 'change'>;
  readonly connections: Pick<Connections, 'find'>;
  readonly clock: Clock;
  readonly overlapMs: number;
  readonly wake: (name: OrderRef) => void;
  /** A row that could not be understood; it is left out. */
  readonly onBadRow: (appKey: string, row: Pick<TableRow, 'tradeId' | 'problem'>) => void;
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
      // A refund whose row was there before its trade's could not be told whose it is.
      const tradeIds = rows.flatMap(({ trade }) => (trade ? [trade.orderRef.number] : []));
      await takeRefunds(deps, appKey, await tables.refundsOf(appKey, tradeIds));
      const cursor = cursorAfter(position, rows, now);
      await cursors.put(appKey, cursor);
      if (cursor.ended) return;
      position = cursor;
    }
  };

/** Reads what has changed in the refund table of an application, in the same way. */
export const makeReadRefunds =
  (deps: ReadTablesDeps) =>
  async (appKey: string): Promise<void> => {
    const { tables, cursors, overlapMs } = deps;
    const name = `${appKey}/refunds`;
    let position = startOf((await cursors.find(name)) ?? BEGINNING, overlapMs);
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const { rows, now } = await tables.refundPage(appKey, position);
      await takeRefunds(deps, appKey, rows);
      const cursor = cursorAfter(position, rows, now);
      await cursors.put(name, cursor);
      if (cursor.ended) return;
      position = cursor;
    }
  };

async function takeRefunds(
  deps: ReadTablesDeps,
  appKey: string,
  rows: readonly RefundRow[],
): Promise<void> {
  for (const row of rows) {
    if (row.refund) await takeRefund(deps, appKey, row.refund);
    else if (row.problem !== '') deps.onBadRow(appKey, row);
  }
}

const take = (deps: ReadTablesDeps, appKey: string, row: ReadTrade): Promise<void> =>
  change(deps, appKey, row.orderRef, (state) => tradeRead(state, row, deps.clock()));

/** A refund of a trade that is not omni-channel is nobody's here. */
const takeRefund = (deps: ReadTablesDeps, appKey: string, row: ReadRefund): Promise<void> =>
  change(deps, appKey, row.orderRef, (state) => state && refundRead(state, row, deps.clock()));

async function change(
  { allocations, connections, wake }: ReadTablesDeps,
  appKey: string,
  name: OrderRef,
  read: (state: Allocation | null) => Allocation | null,
): Promise<void> {
  // Several sellers may share a database; only who registered this key is read from it.
  const connection = await connections.find(name.sellerId);
  if (connection?.top.appKey !== appKey) return;
  // Most rows of an overlap are known: they are not worth a write.
  if (!read(await allocations.load(name))) return;
  const written = await allocations.change(name, (state): Result<Allocation, 'NO_CHANGE'> => {
    const next = read(state);
    return next ? ok(next) : err('NO_CHANGE');
  });
  if (written.ok && written.value.dueAt) wake(name);
}
