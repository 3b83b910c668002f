import { EVENTS } from '@astrolabe/contracts';
import { ReturnKind } from '@astrolabe/contracts/fulfillment';
import type { SuppliedLine as LineMessage } from '@astrolabe/contracts/fulfillment';
import type { OrderRef } from '@astrolabe/kernel';
import type { SuppliedLine, SupplyEvent } from '../../../domain/supply/events.ts';

type Encoded = { readonly type: string; readonly payload: Uint8Array };

const lineTo = ({ milli, unitPriceFen, ...line }: SuppliedLine): LineMessage => ({
  ...line,
  quantityMilli: milli,
  unitPriceFen: unitPriceFen ?? undefined,
});

const encoded = <T>(
  spec: { readonly type: string; encode(message: T): Uint8Array },
  message: T,
): Encoded => ({ type: spec.type, payload: spec.encode(message) });

/** What is told of an order that we supply, as the type and payload that go to the topic. */
export function encodeSupplyEvent(orderRef: OrderRef, event: SupplyEvent): Encoded {
  switch (event.kind) {
    case 'SHIPPED':
    case 'DELIVERED':
    case 'REJECTED':
      return encodeParcel(orderRef, event);
    case 'RECEIPT_RECORDED':
    case 'RECEIPT_REVERSED':
      return encodeReceipt(orderRef, event);
    case 'RETURN_REQUESTED': {
      const { returnId, requestRef, kind, requestedAt } = event.goods;
      const lines = event.lines.map(lineTo);
      const about = { orderRef, returnId, requestRef, requestedAt };
      return encoded(EVENTS.returnRequested, { ...about, kind: ReturnKind[kind], lines });
    }
    case 'RETURN_DENIED': {
      const { returnId, denied } = event.goods;
      const reason = denied?.reason ?? '';
      return encoded(EVENTS.returnDenied, { orderRef, returnId, reason, deniedAt: event.at });
    }
    case 'RETURNED': {
      const { goods, receiptNo, at, isComplete } = event;
      return encoded(EVENTS.supplyReturned, {
        orderRef,
        returnId: goods.returnId,
        kind: ReturnKind[goods.kind],
        receiptNo,
        lines: event.lines.map(lineTo),
        returnedAt: at,
        complete: isComplete,
      });
    }
  }
}

function encodeParcel(
  orderRef: OrderRef,
  event: Extract<SupplyEvent, { kind: 'SHIPPED' | 'DELIVERED' | 'REJECTED' }>,
): Encoded {
  const { parcel, at, operator, isComplete: complete } = event;
  const { parcelNo, companyCode, companyName, waybillNo } = parcel;
  const about = { orderRef, parcelNo, lines: event.lines.map(lineTo), operator, complete };
  if (event.kind === 'DELIVERED') {
    return encoded(EVENTS.supplyDelivered, { ...about, deliveredAt: at });
  }
  if (event.kind === 'REJECTED') {
    return encoded(EVENTS.parcelRejected, { ...about, rejectedAt: at });
  }
  const names = { companyCode, companyName, waybillNo };
  return encoded(EVENTS.parcelShipped, { ...about, ...names, shippedAt: at });
}

function encodeReceipt(
  orderRef: OrderRef,
  event: Extract<SupplyEvent, { kind: 'RECEIPT_RECORDED' | 'RECEIPT_REVERSED' }>,
): Encoded {
  const { receiptId, receiptNo, revision, receivedAt } = event.receipt;
  const about = { orderRef, receiptId, receiptNo, revision, lines: event.lines.map(lineTo) };
  if (event.kind === 'RECEIPT_REVERSED') {
    return encoded(EVENTS.receiptReversed, { ...about, reason: event.reason });
  }
  return encoded(EVENTS.receiptRecorded, { ...about, receivedAt: receivedAt ?? undefined });
}
