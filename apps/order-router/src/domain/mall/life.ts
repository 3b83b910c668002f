import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { DraftStep, MallOrder, MallProblem, Owes } from './order.ts';
import { noted } from './order.ts';
import type { HoldLine } from './plan.ts';

export type NewMallOrder = Pick<
  MallOrder,
  | 'orderRef'
  | 'account'
  | 'mallOrderNo'
  | 'digest'
  | 'lines'
  | 'totalFen'
  | 'freightFen'
  | 'areaId'
  | 'purchaser'
  | 'payment'
  | 'invoice'
  | 'notes'
  | 'claims'
  | 'ttlMs'
  | 'alertMs'
>;

/** Plans that may turn out to be too late, because another order was quicker. */
const PLANS_MAX = 3;
/** A draft that nobody has asked for since is not held for ever. */
const DRAFT_MS = 10 * 60_000;
/**
 * Whoever wrote a draft takes its steps; others take over when it is not heard of for so long. Longer than a
 * call may take: a reservation that comes after its plan was given up would hold goods for nobody.
 */
const LEASE_MS = 15_000;
const FIRST_WAIT_MS = 500;
const WAIT_MAX_MS = 60_000;

const NOTHING: Owes = { claims: false, credit: false, stock: false };

/** An order that is written down before anything is taken for it. */
export function drafted(parts: NewMallOrder, by: string, now: Date): MallOrder {
  const fresh: MallOrder = {
    ...parts,
    state: 'DRAFT',
    problem: null,
    owes: NOTHING,
    lease: { by, until: now },
    draft: 'CLAIM',
    holds: null,
    plans: 0,
    failures: 0,
    stepAt: null,
    askedAt: now,
    receivedAt: now,
    preorderedAt: null,
    confirmedAt: null,
    completedAt: null,
    endedAt: null,
    expiresAt: null,
    alertAt: null,
    returning: [],
    timeline: [],
    dueAt: null,
  };
  return draftNext(noted(fresh, now, 'SUBMITTED', parts.account), 'CLAIM', now);
}

/** What is next for an order at an instant; null when nothing is. */
export type MallStep = DraftStep | 'EXPIRE' | 'ALERT' | 'RELEASE' | 'FREE' | 'SETTLE';

export function nextStep(order: MallOrder, now: Date): MallStep | null {
  const { state, owes, draft } = order;
  if (state === 'DRAFT') return draft;
  if (state === 'PRE_ORDERED') {
    if (hasExpired(order, now)) return 'EXPIRE';
    return isPast(order.alertAt, now) ? 'ALERT' : null;
  }
  return afterwards(state, owes);
}

function afterwards(state: MallOrder['state'], owes: Owes): MallStep | null {
  if (isOverWithout(state) && owes.stock) return 'RELEASE';
  if (state === 'REFUSED' && owes.credit) return 'FREE';
  return owes.claims ? 'SETTLE' : null;
}

/** Over, and nothing of it is supplied. */
export const isOverWithout = (state: MallOrder['state']): boolean =>
  state === 'REFUSED' || state === 'CANCELLED' || state === 'EXPIRED';

/** An order: confirmed, and whatever came after. */
export const isConfirmed = (state: MallOrder['state']): boolean =>
  state === 'CONFIRMED' || state === 'SHIPPED' || state === 'COMPLETED' || state === 'REJECTED';

/** Whether its next step may be taken by anybody now. */
export function isStepDue(order: MallOrder, now: Date): boolean {
  return nextStep(order, now) !== null && isPast(order.dueAt, now);
}

const isPast = (at: Date | null, now: Date): boolean =>
  at !== null && at.getTime() <= now.getTime();

const hasExpired = (order: Pick<MallOrder, 'expiresAt'>, now: Date): boolean =>
  isPast(order.expiresAt, now);

/** Recomputes when the order is due. */
function scheduled(order: MallOrder): MallOrder {
  const { state, owes, stepAt, expiresAt, alertAt } = order;
  if (state === 'DRAFT') return { ...order, dueAt: stepAt };
  if (state === 'PRE_ORDERED') return { ...order, dueAt: earlier(expiresAt, alertAt) };
  return { ...order, dueAt: afterwards(state, owes) ? stepAt : null };
}

function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a.getTime() <= b.getTime() ? a : b;
}

const after = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

/** The lease runs anew with each step; when it has run out, the draft is due for everybody. */
function draftNext(order: MallOrder, draft: DraftStep, now: Date): MallOrder {
  const until = after(now, LEASE_MS);
  const lease = order.lease && { ...order.lease, until };
  return scheduled({ ...order, draft, lease, failures: 0, stepAt: until });
}

/** Whether the steps of an order may be taken by somebody: those of a draft by one process at a time. */
export const mayTake = ({ state, lease }: MallOrder, by: string, now: Date): boolean =>
  state !== 'DRAFT' || lease === null || lease.by === by || lease.until <= now;

/** Takes over a draft whose lease has run out. */
export const leased = (order: MallOrder, by: string, now: Date): MallOrder =>
  order.state === 'DRAFT' && mayTake(order, by, now)
    ? draftNext({ ...order, lease: { by, until: now } }, order.draft, now)
    : order;

const stepsNow = (order: MallOrder, now: Date): MallOrder =>
  scheduled({ ...order, lease: null, failures: 0, stepAt: now });

/** The mall asks again for a draft: it goes on for it. */
export const askedAgain = (order: MallOrder, now: Date): MallOrder =>
  order.state === 'DRAFT' ? { ...order, askedAt: now } : order;

/** Written before parts of budgets or of credit are taken, so that no crash leaves one behind. */
export function owing(order: MallOrder, what: 'claims' | 'credit'): MallOrder {
  return order.state === 'DRAFT' ? { ...order, owes: { ...order.owes, [what]: true } } : order;
}

/** The claims are there, or there are none. */
export const claimed = (order: MallOrder, now: Date): MallOrder =>
  isAt(order, 'CLAIM')
    ? draftNext(order, order.payment === 'CREDIT' ? 'CREDIT' : 'RESERVE', now)
    : order;

export const creditTaken = (order: MallOrder, now: Date): MallOrder =>
  isAt(order, 'CREDIT') ? draftNext(order, 'RESERVE', now) : order;

/** Decides where a draft's goods are held. */
export function holdsPlanned(order: MallOrder, holds: readonly HoldLine[], now: Date): MallOrder {
  if (!isAt(order, 'RESERVE') || order.holds) return order;
  const owes = { ...order.owes, stock: true };
  return draftNext({ ...order, owes, holds, plans: order.plans + 1 }, 'RESERVE', now);
}

const isForgotten = ({ askedAt }: MallOrder, now: Date): boolean =>
  now.getTime() - askedAt.getTime() > DRAFT_MS;

/** The goods are held: the mall may be told, unless it has given up long ago. */
export function reserved(order: MallOrder, now: Date): MallOrder {
  if (!isAt(order, 'RESERVE') || !order.holds) return order;
  if (isForgotten(order, now)) return refused(order, { code: 'NOT_DECIDED', subject: '' }, now);
  const held: MallOrder = {
    ...order,
    state: 'PRE_ORDERED',
    problem: null,
    preorderedAt: now,
    expiresAt: order.ttlMs > 0 ? after(now, order.ttlMs) : null,
    alertAt: after(now, order.alertMs),
  };
  return scheduled(noted({ ...held, lease: null, stepAt: null }, now, 'PRE_ORDERED', ''));
}

/** The inventory had less than was planned: another plan, unless there were too many. */
export function notReserved(order: MallOrder, tries: number, now: Date): MallOrder {
  if (!isAt(order, 'RESERVE') || !order.holds) return order;
  const without = { ...order, holds: null, owes: { ...order.owes, stock: false } };
  return tries < PLANS_MAX
    ? draftNext(without, 'RESERVE', now)
    : refused(without, { code: 'STOCK_NOT_ENOUGH', subject: '' }, now);
}

/** Ends a draft that comes to nothing; what it took, or may have, is given back. */
export function refused(order: MallOrder, problem: MallProblem, now: Date): MallOrder {
  if (order.state !== 'DRAFT') return order;
  const over = { ...order, state: 'REFUSED' as const, problem, endedAt: now };
  return stepsNow(noted(over, now, `REFUSED ${problem.code}`, ''), now);
}

/** A step got no answer, and is tried again; a draft that nobody has asked for lately is given up. */
export function stepFailed(order: MallOrder, now: Date): MallOrder {
  const failures = order.failures + 1;
  const wait = Math.min(FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 20), WAIT_MAX_MS);
  // What may be held is first known to be held, and released then: a late reservation would stay.
  if (order.state === 'DRAFT' && isForgotten(order, now) && !order.holds) {
    return refused(order, { code: 'NOT_DECIDED', subject: '' }, now);
  }
  return scheduled({ ...order, failures, stepAt: after(now, wait) });
}

/** What is owed is done. */
export function settled(order: MallOrder, what: keyof Owes, now: Date): MallOrder {
  if (order.state === 'DRAFT' || order.state === 'PRE_ORDERED') return order;
  return stepsNow({ ...order, owes: { ...order.owes, [what]: false } }, now);
}

/** People were told that a pre-order has been open for long. */
export const alerted = (order: MallOrder, now: Date): MallOrder =>
  order.state === 'PRE_ORDERED'
    ? scheduled(noted({ ...order, alertAt: null }, now, 'OPEN_FOR_LONG', ''))
    : order;

export type EndRefusal = 'UNKNOWN_ORDER' | 'ILLEGAL_STATE' | 'NOT_DECIDED';

/** What a wish came to. `already`: it had come true before, and nothing changed. */
export type Ended = { readonly order: MallOrder; readonly already: boolean };

/** 2.12.2: makes a pre-order an order. Again: the same answer, and nothing more follows from it. */
export function confirmed(order: MallOrder, by: string, now: Date): Result<Ended, EndRefusal> {
  if (isConfirmed(order.state)) return ok({ order, already: true });
  const open = stillOpen(order, now);
  if (!open.ok) return open;
  const bought: MallOrder = { ...order, state: 'CONFIRMED', confirmedAt: now, expiresAt: null };
  return ok({
    order: stepsNow(noted({ ...bought, alertAt: null }, now, 'CONFIRMED', by), now),
    already: false,
  });
}

/** 2.12.3: releases a pre-order. What is confirmed is not cancelled: the goods may be on their way. */
export function cancelled(order: MallOrder, by: string, now: Date): Result<Ended, EndRefusal> {
  // Nothing is held for either, which is what is asked for.
  if (order.state === 'CANCELLED' || order.state === 'EXPIRED') return ok({ order, already: true });
  const open = stillOpen(order, now);
  if (open.ok) return ok({ order: released(order, 'CANCELLED', by, now), already: false });
  return hasExpired(order, now) ? ok({ order, already: true }) : open;
}

/** The time of a pre-order is over, or a person says so (`by`). */
export function expired(order: MallOrder, by: string, now: Date): Result<Ended, EndRefusal> {
  if (order.state === 'EXPIRED') return ok({ order, already: true });
  if (by === '' && !hasExpired(order, now)) return err('ILLEGAL_STATE');
  if (order.state === 'DRAFT') return err('NOT_DECIDED');
  if (order.state !== 'PRE_ORDERED') return err('ILLEGAL_STATE');
  return ok({ order: released(order, 'EXPIRED', by, now), already: false });
}

function stillOpen(order: MallOrder, now: Date): Result<null, EndRefusal> {
  if (order.state === 'DRAFT') return err('NOT_DECIDED');
  if (order.state === 'REFUSED') return err('UNKNOWN_ORDER');
  if (order.state !== 'PRE_ORDERED' || hasExpired(order, now)) return err('ILLEGAL_STATE');
  return ok(null);
}

const released = (
  order: MallOrder,
  state: 'CANCELLED' | 'EXPIRED',
  by: string,
  now: Date,
): MallOrder =>
  stepsNow(noted({ ...order, state, endedAt: now, alertAt: null }, now, state, by), now);

const isAt = (order: MallOrder, draft: DraftStep): boolean =>
  order.state === 'DRAFT' && order.draft === draft;
