import { unplaced } from './store-answers.ts';
import type { Change } from './change.ts';
import { silent } from './change.ts';
import type { StoreAnswer } from './commands.ts';
import type { LineState, OrderLine, OrderState } from './order.ts';
import { changeLines, told } from './order.ts';
import { nextHold, operationId, withStep } from './steps.ts';

const UNSOLD: readonly LineState[] = ['WAITING', 'ALLOCATED', 'FAILED'];

/**
 * Goods of these sub-orders will not leave: the store has them on its shelf, or was never asked. What
 * was not sold yet is released; what was sold at acceptance is given back where it was sold
 * (catalogue 3.5). Goods that have left, by a report that came first, are not touched.
 */
export function refundAgreed(state: OrderState, answer: StoreAnswer, now: Date): Change {
  const named = state.lines.filter((line) => answer.subOrderIds.includes(line.subOrderId));
  const unsold = named.filter((line) => UNSOLD.includes(line.decided));
  const sold = named.filter((line) => line.decided === 'ACCEPTED');
  const late = named.filter((line) => line.decided === 'SHIPPED');
  let next = state;
  if (late.length > 0) next = told(next, now, 'REFUND_TOO_LATE', idsOf(late).join(' '));
  const closed = idsOf([...unsold, ...sold]);
  if (closed.length === 0) return silent(next);
  next = told(next, now, 'REFUND_AGREED', closed.join(' '));
  next = changeLines(next, closed, (line) => ({ ...line, decided: 'CLOSED', refunded: true }));
  const reason = 'REFUNDED';
  if (unsold.length > 0) {
    const id = operationId.release(state.orderRef, unsold);
    next = withStep(next, { kind: 'release', id, subOrderIds: idsOf(unsold), reason });
  }
  if (sold.length > 0) {
    const id = operationId.giveBack(state.orderRef, sold);
    next = withStep(next, { kind: 'giveBack', id, subOrderIds: idsOf(sold), reason });
  }
  return { state: next, events: [{ type: 'OrderClosed', subOrderIds: closed, reason }] };
}

/**
 * The buyer has withdrawn refunds that had been agreed to: what they closed is to be shipped after
 * all. Its stock was given up, so it is held anew, under a new name, and then allocated. Lines that
 * the channel has closed meanwhile, and those that no refund has closed, stay as they are.
 */
export function refundWithdrawn(
  state: OrderState,
  subOrderIds: readonly string[],
  now: Date,
): Change {
  const back = state.lines.filter((line) => line.refunded && subOrderIds.includes(line.subOrderId));
  const ids = idsOf(back);
  if (ids.length === 0) return silent(state);
  const hold = nextHold(state);
  let next = told(state, now, 'REFUND_WITHDRAWN', ids.join(' '));
  next = changeLines(next, ids, (line) => ({
    ...unplaced(line),
    decided: 'WAITING',
    state: 'WAITING',
    refunded: false,
    left: false,
    returns: line.returns + 1,
  }));
  const isAll = next.lines.every(({ decided }) => decided === 'WAITING' || decided === 'CLOSED');
  // Stock that could not be had then may be there now.
  if (isAll) next = { ...next, unfulfillable: null };
  const id = operationId.reserve(state.orderRef, hold);
  return {
    state: withStep(next, { kind: 'reserve', id, subOrderIds: ids, hold }),
    events: [{ type: 'OrderReopened', subOrderIds: ids }],
  };
}

const idsOf = (lines: readonly OrderLine[]): readonly string[] =>
  lines.map((line) => line.subOrderId);
