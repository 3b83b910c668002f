import type { Change } from './change.ts';
import { silent } from './change.ts';
import type { StoreAnswer } from './commands.ts';
import type { LineState, OrderLine, OrderState } from './order.ts';
import { changeLines, told } from './order.ts';
import { operationId, withStep } from './steps.ts';

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
  next = changeLines(next, closed, (line) => ({ ...line, decided: 'CLOSED' }));
  const reason = 'REFUNDED';
  if (unsold.length > 0) {
    const id = operationId.release(state.tradeId, unsold);
    next = withStep(next, { kind: 'release', id, subOrderIds: idsOf(unsold), reason });
  }
  if (sold.length > 0) {
    const id = operationId.giveBack(state.tradeId, sold);
    next = withStep(next, { kind: 'giveBack', id, subOrderIds: idsOf(sold), reason });
  }
  return { state: next, events: [{ type: 'OrderClosed', subOrderIds: closed, reason }] };
}

const idsOf = (lines: readonly OrderLine[]): readonly string[] =>
  lines.map((line) => line.subOrderId);
