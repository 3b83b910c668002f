import type { OrderRef, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Task } from './fulfilment.ts';
import type { FlowStatus } from './status.ts';

/** Why a try did not end as wished; Tmall's own words where Tmall has said them. */
export type Problem = { readonly code: string; readonly message: string };

/**
 * PENDING: to be shipped at Tmall. AT_TMALL: shipped there, to be recorded here. REFUSED: it is certain
 * that nothing was shipped. GIVEN_UP: the tries are used up; the store may ship again.
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
  readonly state: ParcelState;
  /** A call may have had its effect: Tmall is asked before it is called again. */
  readonly doubtful: boolean;
  /** Tries in the present state. */
  readonly attempts: number;
  /** Not before this instant; while a try is under way, when it is given up as lost. */
  readonly nextAt: Date;
  readonly problem: Problem | null;
  readonly shippedAt: Date | null;
};

/** The parcels of one order; one document, so overlapping ones meet. */
export type Shipping = {
  readonly orderRef: OrderRef;
  readonly parcels: readonly Parcel[];
  /** When something is to be done next; null when nothing is. */
  readonly dueAt: Date | null;
};

/** How a call ended. `later`: it certainly had no effect. `unknown`: it may have had one. */
export type TryOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'later' | 'unknown' | 'refused'; readonly problem: Problem };

/** What a store wants to send off. */
export type Wish = Pick<
  Parcel,
  'storeId' | 'allocation' | 'subOrderIds' | 'company' | 'mailNo' | 'operator'
>;

export const ATTEMPTS_MAX = 9;
const WAIT_MAX_MS = 30_000;
const PARCELS_MAX = 200;

export const isOpen = ({ state }: Parcel): boolean => state === 'PENDING' || state === 'AT_TMALL';

/** Goods that have left, or may have: the buyer's refund cannot be agreed to as if they had not. */
export const mayHaveLeft = (parcel: Parcel): boolean =>
  isOpen(parcel) || parcel.doubtful || parcel.shippedAt !== null;

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
const SHIPPABLE: readonly (FlowStatus | null)[] = ['X_SHOP_ALLOCATION', 'X_SHOP_CANCEL_DENIED'];

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
    if (task.status === 'X_SHOP_CANCEL') return 'REFUND_ASKED';
    const isToShip = task.flow === 'SHIP' && SHIPPABLE.includes(task.status);
    if (!isToShip) return 'ILLEGAL_TRANSITION';
  }
  return null;
}

const scheduled = (shipping: Omit<Shipping, 'dueAt'>): Shipping => {
  const times = shipping.parcels.filter(isOpen).map(({ nextAt }) => nextAt.getTime());
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
  const standing = formerOf(shipping, wish).find((one) => isOpen(one) || one.state === 'DONE');
  if (!standing) return ok(null);
  const covers = wish.subOrderIds.every((id) => standing.subOrderIds.includes(id));
  return covers ? ok(standing) : err('SHIPPING_UNDER_WAY');
}

/**
 * A store ships: what is under way or done already stands, and nothing is shipped twice. After a
 * refusal, or when the tries were used up, it begins anew, knowing what the former parcel knew.
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
  const shippedAt = atTmall?.shippedAt ?? null;
  const parcel: Parcel = {
    ...wish,
    // What Tmall has is what is recorded, whatever was typed since.
    ...(atTmall ? { company: atTmall.company, mailNo: atTmall.mailNo } : {}),
    id: (shipping.parcels.at(-1)?.id ?? 0) + 1,
    askedAt: now,
    state: shippedAt ? 'AT_TMALL' : 'PENDING',
    doubtful: former.some(({ doubtful }) => doubtful),
    attempts: 0,
    nextAt: now,
    problem: null,
    shippedAt,
  };
  const parcels = [...shipping.parcels, parcel].slice(-PARCELS_MAX);
  return ok({ shipping: scheduled({ ...shipping, parcels }), parcel, already: false });
}

/** The parcel to work on next. */
export const dueParcel = ({ parcels }: Shipping, now: Date): Parcel | null =>
  parcels.find((one) => isOpen(one) && one.nextAt.getTime() <= now.getTime()) ?? null;

const withParcel = (shipping: Shipping, parcel: Parcel): Shipping =>
  scheduled({
    ...shipping,
    parcels: shipping.parcels.map((one) => (one.id === parcel.id ? parcel : one)),
  });

/**
 * Claims a try before it is made, until `leaseMs` from now. Null when there is none to make: done, or
 * under way in another process.
 */
export function tryBegun(
  shipping: Shipping,
  id: number,
  now: Date,
  leaseMs: number,
): Shipping | null {
  const parcel = shipping.parcels.find((one) => one.id === id);
  if (!parcel || !isOpen(parcel) || parcel.nextAt.getTime() > now.getTime()) return null;
  return withParcel(shipping, {
    ...parcel,
    attempts: parcel.attempts + 1,
    doubtful: parcel.doubtful || parcel.state === 'PENDING',
    nextAt: new Date(now.getTime() + leaseMs),
  });
}

const isMine = (parcel: Parcel | undefined, tried: Parcel): parcel is Parcel =>
  parcel !== undefined && parcel.state === tried.state && parcel.attempts === tried.attempts;

const again = (parcel: Parcel, problem: Problem, now: Date, retryMs: number): Parcel => {
  const wait = Math.min(retryMs * 2 ** (parcel.attempts - 1), Math.max(retryMs, WAIT_MAX_MS));
  if (parcel.attempts >= ATTEMPTS_MAX) return { ...parcel, state: 'GIVEN_UP', problem };
  return { ...parcel, problem, nextAt: new Date(now.getTime() + wait) };
};

/** How the ship call at Tmall ended. What was refused is certain not to have been shipped. */
export function tmallAnswered(
  shipping: Shipping,
  tried: Parcel,
  outcome: TryOutcome,
  now: Date,
  retryMs: number,
): Shipping {
  const parcel = shipping.parcels.find((one) => one.id === tried.id);
  if (!isMine(parcel, tried) || parcel.state !== 'PENDING') return shipping;
  switch (outcome.kind) {
    case 'done':
      return withParcel(shipping, {
        ...parcel,
        state: 'AT_TMALL',
        doubtful: false,
        attempts: 0,
        nextAt: now,
        problem: null,
        shippedAt: now,
      });
    case 'refused':
      return withParcel(shipping, {
        ...parcel,
        state: 'REFUSED',
        doubtful: false,
        problem: outcome.problem,
      });
    case 'later':
    case 'unknown': {
      const doubtful = outcome.kind === 'unknown';
      return withParcel(shipping, again({ ...parcel, doubtful }, outcome.problem, now, retryMs));
    }
  }
}

/**
 * How the recording here ended. The goods have left, so a refusal (the buyer has just asked for a
 * refund) is tried again until the store has answered the refund.
 */
export function recordAnswered(
  shipping: Shipping,
  tried: Parcel,
  outcome: TryOutcome,
  now: Date,
  retryMs: number,
): Shipping {
  const parcel = shipping.parcels.find((one) => one.id === tried.id);
  if (!isMine(parcel, tried) || parcel.state !== 'AT_TMALL') return shipping;
  if (outcome.kind === 'done') {
    return withParcel(shipping, { ...parcel, state: 'DONE', problem: null });
  }
  return withParcel(shipping, again(parcel, outcome.problem, now, retryMs));
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

/** The carrier as Tmall's interface names it. */
export const companyCode = (company: string): string => COMPANY_CODES.get(company) ?? company;
