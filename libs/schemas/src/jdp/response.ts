import { printJson } from '../json/write.ts';
import { tmallTrade } from '../tmall/trade.ts';
import type { TmallTrade } from '../tmall/trade.ts';
import type { TypeOf } from '../wire/codec.ts';
import { record, required } from '../wire/codec.ts';
import { id, text, time, yuan } from '../wire/leaves.ts';
import { leaf, objectNode } from '../wire/tree.ts';

/** A refund as `taobao.refund.get` names its fields. */
const jdpRefund = record({
  refundId: required('refund_id', id('number')),
  tradeId: required('tid', id('number')),
  subOrderId: required('oid', id('number')),
  sellerNick: required('seller_nick', text(100)),
  status: required('status', text(50)),
  refundFee: required('refund_fee', yuan()),
  createdAt: required('created', time()),
  modifiedAt: required('modified', time()),
});

export type JdpRefund = TypeOf<typeof jdpRefund>;

/**
 * The column `jdp_response` of an order push table: the full trade as the answer of
 * `taobao.trade.fullinfo.get` would hold it, with the allocation in `omnichannel_param` when there is
 * one (catalogue 6.4, A.3).
 */
export function encodeJdpTrade(trade: TmallTrade, omnichannelParam: string): string {
  const node = tmallTrade.encode('trade', trade);
  const param = omnichannelParam === '' ? [] : [leaf('omnichannel_param', omnichannelParam)];
  const full = objectNode('trade', [...node.children, ...param]);
  return printJson(objectNode('', [objectNode('trade_fullinfo_get_response', [full])]));
}

/** The column `jdp_response` of a refund's row, as the answer of `taobao.refund.get`. */
export const encodeJdpRefund = (refund: JdpRefund): string =>
  printJson(
    objectNode('', [objectNode('refund_get_response', [jdpRefund.encode('refund', refund)])]),
  );
