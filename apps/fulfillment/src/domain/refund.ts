import type { Place } from '@astrolabe/kernel';
import { changeTasks, withEntry } from './fulfilment.ts';
import type { Fulfilment, StatusEntry, Task, WantedRefund } from './fulfilment.ts';
import { isLost } from './granted.ts';
import { intend } from './notify.ts';
import { isWithdrawn } from './withdrawal.ts';
import { mayFollow } from './status.ts';
import type { FlowStatus, Status } from './status.ts';

export type RefundAsked = {
  fulfilment: Fulfilment;
  /** Tasks whose store was asked, or told to expect the goods. */
  asked: readonly Task[];
  /** Tasks that no store had: there is nobody to ask. */
  agreed: readonly Task[];
};

/**
 * The buyer wants sub-orders refunded. Before the goods have left their store is asked
 * (CANCEL_ASKED), afterwards it is told to expect them (RETURN_EXPECTED); the boundary is
 * SHIPPED (catalogue 4.3). A sub-order without a store is agreed to at once. What was asked is
 * not asked again, and a store that has denied is not asked about the same goods twice. The seller's
 * own systems hear of it by SPI (white paper 6.6.4). Other sub-orders stay as they are.
 */
export function askRefund(
  current: Fulfilment,
  wanted: readonly WantedRefund[],
  now: Date,
  toldAt = now,
): RefundAsked {
  const bySubOrder = new Map(wanted.map((one) => [one.subOrderId, one]));
  const steps = new Map<string, Step>();
  for (const task of current.tasks) {
    const one = bySubOrder.get(task.subOrderId);
    const isVoid = one && !one.granted && isWithdrawn(task, one.refundId);
    const step = one && !isVoid ? stepOf(task, one) : null;
    if (step) steps.set(task.subOrderId, step);
  }
  if (steps.size === 0) return { fulfilment: current, asked: [], agreed: [] };
  const changed = changeTasks(current, [...steps.keys()], (task) => {
    const one = bySubOrder.get(task.subOrderId);
    const after = taken(task, steps.get(task.subOrderId) ?? [], now);
    return one ? { ...after, refund: { ...one, askedAt: now, toldAt, withdrawnAt: null } } : after;
  });
  const tasks = changed.tasks.filter(({ subOrderId }) => steps.has(subOrderId));
  const stepped = tasks.filter(({ subOrderId }) => (steps.get(subOrderId) ?? []).length > 0);
  const agreed = stepped.filter(({ status }) => status === 'CANCEL_AGREED');
  const asked = stepped.filter((task) => !agreed.includes(task));
  const allocation = Math.max(...tasks.map((task) => task.allocation));
  const refunds = tasks.flatMap(({ subOrderId, history }) => {
    const one = bySubOrder.get(subOrderId);
    return one ? [{ ...one, afterSale: history.at(-1)?.status === 'RETURN_EXPECTED' }] : [];
  });
  return { fulfilment: intend(changed, 'REFUND', allocation, now, refunds), asked, agreed };
}

/**
 * Goods have left whose money the channel has given back, since they were out when the store was asked
 * (CANCEL_DENIED): the store is told to expect them again.
 */
export function recallLost(
  current: Fulfilment,
  changed: readonly Task[],
  now: Date,
): Pick<RefundAsked, 'fulfilment' | 'asked'> {
  const left = changed.filter((task) => task.status === 'SHIPPED' && isLost(task));
  const wanted = left.flatMap(({ refund }): WantedRefund[] => {
    if (!refund) return [];
    const { subOrderId, refundId, feeFen } = refund;
    return [{ subOrderId, refundId, feeFen, granted: true }];
  });
  return wanted.length === 0 ? { fulfilment: current, asked: [] } : askRefund(current, wanted, now);
}

type Step = readonly FlowStatus[];

/** What asking comes to: statuses to set, none (the store has said no before), or null: not asked. */
function stepOf(task: Task, wanted: WantedRefund): Step | null {
  const { status, flow } = task;
  // The goods are out, whichever of the buyer's wishes the store was asked about.
  if (status === 'CANCEL_DENIED') return isNew(task, wanted) ? [] : null;
  // What the channel has closed under a store's hands is asked of it all the same.
  if (task.closed && !(wanted.granted && task.place && status !== 'REFUSED')) return null;
  // A refusal is followed by another allocation or, as here, by nothing.
  if (status === null || status === 'REFUSED') return ['CANCEL_ASKED', 'CANCEL_AGREED'];
  // For pick-up the boundary is the hand-over.
  if (task.handedOverAt) return status === 'READY' ? ['RETURN_EXPECTED'] : null;
  if (mayFollow(flow, status, 'CANCEL_ASKED')) return ['CANCEL_ASKED'];
  if (mayFollow(flow, status, 'RETURN_EXPECTED')) return ['RETURN_EXPECTED'];
  return null;
}

/** Whether the store is to be asked, or told, of a refund that its task does not show yet. */
export const isAsked = (task: Task, wanted: WantedRefund): boolean => stepOf(task, wanted) !== null;

/** Another refund than the one that was asked for before, or that one again after a withdrawal. */
const isNew = ({ refund }: Task, { refundId }: WantedRefund): boolean =>
  refund?.withdrawnAt != null ||
  refund?.amountOnly === true ||
  (refund !== undefined && refundId !== '' && refund.refundId !== refundId);

function taken(task: Task, step: Step, now: Date): Task {
  const isNobodys = step.length > 1;
  const place = isNobodys ? null : task.place;
  return step.reduce((before, status) => {
    const entry: StatusEntry = {
      status,
      allocation: task.allocation,
      place,
      happenedAt: now,
      receivedAt: now,
      operator: 'astrolabe',
      onTime: true,
    };
    return withEntry({ ...before, status }, entry, before.history.length);
  }, task);
}

/** Where the refund of a sub-order stands; `allowed`: the money may be given back. */
export type Refund = {
  subOrderId: string;
  state:
    | 'WAITING_STORE'
    | 'AGREED'
    | 'DENIED'
    | 'WAITING_RETURN'
    | 'RETURNED'
    | 'AMOUNT_ONLY'
    | 'WITHDRAWN';
  allowed: boolean;
  /** The channel has given the money back without waiting for the store. */
  granted: boolean;
  place: Place | null;
  askedAt: Date;
  answeredAt: Date | null;
  operator: string;
};

const STATES: Partial<Record<Status, Refund['state']>> = {
  CANCEL_ASKED: 'WAITING_STORE',
  CANCEL_AGREED: 'AGREED',
  CANCEL_DENIED: 'DENIED',
  RETURN_EXPECTED: 'WAITING_RETURN',
  RETURNED: 'RETURNED',
};

/** The newest refund of a sub-order; null when there is none. Asking is not agreeing (catalogue 4.3). */
export function refundOf(task: Task): Refund | null {
  if (task.refund?.amountOnly) return amountOnly(task.subOrderId, task.refund);
  const entry = task.history.findLast(({ status }) => STATES[status] !== undefined);
  const state = entry && STATES[entry.status];
  if (!entry || !state) return null;
  const asked = task.history.findLast(
    ({ status }) => status === 'CANCEL_ASKED' || status === 'RETURN_EXPECTED',
  );
  const isOver = Boolean(task.refund?.withdrawnAt);
  const isOpen = state === 'WAITING_STORE' || state === 'WAITING_RETURN';
  return {
    subOrderId: task.subOrderId,
    state: isOver ? 'WITHDRAWN' : state,
    allowed: !isOver && (state === 'AGREED' || state === 'RETURNED'),
    granted: !isOver && task.refund?.granted === true,
    place: entry.place,
    askedAt: task.refund?.askedAt ?? asked?.happenedAt ?? entry.happenedAt,
    answeredAt: isOpen ? null : entry.happenedAt,
    operator: isOpen ? '' : entry.operator,
  };
}

/** Money alone is the seller's matter: no store has anything to answer. */
const amountOnly = (
  subOrderId: string,
  { askedAt, withdrawnAt, granted }: NonNullable<Task['refund']>,
): Refund => ({
  subOrderId,
  state: withdrawnAt ? 'WITHDRAWN' : 'AMOUNT_ONLY',
  allowed: !withdrawnAt,
  granted: !withdrawnAt && granted === true,
  place: null,
  askedAt,
  answeredAt: null,
  operator: '',
});
