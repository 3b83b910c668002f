import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import { printJson } from '../json/write.ts';
import { tmallTrade } from '../tmall/trade.ts';
import type { TmallTrade } from '../tmall/trade.ts';
import type { TypeOf } from '../wire/codec.ts';
import { optional, record, refusalText, required } from '../wire/codec.ts';
import { id, pieces, text, time, yuan } from '../wire/leaves.ts';
import { leaf, objectNode } from '../wire/tree.ts';
import type { WireNode } from '../wire/tree.ts';

/** A refund as `taobao.refund.get` names its fields; `refund_num` is ours, as in a pushed trade. */
const jdpRefund = record({
  refundId: required('refund_id', id('number')),
  tradeId: required('tid', id('number')),
  subOrderId: required('oid', id('number')),
  sellerNick: required('seller_nick', text(100)),
  status: required('status', text(50)),
  refundFee: required('refund_fee', yuan()),
  refundQuantity: optional('refund_num', pieces('not negative')),
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
  return printJson(objectNode('', [objectNode('trade_fullinfo_get_response', [full])]), 'named');
}

/** What a reader finds in `jdp_response`: the trade, and its `omnichannel_param` (empty without one). */
export type JdpTrade = { readonly trade: TmallTrade; readonly omnichannelParam: string };

const PARAM_LENGTH_MAX = 60_000;
const paramCodec = record({
  param: optional('omnichannel_param', text(PARAM_LENGTH_MAX)),
});

/** Reads the column `jdp_response` of an order push table; the error says what it is not. */
export function decodeJdpTrade(response: string): Result<JdpTrade, string> {
  const json = parseJson(Buffer.from(response, 'utf8'));
  if (!json.ok) return err(json.error.message);
  const inside = (node: WireNode | undefined, name: string): WireNode | undefined =>
    node?.children.find((child) => child.name === name);
  const full = inside(inside(json.value, 'trade_fullinfo_get_response'), 'trade');
  if (!full) return err('no trade_fullinfo_get_response');
  const trade = tmallTrade.decode(full, '');
  if (!trade.ok) return err(refusalText(trade.error));
  const param = paramCodec.decode(full, '');
  if (!param.ok) return err(refusalText(param.error));
  return ok({ trade: trade.value, omnichannelParam: param.value.param ?? '' });
}

/** The column `jdp_response` of a refund's row, as the answer of `taobao.refund.get`. */
export const encodeJdpRefund = (refund: JdpRefund): string =>
  printJson(
    objectNode('', [objectNode('refund_get_response', [jdpRefund.encode('refund', refund)])]),
  );

/** Reads the column `jdp_response` of a refund's row; the error says what it is not. */
export function decodeJdpRefund(text: string): Result<JdpRefund, string> {
  const json = parseJson(Buffer.from(text, 'utf8'));
  if (!json.ok) return err(json.error.message);
  const result = refundResponse.decode(json.value, '');
  return result.ok ? ok(result.value.answer.refund) : err(refusalText(result.error));
}

const refundResponse = record({
  answer: required('refund_get_response', record({ refund: required('refund', jdpRefund) })),
});
