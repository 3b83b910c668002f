import type { SupplyEvent } from './events.ts';
import { told } from './events.ts';
import { sameQuantities } from './ship.ts';
import type { Quantity, Receipt, Supply } from './supply.ts';

/** A receipt as its detail was read, as far as it is about one order (document 000, interface 13). */
export type ReceiptRead = {
  readonly receiptId: string;
  readonly receiptNo: string;
  /** Counts the readings of the note. */
  readonly reading: number;
  readonly status: 'EFFECTIVE' | 'AWAITS_CONFIRM' | 'RETURNED' | 'CANCELLED';
  readonly lines: readonly Quantity[];
  readonly receivedAt: Date | null;
};

/**
 * Takes in a reading of a receipt: whichever of its messages came, the detail says what counts (P-A26, P-A27).
 * What was recorded with other lines is reversed and recorded again.
 */
export function receiptSeen(
  supply: Supply,
  read: ReceiptRead,
): { readonly supply: Supply; readonly events: readonly SupplyEvent[] } {
  const known = supply.receipts.find(({ receiptId }) => receiptId === read.receiptId);
  if (known && read.reading <= known.reading) return { supply, events: [] };
  const lines = read.status === 'EFFECTIVE' ? read.lines.filter(({ milli }) => milli > 0n) : [];
  const isSame = sameQuantities(known?.lines ?? [], lines);
  if (!known && isSame) return { supply, events: [] };
  const { receiptId, receiptNo, reading, receivedAt } = read;
  const receipt: Receipt = {
    receiptId,
    receiptNo,
    reading,
    receivedAt,
    lines,
    revision: (known?.revision ?? 0) + (isSame || lines.length === 0 ? 0 : 1),
  };
  const events: SupplyEvent[] = [];
  if (!isSame && known && known.lines.length > 0) {
    const reason = read.status === 'EFFECTIVE' ? 'EDITED' : read.status;
    const reversed = told(supply, known.lines);
    events.push({ kind: 'RECEIPT_REVERSED', receipt: known, lines: reversed, reason });
  }
  if (!isSame && lines.length > 0) {
    events.push({ kind: 'RECEIPT_RECORDED', receipt, lines: told(supply, lines) });
  }
  return { supply: { ...supply, receipts: withReceipt(supply.receipts, receipt) }, events };
}

const withReceipt = (receipts: readonly Receipt[], receipt: Receipt): readonly Receipt[] => [
  ...receipts.filter(({ receiptId }) => receiptId !== receipt.receiptId),
  receipt,
];
