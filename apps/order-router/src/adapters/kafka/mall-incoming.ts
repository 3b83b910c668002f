import { EVENTS, orderRefFromMessage } from '@astrolabe/contracts';
import type { SuppliedLine as LineMessage } from '@astrolabe/contracts/fulfillment';
import type { OrderRef } from '@astrolabe/kernel';
import { MALL } from '@astrolabe/kernel';
import type { makeReceiveSupplied } from '../../application/mall/end.ts';
import type { Supplied } from '../../domain/mall/supplied.ts';
import type { Handled, Incoming } from './incoming.ts';

export type MallIncomingDeps = { readonly receive: ReturnType<typeof makeReceiveSupplied> };

type Told = { readonly orderRef: OrderRef | null; readonly supplied: Supplied };

/** What warehouses say of malls' orders; what they supply for other channels is passed over. */
export function mallHandlers({
  receive,
}: MallIncomingDeps): Readonly<Record<keyof typeof TOLD, (message: Incoming) => Promise<Handled>>> {
  const hearing = (read: (message: Incoming) => Told) => async (message: Incoming) => {
    const { orderRef, supplied } = read(message);
    if (!orderRef) return { kind: 'reject', reason: 'INVALID_ORDER_REF' } as const;
    if (orderRef.channel !== MALL) return { kind: 'done' } as const;
    const origin = { source: `${message.source}/${message.subject}`, sequence: message.sequence };
    const received = await receive(orderRef, origin, supplied);
    if (received.ok) return { kind: 'done' } as const;
    return { kind: 'reject', reason: received.error } as const;
  };
  return {
    parcelShipped: hearing(TOLD.parcelShipped),
    supplyDelivered: hearing(TOLD.supplyDelivered),
    parcelRejected: hearing(TOLD.parcelRejected),
    returnRequested: hearing(TOLD.returnRequested),
    returnDenied: hearing(TOLD.returnDenied),
    supplyReturned: hearing(TOLD.supplyReturned),
  };
}

const linesOf = (lines: readonly LineMessage[]) =>
  lines.map(({ lineId, quantityMilli }) => ({ lineId, quantityMilli }));

const TOLD = {
  parcelShipped: ({ payload, time }) => {
    const { orderRef, parcelNo, lines, shippedAt = time } = EVENTS.parcelShipped.decode(payload);
    return {
      orderRef: orderRefFromMessage(orderRef),
      supplied: { kind: 'SHIPPED', subject: parcelNo, lines: linesOf(lines), at: shippedAt },
    };
  },
  supplyDelivered: ({ payload, time }) => {
    const event = EVENTS.supplyDelivered.decode(payload);
    const { orderRef, parcelNo, lines, deliveredAt = time } = event;
    return {
      orderRef: orderRefFromMessage(orderRef),
      supplied: { kind: 'DELIVERED', subject: parcelNo, lines: linesOf(lines), at: deliveredAt },
    };
  },
  parcelRejected: ({ payload, time }) => {
    const { orderRef, parcelNo, lines, rejectedAt = time } = EVENTS.parcelRejected.decode(payload);
    return {
      orderRef: orderRefFromMessage(orderRef),
      supplied: { kind: 'REJECTED', subject: parcelNo, lines: linesOf(lines), at: rejectedAt },
    };
  },
  returnRequested: ({ payload, time }) => {
    const { orderRef, returnId, requestedAt = time } = EVENTS.returnRequested.decode(payload);
    return {
      orderRef: orderRefFromMessage(orderRef),
      supplied: { kind: 'RETURN_ASKED', subject: returnId, at: requestedAt },
    };
  },
  returnDenied: ({ payload, time }) => {
    const { orderRef, returnId, deniedAt = time } = EVENTS.returnDenied.decode(payload);
    return {
      orderRef: orderRefFromMessage(orderRef),
      supplied: { kind: 'RETURN_DENIED', subject: returnId, at: deniedAt },
    };
  },
  supplyReturned: ({ payload, time }) => {
    const event = EVENTS.supplyReturned.decode(payload);
    const { orderRef, returnId, lines, complete, returnedAt = time } = event;
    return {
      orderRef: orderRefFromMessage(orderRef),
      supplied: {
        kind: 'RETURNED',
        subject: returnId,
        lines: linesOf(lines),
        complete,
        at: returnedAt,
      },
    };
  },
} satisfies Record<string, (message: Incoming) => Told>;
