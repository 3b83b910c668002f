import type { OrderRef } from '@astrolabe/kernel';
import { abandoned, isDoubtful, isOpen } from '@astrolabe/outbound';
import { scheduled } from './calls.ts';
import { presentCall } from './supply.ts';
import type { Line, Parcel, Supply } from './supply.ts';

/** An order that may be shipped, as it was told. */
export type Confirmation = {
  readonly orderRef: OrderRef;
  readonly revision: number;
  readonly displayNumber: string;
  readonly holdRef: string;
  readonly lines: readonly Line[];
  readonly confirmedAt: Date;
};

/** Opens an order, or takes in what its channel has changed. One that is not newer changes nothing. */
export function confirmed(current: Supply | null, told: Confirmation): Supply {
  if (current && told.revision <= current.revision) return current;
  const { revision, displayNumber, holdRef, lines } = told;
  if (current) {
    return scheduled({ ...current, revision, displayNumber, holdRef, lines, cancelled: null });
  }
  return {
    ...told,
    parcels: [],
    returns: [],
    receipts: [],
    cancelled: null,
    history: [],
    dueAt: null,
  };
}

export type Cancellation = {
  readonly revision: number;
  readonly reason: string;
  readonly cancelledAt: Date;
};

/**
 * Nothing more is shipped. A parcel of which nobody was told yet is not shipped either; one whose call is under way, or of
 * unknown end, is settled by what the platform says (X-A15).
 */
export function cancelled(current: Supply, told: Cancellation): Supply {
  if (told.revision <= current.revision) return current;
  const { revision, reason, cancelledAt } = told;
  return scheduled({
    ...current,
    revision,
    cancelled: { at: cancelledAt, reason },
    parcels: current.parcels.map(stopped),
  });
}

const CANCELLED = { code: 'CANCELLED', message: '' };

function stopped(parcel: Parcel): Parcel {
  const call = presentCall(parcel);
  const isFirst = parcel.stock === null || parcel.platform === null;
  if (!isFirst || !isOpen(call) || isDoubtful(call)) return parcel;
  const refused = { ...abandoned(call, CANCELLED), state: 'REFUSED' } as const;
  return parcel.stock ? { ...parcel, stock: refused } : { ...parcel, platform: refused };
}
