import { EVENTS, orderRefFromMessage, placeFromMessage } from '@astrolabe/contracts';
import type { Result } from '@astrolabe/kernel';
import { byType } from '@astrolabe/messaging';
import type { HandlerOutcome } from '@astrolabe/messaging';
import type { Return, Shipment } from '../../domain/receivable.ts';

/** What the handler needs of a message; the messaging library's events have more. */
export type Incoming = {
  readonly type: string;
  readonly time: Date;
  readonly payload: Uint8Array;
};

/** `reject` sends the message to the dead letters: no repetition could help it. */
export type Handled = { kind: 'done' } | { kind: 'reject'; reason: string };

export type Records = {
  readonly shipped: (shipment: Omit<Shipment, 'traceId'>) => Promise<Result<unknown, string>>;
  readonly returned: (told: Omit<Return, 'traceId'>) => Promise<void>;
};

/** Shipments and returns of orders; their other events are for other services. */
export const eventHandler = (records: Records): ((message: Incoming) => Promise<HandlerOutcome>) =>
  byType('settlement', {
    orderShipped: (message: Incoming) => shipped(message, records),
    refundReturned: (message) => returned(message, records),
  });

async function shipped(message: Incoming, records: Records): Promise<Handled> {
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

async function returned(message: Incoming, records: Records): Promise<Handled> {
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
