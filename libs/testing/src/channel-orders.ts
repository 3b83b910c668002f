import { EVENTS, orderSeenToMessage } from '@astrolabe/contracts';
import type { ChannelOrder, ChannelOrderLine, OrderRef, OrderSeen } from '@astrolabe/kernel';

/** A paid sub-order of one piece that is sold from stores, as its channel shows it. */
export const channelLine = (
  subOrderId: string,
  change: Partial<ChannelOrderLine> = {},
): ChannelOrderLine => ({
  subOrderId,
  itemId: 'i-1',
  skuId: '',
  outerId: 'o-1',
  quantityMilli: 1_000n,
  priceFen: 38_800n,
  paymentFen: 38_800n,
  fulfilment: 'OMNI',
  state: 'PAID',
  refund: null,
  refundId: '',
  refundFeeFen: null,
  refundAmountOnly: false,
  title: null,
  spec: null,
  picture: null,
  totalFeeFen: null,
  ...change,
});

/** A paid order as its channel shows it; `lines` has to be given. */
export const channelOrder = (
  orderRef: OrderRef,
  change: Partial<ChannelOrder> & Pick<ChannelOrder, 'lines'>,
): ChannelOrder => ({
  orderRef,
  sellerNick: '',
  buyerRef: 'b-1',
  state: 'PAID',
  createdAt: null,
  paidAt: new Date('2016-09-22T02:00:00Z'),
  totalFeeFen: null,
  paymentFen: 39_800n,
  postFeeFen: 1_000n,
  receiver: { province: '浙江省', city: '杭州市', area: '西湖区' },
  collectStoreId: '',
  hold: { kind: 'CERTAIN', ttlMs: 0n },
  ...change,
});

/** The payload of an `OrderSeen`; of a payment, unless `cause` says otherwise. */
export const orderSeenPayload = (
  order: ChannelOrder,
  change: Partial<OrderSeen> = {},
): Uint8Array => {
  const publishedAt = new Date('2016-09-22T02:00:00Z');
  const seen: OrderSeen = { cause: 'PAID', publishedAt, order, notes: [], ...change };
  return EVENTS.orderSeen.encode(orderSeenToMessage(seen));
};
