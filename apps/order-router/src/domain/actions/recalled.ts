import { samePlace } from '@astrolabe/kernel';
import { openRound, waiting } from '../allocation.ts';
import type { Change } from '../change.ts';
import { silent } from '../change.ts';
import type { StockOutcome } from '../commands.ts';
import type { OrderLine, OrderState } from '../order.ts';
import { changeLines, told } from '../order.ts';
import { unplaced } from '../store-answers.ts';
import type { Step } from '../step.ts';
import { nextHold, operationId, withStep } from '../steps.ts';
import { sentTo, unheld } from './act.ts';
import type { ActionOutcome } from './action.ts';
import type { Recall } from './recall.ts';
import { concluded } from './records.ts';

/** What stood at the place, as an outcome of the wish. */
const FASTER: Readonly<Record<string, ActionOutcome>> = {
  ACCEPTED: 'STORE_ACCEPTED',
  REFUSED: 'STORE_REFUSED',
  READY: 'STORE_READY',
  SHIPPED: 'SHIPPED',
  SHIPPING_UNDER_WAY: 'SHIPPED',
  RETURN_EXPECTED: 'SHIPPED',
  RETURNED: 'SHIPPED',
  CANCEL_ASKED: 'REFUND_ASKED',
  CANCEL_AGREED: 'REFUND_ASKED',
  CANCEL_DENIED: 'SHIPPED',
  ORDER_CLOSED: 'CHANNEL_CLOSED',
};

/**
 * The place has given the goods back, or has been faster. It decides alone: the order follows, so that a
 * store never keeps goods that were sent elsewhere. Lines that something else has ended meanwhile stay.
 */
export function recalled(
  state: OrderState,
  step: Recall,
  outcome: StockOutcome,
  now: Date,
): Change {
  if (outcome.kind !== 'done') return notRecalled(state, step, outcome.reason, now);
  const named = state.lines.filter(({ subOrderId }) => step.subOrderIds.includes(subOrderId));
  const open = named.filter(({ decided }) => decided === 'ALLOCATED');
  const sold = named.filter(({ decided }) => decided === 'ACCEPTED');
  const back = idsOf([...open, ...sold]);
  if (back.length === 0) return silent(state);
  const noted = told(state, now, 'RECALLED', back.join(' '));
  return silent(returned(offered(noted, step, open), sold));
}

/** The store had not answered: its shared holds go, the guarantee stays. */
function offered(state: OrderState, step: Recall, lines: readonly OrderLine[]): OrderState {
  if (lines.length === 0) return state;
  const subOrderIds = idsOf(lines);
  const back = changeLines(state, subOrderIds, (line) => {
    const { place, refusedBy } = line;
    // What was moved away on purpose does not come back by itself; a store that is gone may open again.
    const isKnown = !place || refusedBy.some((one) => samePlace(one, place));
    const isOut = step.action !== null && !step.acceptedToo && !isKnown;
    return {
      ...unplaced(line),
      decided: 'WAITING',
      state: 'WAITING',
      refusedBy: isOut ? [...refusedBy, place] : refusedBy,
    };
  });
  const id = operationId.refuse(state.orderRef, lines);
  return withStep(back, { kind: 'refuse', id, subOrderIds, onward: step.target });
}

/** The store had accepted: what was sold goes back to its shelf, and is held anew for the order. */
function returned(state: OrderState, lines: readonly OrderLine[]): OrderState {
  if (lines.length === 0) return state;
  const { orderRef } = state;
  const subOrderIds = idsOf(lines);
  const hold = nextHold(state);
  const giveBack = operationId.giveBack(orderRef, lines);
  const back = changeLines(state, subOrderIds, (line) => ({
    ...unplaced(line),
    decided: 'WAITING',
    state: 'WAITING',
    returns: line.returns + 1,
  }));
  const reason = 'INTERCEPTED';
  const next = withStep(back, { kind: 'giveBack', id: giveBack, subOrderIds, reason });
  const id = operationId.reserve(orderRef, hold);
  return withStep(next, { kind: 'reserve', id, subOrderIds, hold });
}

/** Everything stays where it stands; a hold that came with the wish is gone but for what was refused. */
function notRecalled(state: OrderState, step: Recall, standing: string, now: Date): Change {
  const noted = told(state, now, 'RECALL_REFUSED', `${step.subOrderIds.join(' ')} ${standing}`);
  const isRefused = standing === 'REFUSED';
  if (step.action === null) return silent(noted);
  const isOurs = step.acceptedToo && state.hold !== null && !isRefused;
  const rest = waiting(state).length > 0;
  const free = isOurs && !rest ? unheld(noted) : noted;
  const outcome =
    isRefused && step.acceptedToo ? 'INTERCEPTED' : (FASTER[standing] ?? 'STORE_ACCEPTED');
  return silent(concluded(free, step.action, outcome, now));
}

/** The shared holds at a place are gone: lines that wait go where an operator wants them, or are chosen for. */
export function onward(state: OrderState, step: Step & { kind: 'refuse' }, now: Date): Change {
  if (!step.onward || state.hold || waiting(state).length === 0) return openRound(state);
  return sentTo(state, step.onward, now);
}

const idsOf = (lines: readonly OrderLine[]): readonly string[] =>
  lines.map(({ subOrderId }) => subOrderId);
