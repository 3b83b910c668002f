import type { Place } from '@astrolabe/kernel';
import { assertNever, placeKey, samePlace } from '@astrolabe/kernel';
import {
  allocated,
  allocationFailed,
  basisOf,
  chosen,
  claimed,
  missedPlace,
  openRound,
  resumed,
  unrouted,
  waiting,
} from './allocation.ts';
import { onward, recalled } from './actions/recalled.ts';
import type { Change } from './change.ts';
import { silent } from './change.ts';
import type { Choice, StockOutcome } from './commands.ts';
import type { LineState, OrderLine, OrderState } from './order.ts';
import { changeLines, told } from './order.ts';
import type { Step } from './step.ts';
import { STEP_CODES } from './step.ts';
import { withoutHead } from './steps.ts';
import { flagged } from './flags.ts';
import { unfulfillable } from './placed.ts';

/**
 * The head step came to an outcome. When the next thing to do is to choose a place and the choice is
 * at hand, it is applied in the same write. A report about another step than the head is void: two
 * drivers performed the same step, and the other one was first.
 */
export function stepDone(
  state: OrderState,
  stepId: string,
  outcome: StockOutcome,
  choice: Choice | null,
  now: Date,
): Change {
  const head = state.steps[0];
  if (!head || head.id !== stepId) return silent(state);
  const first = head.kind === 'choose' ? silent(state) : finished(state, head, outcome, now);
  const next = first.state.steps[0];
  if (next?.kind !== 'choose') return first;
  if (waiting(first.state).length === 0 || first.state.hold) {
    return { state: withoutHead(first.state), events: first.events };
  }
  if (choice?.basis !== basisOf(first.state)) return first;
  const second = chosen(withoutHead(first.state), choice, now);
  return { state: second.state, events: [...first.events, ...second.events] };
}

function finished(
  before: OrderState,
  step: Exclude<Step, { kind: 'choose' }>,
  outcome: StockOutcome,
  now: Date,
): Change {
  const state = withoutHead(before);
  switch (step.kind) {
    case 'reserve':
      return reserved(state, step, outcome, now);
    case 'route':
      if (outcome.kind === 'done') {
        return state.hold ? unrouted(state, step, now) : allocated(state, step.targets, now);
      }
      if (outcome.kind === 'insufficient')
        return missedPlace(state, step.targets, now, 'STOCK_GONE');
      return allocationFailed(state, now, outcome.reason);
    case 'claim':
      return claimed(state, step, outcome, now);
    case 'unclaim':
      return silent(state);
    case 'accept':
      return acceptedInStock(state, step, outcome, now);
    case 'refuse':
      return onward(strange(state, step, outcome, now), step, now);
    case 'recall':
      return recalled(state, step, outcome, now);
    case 'writeOff':
      return silent(writtenOff(state, step, outcome, now));
    case 'release':
    case 'giveBack':
      return silent(released(state, step, outcome, now));
    case 'consume':
      return consumed(state, step, outcome, now);
    default:
      return assertNever(step, 'step');
  }
}

function reserved(
  state: OrderState,
  step: Step & { kind: 'reserve' },
  outcome: StockOutcome,
  now: Date,
): Change {
  // What the lines were in before is over, whether there is a new hold or none.
  const moved = changeLines(state, step.subOrderIds, (line) => ({ ...line, hold: step.hold }));
  if (outcome.kind !== 'done') return unreserved(moved, step, outcome.reason, now);
  const next = changeLines(moved, step.subOrderIds, (line) => ({
    ...line,
    certainPlace: outcome.places[line.subOrderId] ?? null,
  }));
  const places = Object.values(outcome.places).map((place) => `${place.type}:${place.id}`);
  const held = told(next, now, 'RESERVED', [...new Set(places)].join(' '));
  return step.hold === 0 ? openRound(held) : resumed(held, now);
}

/** Without stock the order fails as a whole; lines that come back to an order that goes on fail alone. */
function unreserved(
  state: OrderState,
  step: Step & { kind: 'reserve' },
  reason: string,
  now: Date,
): Change {
  // Closed meanwhile, or left without us: there is nothing to fail.
  if (waiting(state).length === 0) return silent(told(state, now, 'UNRESERVED', reason));
  const alive = state.lines.filter(({ decided }) => decided !== 'CLOSED');
  const isWhole = alive.every((line) => line.decided === 'WAITING' || line.decided === 'FAILED');
  if (step.hold === 0 || isWhole) return silent(unfulfillable(state, now, reason));
  return allocationFailed(state, now, reason);
}

function acceptedInStock(
  state: OrderState,
  step: Step & { kind: 'accept' },
  outcome: StockOutcome,
  now: Date,
): Change {
  const { subOrderIds, place } = step;
  const noted = strange(state, step, outcome, now);
  const next = changeLines(noted, subOrderIds, (line) => ({
    ...line,
    state: 'ACCEPTED',
    certainPlace: null,
    // Goods that left before they were allocated were sold where their guarantee stood.
    ...(place === null && line.certainPlace && { place: line.certainPlace, kind: 'CERTAIN' }),
  }));
  // The store has the order either way; but that the stock knows is only told when it is true.
  if (outcome.kind !== 'done') return silent(next);
  return {
    state: told(next, now, 'ACCEPTED', subOrderIds.join(' ')),
    events: [{ type: 'OrderAccepted', subOrderIds, place }],
  };
}

const UNPLACED: readonly LineState[] = ['CLOSED', 'WAITING', 'FAILED'];

function released(
  state: OrderState,
  step: Step & { kind: 'release' | 'giveBack' },
  outcome: StockOutcome,
  now: Date,
): OrderState {
  const free = changeLines(state, step.subOrderIds, (line) => ({
    ...line,
    // What was sold while it came back is with no store any more.
    state: UNPLACED.includes(line.decided) ? line.decided : line.state,
    certainPlace: null,
  }));
  const noted = strange(free, step, outcome, now);
  const closed = noted.lines.filter(
    ({ subOrderId, decided }) => decided === 'CLOSED' && step.subOrderIds.includes(subOrderId),
  );
  if (closed.length === 0) return noted;
  return told(noted, now, 'CLOSED', closed.map(({ subOrderId }) => subOrderId).join(' '));
}

/** What a place did not find is off its stock. */
function writtenOff(
  state: OrderState,
  step: Step & { kind: 'writeOff' },
  outcome: StockOutcome,
  now: Date,
): OrderState {
  if (outcome.kind !== 'done') return strange(state, step, outcome, now);
  const parts = step.lines.map(({ subOrderId, place }) => `${subOrderId} at ${placeKey(place)}`);
  return told(state, now, 'WRITTEN_OFF', `${parts.join(', ')} ${step.reason}`);
}

function consumed(
  state: OrderState,
  step: Step & { kind: 'consume' },
  outcome: StockOutcome,
  now: Date,
): Change {
  const { subOrderIds, shipment } = step;
  const shipped = changeLines(strange(state, step, outcome, now), subOrderIds, (line) => ({
    ...line,
    state: 'SHIPPED',
  }));
  const gone = shipped.lines.filter((line) => subOrderIds.includes(line.subOrderId));
  const place = shipment.place ?? commonPlace(gone);
  const lines = gone.map(({ subOrderId, goodsId, quantityMilli, paymentFen }) => ({
    subOrderId,
    goodsId,
    quantityMilli,
    paymentFen,
  }));
  const postFeeFen = state.postFeeTold ? 0n : state.postFeeFen;
  const detail = `${subOrderIds.join(' ')} ${shipment.logisticCompany} ${shipment.mailNo}`.trim();
  return {
    state: told({ ...shipped, postFeeTold: true }, now, 'SHIPPED', detail),
    events: [{ type: 'OrderShipped', lines, ...shipment, place, postFeeFen, paidAt: state.paidAt }],
  };
}

/** Where all of them were sold; null when that is not one place. */
function commonPlace(lines: readonly OrderLine[]): Place | null {
  const [first] = lines;
  if (!first?.place) return null;
  const { place } = first;
  return lines.every((line) => line.place && samePlace(line.place, place)) ? place : null;
}

/** Notes that the stock refused what has happened in the world: for people to look at. */
function strange(state: OrderState, step: Step, outcome: StockOutcome, now: Date): OrderState {
  if (outcome.kind === 'done') return state;
  const detail = `${STEP_CODES[step.kind]} ${outcome.reason}`;
  return told(flagged(state, 'STOCK_REFUSED'), now, 'STOCK_REFUSED', detail);
}
