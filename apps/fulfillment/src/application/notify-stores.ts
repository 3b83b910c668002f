import type { Clock, OrderRef } from '@astrolabe/kernel';
import { TMALL, ok } from '@astrolabe/kernel';
import { driveCalls, isDue } from '@astrolabe/outbound';
import type { Begun, CallWatch, Policy, Succeeded } from '@astrolabe/outbound';
import { byAllocation } from '../domain/events.ts';
import type { FulfilmentEvent } from '../domain/events.ts';
import type { Fulfilment, Notification } from '../domain/fulfilment.ts';
import {
  endedBy,
  notificationBegun,
  notificationEnded,
  notificationPostponed,
  openNotification,
  polled,
} from '../domain/notify.ts';
import type { Connections, Fulfilments, StoreSystem } from './ports.ts';

export type NotifyDeps = {
  fulfilments: Fulfilments;
  connections: Connections;
  storeSystem: StoreSystem;
  clock: Clock;
  /** Its lease is longer than a call takes. */
  policy: Policy;
  watch: CallWatch;
};

/** More than an order has open at once; what is left waits for the next sweep. */
const CALLS_MAX = 50;

/** A notification whose attempt was begun, with its order as it was then. */
type Told = { fulfilment: Fulfilment; notification: Notification };

/**
 * Delivers what is due of an order, one notification after the other. After a crash or a lost answer the
 * store system is told again without a look-up: it knows the message by its content. The SPIs are Tmall's
 * and name an order by its number alone: orders of other channels are left to poll.
 */
export const makeNotifyStores =
  (deps: NotifyDeps) =>
  async (order: OrderRef): Promise<void> => {
    const found = await deps.fulfilments.load(order);
    const open = found && openNotification(found);
    if (!open || !isDue(open, deps.clock())) return;
    const connection = await deps.connections.find(order.sellerId);
    if (!connection || connection.spiUrl === '' || order.channel !== TMALL) {
      return await change(deps, order, (current) => polled(current, deps.clock()));
    }
    if (connection.pause) {
      return await change(deps, order, (current) => notificationPostponed(current, deps.clock()));
    }
    await driveCalls<Told, Succeeded>(
      {
        begin: () => begin(deps, order),
        lookUp: async () => null,
        send: ({ fulfilment, notification }) =>
          deps.storeSystem.tell(connection, fulfilment, notification),
        record: ({ notification }, outcome) =>
          change(deps, order, (current) =>
            notificationEnded(current, notification, outcome, deps.clock(), deps.policy),
          ),
      },
      deps.watch,
      CALLS_MAX,
    );
  };

async function begin(deps: NotifyDeps, order: OrderRef): Promise<Begun<Told> | null> {
  const { fulfilments, clock, policy } = deps;
  const before = await fulfilments.load(order);
  if (!before || !notificationBegun(before, clock(), policy)) return null;
  const taken = await fulfilments.change<Begun<Told> | null, never>(order, null, (current) => {
    if (!current) throw new TypeError('a notified order has a document');
    const next = notificationBegun(current, clock(), policy);
    if (!next) return ok({ state: current, events: [], result: null });
    const { fulfilment, begun } = next;
    const call = { fulfilment, notification: begun.call };
    return ok({ state: fulfilment, events: [], result: { ...begun, call } });
  });
  return taken.ok ? taken.value : null;
}

/** What the end of a refund's notification tells, delivered or given up. */
const OF_REFUND: Partial<Record<Notification['kind'], FulfilmentEvent['kind']>> = {
  REFUND: 'REFUND_TOLD',
  REFUND_CHANGED: 'REFUND_TOLD',
  REFUND_WITHDRAWN: 'WITHDRAWAL_TOLD',
};

/** What the end of a notification tells the other services: the store has heard of its task, or has not. */
function eventsOf(after: Fulfilment, ended: Notification, now: Date): FulfilmentEvent[] {
  const { kind, state, allocation, refunds = [] } = ended;
  if (kind === 'ALLOCATED') {
    const tasks = after.tasks.filter((task) => task.allocation === allocation);
    return byAllocation(
      state === 'SUCCEEDED' ? 'NOTIFIED' : 'NOT_REACHED',
      tasks,
      now,
      'astrolabe',
    );
  }
  const ofRefund = OF_REFUND[kind];
  return ofRefund ? [{ kind: ofRefund, tasks: [], at: now, operator: 'astrolabe', refunds }] : [];
}

/** Writes a change of notifications down, with what follows from those that it has ended. */
async function change(
  { fulfilments, clock }: NotifyDeps,
  order: OrderRef,
  next: (current: Fulfilment) => Fulfilment,
): Promise<void> {
  await fulfilments.change<null, never>(order, null, (current) => {
    if (!current) throw new TypeError('a notified order has a document');
    const state = next(current);
    const now = clock();
    const events = endedBy(current, state).flatMap((one) => eventsOf(state, one, now));
    return ok({ state, events, result: null });
  });
}
