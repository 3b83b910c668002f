import type { OrderRef, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { begun, ended, isDoubtful, isOpen, planned, postponed } from '@astrolabe/outbound';
import type { Begun, OutboundCall, Outcome, Policy } from '@astrolabe/outbound';
import type { Task } from './fulfilment.ts';
import type { FlowStatus } from './status.ts';

/**
 * PENDING: to be shipped at Tmall. AT_TMALL: shipped there, to be recorded here. REFUSED: it is certain
 * that nothing was shipped. GIVEN_UP: the attempts are used up; the store may ship again.
 */
export type ParcelState = 'PENDING' | 'AT_TMALL' | 'DONE' | 'REFUSED' | 'GIVEN_UP';

/** What a store has sent off: written down before Tmall is called, and how that went. */
export type Parcel = {
  /** Counts the order's parcels, from 1. */
  readonly id: number;
  readonly storeId: string;
  readonly allocation: number;
  readonly subOrderIds: readonly string[];
  readonly company: string;
  readonly mailNo: string;
  readonly operator: string;
  readonly askedAt: Date;
  /** The call that ships at Tmall. */
  readonly tmall: OutboundCall;
  /** The record here of what Tmall has; null before. */
  readonly record: OutboundCall | null;
  readonly shippedAt: Date | null;
};

/** The parcels of one order; one document, so overlapping ones meet. */
export type Shipping = {
  readonly orderRef: OrderRef;
  readonly parcels: readonly Parcel[];
  /** When something is to be done next; null when nothing is. */
  readonly dueAt: Date | null;
};

/** What a store wants to send off. */
export type Wish = Pick<
  Parcel,
  'storeId' | 'allocation' | 'subOrderIds' | 'company' | 'mailNo' | 'operator'
>;

const PARCELS_MAX = 200;

/** Nine attempts; `retryMs` before the second one, twice as long before each further one up to 30 s. */
export const shipPolicy = (retryMs: number, leaseMs: number): Policy => ({
  attemptsMax: 9,
  firstWaitMs: retryMs,
  factor: 2,
  waitMaxMs: Math.max(retryMs, 30_000),
  leaseMs,
});

/** The call that the parcel is at. */
export const presentCall = ({ tmall, record }: Parcel): OutboundCall => record ?? tmall;

export function stateOf(parcel: Parcel): ParcelState {
  const call = presentCall(parcel);
  if (isOpen(call)) return parcel.record ? 'AT_TMALL' : 'PENDING';
  if (call.state === 'SUCCEEDED') return 'DONE';
  return call.state === 'REFUSED' ? 'REFUSED' : 'GIVEN_UP';
}

/** Goods that have left, or may have: the buyer's refund cannot be agreed to as if they had not. */
export const mayHaveLeft = (parcel: Parcel): boolean =>
  isOpen(presentCall(parcel)) || isDoubtful(parcel.tmall) || parcel.shippedAt !== null;

const touches =
  (subOrderIds: readonly string[]) =>
  (parcel: Parcel): boolean =>
    parcel.subOrderIds.some((id) => subOrderIds.includes(id));

/** The newest parcel that a sub-order is in under its standing allocation. */
export const parcelOf = (
  shipping: Shipping | null,
  { subOrderId, allocation }: Pick<Task, 'subOrderId' | 'allocation'>,
): Parcel | null => {
  const parcel = shipping?.parcels.findLast(touches([subOrderId]));
  return parcel?.allocation === allocation ? parcel : null;
};

/** Statuses from which a store ships. */
const SHIPPABLE: readonly (FlowStatus | null)[] = ['ACCEPTED', 'CANCEL_DENIED'];

/** `MOVED`: the goods are to leave from elsewhere, or under another allocation. */
export type Obstacle = 'MOVED' | 'REFUND_ASKED' | 'ILLEGAL_TRANSITION';

/** Why sub-orders may not be shipped, or not any more; null when they may. */
export function obstacleOf(
  tasks: readonly Task[],
  { storeId, allocation, subOrderIds }: Wish,
): Obstacle | null {
  for (const id of subOrderIds) {
    const task = tasks.find(({ subOrderId }) => subOrderId === id);
    const isThere = task?.place?.type === 'STORE' && task.place.id === storeId;
    if (!task || !isThere || task.allocation !== allocation) return 'MOVED';
    if (task.status === 'CANCEL_ASKED') return 'REFUND_ASKED';
    const isToShip = task.flow === 'SHIP' && SHIPPABLE.includes(task.status);
    if (!isToShip) return 'ILLEGAL_TRANSITION';
  }
  return null;
}

const scheduled = (shipping: Omit<Shipping, 'dueAt'>): Shipping => {
  const times = shipping.parcels.flatMap((parcel) => presentCall(parcel).nextAt?.getTime() ?? []);
  return { ...shipping, dueAt: times.length === 0 ? null : new Date(Math.min(...times)) };
};

const formerOf = (shipping: Shipping | null, { allocation, subOrderIds }: Wish): Parcel[] =>
  (shipping?.parcels ?? []).filter(
    (one) => one.allocation === allocation && touches(subOrderIds)(one),
  );

/** The parcel that goods are in already, under way or done; null when there is none. */
export function standingParcel(
  shipping: Shipping | null,
  wish: Wish,
): Result<Parcel | null, 'SHIPPING_UNDER_WAY'> {
  const standing = formerOf(shipping, wish).find((one) => {
    const call = presentCall(one);
    return isOpen(call) || call.state === 'SUCCEEDED';
  });
  if (!standing) return ok(null);
  const covers = wish.subOrderIds.every((id) => standing.subOrderIds.includes(id));
  return covers ? ok(standing) : err('SHIPPING_UNDER_WAY');
}

/**
 * A store ships: what is under way or done already stands, and nothing is shipped twice. After a
 * refusal, or when the attempts were used up, it begins anew, knowing what the former parcel knew.
 */
export function shipAsked(
  current: Shipping | null,
  order: OrderRef,
  wish: Wish,
  now: Date,
): Result<{ shipping: Shipping; parcel: Parcel; already: boolean }, 'SHIPPING_UNDER_WAY'> {
  const shipping = current ?? { orderRef: order, parcels: [], dueAt: null };
  const standing = standingParcel(shipping, wish);
  if (!standing.ok) return standing;
  if (standing.value) return ok({ shipping, parcel: standing.value, already: true });
  const former = formerOf(shipping, wish);
  const atTmall = former.findLast((one) => one.shippedAt !== null);
  const isUnsure = former.some(({ tmall }) => isDoubtful(tmall));
  const parcel: Parcel = {
    ...wish,
    // What Tmall has is what is recorded, whatever was typed since.
    ...(atTmall ? { company: atTmall.company, mailNo: atTmall.mailNo } : {}),
    id: (shipping.parcels.at(-1)?.id ?? 0) + 1,
    askedAt: now,
    tmall: atTmall?.tmall ?? planned(now, isUnsure),
    record: atTmall ? planned(now) : null,
    shippedAt: atTmall?.shippedAt ?? null,
  };
  const parcels = [...shipping.parcels, parcel].slice(-PARCELS_MAX);
  return ok({ shipping: scheduled({ ...shipping, parcels }), parcel, already: false });
}

const withParcel = (shipping: Shipping, parcel: Parcel): Shipping =>
  scheduled({
    ...shipping,
    parcels: shipping.parcels.map((one) => (one.id === parcel.id ? parcel : one)),
  });

const withCall = (parcel: Parcel, call: OutboundCall): Parcel =>
  parcel.record ? { ...parcel, record: call } : { ...parcel, tmall: call };

/** Begins the next attempt that is due. Null when there is none: done, or under way elsewhere. */
export function callBegun(
  shipping: Shipping,
  now: Date,
  policy: Policy,
): { shipping: Shipping; begun: Begun<Parcel> } | null {
  for (const parcel of shipping.parcels) {
    const next = begun(presentCall(parcel), now, policy);
    if (!next) continue;
    const call = withCall(parcel, next.call);
    return { shipping: withParcel(shipping, call), begun: { ...next, call } };
  }
  return null;
}

/** The shop is paused: what is due at Tmall waits. What is there already is recorded all the same. */
export const shipmentsPostponed = (shipping: Shipping, now: Date): Shipping =>
  scheduled({
    ...shipping,
    parcels: shipping.parcels.map((one) =>
      one.record ? one : { ...one, tmall: postponed(one.tmall, now) },
    ),
  });

/** How an attempt ended. What Tmall has is recorded next; what it has refused was not shipped. */
export function callEnded(
  shipping: Shipping,
  tried: Parcel,
  outcome: Outcome,
  now: Date,
  policy: Policy,
): Shipping {
  const parcel = shipping.parcels.find((one) => one.id === tried.id);
  if (!parcel || (parcel.record === null) !== (tried.record === null)) return shipping;
  const call = ended(presentCall(parcel), presentCall(tried), outcome, now, policy);
  if (call === presentCall(parcel)) return shipping;
  const after = withCall(parcel, call);
  if (tried.record || call.state !== 'SUCCEEDED') return withParcel(shipping, after);
  return withParcel(shipping, { ...after, record: planned(now), shippedAt: now });
}

/** Tmall's codes of the carriers that the pages offer; another one is named as the store has it. */
const COMPANY_CODES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    顺丰: 'SF',
    顺丰速运: 'SF',
    中通快递: 'ZTO',
    圆通速递: 'YTO',
    申通快递: 'STO',
    韵达快递: 'YUNDA',
    京东物流: 'JDKD',
    EMS: 'EMS',
  }),
);

const COMPANIES: ReadonlyMap<string, string> = new Map(
  [...COMPANY_CODES].map(([name, code]) => [code, name]),
);

/** The carrier as people call it; a code that the pages do not offer stands for itself. */
export const companyOf = (code: string): string => COMPANIES.get(code) ?? code;

/** The carrier as Tmall's interface names it. */
export const companyCode = (company: string): string => COMPANY_CODES.get(company) ?? company;
