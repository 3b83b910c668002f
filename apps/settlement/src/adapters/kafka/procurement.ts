import { EVENTS, orderRefFromMessage, procurementSaidFromMessage } from '@astrolabe/contracts';
import type { SettlementNote } from '@astrolabe/contracts/settlement';
import { PROCUREMENT } from '@astrolabe/kernel';
import { originOf } from '@astrolabe/messaging';
import type { HandlerOutcome, InboundEvent } from '@astrolabe/messaging';
import type { NewEvent } from '@astrolabe/mongo';
import { exactYuan, isExact } from '../../domain/procurement/exact.ts';
import type { ReceiptLine } from '../../domain/procurement/receipt.ts';
import type { makeHear } from '../../application/procurement/hear.ts';

const DONE: HandlerOutcome = { kind: 'done' };
const INCOMPLETE: HandlerOutcome = { kind: 'reject', reason: 'INCOMPLETE_RECEIPT' };

/** What is said of settlement notes, and the receipts that make goods settleable; other news is for others. */
export const procurementHandlers = (hear: ReturnType<typeof makeHear>) => ({
  procurementSaid: async (message: InboundEvent): Promise<HandlerOutcome> => {
    const said = procurementSaidFromMessage(EVENTS.procurementSaid.decode(message.payload));
    if (!said.ok) return { kind: 'reject', reason: said.error };
    const { sellerId, news } = said.value;
    if (news.kind !== 'SETTLEMENT_CHANGED') return DONE;
    await hear.noteChanged({ sellerId, noteId: news.settlementId }, originOf(message));
    return DONE;
  },
  receiptRecorded: async (message: InboundEvent): Promise<HandlerOutcome> => {
    const event = EVENTS.receiptRecorded.decode(message.payload);
    const orderRef = orderRefFromMessage(event.orderRef);
    const { receiptId, receiptNo, revision } = event;
    if (orderRef?.channel !== PROCUREMENT || receiptId === '' || revision < 1) return INCOMPLETE;
    const told = { receiptNo, revision, lines: event.lines.map(lineOf) };
    await hear.receiptRecorded({ orderRef, receiptId }, originOf(message), told);
    return DONE;
  },
  receiptReversed: async (message: InboundEvent): Promise<HandlerOutcome> => {
    const event = EVENTS.receiptReversed.decode(message.payload);
    const orderRef = orderRefFromMessage(event.orderRef);
    const { receiptId, revision } = event;
    if (orderRef?.channel !== PROCUREMENT || receiptId === '' || revision < 1) return INCOMPLETE;
    await hear.receiptReversed({ orderRef, receiptId }, originOf(message), { revision });
    return DONE;
  },
});

type Line = ReturnType<typeof EVENTS.receiptRecorded.decode>['lines'][number];

const lineOf = ({ lineId, quantityMilli, unitPriceFen, unitPriceYuan }: Line): ReceiptLine => {
  const ofFen = unitPriceFen === undefined ? null : exactYuan(unitPriceFen);
  return { lineId, quantityMilli, unitPrice: isExact(unitPriceYuan) ? unitPriceYuan : ofFen };
};

/** The event that tells where a note stands, keyed by the note. */
export const encodeNoteChanged = (note: SettlementNote): Omit<NewEvent, 'time'> => ({
  type: EVENTS.settlementNoteChanged.type,
  payload: EVENTS.settlementNoteChanged.encode({ note }),
  key: `${PROCUREMENT}/${note.sellerId}/s${note.noteId}`,
});
