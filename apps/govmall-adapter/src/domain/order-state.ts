/** What a mall is told of where an order stands: one of its four states, and words. */
export type ToldState = {
  readonly state: 'NEW' | 'COMPLETED' | 'REJECTED' | 'RETURNING';
  readonly text: string;
};

const WORDS: Readonly<Record<string, string>> = {
  DRAFT: '处理中',
  PRE_ORDERED: '待确认',
  CONFIRMED: '待发货',
  SHIPPED: '已发货',
  CANCELLED: '已取消',
  EXPIRED: '已失效',
  REFUSED: '下单失败',
};

/**
 * Document 004, 2.13: an order whose goods have all arrived is 已完成. While goods of it are on their way
 * back it is 退换货中; one that nobody took is 拒收.
 */
export function toldState(order: {
  readonly state: string;
  readonly delivered: boolean;
  readonly returning: boolean;
}): ToldState {
  if (order.state === 'REJECTED') return { state: 'REJECTED', text: '拒收' };
  if (order.returning) return { state: 'RETURNING', text: '退换货中' };
  if (order.state === 'COMPLETED' || order.delivered) return { state: 'COMPLETED', text: '已完成' };
  return { state: 'NEW', text: WORDS[order.state] ?? '处理中' };
}

const PAYMENTS: Readonly<Record<string, string>> = {
  NOT_DUE: '未到付款期',
  AWAITING_TRANSFER: '待付款',
  REJECTED: '待付款',
  TRANSFER_SUBMITTED: '转账待核对',
  VERIFIED: '已付款',
  OVERDUE: '已逾期',
  CANCELLED: '已取消',
};

/** Where the payment of an order on credit stands, in the mall's words; empty where it has none. */
export const paymentWords = (state: string): string => PAYMENTS[state] ?? '';

const TRANSFERS = {
  SUBMITTED: '待核对',
  VERIFIED: '核对成功',
  REJECTED: '核对失败',
  EXCESS: '待人工核对',
} as const;

/** What became of a transfer, in the mall's words. */
export const transferWords = (state: keyof typeof TRANSFERS): string => TRANSFERS[state];

/** What is on an invoice, in the mall's words: every line of the order, unless it was asked for otherwise. */
export const invoiceWords = (content: string): string =>
  content === '' || content === 'ITEMISED' ? '明细' : content;
