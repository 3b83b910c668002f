import type { LifeCode, LifeEvent, OrderRef } from '@astrolabe/kernel';
import { lifeEvent, requisitionRef } from '@astrolabe/kernel';
import type { LifeLine, OrderLife } from '../order-life.ts';
import { linesWithSent, orderIn } from './procurement.ts';
import type { Entry, Procurement, Purchase } from './procurement.ts';
import type { Problem } from './settle.ts';
import { stateOfOrder, stateOfRequisition } from './states.ts';

/** What an entry's further text is: a code, a person, or a number. */
type Told = { readonly code: LifeCode; readonly rest?: 'reason' | 'about' };

const CODES: Readonly<Record<string, Told>> = {
  REQUISITION_CREATED: { code: 'REQUISITION_HEARD' },
  REQUISITION_REJECTED: { code: 'REQUISITION_REJECTION_HEARD' },
  ORDER_CREATED: { code: 'PURCHASE_HEARD' },
  ORDER_CANCELLED: { code: 'PURCHASE_CANCELLATION_HEARD' },
  NAMED_BY_ORDER: { code: 'PURCHASE_NAMED_IT' },
  ADOPTED: { code: 'PURCHASE_ADOPTED' },
  MOVED: { code: 'PURCHASE_MOVED' },
  HELD: { code: 'PURCHASE_HELD' },
  HOLD_FAILED: { code: 'PURCHASE_HOLD_FAILED', rest: 'reason' },
  BOUND: { code: 'PURCHASE_BOUND' },
  RELEASED: { code: 'PURCHASE_RELEASED' },
  CONSUMED: { code: 'PURCHASE_CONSUMED' },
  REBIND_REFUSED: { code: 'PURCHASE_STOCK_REFUSED', rest: 'reason' },
  RELEASE_REFUSED: { code: 'PURCHASE_STOCK_REFUSED', rest: 'reason' },
  CONSUME_REFUSED: { code: 'PURCHASE_STOCK_REFUSED', rest: 'reason' },
  CONFIRM_DONE: { code: 'PURCHASE_CONFIRMED' },
  RETURN_DONE: { code: 'PURCHASE_RETURNED' },
  TOLD_CONFIRMED: { code: 'PURCHASE_TOLD' },
  TOLD_CANCELLED: { code: 'PURCHASE_CANCEL_TOLD' },
  PARCEL_LEFT: { code: 'PURCHASE_PARCEL_LEFT', rest: 'about' },
};

const FAILED = /^(CONFIRM|RETURN)_(?:REFUSED|UNANSWERED|UNKNOWN|WITHHELD)$/;
const DECIDED = 'DECIDED_';

function eventOf(entry: Entry, requisition: string): readonly LifeEvent[] {
  const { at, what, detail } = entry;
  const about = [entry.about === '' ? requisition : entry.about];
  if (what.startsWith(DECIDED)) {
    const reason = `DECIDE_${what.slice(DECIDED.length)}`;
    return [lifeEvent(at, 'PURCHASE_DECIDED', { about, reason, by: detail })];
  }
  if (what === 'READ') {
    const reason = `${entry.about === '' ? 'REQUISITION' : 'PURCHASE'}_${detail}`;
    return [lifeEvent(at, 'PURCHASE_READ', { about, reason })];
  }
  if (what === 'PROBLEM') {
    const code = detail === '' ? 'PURCHASE_PROBLEM_OVER' : 'PURCHASE_PROBLEM';
    return [lifeEvent(at, code, { about, reason: detail })];
  }
  const failed = FAILED.exec(what);
  if (failed) {
    const isConfirm = failed[1] === 'CONFIRM';
    const code = isConfirm ? 'PURCHASE_CONFIRM_FAILED' : 'PURCHASE_RETURN_FAILED';
    return [lifeEvent(at, code, { about, reason: detail })];
  }
  const told = CODES[what];
  if (!told) return [];
  if (told.rest === 'reason') return [lifeEvent(at, told.code, { about, reason: detail })];
  const more = told.rest === 'about' && detail !== '' ? [detail] : [];
  return [lifeEvent(at, told.code, { about: [...about, ...more] })];
}

/**
 * What has become of a requisition and its orders, for people: all of it under any of their names, while lines, state and
 * problem are of the one that was asked for.
 */
export function lifeOfProcurement(
  p: Procurement,
  asked: OrderRef,
  problems: readonly Problem[],
): OrderLife {
  const { requisition, orderRef, timeline } = p;
  const order = orderIn(p, asked.number);
  const about = order ? order.orderId : '';
  const ids = p.orders.map(({ orderId }) => orderId);
  const own = requisition ? requisitionRef(orderRef.sellerId, requisition.id).number : '';
  return {
    orderRef: asked,
    kind: 'PROCUREMENT',
    state: stateOf(p, order),
    problem: problems.find((one) => one.about === about)?.code ?? '',
    lines: linesOf(p, asked.number),
    events: timeline.flatMap((entry) => eventOf(entry, own === '' ? orderRef.number : own)),
    related: [own, ...ids].filter((number) => number !== '' && number !== asked.number),
  };
}

function stateOf({ requisition }: Procurement, order: Purchase | undefined): string {
  if (order) return `PURCHASE_${stateOfOrder(order)}`;
  return requisition ? `REQUISITION_${stateOfRequisition(requisition)}` : '';
}

function linesOf(p: Procurement, number: string): readonly LifeLine[] {
  const order = orderIn(p, number);
  if (order) {
    return linesWithSent(order).map(({ lineId, goodsId, cargoNo, ordered }) => ({
      lineId,
      goodsId,
      sku: cargoNo,
      quantityMilli: ordered,
    }));
  }
  return (p.requisition?.seen?.lines ?? []).map(({ lineId, goodsId, cargoNo, quantity }) => ({
    lineId,
    goodsId,
    sku: cargoNo,
    quantityMilli: quantity,
  }));
}
