import type { Change } from './change.ts';
import { silent } from './change.ts';
import type { SellerSettings, PlacedOrder } from './commands.ts';
import type { OrderLine, OrderState } from './order.ts';
import { changeLines, told } from './order.ts';
import { nextHold, operationId, withStep } from './steps.ts';
import { newOrder } from './placed.ts';

/**
 * The channel says that goods have left. Where a line stands at a place, its warehouse or store reports the
 * shipment; the others are settled by `settleLeft`. A shipment that overtakes its payment is
 * remembered until the payment comes, so that nothing is allocated then.
 */
export function left(
  state: OrderState | null,
  placed: PlacedOrder,
  subOrderIds: readonly string[],
  settings: SellerSettings,
  now: Date,
): Change {
  const order = state ?? newOrder(placed, settings, now);
  const news = order.lines.filter(
    (line) =>
      subOrderIds.includes(line.subOrderId) &&
      !line.left &&
      line.decided !== 'CLOSED' &&
      line.decided !== 'SHIPPED',
  );
  if (news.length === 0) return silent(order);
  const ids = news.map((line) => line.subOrderId);
  const marked = changeLines(order, ids, (line) => ({ ...line, left: true }));
  return silent(told(marked, now, 'LEFT', ids.join(' ')));
}

/**
 * Lines without a place whose goods have left are not allocated any more. Tmall deducts stock where
 * there is most certain stock (white paper L461), and so do these: they are sold where their
 * guarantee stands, or is about to stand, and the order has shipped them.
 */
export function settleLeft(state: OrderState, now: Date): OrderState {
  const gone = state.paid ? state.lines.filter(isGone) : [];
  if (gone.length === 0) return state;
  const ids = gone.map((line) => line.subOrderId);
  let next = changeLines(state, ids, (line) => ({ ...line, decided: 'SHIPPED' }));
  next = told({ ...next, unfulfillable: null }, now, 'SHIPPED_UNALLOCATED', ids.join(' '));
  const unheld = gone.filter((line) => !isHeld(state, line)).map((line) => line.subOrderId);
  if (unheld.length > 0) {
    const hold = nextHold(state);
    const id = operationId.reserve(state.orderRef, hold);
    next = withStep(next, { kind: 'reserve', id, subOrderIds: unheld, hold });
  }
  const accept = operationId.accept(state.orderRef, gone);
  next = withStep(next, { kind: 'accept', id: accept, subOrderIds: ids, place: null });
  const shipment = { place: null, shippedAt: now, logisticCompany: '', mailNo: '' };
  const consume = operationId.consume(state.orderRef, gone);
  return withStep(next, { kind: 'consume', id: consume, subOrderIds: ids, shipment });
}

const isGone = (line: OrderLine): boolean =>
  line.left && (line.decided === 'WAITING' || line.decided === 'FAILED');

/** The line has its guarantee, is about to have it, or nothing can be held for it. */
const isHeld = ({ steps }: OrderState, line: OrderLine): boolean =>
  line.certainPlace !== null ||
  line.rides ||
  line.goodsId === '' ||
  steps.some((step) => step.kind === 'reserve' && step.subOrderIds.includes(line.subOrderId));
