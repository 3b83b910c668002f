import { changeTasks } from './fulfilment.ts';
import type { Fulfilment, StatusEntry, Task, TaskRefund } from './fulfilment.ts';
import { intend } from './notify.ts';
import { isFlowStatus } from './status.ts';
import type { FlowStatus, Status } from './status.ts';

/** A refund that the buyer does not want any more. */
export type Withdrawn = {
  subOrderId: string;
  /** Empty when the channel gave none: then the newest one is meant. */
  refundId: string;
};

export type RefundsWithdrawn = {
  fulfilment: Fulfilment;
  /** The tasks as they were before: they have lost a refund that had been asked for. */
  withdrawn: readonly Task[];
};

/** Ids of withdrawn refunds that a task remembers, for messages that come late. */
const REMEMBERED_MAX = 20;

/**
 * The buyer has withdrawn refunds. A question that the store has not
 * answered is void, and so is the wish for goods that were to come back: the sub-order goes on where
 * it was. Where the store has agreed its goods are on the shelf again: nobody has the sub-order until
 * it is allocated anew. What the store has denied stays denied, for the goods are out. Goods that are
 * back cannot be given to the buyer again by words. A withdrawal that comes before its refund is
 * remembered, and the refund then asks nobody.
 */
export function withdrawRefunds(
  current: Fulfilment,
  told: readonly Withdrawn[],
  now: Date,
): RefundsWithdrawn {
  const bySubOrder = new Map(told.map((one) => [one.subOrderId, one.refundId]));
  const lost: Task[] = [];
  const changed = changeTasks(current, [...bySubOrder.keys()], (task) => {
    const refundId = bySubOrder.get(task.subOrderId) ?? '';
    const after = withdrawn(task, refundId, now);
    if (after !== task) lost.push(task);
    return remembered(after, refundId);
  });
  if (lost.length === 0) {
    const same = changed.tasks.every((task, index) => task === current.tasks[index]);
    return { fulfilment: same ? current : changed, withdrawn: [] };
  }
  const allocation = Math.max(...lost.map((task) => task.allocation));
  const refunds = lost.map(({ subOrderId, refund, status }) => ({
    subOrderId,
    refundId: refund?.refundId ?? bySubOrder.get(subOrderId) ?? '',
    feeFen: refund?.feeFen ?? 0n,
    afterSale: status === 'RETURN_EXPECTED',
    again: true as const,
  }));
  return {
    fulfilment: intend(changed, 'REFUND_WITHDRAWN', allocation, now, refunds),
    withdrawn: lost,
  };
}

/** Whether the buyer has taken this refund back already. */
export const isWithdrawn = (task: Task, refundId: string): boolean =>
  refundId !== '' && (task.withdrawnRefunds ?? []).includes(refundId);

/**
 * By where a sub-order stands, the statuses that a void question leaves behind. What was denied before
 * the goods left is no question any more: it is why they could leave.
 */
const QUESTIONS: Partial<Record<FlowStatus, readonly Status[]>> = {
  CANCEL_ASKED: ['CANCEL_ASKED'],
  CANCEL_AGREED: ['CANCEL_ASKED', 'CANCEL_AGREED'],
  RETURN_EXPECTED: ['RETURN_EXPECTED'],
};

function withdrawn(task: Task, refundId: string, now: Date): Task {
  const standing = task.refund;
  // Nor can one be taken back whose money the buyer has.
  if (standing?.withdrawnAt || standing?.granted) return task;
  const isNamed = refundId !== '' && Boolean(standing?.refundId);
  if (isNamed && standing?.refundId !== refundId) return task;
  const asked = task.history.findLast(({ status }) => status === 'CANCEL_ASKED');
  const refund: TaskRefund = {
    subOrderId: task.subOrderId,
    refundId,
    feeFen: 0n,
    askedAt: asked?.happenedAt ?? now,
    ...standing,
    withdrawnAt: now,
  };
  if (standing?.amountOnly || task.status === 'CANCEL_DENIED') return { ...task, refund };
  const after = withoutQuestion(task);
  return after === task ? task : { ...after, refund };
}

/**
 * The task without the question about its goods, answered or not: where it was before. The same one
 * when there is none that could be void, for goods that are out or back are no question.
 */
export function withoutQuestion(task: Task): Task {
  const question = task.status ? QUESTIONS[task.status] : undefined;
  if (!question) return task;
  // Refunds of former allocations have ended, or the goods would not have gone elsewhere.
  const history = task.history.map((entry): StatusEntry =>
    entry.allocation === task.allocation && question.includes(entry.status)
      ? { ...entry, withdrawn: true }
      : entry,
  );
  // Back on the shelf, whatever it was before: it has to be held and allocated again.
  if (task.status === 'CANCEL_AGREED') {
    return { ...task, history, status: null, place: null, placeName: '' };
  }
  return { ...task, history, status: standingStatus(task.allocation, history) };
}

function standingStatus(allocation: number, history: readonly StatusEntry[]): FlowStatus | null {
  const standing = history.findLast(
    (entry) => entry.allocation === allocation && !entry.withdrawn && isFlowStatus(entry.status),
  );
  return standing && isFlowStatus(standing.status) ? standing.status : null;
}

function remembered(task: Task, refundId: string): Task {
  if (refundId === '' || isWithdrawn(task, refundId)) return task;
  const withdrawnRefunds = [...(task.withdrawnRefunds ?? []), refundId].slice(-REMEMBERED_MAX);
  return { ...task, withdrawnRefunds };
}
