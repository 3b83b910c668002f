import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { changeTasks } from './fulfilment.ts';
import type { Fulfilment, StatusEntry, Task } from './fulfilment.ts';
import { voidAllocations } from './notify.ts';
import type { FlowStatus } from './status.ts';

/** Sub-orders that their allocator wants back from a place. */
export type Wanted = {
  subOrderIds: readonly string[];
  /** The allocation that is taken back. */
  allocation: number;
  /** Also what the place has accepted and not sent off. */
  acceptedToo: boolean;
};

/** What stands in the way of taking sub-orders back, in one word. */
export type Standing = FlowStatus | 'ORDER_CLOSED' | 'SHIPPING_UNDER_WAY' | 'STALE';

export type Recalled = { fulfilment: Fulfilment; standing: Standing | null };

/**
 * Takes sub-orders back from the place that they were offered to: all of them or none. A place that has
 * answered first keeps them, and `standing` says with what. Nothing is told of them any more; a repeated
 * recall changes nothing. NOT_KNOWN_YET: the allocation is still on its way here.
 */
export function recall(
  current: Fulfilment | null,
  { subOrderIds, allocation, acceptedToo }: Wanted,
): Result<Recalled, 'NOT_KNOWN_YET'> {
  const tasks = (current?.tasks ?? []).filter((task) => subOrderIds.includes(task.subOrderId));
  const isKnown = tasks.length === subOrderIds.length;
  if (!current || !isKnown || tasks.some((task) => task.allocation < allocation)) {
    return err('NOT_KNOWN_YET');
  }
  const standing = tasks.map((task) => standingOf(task, allocation, acceptedToo)).find(Boolean);
  if (standing) return ok({ fulfilment: current, standing });
  const open = tasks.filter(({ place }) => place !== null).map((task) => task.subOrderId);
  if (open.length === 0) return ok({ fulfilment: current, standing: null });
  const after = changeTasks(current, open, takenBack);
  return ok({ fulfilment: voidAllocations(after, allocation + 1), standing: null });
}

/** Null: nothing is in the way, or it was taken back before. */
function standingOf(task: Task, allocation: number, acceptedToo: boolean): Standing | null {
  const { status, place, flow, closed } = task;
  if (task.allocation > allocation) return 'STALE';
  if (closed) return 'ORDER_CLOSED';
  if (place === null && status === null) return null;
  const isAccepted = acceptedToo && flow === 'SHIP' && status === 'ACCEPTED';
  return status === 'OFFERED' || isAccepted ? null : (status ?? 'STALE');
}

/** What the place had of it has happened, but nothing follows from it. */
const takenBack = (task: Task): Task => ({
  ...task,
  status: null,
  place: null,
  placeName: '',
  history: task.history.map((entry): StatusEntry =>
    entry.allocation === task.allocation && VOID.includes(entry.status)
      ? { ...entry, withdrawn: true }
      : entry,
  ),
});

const VOID: readonly string[] = ['OFFERED', 'ACCEPTED'];
