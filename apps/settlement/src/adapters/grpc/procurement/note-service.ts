import type {
  SettlementNoteServiceServer,
  SettledLine,
  UnsettledReceipt,
} from '@astrolabe/contracts/settlement';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import { err, isNumericId, ok } from '@astrolabe/kernel';
import type { NoteName, Notes, Receipts } from '../../../application/procurement/ports.ts';
import { DISCREPANCY_KINDS } from '../../../domain/procurement/match.ts';
import { NOTE_STATES, acceptedBy, asked } from '../../../domain/procurement/note.ts';
import type { Note } from '../../../domain/procurement/note.ts';
import { settleable, settledMilli } from '../../../domain/procurement/receipt.ts';
import type { Receipt } from '../../../domain/procurement/receipt.ts';
import { invalid, listed, named, pageOf, wordOf } from '../requests.ts';
import { noteTo } from './message.ts';

export type NoteServiceDeps = {
  readonly notes: Pick<Notes, 'change' | 'list' | 'load' | 'record'>;
  readonly receipts: Pick<Receipts, 'load' | 'unsettled'>;
  readonly wake: (name: NoteName) => void;
  readonly clock: Clock;
};

const unknown = (reason: string): GrpcRefusal => new GrpcRefusal({ code: GRPC.notFound, reason });

/** @throws GrpcRefusal for what names no note. */
function nameOf({ sellerId, noteId }: NoteName): NoteName {
  if (!isNumericId(noteId)) throw invalid('INVALID_NOTE_ID');
  return { sellerId: named(sellerId), noteId };
}

const linesTo = (receipt: Receipt): SettledLine[] =>
  receipt.lines.map(({ lineId, quantityMilli, unitPrice }) => ({
    entryId: '',
    lineId,
    receivedMilli: quantityMilli,
    settledMilli: settledMilli(receipt, lineId),
    unitPriceYuan: unitPrice ?? '',
  }));

const unsettledTo = ({
  receipt,
  receivedAt,
}: {
  readonly receipt: Receipt;
  readonly receivedAt: Date;
}): UnsettledReceipt => ({
  orderRef: receipt.orderRef,
  receiptId: receipt.receiptId,
  receiptNo: receipt.receiptNo,
  receivedAt,
  lines: linesTo(receipt),
  settleableYuan: settleable(receipt),
  priceUnknown: receipt.lines.some(({ unitPrice }) => unitPrice === null),
});

/** SettlementNoteService: settlement notes for people. */
export const settlementNoteService = (deps: NoteServiceDeps): SettlementNoteServiceServer => ({
  getNote: unary('SettlementNoteService/GetNote', async (request) => {
    const found = await deps.notes.load(nameOf(request));
    if (!found) throw unknown('UNKNOWN_NOTE');
    return { note: noteTo(found) };
  }),
  listNotes: unary('SettlementNoteService/ListNotes', async (request) => {
    const { sellerId, page } = request;
    const state = request.state === '' ? null : wordOf(NOTE_STATES, request.state);
    const reason = request.reason === '' ? null : wordOf(DISCREPANCY_KINDS, request.reason);
    const query = { sellerId, state, reason, ...pageOf(sellerId, page) };
    const { items, next } = listed(await deps.notes.list(query));
    return { notes: items.map(noteTo), nextToken: next };
  }),
  acceptNote: unary('SettlementNoteService/AcceptNote', async (request) => {
    const actor = named(request.actor);
    // A dry run is of nobody's reason yet.
    const reason = request.dryRun ? request.reason : named(request.reason);
    const decide = (note: Note | null) => {
      if (!note) return err('UNKNOWN_NOTE' as const);
      const next = acceptedBy(note, actor, reason);
      return next === 'NOT_MISMATCHED' ? err(next) : ok(next);
    };
    const name = nameOf(request);
    const done = request.dryRun
      ? decide(await deps.notes.load(name))
      : await deps.notes.change(name, decide);
    if (done.ok) return { note: noteTo(done.value) };
    if (done.error === 'UNKNOWN_NOTE') throw unknown(done.error);
    throw new GrpcRefusal({ code: GRPC.failedPrecondition, reason: done.error });
  }),
  readNote: unary('SettlementNoteService/ReadNote', async (request) => {
    const name = nameOf(request);
    await deps.notes.record(name, null, (state) => asked(state, name, deps.clock()));
    deps.wake(name);
    return {};
  }),
  getReceipt: unary('SettlementNoteService/GetReceipt', async (request) => {
    const { receiptId } = request;
    const found = await deps.receipts.load({ orderRef: orderOf(request), receiptId });
    if (!found) throw unknown('UNKNOWN_RECEIPT');
    return {
      orderRef: found.orderRef,
      stands: found.stands,
      lines: linesTo(found),
      settleableYuan: settleable(found),
    };
  }),
  listUnsettled: unary('SettlementNoteService/ListUnsettled', async ({ sellerId, page }) => {
    const query = { sellerId, ...pageOf(sellerId, page) };
    const { items, next } = listed(await deps.receipts.unsettled(query));
    return { receipts: items.map(unsettledTo), nextToken: next };
  }),
});
