import { EVENTS, orderRefFromMessage } from '@astrolabe/contracts';
import type { EventSpec } from '@astrolabe/contracts';
import { ReturnKind } from '@astrolabe/contracts/fulfillment';
import type { OrderRef as RefMessage } from '@astrolabe/contracts/common';
import type { EventOrigin, OrderRef } from '@astrolabe/kernel';
import { MALL } from '@astrolabe/kernel';
import { originOf } from '@astrolabe/messaging';
import type { HandlerOutcome, InboundEvent } from '@astrolabe/messaging';
import { cameBack, cancelled, confirmed, parcelEnded, placedAs } from '../../domain/mall/facts.ts';
import type { LineQuantity, MallMoney, Placed, Told } from '../../domain/mall/money.ts';
import { tidyTaxNumber } from '../../domain/mall/tax-number.ts';

type Fact = (money: MallMoney) => MallMoney;

/** Records a fact of an order's money, once for each event. */
export type RecordFact = (order: OrderRef, from: EventOrigin, fact: Fact) => Promise<unknown>;

const DONE: HandlerOutcome = { kind: 'done' };
const INCOMPLETE: HandlerOutcome = { kind: 'reject', reason: 'INCOMPLETE_MALL_EVENT' };
/** What comes with these kinds is exchanged or repaired; a parcel that was not taken has been told already. */
const MONEYLESS: readonly number[] = [
  ReturnKind.EXCHANGE,
  ReturnKind.REPAIR,
  ReturnKind.REJECTED_PARCEL,
];

/** Handlers of what concerns the money of malls' orders; the same events of other channels are passed over. */
export const mallHandlers = (record: RecordFact) => ({
  ...orderHandlers(handlerOf(record)),
  ...supplyHandlers(handlerOf(record)),
});

type HandlerOf = ReturnType<typeof handlerOf>;

/** A handler of one event: the fact that it is, who said it, and when. */
const handlerOf =
  (record: RecordFact) =>
  <T extends { readonly orderRef?: RefMessage | undefined }>(
    spec: EventSpec<T>,
    factOf: (event: T, told: Told) => Fact | null,
    actorOf: (event: T) => string,
    timeOf: (event: T) => Date | undefined,
  ) =>
  async (message: InboundEvent): Promise<HandlerOutcome> => {
    const event = spec.decode(message.payload);
    const orderRef = orderRefFromMessage(event.orderRef);
    if (!orderRef) return INCOMPLETE;
    if (orderRef.channel !== MALL) return DONE;
    const at = timeOf(event) ?? message.time;
    const fact = factOf(event, { actor: actorOf(event), message: message.id, at });
    if (fact) await record(orderRef, originOf(message), fact);
    return DONE;
  };

const by = (actor: string) => () => actor;

const orderHandlers = (of: HandlerOf) => ({
  mallPreordered: of(
    EVENTS.mallPreordered,
    (event, told) => (money) => placedAs(money, placedOf(event, told.at), told),
    ({ account }) => account,
    ({ preorderedAt }) => preorderedAt,
  ),
  mallPreorderReleased: of(
    EVENTS.mallPreorderReleased,
    (_, told) => (money) => cancelled(money, told),
    ({ reason }) => reason,
    ({ releasedAt }) => releasedAt,
  ),
  supplyOrderConfirmed: of(
    EVENTS.supplyOrderConfirmed,
    (_, told) => (money) => confirmed(money, told),
    by('order-router'),
    ({ confirmedAt }) => confirmedAt,
  ),
  supplyOrderCancelled: of(
    EVENTS.supplyOrderCancelled,
    (_, told) => (money) => cancelled(money, told),
    ({ reason }) => reason,
    ({ cancelledAt }) => cancelledAt,
  ),
});

const supplyHandlers = (of: HandlerOf) => ({
  supplyDelivered: of(
    EVENTS.supplyDelivered,
    ({ parcelNo, lines }, told) =>
      (money) =>
        parcelEnded(
          money,
          { parcelNo, rejected: false, lines: quantities(lines), at: told.at },
          told,
        ),
    ({ operator }) => operator,
    ({ deliveredAt }) => deliveredAt,
  ),
  parcelRejected: of(
    EVENTS.parcelRejected,
    ({ parcelNo, lines }, told) =>
      (money) =>
        parcelEnded(
          money,
          { parcelNo, rejected: true, lines: quantities(lines), at: told.at },
          told,
        ),
    ({ operator }) => operator,
    ({ rejectedAt }) => rejectedAt,
  ),
  supplyReturned: of(
    EVENTS.supplyReturned,
    ({ kind, returnId, receiptNo, lines }, told) =>
      MONEYLESS.includes(kind)
        ? null
        : (money) => {
            const key = `${returnId}/${receiptNo}`;
            return cameBack(money, { key, lines: quantities(lines), at: told.at }, told);
          },
    by('fulfillment'),
    ({ returnedAt }) => returnedAt,
  ),
});

const quantities = (lines: readonly LineQuantity[]): readonly LineQuantity[] =>
  lines.map(({ lineId, quantityMilli }) => ({ lineId, quantityMilli }));

const placedOf = (
  event: ReturnType<typeof EVENTS.mallPreordered.decode>,
  preorderedAt: Date,
): Placed => ({
  account: event.account,
  lines: event.lines.map(({ taxRate, sku, name, ...line }) => ({
    lineId: line.lineId,
    goodsId: line.goodsId,
    name: name || sku,
    quantityMilli: line.quantityMilli,
    unitPriceFen: line.unitPriceFen,
    amountFen: line.amountFen,
    taxRate: taxRate ?? null,
    taxCode: line.taxCode,
    isTaxExempt: line.isTaxExempt,
  })),
  freightFen: event.freightFen,
  totalFen: event.totalFen,
  payment: event.payment,
  // Without a wish an order has a plain, itemised invoice (document 004, 2.12.1).
  wish: {
    kind: event.invoiceKind || 'PLAIN',
    content: event.invoiceContent || 'ITEMISED',
    title: event.invoiceTitle,
    taxNumber: tidyTaxNumber(event.invoiceOrgCode),
  },
  preorderedAt,
});
