import type { Clock, EventOrigin, OrderRef } from '@astrolabe/kernel';
import { ok, purchaseOrder, requisitionRef } from '@astrolabe/kernel';
import {
  heardOfOrder,
  heardOfRequisition,
  newProcurement,
  parcelLeft,
} from '../../domain/procurement/procurement.ts';
import type { Procurement } from '../../domain/procurement/procurement.ts';
import type { Consumed } from '../../domain/procurement/stock-step.ts';
import type { Procurements } from './ports.ts';

export type HearDeps = {
  readonly procurements: Pick<Procurements, 'change' | 'homeOf'>;
  readonly clock: Clock;
  /** Has the work done that follows. */
  readonly wake: (ref: OrderRef) => void;
};

/** What was heard of a requisition or of an order. `why` is for people: the detail says what is so. */
export type Heard = {
  readonly sellerId: string;
  readonly origin: EventOrigin;
  readonly why: string;
};

/** Takes in what the platform and our warehouses say; nothing but that it was said is believed. */
export function makeHear({ procurements, clock, wake }: HearDeps) {
  const change = async (
    ref: OrderRef,
    origin: EventOrigin,
    next: (p: Procurement, now: Date) => Procurement,
  ): Promise<void> => {
    const now = clock();
    const stored = await procurements.change(ref, origin, (p) =>
      ok(next(p ?? newProcurement(ref, now), now)),
    );
    if (!stored.ok) return;
    // Its requisition was found meanwhile.
    if (stored.value.movedTo) await change(stored.value.movedTo, origin, next);
    else wake(ref);
  };
  return {
    requisition: async ({ sellerId, origin, why }: Heard, id: string): Promise<void> => {
      const ref = requisitionRef(sellerId, id);
      await change(ref, origin, (p, now) => heardOfRequisition(p, id, now, why));
    },
    order: async ({ sellerId, origin, why }: Heard, orderId: string): Promise<void> => {
      const home = await procurements.homeOf(purchaseOrder(sellerId, orderId));
      await change(home, origin, (p, now) => heardOfOrder(p, orderId, now, why));
    },
    parcel: async (
      order: OrderRef,
      origin: EventOrigin,
      parcel: { readonly parcelNo: string; readonly lines: readonly Consumed[] },
    ): Promise<void> => {
      const home = await procurements.homeOf(order);
      await change(home, origin, (p, now) => parcelLeft(p, order.number, parcel, now));
    },
  };
}

export type Hear = ReturnType<typeof makeHear>;
