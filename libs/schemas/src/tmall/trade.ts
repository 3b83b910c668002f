import { ok } from '@astrolabe/kernel';
import type { Field, TypeOf } from '../wire/codec.ts';
import { defaulted, list, optional, record, required, tolerated } from '../wire/codec.ts';
import { code, cutText, flag, id, pieces, text, time, topId, yuan } from '../wire/leaves.ts';
import { collectParam } from './collect.ts';

/** Most lines of a trade that are read. */
const MAX_LINES = 200;

/** An optional id; the platform writes 0 where there is none. */
function idOrZero(name: string, as: 'text' | 'number'): Field<string, true> {
  const field = optional(name, id(as));
  const isZero = (child: { name: string; text: string }) =>
    child.name === name && child.text === '0';
  return {
    ...field,
    read: (parent, path, notes) =>
      parent.children.some(isZero) ? ok(undefined) : field.read(parent, path, notes),
  };
}

/**
 * One sub-order of `taobao.trade.fullinfo.get`; `omni` is our name for the goods' omni tag. Of its
 * newest refund `refund_fee` is the amount, and `refund_num` our name for how many pieces are given
 * back: none for a refund of money alone, all of them where it is absent (docs/adr/0020).
 */
const line = record({
  subOrderId: topId('oid'),
  itemId: required('num_iid', id('number')),
  skuId: idOrZero('sku_id', 'text'),
  outerId: tolerated('outer_sku_id', code(100)),
  title: optional('title', cutText()),
  spec: optional('sku_properties_name', cutText()),
  picture: tolerated('pic_path', text(500)),
  quantity: required('num', pieces('positive')),
  price: defaulted('price', yuan(), 0n),
  totalFee: tolerated('total_fee', yuan()),
  payment: defaulted('payment', yuan(), 0n),
  status: required('status', text(50)),
  refundStatus: optional('refund_status', text(50)),
  refundId: idOrZero('refund_id', 'number'),
  refundFee: optional('refund_fee', yuan()),
  refundQuantity: optional('refund_num', pieces('not negative')),
  omni: defaulted('omni', flag(), false),
});

export type TmallTradeLine = TypeOf<typeof line>;

/**
 * A trade as `taobao.trade.fullinfo.get` names its fields. `seller_id` is added to them: the
 * platform's ids of sellers are numbers, and a nick may change. Only what routing, stock and money
 * need is a reason to refuse a paid trade: other fields are cut or left out, with a note.
 */
export const tmallTrade = record({
  tradeId: topId('tid'),
  sellerId: required('seller_id', id('number')),
  sellerNick: defaulted('seller_nick', cutText(100), ''),
  buyerNick: optional('buyer_nick', cutText(100)),
  buyerOpenUid: tolerated('buyer_open_uid', text(100)),
  status: required('status', text(50)),
  createdAt: tolerated('created', time()),
  paidAt: tolerated('pay_time', time()),
  modifiedAt: tolerated('modified', time()),
  totalFee: tolerated('total_fee', yuan()),
  payment: required('payment', yuan()),
  postFee: defaulted('post_fee', yuan(), 0n),
  receiverName: optional('receiver_name', cutText(100)),
  receiverState: optional('receiver_state', cutText(100)),
  receiverCity: optional('receiver_city', cutText(100)),
  receiverDistrict: optional('receiver_district', cutText(100)),
  receiverTown: optional('receiver_town', cutText(100)),
  receiverAddress: optional('receiver_address', cutText(500)),
  receiverMobile: optional('receiver_mobile', cutText(50)),
  /** Store collect and where (catalogue A.3); absent for a trade that is shipped. */
  collect: optional('omnichannel_param', collectParam),
  lines: required('orders', list('order', line, { min: 1, max: MAX_LINES, lone: true })),
});

export type TmallTrade = TypeOf<typeof tmallTrade>;
