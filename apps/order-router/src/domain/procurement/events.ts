import type { Milli } from '@astrolabe/kernel';
import { hasEnded } from './life.ts';
import { NOBODY, linesWithSent, noted, withOrder } from './procurement.ts';
import type { Procurement, Purchase } from './procurement.ts';

export type LineLeft = {
  readonly lineId: string;
  readonly goodsId: string;
  readonly left: Milli;
};

/** What others are told of an order. */
export type SupplyEvent =
  | { readonly kind: 'confirmed'; readonly revision: number; readonly order: Purchase }
  | {
      readonly kind: 'cancelled';
      readonly revision: number;
      readonly order: Purchase;
      readonly left: readonly LineLeft[];
      readonly reason: 'CANCELLED' | 'RETURNED';
    };

type Told = { readonly p: Procurement; readonly events: readonly SupplyEvent[] };

/** Tells once that an order may be shipped, and once that nothing more of it may be. */
export function told(p: Procurement, now: Date): Told {
  return p.orders.reduce<Told>(
    (before, order) => {
      const event = eventOf(order);
      if (!event) return before;
      const state = event.kind === 'confirmed' ? 'CONFIRMED' : 'CANCELLED';
      const after = withOrder(before.p, order.orderId, (one) => ({
        ...one,
        seen: one.seen && { ...one.seen, receiver: NOBODY },
        told: { revision: event.revision, state },
      }));
      return {
        p: noted(after, now, `TOLD_${state}`, order.orderId),
        events: [...before.events, event],
      };
    },
    { p, events: [] },
  );
}

function eventOf(order: Purchase): SupplyEvent | null {
  const { seen, hold, told: before } = order;
  if (!seen) return null;
  const revision = before.revision + 1;
  if (before.state === 'NOTHING') {
    const isExecutable = seen.status === 'APPROVED' && hold?.state === 'HELD';
    return isExecutable ? { kind: 'confirmed', revision, order } : null;
  }
  if (before.state === 'CANCELLED' || !hasEnded(seen)) return null;
  const left = linesWithSent(order).flatMap(({ lineId, goodsId, ordered, sent }) =>
    ordered > sent ? [{ lineId, goodsId, left: ordered - sent }] : [],
  );
  const reason = seen.status === 'RETURNED' ? 'RETURNED' : 'CANCELLED';
  return { kind: 'cancelled', revision, order, left, reason };
}
