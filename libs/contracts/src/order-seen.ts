import type {
  ChannelOrder,
  ChannelOrderLine,
  LineFulfilment,
  OrderCause,
  OrderSeen,
  RefundState,
  Result,
  SaleState,
} from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { orderRefFromMessage, stockKindFromMessage, stockKindToMessage } from './convert.ts';
import type {
  ChannelOrder as OrderMessage,
  ChannelOrderLine as LineMessage,
  OrderSeen as SeenMessage,
} from './gen/astrolabe/ingress/v1/ingress_events.ts';
import {
  LineFulfilment as FulfilmentNumber,
  OrderCause as CauseNumber,
  RefundState as RefundNumber,
  SaleState as SaleNumber,
} from './gen/astrolabe/ingress/v1/ingress_events.ts';

const CAUSES = {
  PAID: CauseNumber.PAID,
  SHIPPED: CauseNumber.SHIPPED,
  PARTLY_SHIPPED: CauseNumber.PARTLY_SHIPPED,
  COMPLETED: CauseNumber.COMPLETED,
  CLOSED: CauseNumber.CLOSED,
  REFUND_CHANGED: CauseNumber.REFUND_CHANGED,
  REFUND_WITHDRAWN: CauseNumber.REFUND_WITHDRAWN,
  MODIFIED: CauseNumber.MODIFIED,
  OTHER: CauseNumber.OTHER,
} as const satisfies Record<OrderCause, CauseNumber>;

const SALE_STATES = {
  NOT_PAYABLE: SaleNumber.NOT_PAYABLE,
  UNPAID: SaleNumber.UNPAID,
  PAYMENT_PENDING: SaleNumber.PAYMENT_PENDING,
  PAYMENT_RESERVED: SaleNumber.PAYMENT_RESERVED,
  PAID_NOT_RELEASED: SaleNumber.PAID_NOT_RELEASED,
  PAID: SaleNumber.PAID,
  PARTLY_SHIPPED: SaleNumber.PARTLY_SHIPPED,
  SHIPPED: SaleNumber.SHIPPED,
  DELIVERED: SaleNumber.DELIVERED,
  COMPLETED: SaleNumber.COMPLETED,
  CLOSED: SaleNumber.CLOSED,
  CANCELLED: SaleNumber.CANCELLED,
  OTHER: SaleNumber.OTHER,
} as const satisfies Record<SaleState, SaleNumber>;

const REFUND_STATES = {
  NONE: RefundNumber.NONE,
  ASKED: RefundNumber.ASKED,
  GOODS_AWAITED: RefundNumber.GOODS_AWAITED,
  GOODS_SENT: RefundNumber.GOODS_SENT,
  REFUSED: RefundNumber.REFUSED,
  WITHDRAWN: RefundNumber.WITHDRAWN,
  PAID_BACK: RefundNumber.PAID_BACK,
  OTHER: RefundNumber.OTHER,
} as const satisfies Record<RefundState, RefundNumber>;

const FULFILMENTS = {
  OMNI: FulfilmentNumber.OMNI,
  ALONG: FulfilmentNumber.ALONG,
  OWN: FulfilmentNumber.OWN,
} as const satisfies Record<LineFulfilment, FulfilmentNumber>;

/** The word of a number; null for a number that this version does not have. */
function reader<Word extends string>(numbers: Readonly<Record<Word, number>>) {
  const words = new Map(Object.entries(numbers).map(([word, number]) => [number, word as Word]));
  return (number: number): Word | null => words.get(number) ?? null;
}

const causeOf = reader(CAUSES);
const saleStateOf = reader(SALE_STATES);
const fulfilmentOf = reader(FULFILMENTS);
const refundStateOf = reader(REFUND_STATES);

/** Number to the state of a refund; null when unspecified or unknown. */
export const refundStateFromMessage = (state: RefundNumber): RefundState | null =>
  refundStateOf(state);

/** An order that a channel has said something of, as its event carries it. */
export const orderSeenToMessage = ({
  cause,
  publishedAt,
  order,
  notes,
}: OrderSeen): SeenMessage => ({
  cause: CAUSES[cause],
  publishedAt,
  order: {
    orderRef: order.orderRef,
    sellerNick: order.sellerNick,
    buyerRef: order.buyerRef,
    state: SALE_STATES[order.state],
    createdAt: order.createdAt ?? undefined,
    paidAt: order.paidAt ?? undefined,
    totalFeeFen: order.totalFeeFen ?? undefined,
    paymentFen: order.paymentFen,
    postFeeFen: order.postFeeFen,
    receiverProvince: order.receiver.province,
    receiverCity: order.receiver.city,
    receiverArea: order.receiver.area,
    collectStoreId: order.collectStoreId,
    hold: { kind: stockKindToMessage(order.hold.kind), ttlMs: order.hold.ttlMs },
    lines: order.lines.map(lineToMessage),
  },
  notes: [...notes],
});

const lineToMessage = (line: ChannelOrderLine): LineMessage => ({
  ...line,
  fulfilment: FULFILMENTS[line.fulfilment],
  state: SALE_STATES[line.state],
  refund: line.refund === null ? RefundNumber.UNSPECIFIED : REFUND_STATES[line.refund],
  refundFeeFen: line.refundFeeFen ?? undefined,
  title: line.title ?? undefined,
  spec: line.spec ?? undefined,
  picture: line.picture ?? undefined,
  totalFeeFen: line.totalFeeFen ?? undefined,
});

/**
 * Why an event of an order cannot be read. UNKNOWN_WORD: a number of a newer version, which a later
 * release of the reader may understand. Both send the event to the dead letters.
 */
export type OrderSeenRefusal = 'INCOMPLETE_ORDER' | 'UNKNOWN_WORD';

/** The inverse of `orderSeenToMessage`. */
export function orderSeenFromMessage(message: SeenMessage): Result<OrderSeen, OrderSeenRefusal> {
  const { order: found, publishedAt, notes } = message;
  if (!found || !publishedAt) return err('INCOMPLETE_ORDER');
  const order = orderFrom(found);
  if (!order.ok) return order;
  const cause = causeOf(message.cause);
  if (cause === null) return err('UNKNOWN_WORD');
  return ok({ cause, publishedAt, order: order.value, notes });
}

function orderFrom(message: OrderMessage): Result<ChannelOrder, OrderSeenRefusal> {
  const { hold, receiverProvince, receiverCity, receiverArea, lines: found, ...order } = message;
  const orderRef = orderRefFromMessage(message.orderRef);
  if (!orderRef || !hold || found.length === 0) return err('INCOMPLETE_ORDER');
  const lines = found.flatMap((line) => lineFrom(line) ?? []);
  const state = saleStateOf(message.state);
  const kind = stockKindFromMessage(hold.kind);
  if (!state || !kind || lines.length < found.length) return err('UNKNOWN_WORD');
  return ok({
    ...order,
    orderRef,
    state,
    createdAt: message.createdAt ?? null,
    paidAt: message.paidAt ?? null,
    totalFeeFen: message.totalFeeFen ?? null,
    receiver: { province: receiverProvince, city: receiverCity, area: receiverArea },
    hold: { kind, ttlMs: hold.ttlMs },
    lines,
  });
}

function lineFrom(line: LineMessage): ChannelOrderLine | null {
  const state = saleStateOf(line.state);
  const fulfilment = fulfilmentOf(line.fulfilment);
  const refund = refundStateOf(line.refund);
  if (!state || !fulfilment) return null;
  if (refund === null && line.refund !== RefundNumber.UNSPECIFIED) return null;
  return {
    ...line,
    fulfilment,
    state,
    refund,
    refundFeeFen: line.refundFeeFen ?? null,
    title: line.title ?? null,
    spec: line.spec ?? null,
    picture: line.picture ?? null,
    totalFeeFen: line.totalFeeFen ?? null,
  };
}
