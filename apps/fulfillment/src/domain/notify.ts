import type { Fulfilment, Notification, NotificationKind } from './fulfilment.ts';

/** How a try to tell the store system ended. */
export type Try =
  | { kind: 'delivered' }
  /** The seller has no address: it polls, and so knows at once. */
  | { kind: 'polling' }
  /** It did not take the message. */
  | { kind: 'failed'; error: string }
  /** Nobody knows whether it took the message. */
  | { kind: 'unknown'; error: string };

/** Tries until a store system that does not answer is left to poll (catalogue 6.3). */
export const ATTEMPTS_MAX = 3;

const NOTIFICATIONS_MAX = 50;
const REPLACED = 'replaced by a later allocation';
const CLOSED = 'the order was closed';

const isOpen = ({ state }: Notification): boolean => state === 'PENDING' || state === 'UNKNOWN';

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
    state: 'PENDING',
    attempts: 0,
    nextAt: now,
    lastError: '',
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
  lastError: string,
): Fulfilment {
  if (!fulfilment.notifications.some((one) => isOpen(one) && concerns(one))) return fulfilment;
  const notifications = fulfilment.notifications.map((one) =>
    isOpen(one) && concerns(one) ? { ...one, state: 'GIVEN_UP' as const, lastError } : one,
  );
  return withNotifications(fulfilment, notifications);
}

/**
 * Records a try. The wait before another grows with the tries; a notification that was settled or
 * voided meanwhile stays as it is.
 */
export function recordTry(
  fulfilment: Fulfilment,
  id: number,
  outcome: Try,
  now: Date,
  retryMs: number,
): Fulfilment {
  const before = fulfilment.notifications.find((one) => one.id === id);
  if (!before || !isOpen(before)) return fulfilment;
  const after = tried(before, outcome, now, retryMs);
  return withNotifications(
    fulfilment,
    fulfilment.notifications.map((one) => (one.id === id ? after : one)),
  );
}

function tried(one: Notification, outcome: Try, now: Date, retryMs: number): Notification {
  if (outcome.kind === 'polling') return { ...one, state: 'DELIVERED', deliveredAt: now };
  const attempts = one.attempts + 1;
  if (outcome.kind === 'delivered') {
    return { ...one, state: 'DELIVERED', attempts, lastError: '', deliveredAt: now };
  }
  const lastError = outcome.error;
  if (attempts >= ATTEMPTS_MAX) return { ...one, state: 'GIVEN_UP', attempts, lastError };
  const nextAt = new Date(now.getTime() + retryMs * 4 ** (attempts - 1));
  const state = outcome.kind === 'unknown' ? 'UNKNOWN' : 'PENDING';
  return { ...one, state, attempts, lastError, nextAt };
}

/** Replaces the notifications and with them the time when the next one is due. */
function withNotifications(
  fulfilment: Fulfilment,
  notifications: readonly Notification[],
): Fulfilment {
  const next = { ...fulfilment, notifications: notifications.slice(-NOTIFICATIONS_MAX) };
  return { ...next, notifyAt: openNotification(next)?.nextAt ?? null };
}
