import type { Milli, Place } from '@astrolabe/kernel';
import { emptyFulfilment, newTask, withEntry, withNotifications } from './fulfilment.ts';
import type { Fulfilment, Notification, Task } from './fulfilment.ts';
import type { Flow } from './status.ts';

/** A paid trade: the sub-orders that will have to go somewhere. */
export type TradeSeen = {
  sellerId: string;
  tradeId: string;
  lines: readonly Pick<Task, 'subOrderId' | 'itemId' | 'skuId' | 'outerId' | 'quantity'>[];
};

/** Knows the sub-orders of a trade; those that an allocation has brought already stay as they are. */
export function seeTrade(current: Fulfilment | null, trade: TradeSeen): Fulfilment {
  const before = current ?? emptyFulfilment(trade.sellerId, trade.tradeId);
  const known = new Set(before.tasks.map((task) => task.subOrderId));
  const added = trade.lines.filter((line) => !known.has(line.subOrderId)).map(newTask);
  return added.length === 0 ? before : { ...before, tasks: [...before.tasks, ...added] };
}

/** Tmall has marked the trade as shipped. */
export const seeShipped = (
  current: Fulfilment | null,
  trade: { sellerId: string; tradeId: string },
): Fulfilment => ({
  ...(current ?? emptyFulfilment(trade.sellerId, trade.tradeId)),
  shippedAtTmall: true,
});

export type Allocation = {
  sellerId: string;
  tradeId: string;
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
  }[];
};

/**
 * Gives the allocated sub-orders to their places: X_ALLOCATION_NOTIFIED, and the intent to tell the
 * store in the same state, so that a store that answers at once finds its task (docs/adr/0004).
 */
export function allocate(
  current: Fulfilment | null,
  allocation: Allocation,
  now: Date,
): Fulfilment {
  const { sellerId, tradeId } = allocation;
  const before = seeTrade(current, { sellerId, tradeId, lines: allocation.lines });
  const byId = new Map(allocation.lines.map((line) => [line.subOrderId, line]));
  const tasks = before.tasks.map((task) => {
    const line = byId.get(task.subOrderId);
    if (!line || task.allocation >= allocation.allocation) return task;
    const given: Task = {
      ...task,
      allocation: allocation.allocation,
      place: line.place,
      placeName: line.placeName,
      flow: allocation.flow,
      status: 'X_ALLOCATION_NOTIFIED',
    };
    return withEntry(given, {
      status: 'X_ALLOCATION_NOTIFIED',
      happenedAt: allocation.allocatedAt,
      receivedAt: now,
      operator: 'astrolabe',
      onTime: true,
    });
  });
  const after = { ...before, tasks };
  if (!allocation.notify) return after;
  const notification: Notification = {
    allocation: allocation.allocation,
    state: 'PENDING',
    attempts: 0,
    nextAt: now,
    lastError: '',
    deliveredAt: null,
  };
  // What was still to be told of an older allocation is void.
  const older = after.notifications.map((one) =>
    one.state === 'PENDING' || one.state === 'UNKNOWN'
      ? { ...one, state: 'NOT_NEEDED' as const }
      : one,
  );
  return withNotifications(after, [...older, notification]);
}
