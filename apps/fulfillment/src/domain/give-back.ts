import type { Milli, Place, Result } from '@astrolabe/kernel';
import { err, ok, samePlace } from '@astrolabe/kernel';
import { changeTasks, withEntry } from './fulfilment.ts';
import type { Fulfilment, Model, StatusEntry, Task } from './fulfilment.ts';
import { isLost } from './granted.ts';
import type { Reason } from './reason.ts';
import { isOfGoods } from './reason.ts';
import { tellAllocator } from './report.ts';
import type { FlowStatus } from './status.ts';

/** What a store had accepted and cannot send. */
export type GiveBack = {
  subOrderIds: readonly string[];
  /** The allocation that the store saw. */
  allocation: number;
  place: Place;
  reason: Reason;
  /** What is not on the shelf, by sub-order; absent ones are there. */
  lost: ReadonlyMap<string, Milli>;
  operator: string;
};

export type GiveBackRefusal =
  | 'UNKNOWN_TRADE'
  | 'UNKNOWN_SUB_ORDER'
  | 'MISSING_FIELD'
  /** The store answers in a system of its own. */
  | 'OUT_OF_SCOPE'
  | 'MOVED'
  | 'REFUND_ASKED'
  | 'ORDER_CLOSED'
  | 'SHIPPING_UNDER_WAY'
  | 'ILLEGAL_TRANSITION';

export type GivenBack = {
  fulfilment: Fulfilment;
  /** The tasks that have changed; none when it was given back before. */
  changed: readonly Task[];
};

/** What a store has said yes to and still has. */
const ACCEPTED: readonly (FlowStatus | null)[] = ['ACCEPTED', 'READY'];

/**
 * Takes sub-orders back that their store had accepted: all of them or none. They stand as refused, with the
 * reason, as if the store had said so at once. It is our console's alone (models A and B): the transitions of
 * the white paper know no refusal after an acceptance (catalogue 4.2), so a store's own system cannot take
 * its word back by one that comes late. The same again changes nothing, wherever the goods went meanwhile.
 */
export function giveBack(
  current: Fulfilment | null,
  asked: GiveBack,
  model: Model,
  now: Date,
): Result<GivenBack, GiveBackRefusal> {
  if (model.acceptor !== 'DIANZHANGGUI') return err('OUT_OF_SCOPE');
  if (!current) return err('UNKNOWN_TRADE');
  const tasks = current.tasks.filter(({ subOrderId }) => asked.subOrderIds.includes(subOrderId));
  const isKnown = tasks.length > 0 && tasks.length === new Set(asked.subOrderIds).size;
  if (!isKnown) return err('UNKNOWN_SUB_ORDER');
  if (tasks.some((task) => !isPossible(task, asked))) return err('MISSING_FIELD');
  const open = tasks.filter((task) => !wasGivenBack(task, asked));
  const obstacle = open.map((task) => obstacleOf(task, asked)).find(Boolean);
  if (obstacle) return err(obstacle);
  const ids = open.map(({ subOrderId }) => subOrderId);
  if (ids.length === 0) return ok({ fulfilment: current, changed: [] });
  const after = changeTasks(current, ids, (task) => refusedBy(task, asked, now));
  const changed = after.tasks.filter(({ subOrderId }) => ids.includes(subOrderId));
  return ok({ fulfilment: tellAllocator(after, changed, 'REFUSED', model, now), changed });
}

/** No more is lost than there was, and only for a reason that says so. */
function isPossible({ subOrderId, quantity }: Task, { lost, reason }: GiveBack): boolean {
  const missing = lost.get(subOrderId) ?? 0n;
  return missing === 0n || (missing > 0n && missing <= quantity && isOfGoods(reason));
}

const wasGivenBack = ({ history }: Task, { allocation, place }: GiveBack): boolean =>
  history.some(
    (entry) =>
      entry.givenBack &&
      entry.allocation === allocation &&
      entry.place !== null &&
      samePlace(entry.place, place),
  );

function obstacleOf(task: Task, { allocation, place }: GiveBack): GiveBackRefusal | null {
  const isHere = task.place !== null && samePlace(task.place, place);
  if (!isHere || task.allocation !== allocation) return 'MOVED';
  if (task.status === 'CANCEL_ASKED') return 'REFUND_ASKED';
  if (task.closed || isLost(task)) return 'ORDER_CLOSED';
  if (!ACCEPTED.includes(task.status) || task.handedOverAt) return 'ILLEGAL_TRANSITION';
  return task.shippedAtTmall ? 'SHIPPING_UNDER_WAY' : null;
}

function refusedBy(task: Task, { reason, lost, operator }: GiveBack, now: Date): Task {
  const missing = lost.get(task.subOrderId) ?? 0n;
  const entry: StatusEntry = {
    status: 'REFUSED',
    allocation: task.allocation,
    place: task.place,
    happenedAt: now,
    receivedAt: now,
    operator,
    // It is no answer to the notice: that was the acceptance.
    onTime: true,
    reason,
    givenBack: true,
    ...(missing > 0n && { lost: missing }),
  };
  return withEntry({ ...task, status: 'REFUSED' }, entry, task.history.length);
}
