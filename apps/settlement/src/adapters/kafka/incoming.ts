import { EVENTS, placeFromMessage } from '@astrolabe/contracts';
import type { Result } from '@astrolabe/kernel';
import type { Shipment } from '../../domain/receivable.ts';

/** What the handler needs of a message; the messaging library's events have more. */
export type Incoming = {
  readonly type: string;
  readonly time: Date;
  readonly payload: Uint8Array;
};

/** `reject` sends the message to the dead letters: no repetition could help it. */
export type Handled = { kind: 'done' } | { kind: 'reject'; reason: string };

/** Shipments of orders; their other events are for other services. */
export const orderHandler =
  (recordShipment: (shipment: Omit<Shipment, 'traceId'>) => Promise<Result<unknown, string>>) =>
  async (message: Incoming): Promise<Handled> => {
    if (message.type !== EVENTS.orderShipped.type) return { kind: 'done' };
    const event = EVENTS.orderShipped.decode(message.payload);
    const { sellerId, tradeId, postFeeFen } = event;
    if (sellerId === '' || tradeId === '') return { kind: 'reject', reason: 'INCOMPLETE_SHIPMENT' };
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
    const recorded = await recordShipment({ sellerId, tradeId, postFeeFen, lines });
    return recorded.ok ? { kind: 'done' } : { kind: 'reject', reason: recorded.error };
  };
