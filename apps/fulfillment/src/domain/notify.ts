import { withNotifications } from './fulfilment.ts';
import type { Fulfilment, Notification } from './fulfilment.ts';

/** How a try to tell the store ended. */
export type Try =
  | { kind: 'delivered' }
  | { kind: 'polling' }
  | { kind: 'refused'; error: string }
  | { kind: 'unknown'; error: string };

/** Tries until a store that does not answer is left to poll (catalogue 6.3). */
export const ATTEMPTS_MAX = 3;

/** Records a try. The wait before another grows with the tries. */
export function recordTry(
  fulfilment: Fulfilment,
  allocation: number,
  outcome: Try,
  now: Date,
  retryMs: number,
): Fulfilment {
  const notifications = fulfilment.notifications.map((one) =>
    one.allocation === allocation ? tried(one, outcome, now, retryMs) : one,
  );
  return withNotifications(fulfilment, notifications);
}

function tried(one: Notification, outcome: Try, now: Date, retryMs: number): Notification {
  if (one.state === 'DELIVERED') return one;
  const attempts = one.attempts + 1;
  switch (outcome.kind) {
    case 'delivered':
      return { ...one, state: 'DELIVERED', attempts, lastError: '', deliveredAt: now };
    case 'polling':
      return { ...one, state: 'NOT_NEEDED' };
    case 'refused':
    case 'unknown': {
      const lastError = outcome.error;
      if (attempts >= ATTEMPTS_MAX) return { ...one, state: 'GIVEN_UP', attempts, lastError };
      const nextAt = new Date(now.getTime() + retryMs * 4 ** (attempts - 1));
      const state = outcome.kind === 'unknown' ? 'UNKNOWN' : 'PENDING';
      return { ...one, state, attempts, lastError, nextAt };
    }
  }
}
