import { TMALL_TOPICS } from './push.ts';
import type { TmallPush } from './push.ts';
import type { TmallTrade, TmallTradeLine } from './trade.ts';

/** TOP's word for a sub-order or a trade that was closed after its payment. */
const CLOSED = 'TRADE_CLOSED';
const PAID_BACK = 'SUCCESS';
const WITHDRAWN = 'CLOSED';
const WAITING = 'WAIT_SELLER_AGREE';
/** Refund statuses that no refund stands behind any more. */
const ENDED: readonly string[] = ['NO_REFUND', WITHDRAWN, 'SELLER_REFUSE_BUYER'];

type Changed = (line: TmallTradeLine) => TmallTradeLine;

/**
 * The trade after its message. The snapshot that comes with a message may be a moment older than the
 * message itself; where its content names a sub-order (`oid`), topic and content say what that one has
 * come to (docs/adr/0034). A trade that is closed as a whole has no open sub-order.
 */
export function tradeAfter(push: TmallPush): TmallTrade {
  const { topic, content, trade } = push;
  if (isClosed(trade.status)) return { ...trade, lines: trade.lines.map(closed) };
  const named = trade.lines.find(({ subOrderId }) => subOrderId === content.subOrderId);
  // A message about a whole trade names the trade's own number, or nothing.
  if (!named) {
    const isWhole = topic === TMALL_TOPICS.closed && !trade.lines.some((one) => isOver(one));
    return isWhole ? { ...trade, lines: trade.lines.map(closed) } : trade;
  }
  const change = CHANGES.get(topic)?.(push);
  if (!change) return trade;
  return { ...trade, lines: trade.lines.map((line) => (line === named ? change(line) : line)) };
}

const isClosed = (status: string): boolean => status.startsWith(CLOSED);

const isOver = ({ status, refundStatus }: TmallTradeLine): boolean =>
  isClosed(status) || refundStatus === PAID_BACK;

const closed: Changed = (line) => (isClosed(line.status) ? line : { ...line, status: CLOSED });

const shipped: Changed = (line) =>
  line.status === 'WAIT_SELLER_SEND_GOODS' ? { ...line, status: 'WAIT_BUYER_CONFIRM_GOODS' } : line;

/** Whether the snapshot speaks of the very refund that the message is about. */
const isSame = ({ refundId }: TmallTradeLine, { content }: TmallPush): boolean =>
  content.refundId === undefined || refundId === undefined || refundId === content.refundId;

/** A refund that the snapshot does not have yet; an amount or a count there is of another one. */
const asked =
  (push: TmallPush): Changed =>
  (line) => {
    const status = line.refundStatus ?? 'NO_REFUND';
    // The same refund in an ended state: the snapshot is the newer of the two.
    const isNewer = status !== 'NO_REFUND' && isSame(line, push);
    if (!ENDED.includes(status) || isNewer) return line;
    return { ...withoutRefund(line), ...refundOf(push), refundStatus: WAITING };
  };

/** A refund that has come to an end, unless the snapshot has a newer one. */
const ended =
  (refundStatus: string) =>
  (push: TmallPush): Changed =>
  (line) => {
    if (line.refundStatus === PAID_BACK || !isSame(line, push)) return line;
    return { ...line, ...refundOf(push), refundStatus };
  };

/** By the caller's own word, so no object, whose prototype has words too. */
const CHANGES = new Map<string, (push: TmallPush) => Changed>([
  [TMALL_TOPICS.closed, () => closed],
  [TMALL_TOPICS.partlyShipped, () => shipped],
  [TMALL_TOPICS.refundCreated, asked],
  [TMALL_TOPICS.refundChanged, asked],
  [TMALL_TOPICS.refundAgreed, asked],
  [TMALL_TOPICS.refundSucceeded, ended(PAID_BACK)],
  [TMALL_TOPICS.refundClosed, ended(WITHDRAWN)],
]);

/** What the message itself says of its refund. */
const refundOf = ({ content: { refundId, refundFee } }: TmallPush) => ({
  ...(refundId !== undefined && { refundId }),
  ...(refundFee !== undefined && { refundFee }),
});

function withoutRefund({
  refundId: _id,
  refundFee: _fee,
  refundQuantity: _quantity,
  ...line
}: TmallTradeLine): TmallTradeLine {
  return line;
}
