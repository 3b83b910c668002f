import type { OrderRef, Place, Result } from '@astrolabe/kernel';
import { err, ok, samePlace } from '@astrolabe/kernel';
import type { Allocation } from './allocation.ts';
import { scheduled } from './allocation.ts';
import { refundOf, refundTold } from './refund.ts';
import type { ToldRefund } from './refund.ts';
import { newRound, newAllocation, finished } from './allocation-rounds.ts';

/** Why a call of the platform is refused. */
export type NoticeRefusal = 'ORDER_SHIPPED' | 'ORDER_CLOSED' | 'UNKNOWN_TRADE';

/**
 * `allocate`: the first call asks for an allocation, a later one for another (white paper 6.6.1); an
 * order that is shipped is refused. While a decision is under way a repeat changes nothing.
 */
export function allocateAsked(
  state: Allocation | null,
  name: OrderRef,
  now: Date,
): Result<Allocation, NoticeRefusal> {
  const known = state ?? newAllocation(name, now);
  if (known.progress === 'SHIPPED') return err('ORDER_SHIPPED');
  // A refund may have been withdrawn since: the trade says so when it is read.
  if (known.progress === 'RELEASED' && !known.refunds?.length) return err('ORDER_CLOSED');
  return ok(isDeciding(known) ? known : newRound(known, 'ASKED', now));
}

/**
 * What is being decided sees what this call is about. Not so where there was a refund: the decision
 * may have read the trade before its refund was withdrawn, and would end it.
 */
const isDeciding = ({ round, status, progress, refunds }: Allocation): boolean =>
  round > 0 && status === 'WAITING' && progress !== 'RELEASED' && !refunds?.length;

/**
 * `store.refused`: it names neither store nor sub-orders, so it only makes a decision due; what was
 * refused is read from the platform then. A repeat finds nothing refused and changes nothing.
 */
export function storeRefused(
  state: Allocation | null,
  now: Date,
): Result<Allocation, NoticeRefusal> {
  if (!state || state.round === 0) return err('UNKNOWN_TRADE');
  const isOver = state.progress === 'SHIPPED' || state.progress === 'RELEASED';
  return ok(isOver || state.status === 'WAITING' ? state : newRound(state, 'REFUSED', now));
}

/** `store.accpeted`: the place stands. */
export function storeAccepted(state: Allocation | null): Result<Allocation, NoticeRefusal> {
  if (!state || state.round === 0) return err('UNKNOWN_TRADE');
  return ok(state.progress === 'OPEN' ? { ...state, progress: 'ACCEPTED' } : state);
}

/** `store.consigned`: nothing is left to decide. */
export function storeConsigned(state: Allocation | null): Result<Allocation, NoticeRefusal> {
  if (!state || state.round === 0) return err('UNKNOWN_TRADE');
  return ok(state.progress === 'SHIPPED' ? state : finished(state, 'SHIPPED'));
}

/** Where a platform that allocates itself (model C) has put each sub-order. */
export type ToldPlace = { readonly subOrderId: string; readonly place: Place };

/** `allocatedinfo.sync` towards a store system: the places are kept as told, nothing is decided. */
export function allocationTold(
  state: Allocation | null,
  name: OrderRef,
  places: readonly ToldPlace[],
  now: Date,
): Allocation {
  const known = state ?? newAllocation(name, now);
  const kept = known.lines.filter((line) => places.every((p) => p.subOrderId !== line.subOrderId));
  const told = places.map(({ subOrderId, place }) => ({
    subOrderId,
    goods: { itemId: '', skuId: '', outerId: '' },
    quantityMilli: 0n,
    deducted: null,
    place,
    kind: null,
    told: true,
    refusedBy: [],
    missed: [],
  }));
  return scheduled({ ...known, status: 'ALLOCATED', notifiedAt: now, lines: [...kept, ...told] });
}

/** A trade as a row of the push table has it. */
export type ReadTrade = {
  readonly orderRef: OrderRef;
  readonly modifiedAt: Date;
  /** WAITING for its shipment, SHIPPED, CLOSED, or OTHER. */
  readonly standing: 'WAITING' | 'SHIPPED' | 'CLOSED' | 'OTHER';
  /** Whether some sub-order is omni-channel: others are not allocated. */
  readonly omni: boolean;
  /** Sub-orders that the buyer wants refunded, or was. */
  readonly refunded: readonly ToldRefund[];
  /** Places that have refused their sub-order, as the platform's allocation shows them. */
  readonly refusals: readonly ToldPlace[];
};

/**
 * A row of the push table (white paper 3.2, method 2: the ISV polls). An unknown trade that waits is
 * to be allocated; a refusal of the place that we told is one more decision. What was read before, or
 * is older, changes nothing: rows are read again where windows overlap. Null when nothing changes.
 */
export function tradeRead(state: Allocation | null, row: ReadTrade, now: Date): Allocation | null {
  if (state?.readAt && state.readAt.getTime() >= row.modifiedAt.getTime()) return null;
  if (!state && (row.standing !== 'WAITING' || !row.omni)) return null;
  const known: Allocation = {
    ...(state ?? newAllocation(row.orderRef, now)),
    readAt: row.modifiedAt,
  };
  if (known.progress === 'SHIPPED') return known;
  if (known.progress === 'RELEASED' && !known.refunds?.length) return known;
  if (row.standing === 'SHIPPED') return finished(known, 'SHIPPED');
  if (row.standing === 'CLOSED') return finished(closedBy(known, row, now), 'RELEASED');
  if (row.standing !== 'WAITING') return known;
  // The row keeps its word while a store answers; the refund's own table tells of the next one.
  const told = row.refunded.filter(
    ({ subOrderId }) => refundOf(known, subOrderId)?.state !== 'DENIED',
  );
  const after = refundTold(known, row.orderRef, told, now);
  if (after.progress === 'RELEASED') return after;
  if (after.round === 0 && after.status === 'WAITING') return newRound(after, 'ASKED', now);
  const isRefused = after.lines.some(({ subOrderId, place, told }) =>
    row.refusals.some(
      (one) => one.subOrderId === subOrderId && told && place && samePlace(one.place, place),
    ),
  );
  return isRefused && after.status !== 'WAITING' ? newRound(after, 'REFUSED', now) : after;
}

/** Places that have goods of a closed trade may be asked where they are: the money is back. */
function closedBy(known: Allocation, row: ReadTrade, now: Date): Allocation {
  const had = known.lines.filter(({ told }) => told);
  const told = had.map(({ subOrderId }) => ({ subOrderId, standing: 'OVER' as const }));
  return refundTold(known, row.orderRef, told, now);
}
