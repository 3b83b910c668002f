import { fenOf, isZero, minus, sum, times } from './exact.ts';
import type { Exact } from './exact.ts';
import type { NoteRow, Reading } from './reading.ts';
import { grantsOf } from './receipt.ts';
import type { LineQuantity, Receipt } from './receipt.ts';

/**
 * Why a note does not match. TOTAL: its total is not what was received, at our prices. ROWS: nor the sum of its own
 * rows. FRACTION: it is no whole number of fen. NOT_RECEIVED: a row is about what was not received, or was taken
 * back. TAKEN: another note settles it, or more than was received. NO_RECEIPT: a row does not say what it is about.
 * PRICE_UNKNOWN: nobody has told us the price of a line.
 */
export const DISCREPANCY_KINDS = [
  'FRACTION',
  'NOT_RECEIVED',
  'NO_RECEIPT',
  'PRICE_UNKNOWN',
  'ROWS',
  'TAKEN',
  'TOTAL',
] as const;

export type Discrepancy = {
  readonly kind: (typeof DISCREPANCY_KINDS)[number];
  /** The note's less ours, exactly; '0' where it is not about amounts. */
  readonly difference: Exact;
  readonly detail: string;
};

export type Match = { readonly expected: Exact; readonly discrepancies: readonly Discrepancy[] };

/** Where a row belongs: its order and its receipt. */
const keyOf = ({ orderId, receiptId }: Pick<NoteRow, 'orderId' | 'receiptId'>): string =>
  `${orderId}/${receiptId}`;

/** What rows ask for of one receipt; rows of one line are one. */
export function claimOn(
  rows: readonly NoteRow[],
  { orderRef, receiptId }: Pick<Receipt, 'orderRef' | 'receiptId'>,
): readonly LineQuantity[] {
  const key = keyOf({ orderId: orderRef.number, receiptId });
  const lines = new Map<string, bigint>();
  for (const row of rows) {
    if (keyOf(row) !== key || row.lineId === '' || row.quantityMilli === null) continue;
    lines.set(row.lineId, (lines.get(row.lineId) ?? 0n) + row.quantityMilli);
  }
  return [...lines].map(([lineId, quantityMilli]) => ({ lineId, quantityMilli }));
}

/** Compares a note with what was received, to the last digit. Nothing that differs is accepted by itself. */
export function matchOf(
  noteId: string,
  { total, rows }: Pick<Reading, 'rows' | 'total'>,
  receipts: readonly Receipt[],
): Match {
  const known = new Map(
    receipts.map((receipt) => [
      keyOf({ orderId: receipt.orderRef.number, receiptId: receipt.receiptId }),
      { receipt, granted: grantsOf(receipt).get(noteId) ?? [] },
    ]),
  );
  const found: Discrepancy[] = [];
  const expected: Exact[] = [];
  for (const row of rows) {
    const at = known.get(keyOf(row));
    const kind = obstacleOf(row, at);
    if (kind) found.push({ kind, difference: '0', detail: `row ${row.entryId}` });
    const price = at?.receipt.lines.find(({ lineId }) => lineId === row.lineId)?.unitPrice;
    if (!kind && price != null) expected.push(times(price, row.quantityMilli ?? 0n));
  }
  return {
    expected: sum(expected),
    discrepancies: [...found, ...amounts(total, rows, sum(expected))],
  };
}

type At = { readonly receipt: Receipt; readonly granted: readonly LineQuantity[] };

/** Why a row settles nothing; null when it does. */
function obstacleOf(row: NoteRow, at: At | undefined): Discrepancy['kind'] | null {
  const isNamed = row.orderId !== '' && row.receiptId !== '' && row.lineId !== '';
  if (!isNamed || row.quantityMilli === null) return 'NO_RECEIPT';
  const line = at?.receipt.lines.find(({ lineId }) => lineId === row.lineId);
  if (!at?.receipt.stands || !line) return 'NOT_RECEIVED';
  if (!at.granted.some(({ lineId }) => lineId === row.lineId)) return 'TAKEN';
  return line.unitPrice === null ? 'PRICE_UNKNOWN' : null;
}

function amounts(total: Exact, rows: readonly NoteRow[], expected: Exact): readonly Discrepancy[] {
  const found: Discrepancy[] = [];
  const compare = (kind: 'ROWS' | 'TOTAL', ours: Exact): void => {
    const difference = minus(total, ours);
    if (!isZero(difference))
      found.push({ kind, difference, detail: `${total} instead of ${ours}` });
  };
  compare('TOTAL', expected);
  compare('ROWS', sum(rows.map(({ amount }) => amount)));
  if (fenOf(total) === null) found.push({ kind: 'FRACTION', difference: '0', detail: total });
  return found;
}
