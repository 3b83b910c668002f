import type { Clock, OrderRef } from '@astrolabe/kernel';
import { TMALL, ok } from '@astrolabe/kernel';
import { byAllocation } from '../domain/events.ts';
import type { FulfilmentEvent } from '../domain/events.ts';
import type { Fulfilment, Notification } from '../domain/fulfilment.ts';
import { openNotification, recordTry } from '../domain/notify.ts';
import type { Try } from '../domain/notify.ts';
import type { Connections, Fulfilments, StoreSystem } from './ports.ts';

export type NotifyDeps = {
  fulfilments: Fulfilments;
  connections: Connections;
  storeSystem: StoreSystem;
  clock: Clock;
  retryMs: number;
};

/**
 * Delivers what is due of an order, one notification after the other. The intent is durable before
 * the call and the outcome after it; a crash in between leaves the intent, and the store system is
 * told again: it knows the message by its content. The SPIs are Tmall's and name an order by its number
 * alone: orders of other channels are left to poll.
 */
export const makeNotifyStores =
  (deps: NotifyDeps) =>
  async (order: OrderRef): Promise<void> => {
    const connection = await deps.connections.find(order.sellerId);
    let fulfilment = await deps.fulfilments.load(order);
    for (let due = dueOf(fulfilment, deps.clock()); fulfilment && due;) {
      const outcome: Try =
        connection && connection.spiUrl !== '' && order.channel === TMALL
          ? await deps.storeSystem.tell(connection, fulfilment, due)
          : { kind: 'polling' };
      fulfilment = await record(deps, order, due, outcome);
      due = dueOf(fulfilment, deps.clock());
    }
  };

function dueOf(fulfilment: Fulfilment | null, now: Date): Notification | null {
  const open = fulfilment && openNotification(fulfilment);
  return open && open.nextAt.getTime() <= now.getTime() ? open : null;
}

/** What the end of an allocation's notification tells the others; refunds end in the same states. */
const NEWS: Partial<Record<Notification['state'], FulfilmentEvent['kind']>> = {
  DELIVERED: 'NOTIFIED',
  GIVEN_UP: 'NOT_REACHED',
};

/** What the end of a refund's notification tells. */
const TOLD: Partial<Record<Notification['kind'], FulfilmentEvent['kind']>> = {
  REFUND: 'REFUND_TOLD',
  REFUND_CHANGED: 'REFUND_TOLD',
  REFUND_WITHDRAWN: 'WITHDRAWAL_TOLD',
};

/** Writes down how a try ended; the store has heard of its task when it was delivered. */
async function record(
  deps: NotifyDeps,
  order: OrderRef,
  told: Notification,
  outcome: Try,
): Promise<Fulfilment | null> {
  const written = await deps.fulfilments.change<Fulfilment, never>(order, null, (current) => {
    if (!current) throw new TypeError('a notified order has a document');
    const now = deps.clock();
    const state = recordTry(current, told.id, outcome, now, deps.retryMs);
    const ended = state.notifications.find(({ id }) => id === told.id)?.state ?? 'PENDING';
    const kind = told.kind === 'ALLOCATED' && state !== current ? NEWS[ended] : undefined;
    const tasks = state.tasks.filter((task) => task.allocation === told.allocation);
    const events = kind ? byAllocation(kind, tasks, now, 'astrolabe') : [];
    const ofRefund = TOLD[told.kind];
    if (ofRefund && state !== current && NEWS[ended]) {
      const { refunds = [] } = told;
      events.push({ kind: ofRefund, tasks: [], at: now, operator: 'astrolabe', refunds });
    }
    return ok({ state, events, result: state });
  });
  return written.ok ? written.value : null;
}
