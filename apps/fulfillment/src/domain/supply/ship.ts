import { err, ok } from '@astrolabe/kernel';
import { isDoubtful, isGivenUp, planned } from '@astrolabe/outbound';
import { withParcel, scheduled } from './calls.ts';
import type { Changed, SupplyEvent } from './events.ts';
import { told } from './events.ts';
import {
  beyond,
  hasPlatform,
  isDelivered,
  isInDoubt,
  isRejected,
  leftOf,
  presentCall,
  stateOf,
  sumOf,
} from './supply.ts';
import type { Parcel, ParcelEnd, Quantity, Return, Supply, TrackStep } from './supply.ts';

const PARCELS_MAX = 200;
const STEPS_MAX = 200;

/** What a warehouse wants to send off. Without lines: all that is left. */
export type ParcelWish = Pick<
  Parcel,
  'parcelNo' | 'companyCode' | 'companyName' | 'waybillNo' | 'operator' | 'lines'
> & { readonly sentAt: Date | null };

export type Asked = { readonly parcel: Parcel; readonly already: boolean };

/**
 * A warehouse ships. Never more than was ordered, without tolerance (P-A24), and nothing of an order that is not confirmed
 * or was cancelled. A number that stands is the same parcel; one that was refused may be tried again.
 */
export function shipAsked(current: Supply | null, wish: ParcelWish, now: Date): Changed<Asked> {
  if (!current) return err('NOT_CONFIRMED');
  const standing = current.parcels.findLast(({ parcelNo }) => parcelNo === wish.parcelNo);
  if (standing && stateOf(standing) !== 'REFUSED') {
    if (!isSame(standing, wish)) return err('PARCEL_EXISTS');
    return ok({ supply: current, events: [], result: { parcel: standing, already: true } });
  }
  if (current.cancelled) return err('CANCELLED');
  if (current.parcels.length >= PARCELS_MAX) return err('TOO_MANY');
  if (current.parcels.some(isInDoubt)) return err('PARCEL_IN_DOUBT');
  const left = leftOf(current);
  const lines = wish.lines.length > 0 ? linesOf(wish.lines) : left;
  if (lines.length === 0) return err('NOTHING_LEFT');
  if (lines.some(({ lineId }) => !current.lines.some((one) => one.lineId === lineId))) {
    return err('UNKNOWN_LINE');
  }
  if (beyond(lines, sumOf([left]))) return err('OVER_SHIPMENT');
  const isTold = hasPlatform(current.orderRef);
  const parcel: Parcel = {
    ...wish,
    lines,
    id: (current.parcels.at(-1)?.id ?? 0) + 1,
    sentAt: wish.sentAt ?? now,
    platform: isTold ? planned(now) : null,
    emptyLooks: 0,
    platformIds: [],
    stock: isTold ? null : planned(now),
    end: null,
    steps: [],
  };
  const supply = scheduled({ ...current, parcels: [...current.parcels, parcel] });
  return ok({ supply, events: [], result: { parcel, already: false } });
}

/** One quantity for each line. */
const linesOf = (lines: readonly Quantity[]): readonly Quantity[] =>
  [...sumOf([lines])].map(([lineId, milli]) => ({ lineId, milli }));

/** A wish without lines was for what was left when it came first. */
function isSame(parcel: Parcel, wish: ParcelWish): boolean {
  const names = (one: ParcelWish | Parcel): string =>
    [one.companyCode, one.companyName, one.waybillNo].join('\n');
  if (names(parcel) !== names(wish)) return false;
  return wish.lines.length === 0 || sameQuantities(parcel.lines, wish.lines);
}

/** Both come to the same, line by line. */
export function sameQuantities(some: readonly Quantity[], others: readonly Quantity[]): boolean {
  const [a, b] = [sumOf([some]), sumOf([others])];
  return a.size === b.size && [...a].every(([lineId, milli]) => b.get(lineId) === milli);
}

type Found = { readonly supply: Supply; readonly parcel: Parcel };

function found(
  current: Supply | null,
  parcelNo: string,
): Found | 'NOT_CONFIRMED' | 'UNKNOWN_PARCEL' {
  if (!current) return 'NOT_CONFIRMED';
  const parcel = current.parcels.findLast((one) => one.parcelNo === parcelNo);
  return parcel ? { supply: current, parcel } : 'UNKNOWN_PARCEL';
}

const hasLeft = (parcel: Parcel): boolean =>
  ['SHIPPED', 'DELIVERED', 'REJECTED'].includes(stateOf(parcel));

/** A step of a parcel's way, kept in the order of time; the same again is one. */
export function stepRecorded(
  current: Supply | null,
  parcelNo: string,
  step: TrackStep,
): Changed<Parcel> {
  const at = found(current, parcelNo);
  if (typeof at === 'string') return err(at);
  const { supply, parcel } = at;
  if (!hasLeft(parcel)) return err('NOT_SHIPPED');
  const isThere = parcel.steps.some(
    (one) =>
      one.at.getTime() === step.at.getTime() &&
      one.content === step.content &&
      one.operator === step.operator,
  );
  if (isThere) return ok({ supply, events: [], result: parcel });
  if (parcel.steps.length >= STEPS_MAX) return err('TOO_MANY');
  const steps = [...parcel.steps, step].toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const after = { ...parcel, steps };
  return ok({ supply: withParcel(supply, after), events: [], result: after });
}

/**
 * The buyer took a parcel, or did not: then its goods are expected back. An order is delivered with its last parcel (field
 * row D1).
 */
export function ended(current: Supply | null, parcelNo: string, end: ParcelEnd): Changed<Asked> {
  const at = found(current, parcelNo);
  if (typeof at === 'string') return err(at);
  const { supply: before, parcel: shipped } = at;
  if (!hasLeft(shipped)) return err('NOT_SHIPPED');
  if (shipped.end) {
    if (shipped.end.rejected !== end.rejected) return err('PARCEL_ENDED');
    return ok({ supply: before, events: [], result: { parcel: shipped, already: true } });
  }
  const parcel: Parcel = { ...shipped, end };
  const ended = withParcel(before, parcel);
  const supply = end.rejected
    ? { ...ended, returns: [...ended.returns, expectedBack(ended, parcel, end)] }
    : ended;
  const event: SupplyEvent = {
    kind: end.rejected ? 'REJECTED' : 'DELIVERED',
    parcel,
    lines: told(supply, parcel.lines),
    at: end.at,
    operator: end.operator,
    isComplete: end.rejected ? isRejected(supply) : isDelivered(supply),
  };
  return ok({ supply, events: [event], result: { parcel, already: false } });
}

const expectedBack = (
  { returns }: Supply,
  { parcelNo, lines }: Parcel,
  { at }: ParcelEnd,
): Return => ({
  returnId: nextReturnId(returns),
  requestRef: `parcel ${parcelNo}`,
  kind: 'REJECTED_PARCEL',
  lines,
  reason: '',
  requestedAt: at,
  denied: null,
  arrivals: [],
});

/** R1, R2, … */
export const nextReturnId = (returns: readonly Return[]): string => `R${returns.length + 1}`;

/** A person has a stuck parcel tried again; what the platform may have is looked up first. */
export function retried(current: Supply | null, parcelNo: string, now: Date): Changed<Parcel> {
  const at = found(current, parcelNo);
  if (typeof at === 'string') return err(at);
  const { supply, parcel } = at;
  if (stateOf(parcel) !== 'STUCK') return err('NOT_STUCK');
  const call = presentCall(parcel);
  const again = planned(now, isGivenUp(call) && isDoubtful(call));
  const after: Parcel = parcel.stock
    ? { ...parcel, stock: again }
    : { ...parcel, platform: again, emptyLooks: 0 };
  return ok({ supply: withParcel(supply, after), events: [], result: after });
}
