import { isGivenUp } from '@astrolabe/contracts/ingress';
import type { Trade, TradeLine } from '@astrolabe/contracts/ingress';
import type { WantedRefund } from '../../domain/fulfilment.ts';
import type { Granted } from '../../domain/granted.ts';

/** TOP's topics about refunds that somebody wants, or has been granted. */
export const REFUND_TOPICS: readonly string[] = [
  'taobao_refund_RefundCreated',
  'taobao_refund_RefundBuyerModifyAgreement',
  'taobao_refund_RefundSellerAgreeAgreement',
  'taobao_refund_RefundSuccess',
];

/** TOP's statuses of a refund that is under way: the store's word is wanted (white paper 6.5). */
const UNDER_WAY: readonly string[] = [
  'WAIT_SELLER_AGREE',
  'WAIT_BUYER_RETURN_GOODS',
  'WAIT_SELLER_CONFIRM_GOODS',
];
const PAID_BACK = 'SUCCESS';
const CLOSED = 'TRADE_CLOSED';

const isClosed = ({ status }: TradeLine): boolean => status.startsWith(CLOSED);

/** What a message about refunds wants of its trade's sub-orders. */
export const wantedIn = ({ lines }: Trade): (WantedRefund | Granted)[] => [
  ...lines.filter((line) => UNDER_WAY.includes(line.refundStatus) && !isClosed(line)).map(toWanted),
  ...lines.filter((line) => line.refundStatus === PAID_BACK || isClosed(line)).map(toGranted),
];

/** What any other message says besides: sub-orders that the channel has closed or paid back. */
export const grantedIn = ({ lines }: Trade): Granted[] => lines.filter(isGivenUp).map(toGranted);

const toWanted = (line: TradeLine): WantedRefund => ({
  subOrderId: line.subOrderId,
  refundId: line.refundId,
  feeFen: line.refundFeeFen ?? line.paymentFen,
  ...(line.refundAmountOnly && { amountOnly: true }),
});

const toGranted = (line: TradeLine): Granted => ({
  ...toWanted(line),
  granted: true,
  closed: isClosed(line),
});
