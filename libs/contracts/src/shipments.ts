import type { Trade, TradeLine } from './gen/astrolabe/ingress/v1/ingress_events.ts';

/** TOP's statuses of a sub-order that has been shipped. */
const SHIPPED_STATUSES: readonly string[] = [
  'WAIT_BUYER_CONFIRM_GOODS',
  'TRADE_BUYER_SIGNED',
  'TRADE_FINISHED',
];

const OF_THE_WHOLE_TRADE: readonly string[] = [
  'taobao_trade_TradeSellerShip',
  'taobao_trade_TradeSuccess',
];
const OF_A_PART = 'taobao_trade_TradePartlySellerShip';

/** Whether a message of Tmall says that goods have left. */
export const isShipment = (messageTopic: string): boolean =>
  messageTopic === OF_A_PART || OF_THE_WHOLE_TRADE.includes(messageTopic);

/**
 * Sub-orders whose goods have left according to a message of Tmall: of a shipment of the whole trade,
 * or of its success, all that are not closed; of a shipment in part those that say so.
 */
export function shippedAtTmall(messageTopic: string, trade: Trade): readonly string[] {
  const isWhole = OF_THE_WHOLE_TRADE.includes(messageTopic);
  if (!isWhole && messageTopic !== OF_A_PART) return [];
  return trade.lines
    .filter((line) => !isGivenUp(line) && (isWhole || SHIPPED_STATUSES.includes(line.status)))
    .map(({ subOrderId }) => subOrderId);
}

/** Closed, or given up by a refund: a refund of money alone takes no goods out of the trade. */
export const isGivenUp = (line: TradeLine): boolean =>
  line.status.startsWith('TRADE_CLOSED') ||
  (line.refundStatus === 'SUCCESS' && !line.refundAmountOnly);
