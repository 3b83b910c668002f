import { waitMs } from '@astrolabe/outbound';
import { withRecall } from './actions/recall.ts';
import { openRound, waiting } from './allocation.ts';
import { unplaced } from './store-answers.ts';
import type { Change } from './change.ts';
import { silent } from './change.ts';
import type { OrderLine, OrderState } from './order.ts';
import { changeLines, told } from './order.ts';
import type { FreeStock } from './routing/types.ts';
import { nextHold, operationId, withStep } from './steps.ts';

/** Looks at a failed order before it is left to people; with the pauses below about three days. */
export const MAX_RETRIES = 80;

/** 1, 2, 4 ... minutes, then every hour. */
const PAUSES = { firstWaitMs: 60_000, factor: 2, waitMaxMs: 3_600_000 };

/**
 * Whether a later look could help: this service allocates or could hold no guarantee, nothing is
 * under way, and every line that is alive failed. Where some lines went out, the others may not
 * follow alone [O-48].
 */
function mayRetry(state: OrderState): boolean {
  const isOurs = state.allocator === 'astrolabe' || state.unfulfillable !== null;
  const alive = state.lines.filter((line) => line.decided !== 'CLOSED');
  return isOurs && mayBeAsked(state) && alive.every((line) => line.decided === 'FAILED');
}

/**
 * Whether an operator may have the order looked at: something has failed and nothing is under way. A
 * seller's router is then asked once more; it may send what failed elsewhere than the rest.
 */
export function mayBeAsked(state: OrderState): boolean {
  const alive = state.lines.filter((line) => line.decided !== 'CLOSED');
  const failed = alive.filter((line) => line.decided === 'FAILED');
  const isAlone = failed.length === alive.length || state.allocator === 'isv';
  return state.steps.length === 0 && failed.length > 0 && isAlone && !state.hold;
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
  return { ...state, retryAt: new Date(now.getTime() + waitMs(PAUSES, state.retries + 1)) };
}

/** Lines that nothing could be done for. */
export const failedLines = (state: OrderState): readonly OrderLine[] =>
  state.lines.filter((line) => line.decided === 'FAILED');

/** The order with its failed lines waiting again, and with goods that have become known. */
export const reopened = (state: OrderState, goods: Look['goods'] = {}): OrderState =>
  changeLines(
    state,
    failedLines(state).map((line) => line.subOrderId),
    (line) => ({
      ...unplaced(line),
      goodsId: goods[line.subOrderId] ?? line.goodsId,
      decided: 'WAITING',
      state: 'WAITING',
    }),
  );

/** What a look at a failed order came to; see OrderCommand. */
export type Look = {
  readonly found: boolean;
  readonly goods: Readonly<Record<string, string>>;
  /** The operator who wants it; null for a look whose time has come. */
  readonly askedBy: string | null;
};

/**
 * A failed order was looked at again. Only with a place in sight, or with stock where none could be
 * held, it goes on, so that a failure is not told over and over; else the next look comes later.
 * Refusals of stores still count.
 */
export function retried(state: OrderState, { found, goods, askedBy }: Look, now: Date): Change {
  const isDue = state.retryAt !== null && state.retryAt <= now && mayRetry(state);
  if (!(askedBy !== null ? mayBeAsked(state) : isDue)) return silent(state);
  const retries = askedBy === null ? state.retries + 1 : state.retries;
  if (!found) return silent(askedBy !== null ? state : { ...state, retryAt: null, retries });
  const counted = { ...state, retryAt: null, retries };
  const why = askedBy === null ? `look ${retries}` : `asked by ${askedBy}`;
  const next = told(reopened(counted, goods), now, 'RETRIED', why);
  return state.unfulfillable === null ? openRound(next) : reservedAnew(next);
}

/** Nothing could be held before: there is a hold to be made, under a new name. */
function reservedAnew(state: OrderState): Change {
  const hold = nextHold(state);
  const id = operationId.reserve(state.orderRef, hold);
  const subOrderIds = waiting(state).map((line) => line.subOrderId);
  const step = { kind: 'reserve', id, subOrderIds, hold } as const;
  return silent(withStep({ ...state, unfulfillable: null }, step));
}

/**
 * Whether the engine could hold certain stock for the failed lines: each at one place, the one with
 * the most of it. Stock may be gone again when it is asked for; then the order fails once more.
 */
export function couldHold(state: OrderState, free: readonly FreeStock[]): boolean {
  const left = free.map(({ goodsId, certainMilli }) => ({ goodsId, certainMilli }));
  return failedLines(state).every(({ goodsId, quantityMilli, rides }) => {
    if (rides) return true;
    const cells = left.filter((cell) => cell.goodsId === goodsId);
    const [first, ...others] = cells;
    if (!first) return false;
    const most = others.reduce((a, b) => (b.certainMilli > a.certainMilli ? b : a), first);
    most.certainMilli -= quantityMilli;
    return most.certainMilli >= 0n;
  });
}

/**
 * The store was closed or deleted. Lines that it has not accepted are called back, so that no clerk answers for
 * them any more, and go elsewhere; what it has accepted it must finish (traps 32 and 33). Stores on HOLD get
 * no new orders and finish the ones they have. Sellers who route themselves decide themselves.
 */
export function storeGone(state: OrderState, storeId: string, now: Date): Change {
  if (state.allocator !== 'astrolabe') return silent(state);
  const here = state.lines.filter((l) => l.place?.type === 'STORE' && l.place.id === storeId);
  const open = here.filter((line) => line.decided === 'ALLOCATED');
  // The store has begun: its other lines must not go elsewhere alone [O-48].
  const hasBegun = here.some((l) => l.decided === 'ACCEPTED' || l.decided === 'SHIPPED');
  const isCalledBack = state.steps.some(({ kind }) => kind === 'recall');
  if (open.length === 0 || hasBegun || isCalledBack) return silent(state);
  const subOrderIds = open.map((line) => line.subOrderId);
  const noted = told(state, now, 'STORE_GONE', `${subOrderIds.join(' ')} at STORE:${storeId}`);
  const wish = { key: `gone ${storeId}`, action: null, acceptedToo: false, target: null };
  return silent(withRecall(noted, open, wish));
}
