import type { SubmitOrderResponse } from '@astrolabe/contracts/order';
import type { ChannelOrderLine, HoldPolicy, OrderRef, OrderSeen } from '@astrolabe/kernel';
import { ONE_PIECE } from '@astrolabe/kernel';
import type { ReadCrate } from '@astrolabe/schemas/fenxiao';

/** Certain stock, held until it is shipped or released (catalogue E.5). */
const HOLD: HoldPolicy = { kind: 'CERTAIN', ttlMs: 0n };

export type Placed = Pick<SubmitOrderResponse, 'orders' | 'pricesFen' | 'isOwn'>;

/**
 * A distribution order that was placed, as an order of ours: paid by what the seller is asked for. Served
 * from the seller's own stock it is routed like any other; what a supplier ships is known, and no more.
 * Name, telephone and street of the receiver stay behind.
 */
export function readOrder(
  orderRef: OrderRef,
  { request, notes }: ReadCrate,
  placed: Placed,
  context: { readonly sellerNick: string; readonly at: Date },
): OrderSeen {
  const { receiver } = request;
  const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, one) => all + one, 0n);
  const postFeeFen = sum(placed.orders.map((order) => order.postFeeFen));
  const paymentFen = sum(placed.orders.map(({ amountFen }) => amountFen));
  return {
    cause: 'PAID',
    publishedAt: context.at,
    notes,
    order: {
      orderRef,
      sellerNick: context.sellerNick,
      buyerRef: '',
      state: 'PAID',
      createdAt: context.at,
      paidAt: context.at,
      totalFeeFen: paymentFen - postFeeFen,
      paymentFen,
      postFeeFen,
      receiver: { province: receiver.province, city: receiver.city, area: receiver.area },
      collectStoreId: '',
      hold: HOLD,
      lines: request.lines.map((line, index) => {
        const priceFen = placed.pricesFen[index] ?? 0n;
        const totalFeeFen = (priceFen * line.quantityMilli) / ONE_PIECE;
        return {
          subOrderId: String(index + 1),
          itemId: line.offerId,
          skuId: line.specId ?? '',
          outerId: line.outItemCode,
          quantityMilli: line.quantityMilli,
          priceFen,
          paymentFen: totalFeeFen,
          fulfilment: placed.isOwn ? 'OMNI' : 'OWN',
          state: 'PAID',
          refund: null,
          refundId: '',
          refundFeeFen: null,
          refundAmountOnly: false,
          title: null,
          spec: null,
          picture: null,
          totalFeeFen,
        } satisfies ChannelOrderLine;
      }),
    },
  };
}
