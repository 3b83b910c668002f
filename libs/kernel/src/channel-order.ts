import { assertNever } from './assert.ts';
import type { Fen } from './money.ts';
import type { OrderRef } from './order-ref.ts';
import type { StockKind } from './place.ts';
import type { Milli } from './quantity.ts';

/**
 * What has happened to an order at its channel. OTHER asks for nothing here, or is nothing that the
 * gateway knows; the order that comes with it is news all the same.
 */
export type OrderCause =
  | 'PAID'
  | 'SHIPPED'
  | 'PARTLY_SHIPPED'
  | 'COMPLETED'
  | 'CLOSED'
  | 'REFUND_CHANGED'
  | 'REFUND_WITHDRAWN'
  | 'MODIFIED'
  | 'OTHER';

/**
 * Where an order or a sub-order stands at its channel. CLOSED: after the payment; CANCELLED: before
 * any. PAID_NOT_RELEASED: paid, but not to be shipped yet. OTHER: nothing that the gateway knows.
 */
export type SaleState =
  | 'NOT_PAYABLE'
  | 'UNPAID'
  | 'PAYMENT_PENDING'
  | 'PAYMENT_RESERVED'
  | 'PAID_NOT_RELEASED'
  | 'PAID'
  | 'PARTLY_SHIPPED'
  | 'SHIPPED'
  | 'DELIVERED'
  | 'COMPLETED'
  | 'CLOSED'
  | 'CANCELLED'
  | 'OTHER';

/** Where the newest refund of a sub-order stands at its channel. OTHER: nothing that the gateway knows. */
export type RefundState =
  | 'NONE'
  | 'ASKED'
  | 'GOODS_AWAITED'
  | 'GOODS_SENT'
  | 'REFUSED'
  | 'WITHDRAWN'
  | 'PAID_BACK'
  | 'OTHER';

/**
 * Whose matter a sub-order is. OMNI: sold from the stock of stores and warehouses. ALONG: not sold so
 * itself, but part of an order that has such sub-orders. OWN: the seller's own, as is its whole order.
 */
export type LineFulfilment = 'OMNI' | 'ALONG' | 'OWN';

/** How stock is held for an order from its payment on; a `ttlMs` of 0 holds until it is sold or released. */
export type HoldPolicy = { readonly kind: StockKind; readonly ttlMs: bigint };

/** A sub-order as its channel shows it. */
export type ChannelOrderLine = {
  readonly subOrderId: string;
  readonly itemId: string;
  readonly skuId: string;
  readonly outerId: string;
  readonly quantityMilli: Milli;
  readonly priceFen: Fen;
  readonly paymentFen: Fen;
  readonly fulfilment: LineFulfilment;
  readonly state: SaleState;
  /** Null where the channel said nothing of refunds. */
  readonly refund: RefundState | null;
  /** The newest refund; empty when there is none. */
  readonly refundId: string;
  /** What the buyer wants back; null: what was paid. */
  readonly refundFeeFen: Fen | null;
  /** The refund is of money alone: no goods are given back. */
  readonly refundAmountOnly: boolean;
  /** Name of the goods as the channel shows it; null where it gave none. */
  readonly title: string | null;
  /** Which of the goods, in the buyer's words, e.g. "颜色:黑;尺码:M"; null where the channel gave none. */
  readonly spec: string | null;
  /** Address of a picture of the goods; null where the channel gave none. */
  readonly picture: string | null;
  /** Before discounts; null where the channel gave none. */
  readonly totalFeeFen: Fen | null;
};

/** An order as its channel shows it, without the buyer's and the receiver's names and numbers. */
export type ChannelOrder = {
  readonly orderRef: OrderRef;
  /** The seller's name at the channel. */
  readonly sellerNick: string;
  /** Opaque reference of the buyer. */
  readonly buyerRef: string;
  readonly state: SaleState;
  /** Null where the channel gave no time. */
  readonly createdAt: Date | null;
  /** Null while the buyer has not paid. */
  readonly paidAt: Date | null;
  /** Before discounts, without postage; null where the channel gave none. */
  readonly totalFeeFen: Fen | null;
  readonly paymentFen: Fen;
  readonly postFeeFen: Fen;
  readonly receiver: { readonly province: string; readonly city: string; readonly area: string };
  /** Where the buyer collects the goods; empty when they are shipped. */
  readonly collectStoreId: string;
  readonly hold: HoldPolicy;
  readonly lines: readonly ChannelOrderLine[];
};

/** What a channel has said of an order, and the order as it stands with it. */
export type OrderSeen = {
  readonly cause: OrderCause;
  readonly publishedAt: Date;
  readonly order: ChannelOrder;
  /** What of the message was cut, left out or not understood, for people. */
  readonly notes: readonly string[];
};

/**
 * Whether an order is routed, held and told here: one sub-order that is sold from the stock of stores
 * makes it so (white paper L220). The others are the seller's own; they are known, and no more.
 */
export const isOurs = (order: {
  readonly lines: readonly Pick<ChannelOrderLine, 'fulfilment'>[];
}): boolean => order.lines.some(({ fulfilment }) => fulfilment !== 'OWN');

/** Closed at the channel, before or after the payment: nothing of it will be shipped. */
export const isClosedAtChannel = ({ state }: { readonly state: SaleState }): boolean =>
  state === 'CLOSED' || state === 'CANCELLED';

/** Closed, or given up by a refund: a refund of money alone takes no goods out of the order. */
export const isGivenUp = (
  line: Pick<ChannelOrderLine, 'state' | 'refund' | 'refundAmountOnly'>,
): boolean => isClosedAtChannel(line) || (line.refund === 'PAID_BACK' && !line.refundAmountOnly);

const HAS_LEFT: readonly SaleState[] = ['SHIPPED', 'DELIVERED', 'COMPLETED'];

/**
 * Sub-orders whose goods have left, by what the channel has said; null where it did not speak of a
 * shipment. Of a shipment of the whole order, or of its completion, all that are not given up; of a
 * shipment in part those that say so.
 */
export function shippedAtChannel({
  cause,
  order,
}: Pick<OrderSeen, 'cause' | 'order'>): readonly string[] | null {
  switch (cause) {
    case 'SHIPPED':
    case 'COMPLETED':
      return idsOf(order.lines.filter((line) => !isGivenUp(line)));
    case 'PARTLY_SHIPPED':
      return idsOf(order.lines.filter((line) => !isGivenUp(line) && HAS_LEFT.includes(line.state)));
    case 'PAID':
    case 'CLOSED':
    case 'REFUND_CHANGED':
    case 'REFUND_WITHDRAWN':
    case 'MODIFIED':
    case 'OTHER':
      return null;
    default:
      return assertNever(cause, 'cause');
  }
}

const idsOf = (lines: readonly ChannelOrderLine[]): readonly string[] =>
  lines.map(({ subOrderId }) => subOrderId);
