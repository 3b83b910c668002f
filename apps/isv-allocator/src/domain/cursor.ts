/** Where a row stands in the order in which a table is read. */
export type Position = { readonly at: Date; readonly tradeId: string };

/**
 * How far a push table has been read. `ended`: to its end, so the next reading begins anew before
 * `at`; else it goes on right after the position.
 */
export type Cursor = Position & { readonly ended: boolean };

export const BEGINNING: Cursor = { at: new Date(0), tradeId: '0', ended: false };

/** Rows of one page. */
export const PAGE_ROWS = 200;
/** Pages of one reading; the rest is left to the next one. */
export const PAGES_MAX = 20;

/**
 * Where a reading begins. Rows of transactions that were committed late are older than what was read
 * already: a reading begins `overlapMs` before the end of the one before it.
 */
export const startOf = ({ at, tradeId, ended }: Cursor, overlapMs: number): Position =>
  ended ? { at: new Date(Math.max(0, at.getTime() - overlapMs)), tradeId: '0' } : { at, tradeId };

/**
 * The cursor after a page whose rows are all durable. `now` is the database's time: a row from the
 * future must not carry the reading past rows that are still to come.
 */
export function cursorAfter(start: Position, rows: readonly Position[], now: Date): Cursor {
  const last = rows.at(-1) ?? start;
  if (rows.length === PAGE_ROWS) return { ...last, ended: false };
  const at = new Date(Math.min(last.at.getTime(), now.getTime()));
  return { at, tradeId: '0', ended: true };
}
