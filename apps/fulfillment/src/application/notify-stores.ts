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
    let latest = await dueOrNewest(deps, order);
    if (!latest || !isNotificationDue(latest, deps.clock())) return;
    const connection = await deps.connections.find(order.sellerId);
    if (!connection || connection.spiUrl === '' || order.channel !== TMALL) {
      await change(deps, order, (current) => polled(current, deps.clock()));
      return;
    }
    if (connection.pause) {
      await change(deps, order, (current) => notificationPostponed(current, deps.clock()));
      return;
    }
    await driveCalls<Told, Succeeded>(
      {
        begin: () => begin(deps, order, latest),
        lookUp: async () => null,
        send: ({ fulfilment, notification }) =>
          deps.storeSystem.tell(connection, fulfilment, notification),
        record: async ({ notification }, outcome) => {
          latest = await change(deps, order, (current) =>
            notificationEnded(current, notification, outcome, deps.clock(), deps.policy),
          );
        },
      },
      deps.watch,
      CALLS_MAX,
    );
  };

const isNotificationDue = (fulfilment: Fulfilment, now: Date): boolean => {
  const open = openNotification(fulfilment);
  return open !== null && isDue(open, now);
};

/** The order as it is known here when something of it is due; what others have left due only the database tells. */
async function dueOrNewest(
  { fulfilments, clock }: NotifyDeps,
  order: OrderRef,
): Promise<Fulfilment | null> {
  const known = await fulfilments.lastKnown(order);
  return known && isNotificationDue(known, clock()) ? known : await fulfilments.load(order);
}

/** `latest`: as it is known; who writes what is due afterwards has it delivered. */
async function begin(
  { fulfilments, clock, policy }: NotifyDeps,
  order: OrderRef,
  latest: Fulfilment | null,
): Promise<Begun<Told> | null> {
  if (!latest || !notificationBegun(latest, clock(), policy)) return null;
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

/** Writes a change of notifications down, with what follows from those that it has ended; the order as it left it. */
async function change(
  { fulfilments, clock }: NotifyDeps,
  order: OrderRef,
  next: (current: Fulfilment) => Fulfilment,
): Promise<Fulfilment | null> {
  const changed = await fulfilments.change<Fulfilment, never>(order, null, (current) => {
    if (!current) throw new TypeError('a notified order has a document');
    const state = next(current);
    const now = clock();
    const events = endedBy(current, state).flatMap((one) => eventsOf(state, one, now));
    return ok({ state, events, result: state });
  });
  return changed.ok ? changed.value : null;
}
