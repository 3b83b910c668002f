import { EVENTS, orderRefFromMessage, placeFromMessage } from '@astrolabe/contracts';
import type { Result } from '@astrolabe/kernel';
import { byType } from '@astrolabe/messaging';
import type { HandlerOutcome, InboundEvent } from '@astrolabe/messaging';
import type { Payable } from '../../domain/payable.ts';
import { discrepancyOf } from '../../domain/receivable.ts';
import type { PartReturn, Return, Shipment } from '../../domain/receivable.ts';
import type { makeHear } from '../../application/procurement/hear.ts';
import { mallHandlers } from './mall.ts';
import type { RecordFact } from './mall.ts';
import { procurementHandlers } from './procurement.ts';

/** `reject` sends the message to the dead letters: no repetition could help it. */
export type Handled = { kind: 'done' } | { kind: 'reject'; reason: string };

export type Records = {
  readonly shipped: (shipment: Omit<Shipment, 'traceId'>) => Promise<Result<unknown, string>>;
  readonly dispatched: (payable: Omit<Payable, 'recordedAt'>) => Promise<void>;
  readonly returned: (told: Omit<Return, 'traceId'>) => Promise<void>;
  readonly tookBack: (told: Omit<PartReturn, 'traceId'>) => Promise<Result<unknown, string>>;
  /** A fact of the money of a mall's order. */
  readonly mall: RecordFact;
  /** Settlement notes and receipts of procurement. */
  readonly procurement: ReturnType<typeof makeHear>;
};

/** Shipments and returns of orders, sales of tills and what came back to them, and what malls' orders cost; other events are for others. */
export const eventHandler = (
  records: Records,
): ((message: InboundEvent) => Promise<HandlerOutcome>) =>
  byType('settlement', {
    ...mallHandlers(records.mall),
    ...procurementHandlers(records.procurement),
    orderShipped: (message: InboundEvent) => shipped(message, records),
    orderDispatched: (message) => dispatched(message, records),
    refundReturned: (message) => returned(message, records),
    tillSold: (message) => sold(message, records),
    tillReturned: (message) => tookBack(message, records),
  });

async function shipped(message: InboundEvent, records: Records): Promise<Handled> {
  const event = EVENTS.orderShipped.decode(message.payload);
  const { postFeeFen } = event;
  const orderRef = orderRefFromMessage(event.orderRef);
  if (!orderRef) return { kind: 'reject', reason: 'INCOMPLETE_SHIPMENT' };
  const shippedAt = event.shippedAt ?? message.time;
  const place = placeFromMessage(event.place);
  const lines = event.lines.map((line) => ({
    subOrderId: line.subOrderId,
    goodsId: line.goodsId,
    quantityMilli: line.quantityMilli,
    amountFen: line.paymentFen,
    shippedAt,
    place,
  }));
  const recorded = await records.shipped({ orderRef, postFeeFen, lines });
  return recorded.ok ? { kind: 'done' } : { kind: 'reject', reason: recorded.error };
}

async function dispatched(message: InboundEvent, records: Records): Promise<Handled> {
  const event = EVENTS.orderDispatched.decode(message.payload);
  const orderRef = orderRefFromMessage(event.orderRef);
  if (!orderRef || event.outOrderId === '')
    return { kind: 'reject', reason: 'INCOMPLETE_DISPATCH' };
  await records.dispatched({
    orderRef,
    outOrderId: event.outOrderId,
    supplierId: event.supplierId,
    supplierOrderIds: event.supplierOrderIds,
    amountFen: event.amountFen ?? null,
    postFeeFen: event.postFeeFen ?? null,
    differenceFen: event.differenceFen ?? null,
  });
  return { kind: 'done' };
}

/** A till's sale has left with its buyer: it is owed at once, as the platform counts it where there is one. */
async function sold(message: InboundEvent, records: Records): Promise<Handled> {
  const event = EVENTS.tillSold.decode(message.payload);
  const orderRef = orderRefFromMessage(event.orderRef);
  if (!orderRef) return { kind: 'reject', reason: 'INCOMPLETE_SALE' };
  const { tradeNo, totalFen, payFen, platformTotalFen = null, platformPayFen = null } = event;
  const shippedAt = event.soldAt ?? message.time;
  const place = placeFromMessage(event.place);
  const lines = event.lines.map(({ lineId, goodsId, quantityMilli, paymentFen }) => ({
    subOrderId: lineId,
    goodsId,
    quantityMilli,
    amountFen: paymentFen,
    shippedAt,
    place,
  }));
  const amounts = { totalFen, payFen, platformTotalFen, platformPayFen };
  // Found when it is told, not when an offline till has sold: the list of a day is not added to later.
  const discrepancy = event.atPlatform ? discrepancyOf(amounts, message.time) : null;
  const atPlatform = { tradeNo, discrepancy };
  const recorded = await records.shipped({ orderRef, postFeeFen: 0n, lines, atPlatform });
  return recorded.ok ? { kind: 'done' } : { kind: 'reject', reason: recorded.error };
}

async function returned(message: InboundEvent, records: Records): Promise<Handled> {
  const event = EVENTS.refundReturned.decode(message.payload);
  const { subOrderIds } = event;
  const orderRef = orderRefFromMessage(event.orderRef);
  if (!orderRef || subOrderIds.length === 0) {
    return { kind: 'reject', reason: 'INCOMPLETE_RETURN' };
  }
  const returnedAt = event.actionTime ?? message.time;
  await records.returned({ orderRef, subOrderIds, returnedAt });
  return { kind: 'done' };
}

/** Parts of a till's sale came back: what was paid for them is not owed any more. */
async function tookBack(message: InboundEvent, records: Records): Promise<Handled> {
  const event = EVENTS.tillReturned.decode(message.payload);
  const { returnNo } = event;
  const orderRef = orderRefFromMessage(event.orderRef);
  if (!orderRef || returnNo === '' || event.lines.length === 0) {
    return { kind: 'reject', reason: 'INCOMPLETE_RETURN' };
  }
  const lines = event.lines.map(({ lineId, refundFen }) => ({
    subOrderId: lineId,
    amountFen: refundFen,
  }));
  const returnedAt = event.returnedAt ?? message.time;
  const recorded = await records.tookBack({ orderRef, returnNo, lines, returnedAt });
  return recorded.ok ? { kind: 'done' } : { kind: 'reject', reason: recorded.error };
}
