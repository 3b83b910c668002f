import { abandoned, achieved, begun, ended, isOpen, planned, postponed } from '@astrolabe/outbound';
import type { Begun, Outcome, Policy } from '@astrolabe/outbound';
import type { Fulfilment, Notification, NotificationKind } from './fulfilment.ts';

/**
 * Three attempts until a store system that does not answer is left to poll (catalogue 6.3); `retryMs`
 * before the second one, four times as long before the third.
 */
export const notifyPolicy = (retryMs: number, leaseMs: number): Policy => ({
  attemptsMax: 3,
  firstWaitMs: retryMs,
  factor: 4,
  waitMaxMs: 4 * retryMs,
  leaseMs,
});

const NOTIFICATIONS_MAX = 50;
const REPLACED = 'replaced by a later allocation';
const CLOSED = 'the order was closed';

/** The notification to deliver next. They go out one after the other, oldest first. */
export const openNotification = ({ notifications }: Fulfilment): Notification | null =>
  notifications.find(isOpen) ?? null;

/** Adds the intent to tell a store system. */
export function intend(
  fulfilment: Fulfilment,
  kind: NotificationKind,
  allocation: number,
  now: Date,
  refunds?: Notification['refunds'],
): Fulfilment {
  const id = (fulfilment.notifications.at(-1)?.id ?? 0) + 1;
  const intent: Notification = {
    id,
    kind,
    allocation,
    ...(refunds && { refunds }),
    ...planned(now),
    deliveredAt: null,
  };
  return withNotifications(fulfilment, [...fulfilment.notifications, intent]);
}

/** What was still to be told of allocations before `allocation` is void. */
export const voidAllocations = (fulfilment: Fulfilment, allocation: number): Fulfilment =>
  voided(fulfilment, (one) => one.kind === 'ALLOCATED' && one.allocation < allocation, REPLACED);

/** A closed order is nothing to prepare any more. */
export const voidClosed = (fulfilment: Fulfilment): Fulfilment =>
  voided(fulfilment, (one) => one.kind === 'ALLOCATED', CLOSED);

function voided(
  fulfilment: Fulfilment,
  concerns: (one: Notification) => boolean,
  message: string,
): Fulfilment {
  if (!fulfilment.notifications.some((one) => isOpen(one) && concerns(one))) return fulfilment;
  const notifications = fulfilment.notifications.map((one) =>
    concerns(one) ? abandoned(one, { code: 'VOID', message }) : one,
  );
  return withNotifications(fulfilment, notifications);
}

/** Begins the next attempt, if one is due. */
export function notificationBegun(
  fulfilment: Fulfilment,
  now: Date,
  policy: Policy,
): { fulfilment: Fulfilment; begun: Begun<Notification> } | null {
  const open = openNotification(fulfilment);
  const next = open && begun(open, now, policy);
  return next && { fulfilment: replaced(fulfilment, next.call), begun: next };
}

/** Records how an attempt ended; a notification that was voided meanwhile stays as it is. */
export function notificationEnded(
  fulfilment: Fulfilment,
  attempt: Notification,
  outcome: Outcome,
  now: Date,
  policy: Policy,
): Fulfilment {
  const before = fulfilment.notifications.find(({ id }) => id === attempt.id);
  const after = before && ended(before, attempt, outcome, now, policy);
  if (!after || after === before) return fulfilment;
  const deliveredAt = after.state === 'SUCCEEDED' ? now : null;
  return replaced(fulfilment, { ...after, deliveredAt });
}

/** The connection is paused: what is due waits, and no attempt is used up. */
export function notificationPostponed(fulfilment: Fulfilment, now: Date): Fulfilment {
  const open = openNotification(fulfilment);
  return open ? replaced(fulfilment, postponed(open, now)) : fulfilment;
}

/** The seller has no system that could be called: it polls, and so knows at once. */
export const polled = (fulfilment: Fulfilment, now: Date): Fulfilment =>
  withNotifications(
    fulfilment,
    fulfilment.notifications.map((one) =>
      isOpen(one) ? { ...achieved(one), deliveredAt: now } : one,
    ),
  );

const replaced = (fulfilment: Fulfilment, notification: Notification): Fulfilment =>
  withNotifications(
    fulfilment,
    fulfilment.notifications.map((one) => (one.id === notification.id ? notification : one)),
  );

/** Notifications that a change has brought to their end. */
export const endedBy = (before: Fulfilment, after: Fulfilment): readonly Notification[] =>
  after.notifications.filter(
    (one) =>
      !isOpen(one) &&
      before.notifications.some(({ id, nextAt }) => id === one.id && nextAt !== null),
  );

/** Replaces the notifications and with them the time when the next one is due. */
function withNotifications(
  fulfilment: Fulfilment,
  notifications: readonly Notification[],
): Fulfilment {
  const next = { ...fulfilment, notifications: notifications.slice(-NOTIFICATIONS_MAX) };
  return { ...next, notifyAt: openNotification(next)?.nextAt ?? null };
}
