import type { Place, Result } from '@astrolabe/kernel';
import { err, ok, samePlace } from '@astrolabe/kernel';
import { changeTasks } from './fulfilment.ts';
import type { Failures, Fulfilment, Pickup, Task } from './fulfilment.ts';

export const NO_FAILURES: Failures = { count: 0, lockedUntil: null };

/** Wrong codes for one order before it is locked. 12 digits leave a guesser 5 in 10^12. */
export const ORDER_FAILURES_MAX = 5;
/** Wrong codes of one caller (a store, an application) before it is locked. */
export const CALLER_FAILURES_MAX = 20;
export const LOCK_MS = 15 * 60_000;

export type PickupRefusal =
  'WRONG_CODE' | 'CODE_USED' | 'CODE_LOCKED' | 'OTHER_STORE' | 'NOT_READY' | 'GOODS_CHANGED';

export const isLocked = ({ lockedUntil }: Failures, now: Date): boolean =>
  lockedUntil !== null && now.getTime() < lockedUntil.getTime();

/** One more wrong code; a lock that is over starts the count again. */
export function failedOnce(before: Failures, max: number, now: Date): Failures {
  const count = (before.lockedUntil === null ? before.count : 0) + 1;
  return { count, lockedUntil: count >= max ? new Date(now.getTime() + LOCK_MS) : null };
}

/** The buyer has the goods; nothing is to be done about them. */
export const isCollected = ({ handedOverAt, status }: Task): boolean =>
  handedOverAt !== undefined && status === 'READY';

/** The store has the goods for the buyer, and they are still there. */
const isReady = (task: Task): boolean =>
  task.flow === 'PICKUP' && task.status === 'READY' && !task.closed && !task.handedOverAt;

const readyAt = ({ tasks }: Fulfilment, place: Place): Task[] =>
  tasks.filter((task) => isReady(task) && task.place !== null && samePlace(task.place, place));

/**
 * Opens a pick-up for every store that has confirmed goods and has none open. `hashOf` gives the keyed
 * hash of the code with a number. The same object comes back when there is nothing to open.
 */
export function openPickups(
  fulfilment: Fulfilment,
  hashOf: (number: number) => string,
  now: Date,
): Fulfilment {
  const pickups = [...(fulfilment.pickups ?? [])];
  const before = pickups.length;
  for (const { place } of fulfilment.tasks.filter(isReady)) {
    const open = pickups.some((one) => !one.redeemedAt && place && samePlace(one.place, place));
    if (!place || open) continue;
    const number = pickups.length + 1;
    const codeHash = hashOf(number);
    pickups.push({ number, place, codeHash, issuedAt: now, redeemedAt: null, redeemedBy: '' });
  }
  return pickups.length === before ? fulfilment : { ...fulfilment, pickups };
}

/** Pick-ups that wait for the buyer: not redeemed, and with goods that are still for them. */
export const waitingPickups = (fulfilment: Fulfilment): readonly Pickup[] =>
  (fulfilment.pickups ?? []).filter(
    (one) => !one.redeemedAt && readyAt(fulfilment, one.place).length > 0,
  );

export type Redeem = {
  codeHash: string;
  /** Where it is done; null when the caller speaks for the whole seller. */
  place: Place | null;
  operator: string;
  messageId: string;
  /** What lies on the counter; empty: whatever waits. */
  subOrderIds: readonly string[];
};

export type Redeemed = {
  fulfilment: Fulfilment;
  outcome: Result<{ pickup: Pickup; handed: readonly Task[] }, PickupRefusal>;
  /** What changed hands by this call; none when the message had been taken before. */
  changed: readonly Task[];
};

const isWhatWaits = (seen: readonly string[], ready: readonly string[]): boolean =>
  seen.length === 0 || (seen.length === ready.length && ready.every((id) => seen.includes(id)));

/**
 * Hands the confirmed goods over for a code. A wrong code is counted, which is a change as well;
 * nothing is answered about codes while the order is locked.
 */
export function redeem(current: Fulfilment, asked: Redeem, now: Date): Redeemed {
  const refused = (reason: PickupRefusal, fulfilment = current): Redeemed => ({
    fulfilment,
    outcome: err(reason),
    changed: [],
  });
  const failures = current.pickupFailures ?? NO_FAILURES;
  if (isLocked(failures, now)) return refused('CODE_LOCKED');
  const pickup = (current.pickups ?? []).find((one) => one.codeHash === asked.codeHash);
  if (!pickup) {
    const pickupFailures = failedOnce(failures, ORDER_FAILURES_MAX, now);
    return refused('WRONG_CODE', { ...current, pickupFailures });
  }
  if (asked.place && !samePlace(asked.place, pickup.place)) return refused('OTHER_STORE');
  if (pickup.redeemedAt) {
    if (asked.messageId === '' || pickup.redeemedBy !== asked.messageId) {
      return refused('CODE_USED');
    }
    const handed = current.tasks.filter((task) => task.pickupNumber === pickup.number);
    return { fulfilment: current, outcome: ok({ pickup, handed }), changed: [] };
  }
  const ready = readyAt(current, pickup.place).map((task) => task.subOrderId);
  if (ready.length === 0) return refused('NOT_READY');
  // A refund or another confirmed line came after the goods were looked up.
  if (!isWhatWaits(asked.subOrderIds, ready)) return refused('GOODS_CHANGED');
  const done: Pickup = { ...pickup, redeemedAt: now, redeemedBy: asked.messageId };
  const after = changeTasks(current, ready, (task) => ({
    ...task,
    handedOverAt: now,
    pickupNumber: pickup.number,
  }));
  const handed = after.tasks.filter((task) => ready.includes(task.subOrderId));
  const pickups = (current.pickups ?? []).map((one) => (one === pickup ? done : one));
  return {
    fulfilment: { ...after, pickups, pickupFailures: NO_FAILURES },
    outcome: ok({ pickup: done, handed }),
    changed: handed,
  };
}
