import { achieved, isGivenUp } from '@astrolabe/outbound';
import { isOpen, lacksSpi, newCall, revised, settled } from './pushed-order.ts';
import type {
  Call,
  Placement,
  PushedOrder,
  Refund,
  SeenOrder,
  StoreAnswer,
} from './pushed-order.ts';

/** More refunds than an order has sub-orders times its tries; older ones stay in the tables. */
const REFUNDS_MAX = 500;

/** Records the order as its channel showed it; an older message changes nothing. */
export function recordOrder(push: PushedOrder, order: SeenOrder, now: Date): PushedOrder {
  if (push.order && push.order.publishedAt > order.publishedAt) return push;
  return settled(revised({ ...push, order }, now));
}

/**
 * The seller's router has to allocate sub-orders: at first, or again after a refusal. A request that
 * has not gone out yet takes them along; else this is a new one, and nothing is written before it.
 */
export function recordAwaiting(
  push: PushedOrder,
  subOrderIds: readonly string[],
  now: Date,
): PushedOrder {
  const waiting = [...new Set([...push.waiting, ...subOrderIds])].filter(
    (id) => !push.closed.includes(id),
  );
  if (waiting.length === 0) return push;
  const next = { ...push, allocator: 'isv' as const, waiting };
  const unsent = isOpen(push.allocate) && push.allocate?.attempts === 0;
  if (unsent || lacksSpi(push.allocate)) return settled(next);
  return settled({ ...next, round: push.round + 1, allocate: newCall(now), query: null });
}

export type Allocation = {
  readonly allocation: number;
  readonly allocator: 'isv' | 'astrolabe';
  readonly acceptor: 'dianzhanggui' | 'pos';
  readonly placements: readonly Placement[];
};

/** Sub-orders have places; a request whose sub-orders all have one is ended. */
export function recordAllocated(push: PushedOrder, allocation: Allocation, now: Date): PushedOrder {
  const named = new Set(allocation.placements.map((one) => one.subOrderId));
  const kept = push.placements.filter(({ subOrderId }) => !named.has(subOrderId));
  const next = {
    ...push,
    allocator: allocation.allocator,
    acceptor: allocation.acceptor,
    allocation: Math.max(push.allocation, allocation.allocation),
    placements: [...kept, ...allocation.placements],
  };
  return settled(revised(unasked(next, named, now), now));
}

/** The seller's router has answered that there is no place; it is not asked again. */
export const recordAllocationFailed = (push: PushedOrder, now: Date): PushedOrder =>
  settled(unasked(push, new Set(push.waiting), now));

/** The store system was notified of an allocation, or could not be notified and polls. */
export const recordNotified = (push: PushedOrder, allocation: number, now: Date): PushedOrder =>
  allocation <= push.notified ? push : settled({ ...push, notified: allocation, planAt: now });

export function recordAnswer(
  push: PushedOrder,
  answers: readonly StoreAnswer[],
  now: Date,
): PushedOrder {
  const named = new Set(answers.map((one) => one.subOrderId));
  const kept = push.answers.filter(({ subOrderId }) => !named.has(subOrderId));
  return settled(revised({ ...push, answers: [...kept, ...answers] }, now));
}

/** Goods have left, perhaps before they were allocated: they need no allocation any more. */
export function recordShipped(
  push: PushedOrder,
  subOrderIds: readonly string[],
  now: Date,
): PushedOrder {
  const next = { ...push, shipped: union(push.shipped, subOrderIds) };
  const isAwaited = push.waiting.some((id) => subOrderIds.includes(id));
  const free = isAwaited ? unasked(next, new Set(subOrderIds), now) : next;
  return settled(revised(free, now));
}

/** Nothing will be shipped for these sub-orders, so they need no allocation. */
export function recordClosed(
  push: PushedOrder,
  subOrderIds: readonly string[],
  now: Date,
): PushedOrder {
  const next = { ...push, closed: union(push.closed, subOrderIds) };
  return settled(revised(unasked(next, new Set(subOrderIds), now), now));
}

/** A withdrawn refund had closed these sub-orders: they are to be shipped after all. */
export const recordReopened = (
  push: PushedOrder,
  subOrderIds: readonly string[],
  now: Date,
): PushedOrder =>
  settled(revised({ ...push, closed: push.closed.filter((id) => !subOrderIds.includes(id)) }, now));

/** A refund as the router was notified of it last. */
export type RefundNotice = Omit<Refund, 'created' | 'modified'> & { readonly at: Date };

/**
 * A refund as the platform announces it. Tables keep whole seconds and drop what is not newer, so two
 * notices of the same second are a second apart there.
 */
export function recordRefundNotice(
  push: PushedOrder,
  { at, ...notice }: RefundNotice,
  now: Date,
): PushedOrder {
  const stored = push.refunds.find(({ refundId }) => refundId === notice.refundId);
  const isKnown =
    stored?.state === notice.state &&
    stored.refundFeeFen === notice.refundFeeFen &&
    stored.amountOnly === notice.amountOnly;
  if (isKnown) return push;
  const modified = new Date(Math.max(at.getTime(), (stored?.modified.getTime() ?? 0) + 1_000));
  return recordRefund(push, { ...notice, created: stored?.created ?? at, modified }, now);
}

/** A refund that the router was notified of; an older version of a refund changes nothing. */
export function recordRefund(push: PushedOrder, refund: Refund, now: Date): PushedOrder {
  const stored = push.refunds.find(({ refundId }) => refundId === refund.refundId);
  if (stored && (stored.modified > refund.modified || same(stored, refund))) return push;
  const others = push.refunds.filter(({ refundId }) => refundId !== refund.refundId);
  return settled(revised({ ...push, refunds: [...others, refund].slice(-REFUNDS_MAX) }, now));
}

const same = (a: Refund, b: Refund): boolean =>
  a.modified.getTime() === b.modified.getTime() &&
  a.state === b.state &&
  a.refundFeeFen === b.refundFeeFen;

const union = (a: readonly string[], b: readonly string[]): readonly string[] => [
  ...new Set([...a, ...b]),
];

/** Ends the calls whose result is not needed any more. */
function unasked(push: PushedOrder, ids: ReadonlySet<string>, now: Date): PushedOrder {
  const waiting = push.waiting.filter((id) => !ids.has(id));
  if (waiting.length > 0) return { ...push, waiting };
  const settledCall = (call: Call | null): Call | null =>
    call && (isOpen(call) || lacksSpi(call)) ? { ...achieved(call), doneAt: now } : call;
  // A result that came makes one that was missing good.
  const query = push.query && isGivenUp(push.query) ? null : settledCall(push.query);
  return { ...push, waiting, allocate: settledCall(push.allocate), query, planAt: now };
}
