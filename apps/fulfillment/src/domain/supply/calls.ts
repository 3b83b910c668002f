import type { Milli } from '@astrolabe/kernel';
import { begun, ended, isOpen, planned } from '@astrolabe/outbound';
import type { Begun, OutboundCall, Outcome, Policy, Problem } from '@astrolabe/outbound';
import type { SupplyEvent } from './events.ts';
import { told } from './events.ts';
import { arrivedOf, leftOf, stateOf, sumOf, without } from './supply.ts';
import type { Arrival, Parcel, Return, Supply } from './supply.ts';

/** A call that the order owes: a parcel's to the platform or to the stock, or what puts goods back. */
export type SupplyCall = {
  readonly call: OutboundCall;
  readonly about:
    | { readonly kind: 'PLATFORM' | 'STOCK'; readonly parcel: Parcel }
    | { readonly kind: 'PUT_BACK'; readonly goods: Return; readonly arrival: Arrival };
};

/** How such a call ended. `nothingSeen`: a look at the platform showed nothing of it. */
export type SupplyOutcome = Outcome & {
  readonly platformIds?: readonly string[];
  readonly nothingSeen?: boolean;
};

/** Policies of the two kinds of calls; the leases are longer than the calls of an attempt take. */
export type SupplyPolicies = { readonly platform: Policy; readonly stock: Policy };

/**
 * A platform that does not let us in, or is left alone, is asked again every half minute for a day; nothing of that is
 * an attempt. Else 15 attempts, `retryMs` before the second one and twice as long before each further one.
 */
export const supplyPolicies = (retryMs: number, leaseMs: number): SupplyPolicies => {
  const common = { firstWaitMs: retryMs, factor: 2, waitMaxMs: Math.max(retryMs, 60_000), leaseMs };
  return {
    platform: { ...common, attemptsMax: 15, withheld: { max: 2_880, waitMs: 30_000 } },
    stock: { ...common, attemptsMax: 30 },
  };
};

/** Looks that show nothing before what may have been sent is sent again (field row W2). */
const EMPTY_LOOKS = 3;

/**
 * The open calls. Of an order one parcel at a time is told to its platform: what the platform shows is compared
 * with what it had before.
 */
function openCalls(supply: Supply): readonly SupplyCall[] {
  const calls: SupplyCall[] = [];
  const telling = supply.parcels.find(({ platform }) => platform && isOpen(platform));
  if (telling?.platform) {
    calls.push({ call: telling.platform, about: { kind: 'PLATFORM', parcel: telling } });
  }
  for (const parcel of supply.parcels) {
    const { stock } = parcel;
    if (stock && isOpen(stock)) calls.push({ call: stock, about: { kind: 'STOCK', parcel } });
  }
  for (const goods of supply.returns) {
    for (const arrival of goods.arrivals) {
      if (isOpen(arrival.stock)) {
        calls.push({ call: arrival.stock, about: { kind: 'PUT_BACK', goods, arrival } });
      }
    }
  }
  return calls;
}

/** The order with the time of its next call. */
export function scheduled(supply: Supply): Supply {
  const times = openCalls(supply).flatMap(({ call }) => call.nextAt?.getTime() ?? []);
  return { ...supply, dueAt: times.length === 0 ? null : new Date(Math.min(...times)) };
}

export const withParcel = (supply: Supply, parcel: Parcel): Supply =>
  scheduled({
    ...supply,
    parcels: supply.parcels.map((one) => (one.id === parcel.id ? parcel : one)),
  });

export const withReturn = (supply: Supply, goods: Return): Supply =>
  scheduled({
    ...supply,
    returns: supply.returns.map((one) => (one.returnId === goods.returnId ? goods : one)),
  });

function withCall(supply: Supply, { call, about }: SupplyCall): Supply {
  if (about.kind === 'PUT_BACK') {
    return withReturn(supply, withArrival(about.goods, { ...about.arrival, stock: call }));
  }
  const { kind, parcel } = about;
  return withParcel(supply, {
    ...parcel,
    ...(kind === 'PLATFORM' ? { platform: call } : { stock: call }),
  });
}

export const withArrival = (goods: Return, arrival: Arrival): Return => ({
  ...goods,
  arrivals: goods.arrivals.map((one) => (one.receiptNo === arrival.receiptNo ? arrival : one)),
});

const policyOf = (policies: SupplyPolicies, { about }: Pick<SupplyCall, 'about'>): Policy =>
  about.kind === 'PLATFORM' ? policies.platform : policies.stock;

/** Begins the next call that is due. Null when there is none: done, waiting, or under way elsewhere. */
export function callBegun(
  supply: Supply,
  now: Date,
  policies: SupplyPolicies,
): { readonly supply: Supply; readonly begun: Begun<SupplyCall> } | null {
  for (const one of openCalls(supply)) {
    const next = begun(one.call, now, policyOf(policies, one));
    if (!next) continue;
    const call: SupplyCall = { ...one, call: next.call };
    return { supply: withCall(supply, call), begun: { ...next, call } };
  }
  return null;
}

/** The same call as it stands now; null when it is not there any more. */
function present(supply: Supply, { about }: SupplyCall): SupplyCall | null {
  if (about.kind === 'PUT_BACK') {
    const goods = supply.returns.find(({ returnId }) => returnId === about.goods.returnId);
    const arrival = goods?.arrivals.find(({ receiptNo }) => receiptNo === about.arrival.receiptNo);
    return goods && arrival
      ? { call: arrival.stock, about: { kind: 'PUT_BACK', goods, arrival } }
      : null;
  }
  const parcel = supply.parcels.find(({ id }) => id === about.parcel.id);
  const call = about.kind === 'PLATFORM' ? parcel?.platform : parcel?.stock;
  return parcel && call ? { call, about: { kind: about.kind, parcel } } : null;
}

/**
 * How an attempt ended. What the platform has is taken out of the stock next, and is told when it is. One that
 * is not under way any more changes nothing.
 */
export function callEnded(
  supply: Supply,
  tried: SupplyCall,
  outcome: SupplyOutcome,
  now: Date,
  policies: SupplyPolicies,
): { readonly supply: Supply; readonly events: readonly SupplyEvent[] } {
  const known = present(supply, tried);
  if (!known) return { supply, events: [] };
  const call = ended(known.call, tried.call, outcome, now, policyOf(policies, tried));
  if (call === known.call) return { supply, events: [] };
  const { about } = known;
  if (about.kind === 'PLATFORM') {
    return {
      supply: withParcel(supply, afterPlatform(about.parcel, call, outcome, now)),
      events: [],
    };
  }
  const after = withCall(supply, { call, about });
  if (call.state !== 'SUCCEEDED') return { supply: after, events: [] };
  return { supply: after, events: [eventOf(after, about, now)] };
}

/** Why a call that was tried waits for a person now; null when it does not. */
export function waitingFor(supply: Supply, tried: SupplyCall): Problem | null {
  const now = present(supply, tried);
  if (!now || isOpen(now.call) || now.call.state === 'SUCCEEDED') return null;
  const { about } = now;
  if (about.kind !== 'PUT_BACK' && stateOf(about.parcel) !== 'STUCK') return null;
  return now.call.problem ?? { code: now.call.state, message: '' };
}

/** The parcel after its call to the platform (document 000, interface 10). */
function afterPlatform(
  parcel: Parcel,
  platform: OutboundCall,
  { platformIds = [], nothingSeen = false }: SupplyOutcome,
  now: Date,
): Parcel {
  const emptyLooks = nothingSeen ? parcel.emptyLooks + 1 : 0;
  const after: Parcel = { ...parcel, platform, emptyLooks };
  if (platform.state !== 'SUCCEEDED') return after;
  return { ...after, platformIds, stock: planned(now) };
}

function eventOf(supply: Supply, about: SupplyCall['about'], now: Date): SupplyEvent {
  if (about.kind === 'PUT_BACK') {
    const { arrival } = about;
    const goods = supply.returns.find(({ returnId }) => returnId === about.goods.returnId);
    if (!goods) throw new TypeError('the return is there');
    const isComplete = without(goods.lines, arrivedOf(goods)).length === 0;
    const { receiptNo } = arrival;
    const lines = told(supply, arrival.lines);
    return { kind: 'RETURNED', goods, receiptNo, lines, at: now, isComplete };
  }
  const { parcel } = about;
  const isComplete = leftOf(supply).length === 0;
  const lines = told(supply, parcel.lines);
  const { sentAt: at, operator } = parcel;
  return { kind: 'SHIPPED', parcel, lines, at, operator, isComplete };
}

/** What the platform shows of the order (document 000, interface 6). */
export type PlatformDetail = {
  readonly isOver: boolean;
  /** Shipped there, by line. */
  readonly sent: ReadonlyMap<string, Milli>;
};

/**
 * What a look at the platform says of a parcel whose call has an unknown end. Null: it may be sent again, for
 * three looks have shown nothing of it and the order goes on there.
 */
export function afterLook(
  supply: Supply,
  parcel: Parcel,
  detail: PlatformDetail,
): SupplyOutcome | null {
  const before = sumOf(
    supply.parcels
      .filter((one) => one.id !== parcel.id && one.platform?.state === 'SUCCEEDED')
      .map(({ lines }) => lines),
  );
  const beyondBefore = ({ lineId }: { readonly lineId: string }): Milli =>
    (detail.sent.get(lineId) ?? 0n) - (before.get(lineId) ?? 0n);
  const sums = [...sumOf([parcel.lines])].map(([lineId, milli]) => ({ lineId, milli }));
  if (sums.every((line) => beyondBefore(line) >= line.milli)) return { kind: 'succeeded' };
  const unknown = (code: string): SupplyOutcome => ({
    kind: 'unknown',
    problem: { code, message: '' },
  });
  if (sums.some((line) => beyondBefore(line) > 0n)) return unknown('PARTLY_SEEN');
  if (detail.isOver) return { kind: 'refused', problem: { code: 'CANCELLED', message: '' } };
  if (parcel.emptyLooks + 1 >= EMPTY_LOOKS) return null;
  return { ...unknown('NOT_SEEN'), nothingSeen: true };
}
