import type { Clock } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import { openNotification } from '../domain/fulfilment.ts';
import { recordTry } from '../domain/notify.ts';
import type { Connections, Fulfilments, OrderName, StoreSystem } from './ports.ts';

export type NotifyDeps = {
  fulfilments: Fulfilments;
  connections: Connections;
  storeSystem: StoreSystem;
  clock: Clock;
  retryMs: number;
};

/**
 * Delivers the open notification of an order, if it is due. The intent is durable before the call and
 * the outcome after it; a crash in between leaves the intent, and the store is told again: it knows
 * the allocation by its content.
 */
export const makeNotifyStores =
  (deps: NotifyDeps) =>
  async (order: OrderName): Promise<void> => {
    const fulfilment = await deps.fulfilments.load(order);
    const open = fulfilment && openNotification(fulfilment);
    if (!open || open.nextAt.getTime() > deps.clock().getTime()) return;
    const connection = await deps.connections.find(order.sellerId);
    const outcome =
      connection && connection.spiUrl !== ''
        ? await deps.storeSystem.tell(connection, fulfilment, open.allocation)
        : ({ kind: 'polling' } as const);
    await deps.fulfilments.change(order, null, (current) => {
      if (!current) throw new TypeError('a notified order has a document');
      const now = deps.clock();
      const state = recordTry(current, open.allocation, outcome, now, deps.retryMs);
      const tasks = state.tasks.filter((task) => task.allocation === open.allocation);
      const told = outcome.kind === 'delivered' || outcome.kind === 'polling';
      const events = told ? [{ kind: 'notified' as const, tasks, at: now }] : [];
      return ok({ state, events, result: null });
    });
  };
