import type { OrderState } from '../order.ts';
import { told } from '../order.ts';
import { MAX_ACTIONS } from './action.ts';
import type { Action, ActionOutcome, ActionRecord } from './action.ts';

/** Remembers a wish, and what it came to if that is known. */
export function recorded(
  state: OrderState,
  { kind, key, by, reason }: Action,
  at: Date,
  outcome: ActionOutcome | null,
): OrderState {
  const record = { kind, key, by, reason, at, allocation: state.allocation, outcome };
  return { ...state, actions: [...state.actions, record].slice(-MAX_ACTIONS) };
}

/** What a wish has come to; an outcome stands. */
export function concluded(
  state: OrderState,
  key: string,
  outcome: ActionOutcome,
  now: Date,
): OrderState {
  const record = state.actions.find((one) => one.key === key);
  if (!record || record.outcome !== null) return state;
  const actions = state.actions.map((one) => (one === record ? { ...one, outcome } : one));
  return told({ ...state, actions }, now, 'ACTION_ENDED', `${record.kind} ${outcome}`);
}

/**
 * Ends wishes that were under way and have nothing to wait for: where the order stands now is what they
 * came to. So each has exactly one outcome, whichever event brought it.
 */
export function settleActions(state: OrderState, now: Date): OrderState {
  if (state.steps.length > 0) return state;
  return state.actions
    .filter(({ outcome }) => outcome === null)
    .reduce((next, record) => {
      const outcome = outcomeOf(next, record);
      return outcome ? concluded(next, record.key, outcome, now) : next;
    }, state);
}

function outcomeOf({ lines, hold }: OrderState, record: ActionRecord): ActionOutcome | null {
  const alive = lines.filter(({ decided }) => decided !== 'CLOSED');
  if (alive.length === 0) return 'CHANNEL_CLOSED';
  if (alive.every(({ decided }) => decided === 'SHIPPED')) return 'SHIPPED';
  if (record.kind === 'INTERCEPT') return 'INTERCEPTED';
  if (alive.some(({ decided }) => decided === 'FAILED')) return 'NOT_PLACED';
  const isMoved = alive.every(({ place, allocation }) => place && allocation > record.allocation);
  if (isMoved) return 'REROUTED';
  if (alive.some(({ decided }) => decided === 'ACCEPTED')) return 'STORE_ACCEPTED';
  return hold ? 'HELD' : null;
}
