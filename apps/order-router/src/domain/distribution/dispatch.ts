import type { Fen } from '@astrolabe/kernel';
import { assertNever } from '@astrolabe/kernel';
import {
  abandoned,
  begun,
  ended,
  isDoubtful,
  planned,
  postponed,
  waitMs,
} from '@astrolabe/outbound';
import type { Begun, Outcome, Policy } from '@astrolabe/outbound';
import type {
  Dispatch,
  DispatchEvent,
  DistributionLine,
  StockTask,
  SupplierOrder,
} from './order.ts';

/** A line, or one of several orders, that the supplier did not take while it took another. */
export type Refusal = {
  /** Empty where the answer names no goods. */
  readonly offerId: string;
  readonly specId: string;
  /** Its place among the orders of a split one; null where it is none of them. */
  readonly index: number | null;
  readonly code: string;
  readonly message: string;
};

type Why = { readonly code: string; readonly message: string };

/**
 * What a request or a look came to. `surfaced`: not made, for a reason that nobody here knows. `later`: not
 * made, and may be sent again. `withheld`: not even tried, for the application waits; no try is used up. `failed`: not
 * made, and would not be again. `notShown`: the supplier shows no order. `cancelled`: it shows one that is closed. `notLooked`: it could not be asked.
 */
export type Said =
  | {
      readonly kind: 'created';
      readonly orders: readonly SupplierOrder[];
      readonly items: number;
      readonly refused: readonly Refusal[];
      readonly totalFen: Fen | null;
      readonly postFeeFen: Fen | null;
    }
  | ({ readonly kind: 'rejected' | 'surfaced' | 'failed' | 'cancelled' } & Why)
  | ({ readonly kind: 'unknown' | 'notShown' | 'notLooked' } & Why)
  | ({ readonly kind: 'later'; readonly afterMs: number | null } & Why)
  | ({ readonly kind: 'withheld'; readonly afterMs: number } & Why);

export type Changed = { readonly dispatch: Dispatch; readonly events: readonly DispatchEvent[] };

/** One request and three repeats (catalogue F-G8). */
export const SENDS_MAX = 4;
/** Reads lag behind: sent again after so many empty looks, the last of them so long after the request. */
export const EMPTY_LOOKS = 3;
export const SETTLED_AFTER_MS = 300_000;

/** Pauses of an application that a dispatch waits for (field A1). */
export const WITHHELD_MAX = 120;

/** Requests and looks together: the last of them comes some forty minutes after the first. */
export const dispatchPolicy = (firstWaitMs: number, leaseMs: number): Policy => ({
  attemptsMax: 25,
  firstWaitMs,
  factor: 2,
  waitMaxMs: 120_000,
  leaseMs,
  // A pause is up to two minutes long; after so many of them a person has to look.
  withheld: { max: WITHHELD_MAX, waitMs: firstWaitMs },
});

const silent = (dispatch: Dispatch): Changed => ({ dispatch, events: [] });

const SENDING: readonly Dispatch['state'][] = ['NEW', 'READY', 'RETRY', 'SENT', 'UNKNOWN'];

/**
 * Begins what is due: a request, or a look when an earlier request may have had its effect. The time of a
 * request is durable before it leaves. Null when nothing is due, or the stock has to be held first.
 */
export function begin(dispatch: Dispatch, now: Date, policy: Policy): Begun<Dispatch> | null {
  if (!SENDING.includes(dispatch.state) || dispatch.stock?.verb === 'reserve') return null;
  const next = begun(dispatch.call, now, policy);
  if (!next) return null;
  const attempt = { isDoubtful: next.isDoubtful, isSpent: next.isSpent };
  if (next.isDoubtful) return { ...attempt, call: { ...dispatch, call: next.call } };
  const sends = dispatch.sends + 1;
  const sent = { state: 'SENT', sends, sentAt: now, emptyLooks: 0 } as const;
  return { ...attempt, call: { ...dispatch, ...sent, call: next.call } };
}

/** The connection is paused: what is due waits, and no request is used up. */
export const paused = (dispatch: Dispatch, now: Date): Dispatch => ({
  ...dispatch,
  call: postponed(dispatch.call, now),
});

/** How the attempt ended, for the record of the call. */
export function outcomeOf(said: Said): Outcome {
  if (said.kind === 'created') return { kind: 'succeeded' };
  const problem = { code: said.code, message: said.message };
  switch (said.kind) {
    case 'rejected':
    case 'surfaced':
    case 'failed':
    case 'cancelled':
      return { kind: 'refused', problem };
    case 'later':
      return { kind: 'unanswered', problem };
    case 'withheld':
      return { kind: 'withheld', problem };
    case 'unknown':
    case 'notShown':
    case 'notLooked':
      return { kind: 'unknown', problem };
    default:
      return assertNever(said, 'what a supplier said');
  }
}

/**
 * What follows from an answer. One of an attempt that is not under way any more changes nothing.
 * `lines` are those of the order; `canLook`: the supplier has a list of orders to look at.
 */
export function answered(
  dispatch: Dispatch,
  attempt: Pick<Dispatch, 'call'>,
  said: Said,
  context: {
    readonly now: Date;
    readonly policy: Policy;
    readonly lines: readonly DistributionLine[];
    readonly canLook: boolean;
  },
): Changed {
  const { now, policy, lines, canLook } = context;
  const call = ended(dispatch.call, attempt.call, outcomeOf(said), now, policy);
  if (call === dispatch.call) return silent(dispatch);
  const next = { ...dispatch, call };
  switch (said.kind) {
    case 'created':
      return created(next, said, lines, now);
    case 'rejected':
    case 'cancelled':
      return rejected(next, said, now);
    case 'surfaced':
      return silent({ ...next, ...wordsOf(said), state: 'MANUAL' });
    case 'failed':
      return silent({ ...next, ...wordsOf(said), state: 'FAILED' });
    case 'later':
      return silent(later(next, said, now));
    case 'withheld':
      return silent(later({ ...next, sends: next.sends - 1 }, said, now));
    case 'unknown':
    case 'notShown':
    case 'notLooked':
      return unknown(next, said, { now, canLook });
    default:
      return assertNever(said, 'what a supplier said');
  }
}

const wordsOf = ({ code, message }: Why) => ({ reason: code, message });

function later(
  dispatch: Dispatch,
  said: Extract<Said, { kind: 'later' | 'withheld' }>,
  now: Date,
): Dispatch {
  const { call } = dispatch;
  if (dispatch.sends >= SENDS_MAX || !call.nextAt) {
    return { ...dispatch, ...wordsOf(said), state: 'FAILED', call: { ...call, nextAt: null } };
  }
  // What the supplier asks for may be longer than the wait is.
  const asked = new Date(now.getTime() + (said.afterMs ?? 0));
  const nextAt = asked > call.nextAt ? asked : call.nextAt;
  return { ...dispatch, ...wordsOf(said), state: 'RETRY', call: { ...call, nextAt } };
}

function unknown(
  dispatch: Dispatch,
  said: Why & { readonly kind: 'unknown' | 'notShown' | 'notLooked' },
  { now, canLook }: { readonly now: Date; readonly canLook: boolean },
): Changed {
  const emptyLooks = dispatch.emptyLooks + (said.kind === 'notShown' ? 1 : 0);
  const next: Dispatch = { ...dispatch, ...wordsOf(said), emptyLooks };
  if (maySendAgain(next, now)) {
    const call = { ...planned(now), attempts: dispatch.call.attempts };
    return silent({ ...next, state: 'READY', call });
  }
  const isOver = !next.call.nextAt || !canLook;
  const after: Dispatch = isOver
    ? { ...next, state: 'MANUAL', call: { ...next.call, nextAt: null } }
    : { ...next, state: 'UNKNOWN' };
  // Told once: a further look that shows nothing is no news.
  const isNews = dispatch.state !== 'UNKNOWN';
  return isNews ? told('OrderDispatchUnknown', after, after.lineIds) : silent(after);
}

const maySendAgain = ({ emptyLooks, sends, sentAt }: Dispatch, now: Date): boolean =>
  emptyLooks >= EMPTY_LOOKS &&
  sends < SENDS_MAX &&
  sentAt !== null &&
  now.getTime() - sentAt.getTime() >= SETTLED_AFTER_MS;

const told = (
  type: DispatchEvent['type'],
  dispatch: Dispatch,
  lineIds: readonly string[],
): Changed => ({ dispatch, events: [{ type, dispatch, lineIds }] });

function rejected(dispatch: Dispatch, why: Why, now: Date): Changed {
  const { lineIds } = dispatch;
  const next: Dispatch = {
    ...dispatch,
    ...wordsOf(why),
    state: 'REJECTED',
    stock: releaseOf(dispatch, lineIds, now),
  };
  return told('OrderDispatchRejected', next, lineIds);
}

/** Given back once, and only what is held. */
const releaseOf = (
  { held, stock }: Dispatch,
  lineIds: readonly string[],
  at: Date,
): StockTask | null =>
  held && lineIds.length > 0 ? { verb: 'release', lineIds, at, tries: 0 } : stock;

function created(
  dispatch: Dispatch,
  said: Extract<Said, { kind: 'created' }>,
  lines: readonly DistributionLine[],
  now: Date,
): Changed {
  const { totalFen, postFeeFen, orders, refused } = said;
  const named = refused.map((one) => linesOf(one, dispatch, lines, said.items));
  const refusedLineIds = [...new Set(named.flat())];
  const isPartial = refused.length > 0;
  const [first] = refused;
  const next: Dispatch = {
    ...dispatch,
    state: isPartial ? 'CREATED_PARTIAL' : orders.length > 1 ? 'CREATED_SPLIT' : 'CREATED',
    // Which lines were refused is for a person where the answer does not say it.
    reason: named.some((ids) => ids.length === 0) ? 'REFUSED_LINES_UNKNOWN' : (first?.code ?? ''),
    message: first?.message ?? '',
    orders,
    totalFen,
    postFeeFen,
    refusedLineIds,
    differenceFen: isPartial ? null : differenceOf(totalFen, dispatch.expectedFen),
    stock: releaseOf(dispatch, refusedLineIds, now),
  };
  const taken = dispatch.lineIds.filter((id) => !refusedLineIds.includes(id));
  const events: DispatchEvent[] = [{ type: 'OrderDispatched', dispatch: next, lineIds: taken }];
  if (refusedLineIds.length > 0) {
    events.push({ type: 'OrderDispatchRejected', dispatch: next, lineIds: refusedLineIds });
  }
  return { dispatch: next, events };
}

/** Lines that a refusal is about: by its goods, or by its place when each line became an order. */
function linesOf(
  { offerId, specId, index }: Refusal,
  { lineIds }: Dispatch,
  lines: readonly DistributionLine[],
  items: number,
): readonly string[] {
  const own = lines.filter(({ lineId }) => lineIds.includes(lineId));
  if (offerId !== '') {
    const named = own.filter(
      (one) => one.offerId === offerId && (specId === '' || one.specId === specId),
    );
    return named.map(({ lineId }) => lineId);
  }
  const at = index === null || items !== own.length ? undefined : own[index];
  return at ? [at.lineId] : [];
}

const differenceOf = (totalFen: Fen | null, expectedFen: Fen): Fen | null =>
  totalFen === null || totalFen === expectedFen ? null : totalFen - expectedFen;

/** How the stock answered: held, given back, or not there. */
export function stockDone(
  dispatch: Dispatch,
  outcome: { readonly kind: 'done' } | ({ readonly kind: 'refused' } & Why),
  now: Date,
): Changed {
  const { stock } = dispatch;
  if (!stock) return silent(dispatch);
  if (stock.verb === 'release') {
    const isAll = stock.lineIds.length === dispatch.lineIds.length;
    return silent({ ...dispatch, stock: null, held: dispatch.held && !isAll });
  }
  if (outcome.kind === 'done') {
    return silent({ ...dispatch, stock: null, held: true, state: 'READY' });
  }
  const call = abandoned(dispatch.call, { code: outcome.code, message: outcome.message });
  return rejected({ ...dispatch, stock: null, call }, outcome, now);
}

/** 1 s, 2 s, 4 s ... 60 s. */
const STOCK_WAIT = { firstWaitMs: 1_000, factor: 2, waitMaxMs: 60_000 };

/** The inventory could not be asked. */
export function stockPostponed(dispatch: Dispatch, now: Date): Dispatch {
  const { stock } = dispatch;
  if (!stock) return dispatch;
  const tries = stock.tries + 1;
  const at = new Date(now.getTime() + waitMs(STOCK_WAIT, tries));
  return { ...dispatch, stock: { ...stock, tries, at } };
}

/** May not be sent: nobody has been asked yet. */
export const blocked = (dispatch: Dispatch, reason: string, message: string): Dispatch =>
  dispatch.sends === 0 && dispatch.state !== 'BLOCKED'
    ? {
        ...dispatch,
        state: 'BLOCKED',
        reason,
        message,
        call: abandoned(dispatch.call, { code: reason, message }),
      }
    : dispatch;

/** What a person decides of a dispatch that does not go on by itself. */
export type Decision =
  | { readonly kind: 'send' | 'look' }
  | { readonly kind: 'created'; readonly order: SupplierOrder }
  | { readonly kind: 'rejected'; readonly message: string };

const UNDECIDED: readonly Dispatch['state'][] = ['MANUAL', 'FAILED', 'BLOCKED', 'UNKNOWN'];

/**
 * A person's decision; null where the dispatch is not waiting for one. An attempt that is under way is
 * not overtaken, and what was never sent cannot be looked up.
 */
export function decided(dispatch: Dispatch, decision: Decision, now: Date): Changed | null {
  if (!UNDECIDED.includes(dispatch.state) || dispatch.call.state === 'BEGUN') return null;
  const closed = { ...dispatch, call: { ...dispatch.call, nextAt: null } };
  switch (decision.kind) {
    case 'send':
      return silent({ ...dispatch, state: 'READY', sends: 0, emptyLooks: 0, call: planned(now) });
    case 'look':
      return dispatch.sends === 0
        ? null
        : silent({ ...dispatch, state: 'UNKNOWN', emptyLooks: 0, call: planned(now, true) });
    case 'created': {
      const { order } = decision;
      const said = { kind: 'created', orders: [order], items: 0, refused: [] } as const;
      const { amountFen: totalFen, postFeeFen } = order;
      return created(closed, { ...said, totalFen, postFeeFen }, [], now);
    }
    case 'rejected':
      return rejected(closed, { code: 'DECIDED', message: decision.message }, now);
    default:
      return assertNever(decision, 'decision');
  }
}

/** Whether the lines may be supplied by somebody else: never while an order may be there. */
export const mayBeSuppliedElsewhere = ({ state, call }: Dispatch): boolean =>
  state === 'REJECTED' && !isDoubtful(call);
