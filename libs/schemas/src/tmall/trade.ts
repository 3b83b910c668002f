import { ok } from '@astrolabe/kernel';
import type { Codec, TypeOf } from '../wire/codec.ts';
import { defaulted, list, mapped, optional, record, required } from '../wire/codec.ts';
import { collectParam } from './collect.ts';
import { flag, id, pieces, text, time, yuan } from '../wire/leaves.ts';

/** Most lines of a trade that are read. */
const MAX_LINES = 200;

/**
 * One sub-order of `taobao.trade.fullinfo.get`; `omni` is our name for the goods' omni tag. Of its
 * newest refund `refund_fee` is the amount, and `refund_num` our name for how many pieces are given
 * back: none for a refund of money alone, all of them where it is absent (docs/adr/0020).
 */
const line = record({
  subOrderId: required('oid', id('number')),
  itemId: required('num_iid', id('number')),
  skuId: optional('sku_id', id()),
  outerId: optional('outer_sku_id', text(100)),
  title: optional('title', text()),
  quantity: required('num', pieces('positive')),
  price: required('price', yuan()),
  totalFee: optional('total_fee', yuan()),
  payment: required('payment', yuan()),
  status: required('status', text(50)),
  refundStatus: optional('refund_status', text(50)),
  refundId: optional('refund_id', id('number')),
  refundFee: optional('refund_fee', yuan()),
  refundQuantity: optional('refund_num', pieces('not negative')),
  omni: defaulted('omni', flag(), false),
});

export type TmallTradeLine = TypeOf<typeof line>;

const lines: Codec<readonly TmallTradeLine[]> = mapped(
  record({ order: required('order', list('order', line, { min: 1, max: MAX_LINES })) }),
  (orders) => ok(orders.order),
  (order) => ({ order }),
);

/**
 * A trade as `taobao.trade.fullinfo.get` names its fields. `seller_id` is added to them: the
 * platform's ids of sellers are numbers, and a nick may change.
 */
export const tmallTrade = record({
  tradeId: required('tid', id('number')),
  sellerId: required('seller_id', id('number')),
  sellerNick: required('seller_nick', text(100)),
  buyerNick: optional('buyer_nick', text(100)),
  buyerOpenUid: optional('buyer_open_uid', text(100)),
  status: required('status', text(50)),
  createdAt: optional('created', time()),
  paidAt: optional('pay_time', time()),
  modifiedAt: optional('modified', time()),
  payment: required('payment', yuan()),
  postFee: defaulted('post_fee', yuan(), 0n),
  receiverName: optional('receiver_name', text(100)),
  receiverState: optional('receiver_state', text(100)),
  receiverCity: optional('receiver_city', text(100)),
  receiverDistrict: optional('receiver_district', text(100)),
  receiverTown: optional('receiver_town', text(100)),
  receiverAddress: optional('receiver_address', text(500)),
  receiverMobile: optional('receiver_mobile', text(50)),
  /** Store collect and where (catalogue A.3); absent for a trade that is shipped. */
  collect: optional('omnichannel_param', collectParam),
  lines: required('orders', lines),
});

export type TmallTrade = TypeOf<typeof tmallTrade>;
