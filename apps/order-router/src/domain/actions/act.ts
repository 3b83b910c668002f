import type { Result } from '@astrolabe/kernel';
import { assertNever, err, ok, placeKey, samePlace } from '@astrolabe/kernel';
import { openRound, resumed, routed, waiting } from '../allocation.ts';
import type { Change } from '../change.ts';
import { silent } from '../change.ts';
import type { OrderLine, OrderState } from '../order.ts';
import { changeLines, told } from '../order.ts';
import { reopened } from '../retry.ts';
import type { RouteTarget, Step } from '../step.ts';
import { operationId, withStep } from '../steps.ts';
import { withRecall } from './recall.ts';
import { recorded } from './records.ts';
import type { Action, ActionRefusal, NamedTarget } from './action.ts';

/**
 * An operator's wish, as one change of the order. Where a place has the goods it is asked for them first
 * (`recall`), and what it answers decides; a wish that cannot be is refused and leaves no trace. A key that
 * is known changes nothing.
 */
export function acted(state: OrderState, action: Action, now: Date): Result<Change, ActionRefusal> {
  const before = state.actions.find(({ key }) => key === action.key);
  if (before) return before.kind === action.kind ? ok(silent(state)) : err('KEY_REUSED');
  if (openLines(state).length === 0) return err('NOTHING_OPEN');
  switch (action.kind) {
    case 'HOLD':
      return state.hold
        ? err('ON_HOLD')
        : ok(silent(recorded(held(state, action, now), action, now, 'HELD')));
    case 'RELEASE':
      return released(state, action, now);
    case 'REROUTE':
      return rerouted(state, action, now);
    case 'INTERCEPT':
      return intercepted(state, action, now);
    case 'CLOSE':
      return closed(state, action, now);
    default:
      return assertNever(action.kind, 'action');
  }
}

/** Lines that are not over. */
const openLines = ({ lines }: OrderState): readonly OrderLine[] =>
  lines.filter(({ decided }) => decided !== 'CLOSED' && decided !== 'SHIPPED');

const whoAndWhy = ({ by, reason }: Action): string => `by ${by}${reason ? `: ${reason}` : ''}`;

function held(state: OrderState, action: Action, now: Date): OrderState {
  const { by, reason } = action;
  const flags = [...state.flags.filter((flag) => flag !== 'ON_HOLD'), 'ON_HOLD' as const];
  return told({ ...state, hold: { by, reason, at: now }, flags }, now, 'HELD', whoAndWhy(action));
}

/** The order without its hold. */
export const unheld = (state: OrderState): OrderState => ({
  ...state,
  hold: null,
  flags: state.flags.filter((flag) => flag !== 'ON_HOLD'),
});

/** Steps whose end goes on with the waiting lines by itself. */
const GOES_ON: readonly Step['kind'][] = [
  'reserve',
  'choose',
  'claim',
  'route',
  'refuse',
  'recall',
];

function released(state: OrderState, action: Action, now: Date): Result<Change, ActionRefusal> {
  if (!state.hold) return err('NOT_ON_HOLD');
  const free = told(unheld(state), now, 'RELEASED', whoAndWhy(action));
  const noted = recorded(free, action, now, 'RELEASED');
  const isUnderWay = noted.steps.some(({ kind }) => GOES_ON.includes(kind));
  return ok(isUnderWay ? silent(noted) : resumed(noted, now));
}

function rerouted(state: OrderState, action: Action, now: Date): Result<Change, ActionRefusal> {
  const open = openLines(state);
  const refusal = mayNotReroute(state, open, action.target);
  if (refusal) return err(refusal);
  const placed = open.filter(({ decided }) => decided === 'ALLOCATED');
  const whither = action.target ? `${placeKey(action.target.place)} ` : '';
  const noted = told(state, now, 'REROUTE_ASKED', `${whither}${whoAndWhy(action)}`);
  const next = recorded(noted, action, now, null);
  if (placed.length > 0) return ok(silent(withRecall(next, placed, wishOf(action, false))));
  const again = reopened({ ...next, retryAt: null });
  return ok(action.target ? sentTo(again, action.target, now) : openRound(again));
}

function mayNotReroute(
  state: OrderState,
  open: readonly OrderLine[],
  target: NamedTarget | null,
): ActionRefusal | null {
  if (state.allocator !== 'astrolabe') return 'OUT_OF_SCOPE';
  if (state.hold) return 'ON_HOLD';
  if (state.collectStoreId !== '') return 'BUYER_CHOSE_STORE';
  if (state.unfulfillable !== null) return 'UNFULFILLABLE';
  // What stands elsewhere would be split from the rest [O-48].
  if (state.lines.some(({ decided }) => decided === 'SHIPPED')) return 'SHIPPED';
  if (open.some(({ decided }) => decided === 'ACCEPTED')) return 'STORE_ACCEPTED';
  if (state.steps.length > 0) return 'ORDER_BUSY';
  const isThere = target && open.every(({ place }) => place && samePlace(place, target.place));
  return isThere ? 'SAME_PLACE' : null;
}

/** Sends the waiting lines to a place that an operator has named. */
export function sentTo(state: OrderState, { place, name, kinds }: NamedTarget, now: Date): Change {
  const targets = waiting(state).map(({ subOrderId }): RouteTarget => ({
    subOrderId,
    place,
    placeName: name,
    kind: kinds[subOrderId] ?? 'CERTAIN',
    attributes: {},
  }));
  if (targets.length === 0) return silent(state);
  const round = { ...state, allocation: state.allocation + 1, attempt: 1, missed: [] };
  return routed(told(round, now, 'ROUTED', `${placeKey(place)} ${name}`), targets, [], now);
}

function intercepted(state: OrderState, action: Action, now: Date): Result<Change, ActionRefusal> {
  const open = openLines(state);
  if (state.steps.some(({ kind }) => kind === 'recall')) return err('ORDER_BUSY');
  const standing = open.filter(({ decided }) => decided === 'ALLOCATED' || decided === 'ACCEPTED');
  if (standing.length === 0 && state.hold) return err('ON_HOLD');
  const noted = state.hold ? state : held(state, action, now);
  const outcome = standing.length === 0 ? 'INTERCEPTED' : null;
  const next = recorded(noted, action, now, outcome);
  return ok(
    silent(standing.length === 0 ? next : withRecall(next, standing, wishOf(action, true))),
  );
}

const wishOf = ({ key, target }: Action, acceptedToo: boolean) =>
  ({ key, action: key, acceptedToo, target }) as const;

/** Nobody has the goods: they are given up here, and their stock is free again. */
function closed(state: OrderState, action: Action, now: Date): Result<Change, ActionRefusal> {
  const open = openLines(state);
  if (open.some(({ decided }) => decided === 'ALLOCATED' || decided === 'ACCEPTED')) {
    return err('STILL_PLACED');
  }
  if (state.steps.length > 0) return err('ORDER_BUSY');
  const subOrderIds = open.map(({ subOrderId }) => subOrderId);
  const reason = 'CLOSED_BY_OPERATOR';
  const noted = told(unheld(state), now, reason, whoAndWhy(action));
  const next = changeLines({ ...noted, unfulfillable: null }, subOrderIds, (line) => ({
    ...line,
    decided: 'CLOSED',
  }));
  const id = operationId.release(state.orderRef, open);
  const step = { kind: 'release', id, subOrderIds, reason } as const;
  return ok({
    state: withStep(recorded(next, action, now, 'CLOSED'), step),
    events: [{ type: 'OrderClosed', subOrderIds, reason }],
  });
}
