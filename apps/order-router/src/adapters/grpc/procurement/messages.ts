import type { Procurement as ProcurementMessage, PurchaseOrder } from '@astrolabe/contracts/order';
import type { OrderRef } from '@astrolabe/kernel';
import { standingOf } from '@astrolabe/outbound';
import {
  consumedOf,
  holdNameOf,
  keptNameOf,
  linesWithSent,
} from '../../../domain/procurement/procurement.ts';
import type { Procurement, Purchase } from '../../../domain/procurement/procurement.ts';
import type { Problem } from '../../../domain/procurement/settle.ts';
import {
  holdOfOrder,
  stateOfOrder,
  stateOfRequisition,
} from '../../../domain/procurement/states.ts';

/** A procurement as operators see it; receivers are not in it. */
export function procurementToMessage(
  p: Procurement,
  version: bigint,
  problems: readonly Problem[],
  traceIdOf: (name: OrderRef) => string,
): ProcurementMessage {
  const { orderRef, requisition } = p;
  const { code = '', message = '' } = problems.find(({ about }) => about === '') ?? {};
  return {
    orderRef,
    requisitionNo: requisition?.seen?.requisitionNo ?? '',
    title: requisition?.seen?.title ?? '',
    state: requisition ? stateOfRequisition(requisition) : '',
    hold: requisition?.hold?.state ?? 'NONE',
    holdRef: keptNameOf(p),
    lines: (requisition?.seen?.lines ?? []).map(({ lineId, goodsId, cargoNo, quantity }) => ({
      lineId,
      goodsId,
      cargoNo,
      quantityMilli: quantity,
    })),
    orders: p.orders.map((order) => orderToMessage(p, order, problems)),
    problem: code,
    problemMessage: message,
    timeline: p.timeline.map(({ at, what, about, detail }) => ({
      at,
      what,
      about: about === '' ? orderRef.number : about,
      detail,
    })),
    dueAt: p.dueAt ?? undefined,
    version,
    traceId: traceIdOf(orderRef),
  };
}

function orderToMessage(
  p: Procurement,
  order: Purchase,
  problems: readonly Problem[],
): PurchaseOrder {
  const { orderId, seen, answer } = order;
  const { code = '', message = '' } = problems.find(({ about }) => about === orderId) ?? {};
  return {
    orderId,
    orderCode: seen?.orderCode ?? '',
    state: stateOfOrder(order),
    hold: holdOfOrder(order),
    holdRef: holdNameOf(p, order),
    lines: linesWithSent(order).map((line) => ({
      lineId: line.lineId,
      goodsId: line.goodsId,
      cargoNo: line.cargoNo,
      orderedMilli: line.ordered,
      sentMilli: line.sent,
      receivedMilli: line.received,
      settledMilli: line.settled,
      consumedMilli: consumedOf(order, line.lineId),
      priceYuan: line.priceYuan,
    })),
    answer: answer?.kind ?? '',
    answerState: answer ? standingOf(answer.call) : '',
    answerAttempts: answer?.call.attempts ?? 0,
    problem: code,
    problemMessage: message,
  };
}
