import type { ProcurementClient } from '@astrolabe/channel-client';
import { querySettlement } from '@astrolabe/schemas/procurement';
import type { SettlementNote } from '@astrolabe/schemas/procurement';
import type { NotePlatform } from '../../application/procurement/ports.ts';
import type { NoteLife, Reading } from '../../domain/procurement/reading.ts';

/** Document 000, interface 15. What is to be confirmed, or is to end but has not, stands until it ends. */
const LIVES = {
  EFFECTIVE: 'LIVE',
  AWAITS_SUPPLIER: 'LIVE',
  AWAITS_TERMINATION: 'LIVE',
  TERMINATION_REJECTED: 'LIVE',
  DRAFT: 'DORMANT',
  RETURNED: 'DORMANT',
  TERMINATED: 'OVER',
  CANCELLED: 'OVER',
} as const satisfies Record<SettlementNote['status'], NoteLife>;

/** The platform of enterprise procurement: its settlement notes, which are read and never written. */
export const createNotePlatform = (client: Pick<ProcurementClient, 'call'>): NotePlatform => ({
  read: async ({ sellerId, noteId }) => {
    const called = await client.call(sellerId, querySettlement, { settlementId: noteId });
    if (called.kind === 'ok')
      return { kind: 'read', reading: readingOf(called.value, called.notes) };
    const { kind, code, message } = called;
    const isKept = kind === 'auth' || kind === 'later';
    // The detail may be later than the message that named it (field Q2): a refusal is asked again as well.
    return { kind: isKept ? 'withheld' : 'unanswered', problem: { code, message } };
  },
});

function readingOf(note: SettlementNote, notes: readonly string[]): Reading {
  return {
    noteNo: note.settlementNo ?? '',
    life: note.isDeleted === true ? 'OVER' : LIVES[note.status],
    status: note.status,
    total: note.total,
    rows: note.entries.map((entry) => ({
      entryId: entry.entryId,
      orderId: entry.orderId ?? '',
      lineId: entry.orderEntryId ?? '',
      receiptId: entry.receiptId ?? '',
      quantityMilli: entry.quantityMilli ?? remaining(entry),
      amount: entry.amount,
    })),
    payStatus: note.payStatus ?? '',
    needsInvoice: note.needsInvoice === true,
    notes,
  };
}

/** What was received less what went back, where the row says no quantity of its own. */
const remaining = ({
  receivedMilli,
  returnedMilli = 0n,
}: Pick<SettlementNote['entries'][number], 'receivedMilli' | 'returnedMilli'>): bigint | null =>
  receivedMilli === undefined ? null : receivedMilli - returnedMilli;
