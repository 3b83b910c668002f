import { abandoned, begun, ended, isDue, isGivenUp, isOpen, planned } from '@astrolabe/outbound';
import type { Begun, OutboundCall, Outcome, Policy } from '@astrolabe/outbound';
import { answerDue, hasEnded } from './life.ts';
import {
  hasOrigin,
  isKnown,
  noted,
  orderIn,
  sawOrder,
  wanting,
  withOrder,
  withRequisition,
} from './procurement.ts';
import type { Procurement, Purchase, Reading } from './procurement.ts';

/** What a read is about: an order by its id, or the requisition where that is empty. */
export type About = string;

export const readOf = (p: Procurement, about: About): Reading | null =>
  (about === '' ? p.requisition?.read : orderIn(p, about)?.read) ?? null;

const withRead = (
  p: Procurement,
  about: About,
  change: (read: Reading) => Reading,
): Procurement => {
  const over = <T extends { readonly read: Reading }>(one: T): T => ({
    ...one,
    read: change(one.read),
  });
  return about === '' ? withRequisition(p, over) : withOrder(p, about, over);
};

export type BegunRead = {
  readonly p: Procurement;
  readonly begun: Begun<OutboundCall>;
  /** The number of the reading. */
  readonly reading: number;
};

/** Begins the read that is due; null when there is none. */
export function readBegun(
  p: Procurement,
  about: About,
  now: Date,
  policy: Policy,
): BegunRead | null {
  const read = readOf(p, about);
  const next = read?.call && begun(read.call, now, policy);
  if (!next) return null;
  const reading = p.readings + 1;
  const after = withRead({ ...p, readings: reading }, about, (one) => ({
    ...one,
    asked: one.wanted,
    call: next.call,
  }));
  return { p: after, begun: next, reading };
}

/** How a read ended. A reason that came while it was under way wants another one. */
export function readEnded(
  p: Procurement,
  about: About,
  attempt: OutboundCall,
  outcome: Outcome,
  now: Date,
  policy: Policy,
): Procurement {
  return withRead(p, about, (read) => {
    if (!read.call) return read;
    const call = ended(read.call, attempt, outcome, now, policy);
    if (call === read.call) return read;
    const isStale = read.wanted > read.asked && call.state === 'SUCCEEDED';
    return { ...read, call: isStale ? planned(now) : call };
  });
}

/** Has the detail read once more, not before `at`. */
export const readAgain = (p: Procurement, about: About, at: Date): Procurement =>
  withRead(p, about, (read) => wanting(read, at));

/**
 * Plans what the platform is to be told of an order, and gives up what it is not to be told any more: an order
 * that ended, or that is executable already.
 */
export function answersPlanned(p: Procurement, now: Date): Procurement {
  return p.orders.reduce((after, order) => {
    const changed = answerPlanned(after, order, now);
    return changed === order ? after : withOrder(after, order.orderId, () => changed);
  }, p);
}

function answerPlanned(p: Procurement, order: Purchase, now: Date): Purchase {
  const { answer, seen } = order;
  if (!seen) return order;
  const due = dueOf(p, order);
  if (answer && isOpen(answer.call) && due !== answer.kind && answer.call.state !== 'BEGUN') {
    const call = abandoned(answer.call, { code: 'NOT_DUE', message: '' });
    return { ...order, answer: { ...answer, call } };
  }
  if (answer || (due !== 'CONFIRM' && due !== 'RETURN')) return order;
  return { ...order, answer: { kind: due, call: planned(now), reason: reasonOf(order) } };
}

/** What an order is to be answered as soon as that is known; null before. */
function dueOf(p: Procurement, order: Purchase): ReturnType<typeof answerDue> | null {
  const { seen, hold } = order;
  if (!seen || hasEnded(seen)) return 'NONE';
  if (hold?.state === 'HELD') return answerDue(seen, true);
  const cannot = hold?.state === 'FAILED' || (hasOrigin(p, order) && !isKnown(seen));
  return cannot ? answerDue(seen, false) : null;
}

const reasonOf = ({ hold }: Purchase): string =>
  hold?.state === 'FAILED' ? '库存不足' : '商品不存在';

/** Begins the answer that is due; null when there is none. */
export function answerBegun(
  p: Procurement,
  orderId: string,
  now: Date,
  policy: Policy,
): { readonly p: Procurement; readonly begun: Begun<OutboundCall> } | null {
  const answer = orderIn(p, orderId)?.answer;
  const next = answer && begun(answer.call, now, policy);
  if (!next) return null;
  const after = withOrder(p, orderId, (order) => ({
    ...order,
    answer: order.answer && { ...order.answer, call: next.call },
  }));
  return { p: after, begun: next };
}

/** What an answer that went through makes of the order; its detail says so later. */
const AFTER = { CONFIRM: 'APPROVED', RETURN: 'RETURNED' } as const;

/** How an answer ended. */
export function answerEnded(
  p: Procurement,
  orderId: string,
  attempt: OutboundCall,
  outcome: Outcome,
  now: Date,
  policy: Policy,
): Procurement {
  const order = orderIn(p, orderId);
  if (!order?.answer || !order.seen) return p;
  const { kind } = order.answer;
  const call = ended(order.answer.call, attempt, outcome, now, policy);
  if (call === order.answer.call) return p;
  const answer = { ...order.answer, call };
  const after = withOrder(p, orderId, (one) => ({ ...one, answer }));
  if (outcome.kind !== 'succeeded') {
    const known = noted(
      after,
      now,
      `${kind}_${outcome.kind.toUpperCase()}`,
      orderId,
      outcome.problem.code,
    );
    return outcome.kind === 'refused' ? readAgain(known, orderId, now) : known;
  }
  const reading = p.readings + 1;
  const seen = { ...order.seen, status: AFTER[kind], reading };
  const told = noted({ ...after, readings: reading }, now, `${kind}_DONE`, orderId);
  return readAgain(sawOrder(told, orderId, seen, now), orderId, now);
}

/** What the detail says of an answer of which nobody knows whether it went through; null: it did not. */
export function answerSeen(order: Purchase): Outcome | null {
  const { answer, seen } = order;
  if (!answer || !seen || seen.status === 'AWAITS_SUPPLIER') return null;
  const went = seen.status === AFTER[answer.kind];
  const problem = { code: seen.status, message: '' };
  return went ? { kind: 'succeeded' } : { kind: 'refused', problem };
}

/** What is due at the platform; null when nothing is. */
export type CallDue =
  | { readonly kind: 'READ'; readonly about: About }
  | { readonly kind: 'ANSWER'; readonly orderId: string };

export function callDue(p: Procurement, now: Date): CallDue | null {
  if (p.movedTo) return null;
  if (p.requisition?.read.call && isDue(p.requisition.read.call, now)) {
    return { kind: 'READ', about: '' };
  }
  for (const { orderId, read, answer } of p.orders) {
    if (read.call && isDue(read.call, now)) return { kind: 'READ', about: orderId };
    if (answer && isDue(answer.call, now)) return { kind: 'ANSWER', orderId };
  }
  return null;
}

/** The call was made as often as it may be, and has not led to anything. */
export const isStuck = (call: OutboundCall | null | undefined): boolean =>
  call !== null && call !== undefined && (isGivenUp(call) || call.state === 'REFUSED');
