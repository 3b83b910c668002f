import type { SettlementNote } from '@astrolabe/contracts/settlement';
import { ordersOf, owedFen, problemOf } from '../../../domain/procurement/note.ts';
import type { Note } from '../../../domain/procurement/note.ts';

/** A settlement note as others see it. */
export const noteTo = (note: Note): SettlementNote => ({
  sellerId: note.sellerId,
  noteId: note.noteId,
  noteNo: note.reading?.noteNo ?? '',
  state: note.state,
  platformStatus: note.reading?.status ?? '',
  totalYuan: note.reading?.total ?? '',
  amountFen: owedFen(note),
  expectedYuan: note.match?.expected ?? '',
  discrepancies: (note.match?.discrepancies ?? []).map(({ kind, difference, detail }) => ({
    kind,
    differenceYuan: difference,
    detail,
  })),
  notes: [...(note.reading?.notes ?? [])],
  orders: [...ordersOf(note)],
  receiptIds: [
    ...new Set((note.reading?.rows ?? []).map((row) => row.receiptId).filter((id) => id !== '')),
  ],
  readAt: note.readAt ?? undefined,
  acceptedBy: note.accepted?.actor ?? '',
  acceptedBecause: note.accepted?.reason ?? '',
  problem: problemOf(note),
  needsInvoice: note.reading?.needsInvoice ?? false,
  payStatus: note.reading?.payStatus ?? '',
});
