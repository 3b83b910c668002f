import { EVENTS, placeToMessage } from '@astrolabe/contracts';
import { holdRef, yuanFromFen } from '@astrolabe/kernel';
import type { MallReceiver } from '../../domain/mall/content.ts';
import type { MallEvent } from '../../domain/mall/events.ts';
import type { MallOrder } from '../../domain/mall/order.ts';
import { holdOf, lineOfHold } from '../../domain/mall/order.ts';

/** What is told of a mall's order, as the type and payload that go to the topic. */
export function encodeMallEvent(
  { kind, order }: MallEvent,
  receiver: MallReceiver | null,
): { readonly type: string; readonly payload: Uint8Array } {
  switch (kind) {
    case 'preordered':
      return {
        type: EVENTS.mallPreordered.type,
        payload: EVENTS.mallPreordered.encode(preorderedOf(order)),
      };
    case 'released': {
      const { orderRef, state: reason, endedAt } = order;
      const told = { orderRef, reason, releasedAt: endedAt ?? undefined };
      return {
        type: EVENTS.mallPreorderReleased.type,
        payload: EVENTS.mallPreorderReleased.encode(told),
      };
    }
    case 'confirmed':
      return {
        type: EVENTS.supplyOrderConfirmed.type,
        payload: EVENTS.supplyOrderConfirmed.encode(confirmedOf(order, receiver)),
      };
  }
}

const preorderedOf = (order: MallOrder) => ({
  orderRef: order.orderRef,
  account: order.account,
  mallOrderNo: order.mallOrderNo,
  purchaser: order.purchaser,
  lines: order.lines.map((line) => ({
    lineId: line.lineId,
    goodsId: line.goodsId,
    sku: line.sku,
    quantityMilli: line.quantityMilli,
    unitPriceFen: line.unitPriceFen,
    amountFen: line.amountFen,
    name: line.name,
    taxRate: line.taxRate ?? undefined,
    taxCode: '',
    isTaxExempt: false,
  })),
  totalFen: order.totalFen,
  freightFen: order.freightFen,
  payment: order.payment,
  invoiceKind: order.invoice.kind,
  invoiceContent: order.invoice.content,
  invoiceTitle: order.invoice.title,
  invoiceOrgCode: order.invoice.orgCode,
  preorderedAt: order.preorderedAt ?? undefined,
});

/** A line for each line of the hold: a warehouse ships what stands at its own place. */
const confirmedOf = (order: MallOrder, receiver: MallReceiver | null) => ({
  orderRef: order.orderRef,
  revision: 1,
  buyer: { id: order.account, name: order.purchaser },
  receiver: receiver
    ? {
        name: receiver.name,
        mobile: receiver.mobile,
        phone: receiver.phone,
        regionCode: order.areaId,
        regionText: `${receiver.province}${receiver.city}${receiver.county}`,
        address: receiver.address,
        postCode: receiver.zip,
      }
    : undefined,
  lines: (order.holds ?? []).map(({ lineId, goodsId, quantityMilli, place }) => {
    const line = order.lines.find((one) => one.lineId === lineOfHold(lineId));
    return {
      lineId,
      goodsId,
      itemId: '',
      skuId: line?.sku ?? '',
      outerId: '',
      name: line?.name ?? '',
      quantityMilli,
      unitPriceFen: line?.unitPriceFen,
      unitPriceYuan: line ? yuanFromFen(line.unitPriceFen) : '',
      place: placeToMessage(place),
      mayExceedMilli: 0n,
    };
  }),
  holdRef: holdRef(order.orderRef, holdOf(order)),
  displayNumber: order.mallOrderNo,
  confirmedAt: order.confirmedAt ?? undefined,
});
