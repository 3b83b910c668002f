import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import { printJson } from '../json/write.ts';
import type { ChannelRefusal } from '../wire/refusal.ts';
import { channelRefusal } from '../wire/refusal.ts';
import type { Notes, Shape, TypeOf } from '../wire/codec.ts';
import {
  defaulted,
  invalid,
  optional,
  record,
  refusalText,
  required,
  tolerated,
} from '../wire/codec.ts';
import { cutText, id, text, time, yuan } from '../wire/leaves.ts';
import { isBlank } from '../wire/tree.ts';
import type { WireNode } from '../wire/tree.ts';
import { tmallTrade } from './trade.ts';
import type { TmallTrade, TmallTradeLine } from './trade.ts';

/** Topics of TOP's trade messages that change an order here; others may be pushed too. */
export const TMALL_TOPICS = {
  buyerPaid: 'taobao_trade_TradeBuyerPay',
  sellerShipped: 'taobao_trade_TradeSellerShip',
  closed: 'taobao_trade_TradeClose',
  succeeded: 'taobao_trade_TradeSuccess',
  partlyShipped: 'taobao_trade_TradePartlySellerShip',
  changed: 'taobao_trade_TradeChanged',
  refundCreated: 'taobao_refund_RefundCreated',
  refundChanged: 'taobao_refund_RefundBuyerModifyAgreement',
  refundAgreed: 'taobao_refund_RefundSellerAgreeAgreement',
  refundSucceeded: 'taobao_refund_RefundSuccess',
  refundClosed: 'taobao_refund_RefundClosed',
} as const;

/** Body of a TOP trade message: what happened, and to which sub-order or refund; without the lines. */
const content = record({
  tradeId: required('tid', id('number')),
  subOrderId: optional('oid', id('number')),
  refundId: tolerated('refund_id', id('number')),
  refundFee: tolerated('refund_fee', yuan()),
  sellerNick: defaulted('seller_nick', cutText(100), ''),
  buyerNick: optional('buyer_nick', cutText(100)),
  status: tolerated('status', text(50)),
  payment: tolerated('payment', yuan()),
  type: tolerated('type', text(50)),
});

const push = record({
  topic: required('topic', text(100)),
  publishedAt: required('pub_time', time()),
  content: required('content', content),
  trade: required('trade', tmallTrade),
});

export type TmallPush = TypeOf<typeof push>;

/** What a pushed trade message may hold. */
export const tmallPushShape: Shape = push.shape;

/** Prints a pushed trade message with the full trade. */
export const encodeTmallPush = (message: TmallPush): string =>
  printJson(push.encode('', message), 'named');

/** A message as it was read, and what was cut or left out of it. */
export type ReadTmallPush = { readonly push: TmallPush; readonly notes: readonly string[] };

/**
 * Reads a pushed trade message; message and trade must name the same trade. A refund of a part of a
 * sub-order's pieces is refused (decision D-12): no status and no SPI could tell a store of it.
 */
export function decodeTmallPush(body: Buffer): Result<ReadTmallPush, ChannelRefusal> {
  const json = parseJson(body);
  if (!json.ok) return json;
  const notes: Notes = [];
  const result = push.decode(json.value, '', notes);
  if (!result.ok) return err(channelRefusal(result.error));
  const { content: message, trade } = result.value;
  if (message.tradeId !== trade.tradeId) {
    return err(channelRefusal(invalid('trade.tid', 'differs from content.tid')));
  }
  const part = trade.lines.findIndex(isPartlyRefunded);
  if (part >= 0) {
    return err(channelRefusal(invalid(`trade.orders.order[${part}].refund_num`, PART_REFUSED)));
  }
  if (hasLineWithoutPayment(json.value) && unaccountedFen(trade) > 0n) {
    return err(channelRefusal(invalid('trade.payment', 'is more than the sub-orders add up to')));
  }
  return ok({ push: result.value, notes });
}

/** Whether a sub-order has no `payment`: a gift may come without one. */
function hasLineWithoutPayment(message: WireNode): boolean {
  const [trade] = message.children.filter(({ name }) => name === 'trade');
  const [orders] = (trade?.children ?? []).filter(({ name }) => name === 'orders');
  return (orders?.children ?? [])
    .flatMap(({ children }) => children)
    .some(({ children }) => !children.some((node) => node.name === 'payment' && !isBlank(node)));
}

/**
 * What the trade's payment has beyond its sub-orders and postage, in fen: where a sub-order came
 * without a payment, such money would be lost to the settlement.
 */
const unaccountedFen = (trade: TmallTrade): bigint =>
  trade.lines.reduce((rest, { payment }) => rest - payment, trade.payment - trade.postFee);

const PART_REFUSED = 'must be 0 or the whole num: a part of the pieces cannot be refunded';

const isPartlyRefunded = ({ quantity, refundQuantity }: TmallTradeLine): boolean =>
  refundQuantity !== undefined && refundQuantity !== 0n && refundQuantity !== quantity;

const reply = record({
  code: required('code', text(100)),
  message: defaulted('message', text(), ''),
});

/** What an answer holds. */
export const tmallReplyShape: Shape = reply.shape;

/** Whether the push was taken: code "0", or another code with a message. */
export type TmallReply = TypeOf<typeof reply>;

export const encodeTmallReply = (value: TmallReply): string =>
  printJson(
    value.message === ''
      ? record({ code: reply.fields.code }).encode('', value)
      : reply.encode('', value),
  );

export function decodeTmallReply(body: Buffer): Result<TmallReply, string> {
  const json = parseJson(body);
  if (!json.ok) return err(json.error.message);
  const result = reply.decode(json.value, '');
  return result.ok ? ok(result.value) : err(refusalText(result.error));
}
