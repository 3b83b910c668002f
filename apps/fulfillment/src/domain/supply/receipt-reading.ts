import type { OrderRef } from '@astrolabe/kernel';
import { begun, ended, planned } from '@astrolabe/outbound';
import type { Begun, OutboundCall, Outcome, Policy } from '@astrolabe/outbound';

/**
 * A receipt of a platform that is to be read because a message named it. The message says neither the order nor where
 * the receipt stands: its detail does.
 */
export type ReceiptReading = {
  /** Channel, seller and the receipt's id: named as an order is, though it is none. */
  readonly orderRef: OrderRef;
  /** Messages that named it. */
  readonly asked: number;
  /** Of them, those that the newest reading has begun after. */
  readonly begunAt: number;
  /** Readings that were begun. */
  readonly readings: number;
  /** Numbers of the orders that it was recorded at. */
  readonly orders: readonly string[];
  readonly call: OutboundCall;
  readonly dueAt: Date | null;
};

/** Calls to the platform: 20 attempts, `retryMs` before the second one, twice as long before each further one. */
export const readingPolicy = (retryMs: number, leaseMs: number): Policy => ({
  attemptsMax: 20,
  firstWaitMs: retryMs,
  factor: 2,
  waitMaxMs: Math.max(retryMs, 60_000),
  leaseMs,
  withheld: { max: 2_880, waitMs: 30_000 },
});

const scheduled = (reading: Omit<ReceiptReading, 'dueAt'>): ReceiptReading => ({
  ...reading,
  dueAt: reading.call.nextAt,
});

/** A message named the receipt: it is read again, after a reading that is under way. */
export function readingAsked(
  current: ReceiptReading | null,
  orderRef: OrderRef,
  now: Date,
): ReceiptReading {
  if (!current) {
    const none = { begunAt: 0, readings: 0, orders: [] };
    return scheduled({ orderRef, asked: 1, ...none, call: planned(now) });
  }
  const call = current.call.state === 'BEGUN' ? current.call : planned(now);
  return scheduled({ ...current, asked: current.asked + 1, call });
}

export function readingBegun(
  reading: ReceiptReading,
  now: Date,
  policy: Policy,
): Begun<ReceiptReading> | null {
  const next = begun(reading.call, now, policy);
  if (!next) return null;
  const { asked, readings } = reading;
  const call = scheduled({ ...reading, begunAt: asked, readings: readings + 1, call: next.call });
  return { ...next, call };
}

/** How a reading ended, and the orders that it was recorded at. */
export function readingEnded(
  current: ReceiptReading,
  tried: ReceiptReading,
  outcome: Outcome,
  now: Date,
  { policy, orders }: { readonly policy: Policy; readonly orders: readonly string[] },
): ReceiptReading {
  const call = ended(current.call, tried.call, outcome, now, policy);
  const known = { ...current, orders: [...new Set([...current.orders, ...orders])] };
  if (call === current.call) return known;
  const isStale = call.nextAt === null && current.asked > tried.begunAt;
  return scheduled({ ...known, call: isStale ? planned(now) : call });
}
