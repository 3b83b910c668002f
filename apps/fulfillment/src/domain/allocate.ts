import type { Milli, OrderRef, Place } from '@astrolabe/kernel';
import { changeTasks, emptyFulfilment, newTask, withEntry } from './fulfilment.ts';
import type { Attributes, Fulfilment, Task, WaitingAllocation } from './fulfilment.ts';
import { isLost } from './granted.ts';
import { intend, voidAllocations, voidClosed } from './notify.ts';
import { isOnTime, mayReallocate } from './status.ts';
import type { Flow } from './status.ts';

/** A paid trade: the sub-orders that will have to go somewhere. */
export type TradeSeen = {
  orderRef: OrderRef;
  lines: readonly Pick<
    Task,
    'subOrderId' | 'itemId' | 'skuId' | 'outerId' | 'quantity' | 'shown'
  >[];
};

/**
 * Knows the sub-orders of a trade; those that an allocation has brought already stay as they are, but for
 * what the channel shows of their goods: an allocation does not tell it.
 */
export function seeTrade(current: Fulfilment | null, trade: TradeSeen): Fulfilment {
  const before = current ?? emptyFulfilment(trade.orderRef);
  const known = new Set(before.tasks.map((task) => task.subOrderId));
  const added = trade.lines.filter((line) => !known.has(line.subOrderId)).map(newTask);
  const shown = new Map(
    trade.lines.flatMap((line) => (line.shown ? [[line.subOrderId, line.shown]] : [])),
  );
  const isNews = before.tasks.some((task) => !task.shown && shown.has(task.subOrderId));
  if (added.length === 0 && !isNews) return before;
  const tasks = before.tasks.map((task) => {
    const found = task.shown ?? shown.get(task.subOrderId);
    return found ? { ...task, shown: found } : task;
  });
  return { ...before, tasks: [...tasks, ...added] };
}

/** Tmall has marked these sub-orders as shipped; what it has closed before is not among them. */
export const seeShipped = (current: Fulfilment, subOrderIds: readonly string[]): Fulfilment =>
  changeTasks(current, subOrderIds, (task) =>
    isLost(task) || (task.closed && !task.shippedAtTmall)
      ? task
      : { ...task, shippedAtTmall: true },
  );

/** Nothing will be shipped any more for these sub-orders, unless the goods have left already. */
export function seeClosed(
  current: Fulfilment | null,
  order: OrderRef,
  subOrderIds: readonly string[],
): Fulfilment {
  const before = current ?? emptyFulfilment(order);
  const after = changeTasks(before, subOrderIds, (task) =>
    task.handedOverAt || task.history.some(({ status }) => status === 'SHIPPED')
      ? task
      : { ...task, closed: true },
  );
  const over = after.tasks.every(
    (task) => task.closed || task.handedOverAt || task.status === 'SHIPPED',
  );
  return over ? voidClosed(after) : after;
}

/** A withdrawn refund had closed these sub-orders: they may go to a place again. */
export const seeReopened = (current: Fulfilment, subOrderIds: readonly string[]): Fulfilment =>
  changeTasks(current, subOrderIds, (task) => (task.closed ? { ...task, closed: false } : task));

export type Allocation = {
  orderRef: OrderRef;
  allocation: number;
  flow: Flow;
  allocatedAt: Date;
  /** The store system is to be told by SPI. */
  notify: boolean;
  lines: readonly {
    subOrderId: string;
    place: Place;
    placeName: string;
    itemId: string;
    skuId: string;
    outerId: string;
    quantity: Milli;
    attributes?: Attributes;
  }[];
};

export type Allocated = {
  fulfilment: Fulfilment;
  /** The tasks that go to their places now. */
  given: readonly Task[];
  /** Sub-orders that cannot be moved any more: the goods have left, or a refund is under way. */
  kept: readonly string[];
};

/**
 * Gives the allocated sub-orders to their places: OFFERED, and the intent to tell the
 * store in the same state, so that a store that answers at once finds its task (docs/adr/0004).
 * Re-allocating races with accepting and shipping; whichever reaches this document first has won,
 * and goods that have left are never sent elsewhere.
 */
export function allocate(current: Fulfilment | null, allocation: Allocation, now: Date): Allocated {
  const { orderRef } = allocation;
  const before = seeTrade(current, { orderRef, lines: allocation.lines });
  const lines = new Map(allocation.lines.map((line) => [line.subOrderId, line]));
  const news = before.tasks.filter(
    (task) => lines.has(task.subOrderId) && task.allocation < allocation.allocation,
  );
  const movable = new Set(
    news
      .filter((task) => mayReallocate(task.status) && !task.closed && !task.handedOverAt)
      .map((task) => task.subOrderId),
  );
  const kept = news.map((task) => task.subOrderId).filter((id) => !movable.has(id));
  const after = changeTasks(before, [...movable, ...kept], (task) => {
    const line = lines.get(task.subOrderId);
    if (!line) return task;
    if (movable.has(task.subOrderId)) return give(task, line, allocation, now);
    return task.status === 'CANCEL_ASKED'
      ? { ...task, waiting: waitingOf(line, allocation) }
      : task;
  });
  const given = after.tasks.filter((task) => movable.has(task.subOrderId));
  if (!allocation.notify || given.length === 0) return { fulfilment: after, given, kept };
  const free = voidAllocations(after, allocation.allocation);
  return { fulfilment: intend(free, 'ALLOCATED', allocation.allocation, now), given, kept };
}

const waitingOf = (
  { place, placeName, attributes = [] }: Target,
  { allocation, flow, allocatedAt, notify }: Allocation,
): WaitingAllocation => ({ allocation, place, placeName, attributes, flow, allocatedAt, notify });

/**
 * Refunds of these tasks (as they were) have come to nothing: an allocation that had to wait for their
 * answer is taken up. One that waited for goods which the store has put back is not: their stock was
 * released, and a new allocation follows.
 */
export function takeUpWaiting(
  current: Fulfilment,
  freed: readonly Task[],
  now: Date,
): Omit<Allocated, 'kept'> {
  const asked = new Set(
    freed.filter(({ status }) => status === 'CANCEL_ASKED').map(({ subOrderId }) => subOrderId),
  );
  const ready = current.tasks.filter(
    ({ subOrderId, waiting, allocation, closed, status }) =>
      asked.has(subOrderId) &&
      waiting !== undefined &&
      waiting.allocation > allocation &&
      !closed &&
      mayReallocate(status),
  );
  let next = changeTasks(
    current,
    ready.map(({ subOrderId }) => subOrderId),
    (task) => (task.waiting ? give(task, task.waiting, task.waiting, now) : task),
  );
  for (const allocation of new Set(
    ready.flatMap(({ waiting }) => (waiting?.notify ? [waiting.allocation] : [])),
  )) {
    next = intend(voidAllocations(next, allocation), 'ALLOCATED', allocation, now);
  }
  const ids = new Set(ready.map(({ subOrderId }) => subOrderId));
  return { fulfilment: next, given: next.tasks.filter(({ subOrderId }) => ids.has(subOrderId)) };
}

type Target = { place: Place; placeName: string; attributes?: Attributes };

function give(
  { waiting: _taken, ...task }: Task,
  line: Target,
  { allocation, flow, allocatedAt }: Pick<Allocation, 'allocation' | 'flow' | 'allocatedAt'>,
  now: Date,
): Task {
  const given: Task = {
    ...task,
    allocation,
    place: line.place,
    placeName: line.placeName,
    attributes: line.attributes ?? [],
    flow,
    status: 'OFFERED',
    logistics: null,
  };
  const entry = {
    status: 'OFFERED' as const,
    allocation,
    place: line.place,
    happenedAt: allocatedAt,
    receivedAt: now,
    operator: 'astrolabe',
    onTime: isOnTime(allocatedAt, now),
  };
  return withEntry(given, entry, given.history.length);
}
