import {
  EVENTS,
  orderRefFromMessage,
  placeToMessage,
  procurementSaidFromMessage,
} from '@astrolabe/contracts';
import { PROCUREMENT, fenFromYuan, orderKey } from '@astrolabe/kernel';
import type { Hear, Heard } from '../../application/procurement/hear.ts';
import type { SupplyEvent } from '../../domain/procurement/events.ts';
import { NOBODY, holdNameOf, refOfOrder } from '../../domain/procurement/procurement.ts';
import type { Procurement, Purchase } from '../../domain/procurement/procurement.ts';
import { originOf } from './incoming.ts';
import type { Handled, Incoming } from './incoming.ts';

const DONE: Handled = { kind: 'done' };

/** Messages 2, 4, 5 and 9 of document 000; the others are for other services. */
export const procurementSaidHandler =
  (hear: Pick<Hear, 'order' | 'requisition'>) =>
  async (message: Incoming): Promise<Handled> => {
    const read = procurementSaidFromMessage(EVENTS.procurementSaid.decode(message.payload));
    if (!read.ok) return { kind: 'reject', reason: read.error };
    const { sellerId, news } = read.value;
    const heard: Heard = { sellerId, origin: originOf(message), why: news.kind };
    switch (news.kind) {
      case 'REQUISITION_CREATED':
      case 'REQUISITION_REJECTED':
        await hear.requisition(heard, news.requisitionId);
        return DONE;
      case 'ORDER_CREATED':
      case 'ORDER_CANCELLED':
        await hear.order(heard, news.orderId);
        return DONE;
      case 'RECEIPT_CHANGED':
      case 'SETTLEMENT_CHANGED':
      case 'GOODS_STATUS_CHANGED':
        return DONE;
    }
  };

/** Parcels that have left, of orders of this channel. */
export const parcelShippedHandler =
  (hear: Pick<Hear, 'parcel'>) =>
  async (message: Incoming): Promise<Handled> => {
    const { orderRef, parcelNo, lines } = EVENTS.parcelShipped.decode(message.payload);
    const order = orderRefFromMessage(orderRef);
    if (!order) return { kind: 'reject', reason: 'INCOMPLETE_ANSWER' };
    if (order.channel !== PROCUREMENT) return DONE;
    await hear.parcel(order, originOf(message), {
      parcelNo,
      lines: lines.map(({ lineId, quantityMilli }) => ({ lineId, quantity: quantityMilli })),
    });
    return DONE;
  };

/** What is told of an order, under the order's own key. */
export function encodeSupplyEvent(
  p: Procurement,
  event: SupplyEvent,
  now: Date,
): { readonly type: string; readonly payload: Uint8Array; readonly key: string } {
  const orderRef = refOfOrder(p, event.order.orderId);
  const key = orderKey(orderRef);
  if (event.kind === 'confirmed') {
    const payload = EVENTS.supplyOrderConfirmed.encode(confirmedOf(p, event, now));
    return { type: EVENTS.supplyOrderConfirmed.type, payload, key };
  }
  const { revision, reason, left } = event;
  const lines = left.map(({ lineId, goodsId, left: leftMilli }) => ({
    lineId,
    goodsId,
    leftMilli,
  }));
  const told = { orderRef, revision, lines, reason, cancelledAt: now };
  return {
    type: EVENTS.supplyOrderCancelled.type,
    payload: EVENTS.supplyOrderCancelled.encode(told),
    key,
  };
}

function confirmedOf(
  p: Procurement,
  { order, revision }: Extract<SupplyEvent, { kind: 'confirmed' }>,
  now: Date,
) {
  const orderRef = refOfOrder(p, order.orderId);
  const { seen } = order;
  const { regionText, ...receiver } = seen?.receiver ?? NOBODY;
  return {
    orderRef,
    revision,
    buyer: { id: seen?.companyCode ?? '', name: seen?.buyerName ?? '' },
    receiver: { ...receiver, regionCode: '', regionText },
    lines: linesOf(order),
    holdRef: holdNameOf(p, order),
    displayNumber: seen?.orderCode ?? '',
    confirmedAt: now,
  };
}

const linesOf = ({ seen, hold }: Purchase) =>
  (seen?.lines ?? [])
    .filter(({ ordered }) => ordered > 0n)
    .map((line) => {
      const held = hold?.lines.find(({ lineId }) => lineId === line.lineId);
      const fen = line.priceYuan === '' ? null : fenFromYuan(line.priceYuan);
      return {
        lineId: line.lineId,
        goodsId: line.goodsId,
        itemId: '',
        skuId: '',
        outerId: line.cargoNo,
        name: line.name,
        quantityMilli: line.ordered,
        unitPriceFen: fen?.ok ? fen.value : undefined,
        unitPriceYuan: line.priceYuan,
        place: held?.place ? placeToMessage(held.place) : undefined,
        mayExceedMilli: line.mayExceed,
      };
    });
