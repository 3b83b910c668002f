import type { OrderCause, RefundState, SaleState } from '@astrolabe/kernel';
import { TMALL_TOPICS } from './push.ts';

/** TOP's status of a trade or of an order in it, by our word for it; one to one. */
export const TRADE_STATES = {
  NOT_PAYABLE: 'TRADE_NO_CREATE_PAY',
  UNPAID: 'WAIT_BUYER_PAY',
  PAYMENT_PENDING: 'PAY_PENDING',
  PAYMENT_RESERVED: 'WAIT_PRE_AUTH_CONFIRM',
  PAID_NOT_RELEASED: 'PAID_FORBID_CONSIGN',
  PAID: 'WAIT_SELLER_SEND_GOODS',
  PARTLY_SHIPPED: 'SELLER_CONSIGNED_PART',
  SHIPPED: 'WAIT_BUYER_CONFIRM_GOODS',
  DELIVERED: 'TRADE_BUYER_SIGNED',
  COMPLETED: 'TRADE_FINISHED',
  CLOSED: 'TRADE_CLOSED',
  CANCELLED: 'TRADE_CLOSED_BY_TAOBAO',
} as const satisfies Record<Exclude<SaleState, 'OTHER'>, string>;

/** TOP's status of a refund, by our word for it; one to one. */
export const REFUND_STATES = {
  NONE: 'NO_REFUND',
  ASKED: 'WAIT_SELLER_AGREE',
  GOODS_AWAITED: 'WAIT_BUYER_RETURN_GOODS',
  GOODS_SENT: 'WAIT_SELLER_CONFIRM_GOODS',
  REFUSED: 'SELLER_REFUSE_BUYER',
  WITHDRAWN: 'CLOSED',
  PAID_BACK: 'SUCCESS',
} as const satisfies Record<Exclude<RefundState, 'OTHER'>, string>;

/** What TOP's message means of its trade; several say that a refund has changed. */
const CAUSES: ReadonlyMap<string, OrderCause> = new Map([
  [TMALL_TOPICS.buyerPaid, 'PAID'],
  [TMALL_TOPICS.sellerShipped, 'SHIPPED'],
  [TMALL_TOPICS.partlyShipped, 'PARTLY_SHIPPED'],
  [TMALL_TOPICS.succeeded, 'COMPLETED'],
  [TMALL_TOPICS.closed, 'CLOSED'],
  [TMALL_TOPICS.changed, 'MODIFIED'],
  [TMALL_TOPICS.refundCreated, 'REFUND_CHANGED'],
  [TMALL_TOPICS.refundChanged, 'REFUND_CHANGED'],
  [TMALL_TOPICS.refundAgreed, 'REFUND_CHANGED'],
  [TMALL_TOPICS.refundSucceeded, 'REFUND_CHANGED'],
  [TMALL_TOPICS.refundClosed, 'REFUND_WITHDRAWN'],
]);

/** By the caller's own word, so no object, whose prototype has words too. */
const inverse = <Word extends string>(words: Readonly<Record<Word, string>>) =>
  new Map(Object.entries<string>(words).map(([ours, theirs]) => [theirs, ours as Word]));

const SALE_STATE_OF = inverse(TRADE_STATES);
const REFUND_STATE_OF = inverse(REFUND_STATES);

/** What a message's topic means; OTHER for a topic that is not known here. */
export const causeOfTopic = (topic: string): OrderCause => CAUSES.get(topic) ?? 'OTHER';

/**
 * Our word for a trade's status; OTHER for one that is not known here. One that begins as the closed
 * ones do is closed: nothing that may be over is to be shipped.
 */
export const saleStateOf = (status: string): SaleState =>
  SALE_STATE_OF.get(status) ?? (status.startsWith(TRADE_STATES.CLOSED) ? 'CLOSED' : 'OTHER');

/** Our word for a refund's status; OTHER for one that is not known here. */
export const refundStateOf = (status: string): RefundState =>
  REFUND_STATE_OF.get(status) ?? 'OTHER';

/** TOP's status of a trade; null for a state that TOP has no word for. */
export const tradeStatusOf = (state: SaleState): string | null =>
  state === 'OTHER' ? null : TRADE_STATES[state];

/** TOP's status of a refund; null for a state that TOP has no word for. */
export const refundStatusOf = (state: RefundState): string | null =>
  state === 'OTHER' ? null : REFUND_STATES[state];
