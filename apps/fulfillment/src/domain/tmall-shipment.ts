import { changeTasks, withEntry } from './fulfilment.ts';
import type { Fulfilment, Model, Task } from './fulfilment.ts';
import { intend } from './notify.ts';
import { isOnTime } from './status.ts';
import type { FlowStatus } from './status.ts';

/** What leads from a status to the shipment; the other statuses have nothing that could leave. */
const STEPS: Partial<Record<FlowStatus, readonly FlowStatus[]>> = {
  OFFERED: ['SHIPPED'],
  ACCEPTED: ['SHIPPED'],
  // Goods that have left cannot be put back on the shelf: that is the answer to the question.
  CANCEL_ASKED: ['CANCEL_DENIED', 'SHIPPED'],
  CANCEL_DENIED: ['SHIPPED'],
};

export type WarehousesShipped = {
  fulfilment: Fulfilment;
  /** The tasks that have been shipped by this; none when nothing is new. */
  shipped: readonly Task[];
};

/**
 * Tmall's shipment of goods that a warehouse has is the warehouse's shipment (docs/adr/0032): in
 * models A and B no warehouse has an interface to report one, and in C and D it may be silent. What
 * a store has it reports itself, after Tmall has the shipment. Where the seller's own router
 * allocates, it is told (models B and D).
 */
export function shipWarehouses(
  current: Fulfilment,
  allocator: Model['allocator'],
  happenedAt: Date,
  now: Date,
): WarehousesShipped {
  const ids = current.tasks.filter(hasLeft).map(({ subOrderId }) => subOrderId);
  if (ids.length === 0) return { fulfilment: current, shipped: [] };
  const after = changeTasks(current, ids, (task) =>
    shippedTask(task, current.orderRef.channel, happenedAt, now),
  );
  const shipped = after.tasks.filter(({ subOrderId }) => ids.includes(subOrderId));
  if (allocator !== 'ISV') return { fulfilment: after, shipped };
  const allocation = Math.max(...shipped.map((task) => task.allocation));
  return { fulfilment: intend(after, 'CONSIGNED', allocation, now), shipped };
}

const hasLeft = ({ place, status, closed, shippedAtTmall }: Task): boolean =>
  shippedAtTmall && !closed && place?.type === 'WAREHOUSE' && !!status && !!STEPS[status];

const shippedTask = (task: Task, operator: string, happenedAt: Date, now: Date): Task =>
  (task.status ? (STEPS[task.status] ?? []) : []).reduce((before, status) => {
    const entry = {
      status,
      allocation: task.allocation,
      place: task.place,
      happenedAt,
      receivedAt: now,
      operator,
      onTime: isOnTime(happenedAt, now),
    };
    return withEntry({ ...before, status }, entry, before.history.length);
  }, task);
