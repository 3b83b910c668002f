import { openRound } from './allocation.ts';
import { unplaced } from './answers.ts';
import type { Change } from './change.ts';
import { silent } from './change.ts';
import type { OrderState } from './order.ts';
import { changeLines, told } from './order.ts';
import { operationId, withStep } from './steps.ts';

/** Looks at a failed order before it is left to people; with the pauses below about three days. */
export const MAX_RETRIES = 80;

const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** 1, 2, 4 ... minutes, then every hour. */
const pauseMs = (retries: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(retries, 6));

/**
 * Whether a later look could help: this service allocates, nothing is under way, and every line that
 * is alive failed for lack of a place. Where some lines went out, the others may not follow alone
 * [O-48], and where no guarantee could be held there is nothing to route.
 */
function mayRetry(state: OrderState): boolean {
  const alive = state.lines.filter((line) => line.decided !== 'CLOSED');
  return (
    state.allocator === 'astrolabe' &&
    state.unfulfillable === null &&
    state.steps.length === 0 &&
    alive.length > 0 &&
    alive.every((line) => line.decided === 'FAILED')
  );
}

/** Sets the time of the next look after a change that left the order failed, or clears it. */
export function scheduleRetry(state: OrderState, now: Date): OrderState {
  if (!mayRetry(state)) {
    const failed = state.lines.some((line) => line.decided === 'FAILED');
    if (state.retryAt === null && (failed || state.retries === 0)) return state;
    // An order that has found its place starts from the shortest pause, should it fail once more.
    const stands = state.lines.some((line) => line.decided === 'ALLOCATED');
    return { ...state, retryAt: null, retries: stands ? 0 : state.retries };
  }
  if (state.retryAt !== null || state.retries >= MAX_RETRIES) return state;
  return { ...state, retryAt: new Date(now.getTime() + pauseMs(state.retries)) };
}

/** The order with its failed lines waiting again: what a look at it decides on. */
export const reopened = (state: OrderState): OrderState => {
  const failed = state.lines.filter((line) => line.decided === 'FAILED');
  return changeLines(
    state,
    failed.map((line) => line.subOrderId),
    (line) => ({ ...unplaced(line), decided: 'WAITING', state: 'WAITING' }),
  );
};

/**
 * A failed order was looked at again. Only with a place in sight a new round is opened, so that a
 * failure is not told over and over; else the next look comes later. Refusals of stores still count.
 */
export function retried(state: OrderState, found: boolean, now: Date): Change {
  if (state.retryAt === null || state.retryAt > now || !mayRetry(state)) return silent(state);
  const counted = { ...state, retryAt: null, retries: state.retries + 1 };
  if (!found) return silent(counted);
  return openRound(told(reopened(counted), now, 'RETRIED', `look ${counted.retries}`));
}

/**
 * The store was closed or deleted. Lines that it has not accepted are taken back with their shared
 * holds and go elsewhere; what it has accepted it must finish (traps 32 and 33). Stores on HOLD get
 * no new orders and finish the ones they have. Sellers who route themselves decide themselves.
 */
export function storeGone(state: OrderState, storeId: string, now: Date): Change {
  if (state.allocator !== 'astrolabe') return silent(state);
  const here = state.lines.filter((l) => l.place?.type === 'STORE' && l.place.id === storeId);
  const open = here.filter((line) => line.decided === 'ALLOCATED');
  // The store has begun: its other lines must not go elsewhere alone [O-48].
  if (open.length === 0 || here.some((l) => l.decided === 'ACCEPTED' || l.decided === 'SHIPPED')) {
    return silent(state);
  }
  const subOrderIds = open.map((line) => line.subOrderId);
  const id = operationId.refuse(state.tradeId, open);
  const noted = told(state, now, 'STORE_GONE', `${subOrderIds.join(' ')} at STORE:${storeId}`);
  const back = changeLines(noted, subOrderIds, (line) => ({
    ...unplaced(line),
    decided: 'WAITING',
    state: 'WAITING',
  }));
  return silent(withStep(back, { kind: 'refuse', id, subOrderIds }));
}
