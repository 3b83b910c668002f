import { changeTasks } from './fulfilment.ts';
import type { Fulfilment, Task, ToldRefund, WantedRefund } from './fulfilment.ts';
import { intend } from './notify.ts';
import { isIdle, isLost, meant } from './granted.ts';
import type { Granted } from './granted.ts';
import { askRefund, isAsked } from './refund.ts';
import type { RefundAsked } from './refund.ts';
import { isWithdrawn, withoutQuestion } from './withdrawal.ts';

export type RefundsHeard = RefundAsked & {
  /** The tasks as they were before: the store need not answer about their goods any more. */
  freed: readonly Task[];
};

/**
 * What the buyer wants back, at first or changed since, or granted already: goods are asked of their
 * store (see askRefund); a refund of money alone touches neither goods nor stock, and voids the question
 * about them if there was one.
 * A message that was published before what is known of its refund changes nothing. What the SPI cannot
 * say, the amount, is told by the tables alone.
 */
export function hearRefunds(
  current: Fulfilment,
  sent: readonly (WantedRefund | Granted)[],
  publishedAt: Date,
  now: Date,
): RefundsHeard {
  const sentOf = new Map(sent.map((one) => [one.subOrderId, one]));
  const wanted = current.tasks.flatMap((task) => {
    const one = sentOf.get(task.subOrderId);
    return one ? [meant(task, one)] : [];
  });
  const bySubOrder = new Map(wanted.map((one) => [one.subOrderId, one]));
  const freed: Task[] = [];
  const told: ToldRefund[] = [];
  const stale = new Set<string>();
  const changed = changeTasks(current, [...bySubOrder.keys()], (task) => {
    const one = bySubOrder.get(task.subOrderId);
    if (!one || isStale(task, one, publishedAt)) {
      stale.add(task.subOrderId);
      return task;
    }
    const after = withAmount(task, one, publishedAt, now);
    if (after === task) return task;
    const again = after.status !== task.status;
    if (again) freed.push(task);
    told.push({ ...one, afterSale: false, ...(again && { again }) });
    return after;
  });
  const allocation = Math.max(0, ...changed.tasks.map((task) => task.allocation));
  const heard =
    told.length > 0 ? intend(changed, 'REFUND_CHANGED', allocation, now, told) : current;
  const goods = wanted.filter((one) => !one.amountOnly && !stale.has(one.subOrderId));
  return { ...askRefund(heard, goods, now, publishedAt), freed };
}

/**
 * Older than what is known of the very refund, or of one that the buyer has withdrawn. That the money
 * is back is final, and so never too late.
 */
function isStale(task: Task, one: WantedRefund, publishedAt: Date): boolean {
  // All of its money is back: there is nothing left that another refund could be about.
  if (isLost(task) && !(one.granted && !one.amountOnly)) return true;
  if (one.granted) return false;
  if (isWithdrawn(task, one.refundId)) return true;
  const { refund } = task;
  const isSame = refund?.refundId === one.refundId && refund.withdrawnAt === null;
  if (!isSame) return false;
  return refund.granted === true || (refund.toldAt !== undefined && publishedAt < refund.toldAt);
}

/** The task with the amount of its refund; the same one where the amount is no news. */
function withAmount(task: Task, one: WantedRefund, toldAt: Date, now: Date): Task {
  const { refund } = task;
  const isSame = refund?.refundId === one.refundId && refund.withdrawnAt === null;
  const isKnown =
    isSame &&
    refund.feeFen === one.feeFen &&
    Boolean(refund.amountOnly) === Boolean(one.amountOnly) &&
    Boolean(refund.granted) === Boolean(one.granted);
  if (isKnown) return task;
  if (one.amountOnly) {
    const askedAt = isSame ? refund.askedAt : now;
    return { ...withoutQuestion(task), refund: { ...one, askedAt, toldAt, withdrawnAt: null } };
  }
  if (one.granted) {
    // Asked of the store with the question about its goods, or recorded where that stands already.
    if (isIdle(task) || isAsked(task, one)) return task;
    const askedAt = isSame ? refund.askedAt : now;
    return { ...task, refund: { ...one, askedAt, toldAt, withdrawnAt: null } };
  }
  // Another refund, or one of goods that was of money alone, is asked of the store.
  if (!isSame || refund.amountOnly) return task;
  return { ...task, refund: { ...refund, feeFen: one.feeFen, toldAt } };
}
