import { isOnTime } from '../status.ts';
import type { Leg, OrderFacts, Step, SubOrderFacts } from './facts.ts';

/** Durations in milliseconds; the mean is sum / count, kept exact. Negative ones count as 0. */
export type Duration = { readonly count: bigint; readonly sumMs: bigint; readonly maxMs: bigint };

export type Ratio = { readonly numerator: bigint; readonly denominator: bigint };

/** The operating metrics of some orders (white paper 5.1, 5.2 and 5.4). */
export type Figures = {
  readonly allocationTime: Duration;
  readonly acceptTime: Duration;
  readonly shipTime: Duration;
  readonly deliveryTime: Duration;
  /** 5.2.1 订单接单率: accept operations / orders told to stores. */
  readonly orderAcceptRate: Ratio;
  /** 5.2.2 门店派单率: orders told to stores / all omni-channel orders. */
  readonly storeDispatchRate: Ratio;
  /** 5.2.3 门店接单率: stores that accepted / stores that were told. */
  readonly storeAcceptRate: Ratio;
  /** Reports that were not on time / all reports. */
  readonly lateReports: Ratio;
};

/** What is collected of orders, one after the other; in any order, with the same result. */
export type Tally = {
  readonly storeId: string | null;
  allocation: Duration;
  accept: Duration;
  ship: Duration;
  delivery: Duration;
  orders: bigint;
  dispatched: bigint;
  accepts: bigint;
  reports: bigint;
  late: bigint;
  readonly toldStores: Set<string>;
  readonly acceptedStores: Set<string>;
};

const NO_DURATION: Duration = { count: 0n, sumMs: 0n, maxMs: 0n };

/** An empty tally: of one store, or of all places for null. */
export const newTally = (storeId: string | null): Tally => ({
  storeId,
  allocation: NO_DURATION,
  accept: NO_DURATION,
  ship: NO_DURATION,
  delivery: NO_DURATION,
  orders: 0n,
  dispatched: 0n,
  accepts: 0n,
  reports: 0n,
  late: 0n,
  toldStores: new Set(),
  acceptedStores: new Set(),
});

/** Adds one order to a tally. An order without omni-channel goods or payment adds nothing. */
export function addOrder(tally: Tally, order: OrderFacts): void {
  if (!order.omni || order.paidAt === null) return;
  tally.orders += 1n;
  const legs = order.subOrders.flatMap((sub) => sub.legs).filter((leg) => counts(tally, leg));
  const told = storesWith(legs, 'NOTIFIED');
  if (told.length > 0) tally.dispatched += 1n;
  for (const store of told) tally.toldStores.add(store);
  for (const store of storesWith(legs, 'ACCEPTED')) tally.acceptedStores.add(store);
  for (const sub of order.subOrders) addSubOrder(tally, order.paidAt, sub);
  addOperations(tally, legs);
  addReports(tally, legs);
}

/** Allocation and delivery are told per sub-order; the first allocation ends the wait for one. */
function addSubOrder(tally: Tally, paidAt: Date, sub: SubOrderFacts): void {
  const [first] = sub.legs
    .filter((leg) => leg.steps.ALLOCATED)
    .toSorted((a, b) => timeOf(a, 'ALLOCATED') - timeOf(b, 'ALLOCATED'));
  if (first?.steps.ALLOCATED && counts(tally, first)) {
    tally.allocation = plus(tally.allocation, between(paidAt, first.steps.ALLOCATED.at));
  }
  const shipped = sub.legs.findLast((leg) => leg.steps.CONSIGNED);
  if (!sub.signedAt || !shipped?.steps.CONSIGNED || !isStore(shipped) || !counts(tally, shipped)) {
    return;
  }
  tally.delivery = plus(tally.delivery, between(shipped.steps.CONSIGNED.at, sub.signedAt));
}

/** Sub-orders that a store accepts, or ships, in one go are one operation: its longest wait counts. */
function addOperations(tally: Tally, legs: readonly Leg[]): void {
  const stores = legs.filter(isStore);
  const accepts = operations(stores, 'NOTIFIED', 'ACCEPTED');
  tally.accepts += BigInt(accepts.size);
  for (const wait of accepts.values()) {
    if (wait !== null) tally.accept = plus(tally.accept, wait);
  }
  for (const wait of operations(stores, 'ACCEPTED', 'CONSIGNED').values()) {
    if (wait !== null) tally.ship = plus(tally.ship, wait);
  }
}

/** Longest wait by operation; null while its start is unknown. */
function operations(legs: readonly Leg[], from: Step, to: Step): Map<string, bigint | null> {
  const waits = new Map<string, bigint | null>();
  for (const leg of legs) {
    const end = leg.steps[to];
    if (!end) continue;
    const key = operationKey(leg, to);
    const start = leg.steps[from];
    const wait = start ? between(start.at, end.at) : null;
    const longest = waits.get(key) ?? null;
    waits.set(key, wait !== null && (longest === null || wait > longest) ? wait : longest);
  }
  return waits;
}

/**
 * Lateness (white paper 5.4): a report is on time strictly within five minutes of its event. That of
 * the notice counts from the allocation; the others from the time of the action that they name, which
 * for a store's answer has to follow the notice as soon.
 */
function addReports(tally: Tally, legs: readonly Leg[]): void {
  const late = new Map<string, boolean>();
  for (const leg of legs) {
    const { ALLOCATED, NOTIFIED, ACCEPTED, REFUSED, CONSIGNED } = leg.steps;
    const lags: readonly [Step, Date | undefined, Date | undefined, Date | null][] = [
      ['NOTIFIED', ALLOCATED?.at, NOTIFIED?.at, null],
      ['ACCEPTED', ACCEPTED?.at, ACCEPTED?.toldAt, NOTIFIED?.at ?? null],
      ['REFUSED', REFUSED?.at, REFUSED?.toldAt, NOTIFIED?.at ?? null],
      ['CONSIGNED', CONSIGNED?.at, CONSIGNED?.toldAt, null],
    ];
    for (const [step, from, to, notifiedAt] of lags) {
      if (!from || !to) continue;
      const key = `${step} ${operationKey(leg, step)}`;
      const isLate = !isOnTime(from, to, notifiedAt);
      late.set(key, isLate || (late.get(key) ?? false));
    }
  }
  tally.reports += BigInt(late.size);
  tally.late += BigInt([...late.values()].filter(Boolean).length);
}

/** The figures of what a tally has collected. */
export const figuresOf = (tally: Tally): Figures => ({
  allocationTime: tally.allocation,
  acceptTime: tally.accept,
  shipTime: tally.ship,
  deliveryTime: tally.delivery,
  orderAcceptRate: { numerator: tally.accepts, denominator: tally.dispatched },
  storeDispatchRate: { numerator: tally.dispatched, denominator: tally.orders },
  storeAcceptRate: {
    numerator: BigInt(tally.acceptedStores.size),
    denominator: BigInt(tally.toldStores.size),
  },
  lateReports: { numerator: tally.late, denominator: tally.reports },
});

/** The stores that an order went to, in any of its allocations. */
export const storesOf = (order: OrderFacts): readonly string[] => [
  ...new Set(
    order.subOrders.flatMap((sub) => sub.legs.filter(isStore).map(({ place }) => place.id)),
  ),
];

const isStore = ({ place }: Leg): boolean => place.type === 'STORE';

const counts = ({ storeId }: Tally, leg: Leg): boolean =>
  storeId === null || (isStore(leg) && leg.place.id === storeId);

const storesWith = (legs: readonly Leg[], step: Step): readonly string[] =>
  legs.filter((leg) => isStore(leg) && leg.steps[step]).map(({ place }) => place.id);

const timeOf = (leg: Leg, step: Step): number => leg.steps[step]?.at.getTime() ?? 0;

const operationKey = (leg: Leg, step: Step): string =>
  `${leg.allocation} ${leg.place.type} ${leg.place.id} ${timeOf(leg, step)}`;

const between = (from: Date, to: Date): bigint =>
  BigInt(Math.max(0, to.getTime() - from.getTime()));

const plus = ({ count, sumMs, maxMs }: Duration, ms: bigint): Duration => ({
  count: count + 1n,
  sumMs: sumMs + ms,
  maxMs: ms > maxMs ? ms : maxMs,
});
