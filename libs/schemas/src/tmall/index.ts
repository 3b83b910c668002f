export { tradeAfter } from './after.ts';
export type { ReadTmallPush, TmallPush, TmallReply } from './push.ts';
export {
  TMALL_TOPICS,
  decodeTmallPush,
  decodeTmallReply,
  encodeTmallPush,
  encodeTmallReply,
  tmallPushShape,
  tmallReplyShape,
} from './push.ts';
export {
  REFUND_STATES,
  TRADE_STATES,
  causeOfTopic,
  refundStateOf,
  refundStatusOf,
  saleStateOf,
  tradeStatusOf,
} from './words.ts';
export type { TmallTrade, TmallTradeLine } from './trade.ts';
