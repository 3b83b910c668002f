import type { OrderRef, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { abandoned, begun, ended, isOpen, planned, postponed } from '@astrolabe/outbound';
import type { Begun, Failed, OutboundCall, Policy, Succeeded } from '@astrolabe/outbound';
import { isDoubtful } from '@astrolabe/outbound';
import type { Task } from './fulfilment.ts';

/**
 * ASKED: its number is being asked for. READY: it has one. REFUSED: the platform gave none. GIVEN_UP: the
 * attempts are used up. CANCELLING and CANCELLED: it is, or was, given back.
 */
export type WaybillState = 'ASKED' | 'READY' | 'REFUSED' | 'GIVEN_UP' | 'CANCELLING' | 'CANCELLED';

/** A parcel's number at its carrier, given by the platform before the goods leave. */
export type Number = {
  readonly mailNo: string;
  /** The platform's code of the carrier. */
  readonly carrier: string;
};

/** A parcel that a store wants a number for: written down before the platform is asked. */
export type Waybill = {
  /** Counts the order's waybills, from 1. */
  readonly id: number;
  readonly storeId: string;
  readonly allocation: number;
  readonly subOrderIds: readonly string[];
  readonly operator: string;
  readonly askedAt: Date;
  readonly get: OutboundCall;
  /** Null until it is known. */
  readonly number: Number | null;
  /** Gives the number back; null while nobody wants that. */
  readonly cancel: OutboundCall | null;
};

/** The waybills of one order; one document, so that one after the other is asked for. */
export type Waybills = {
  readonly orderRef: OrderRef;
  readonly waybills: readonly Waybill[];
  /** When something is to be done next; null when nothing is. */
  readonly dueAt: Date | null;
};

/** What a store wants a number for. */
export type WaybillWish = Pick<Waybill, 'storeId' | 'allocation' | 'subOrderIds' | 'operator'>;

const WAYBILLS_MAX = 50;

/** Six attempts within about a minute: a clerk stands there and waits. */
export const waybillPolicy = (retryMs: number, leaseMs: number): Policy => ({
  attemptsMax: 6,
  firstWaitMs: retryMs,
  factor: 2,
  waitMaxMs: Math.max(retryMs, 30_000),
  leaseMs,
});

/** The call that the waybill is at. */
export const presentCall = ({ get, cancel }: Waybill): OutboundCall => cancel ?? get;

export function stateOf({ get, cancel }: Waybill): WaybillState {
  if (cancel?.state === 'SUCCEEDED') return 'CANCELLED';
  if (cancel && isOpen(cancel)) return 'CANCELLING';
  if (get.state === 'SUCCEEDED') return 'READY';
  if (isOpen(get)) return 'ASKED';
  return get.state === 'REFUSED' ? 'REFUSED' : 'GIVEN_UP';
}

/** It has a number, or may get one: no other is asked for the same goods. */
const stands = (waybill: Waybill): boolean =>
  !['CANCELLED', 'REFUSED', 'GIVEN_UP'].includes(stateOf(waybill));

const scheduled = (current: Omit<Waybills, 'dueAt'>): Waybills => {
  const next = current.waybills.find((one) => isOpen(presentCall(one)));
  return { ...current, dueAt: next ? presentCall(next).nextAt : null };
};

const withWaybill = (current: Waybills, waybill: Waybill): Waybills =>
  scheduled({
    ...current,
    waybills: current.waybills.map((one) => (one.id === waybill.id ? waybill : one)),
  });

/** OTHER_WAYBILL: some of the goods are on a waybill with others. TOO_MANY_WAYBILLS: the order has had too many. */
export type WaybillObstacle = 'OTHER_WAYBILL' | 'TOO_MANY_WAYBILLS';

/**
 * A store asks for a number. The same goods again are answered with the waybill that stands, and no second
 * number is asked for; goods on another one first have that given back.
 */
export function waybillAsked(
  current: Waybills | null,
  orderRef: OrderRef,
  wish: WaybillWish,
  now: Date,
): Result<{ waybills: Waybills; waybill: Waybill; already: boolean }, WaybillObstacle> {
  const known = current ?? { orderRef, waybills: [], dueAt: null };
  const ids = new Set(wish.subOrderIds);
  // Of another allocation or store: those goods have gone elsewhere since, and it is given back by itself.
  const standing = known.waybills.filter(
    (one) =>
      stands(one) &&
      one.allocation === wish.allocation &&
      one.storeId === wish.storeId &&
      one.subOrderIds.some((id) => ids.has(id)),
  );
  const same = standing.find(
    (one) => one.subOrderIds.length === ids.size && stateOf(one) !== 'CANCELLING',
  );
  if (same && standing.length === 1 && same.subOrderIds.every((id) => ids.has(id))) {
    return ok({ waybills: known, waybill: same, already: true });
  }
  if (standing.length > 0) return err('OTHER_WAYBILL');
  if (known.waybills.length >= WAYBILLS_MAX) return err('TOO_MANY_WAYBILLS');
  const isUnsure = known.waybills.some((one) => one.number === null && isDoubtful(one.get));
  const waybill: Waybill = {
    ...wish,
    id: known.waybills.length + 1,
    askedAt: now,
    // One that was given up may have a number all the same: then it is this one's.
    get: planned(now, isUnsure),
    number: null,
    cancel: null,
  };
  const waybills = scheduled({ ...known, waybills: [...known.waybills, waybill] });
  return ok({ waybills, waybill, already: false });
}

/** NO_WAYBILL: the order has none of that number. NUMBER_UNKNOWN: it is being asked for, or may have one. */
export type CancelObstacle = 'NO_WAYBILL' | 'NUMBER_UNKNOWN';

const NOT_WANTED = { code: 'CANCELLED', message: '' };

/** A store gives a number back. One that was never asked for is dropped; repeating it changes nothing. */
export function cancelAsked(
  current: Waybills | null,
  id: number,
  now: Date,
): Result<{ waybills: Waybills; waybill: Waybill }, CancelObstacle> {
  const waybill = current?.waybills.find((one) => one.id === id);
  if (!current || !waybill) return err('NO_WAYBILL');
  const told = (next: Waybill) => ok({ waybills: withWaybill(current, next), waybill: next });
  const state = stateOf(waybill);
  if (state === 'CANCELLED' || state === 'CANCELLING' || state === 'REFUSED') return told(waybill);
  if (state === 'READY') return told({ ...waybill, cancel: planned(now) });
  const isUntried = waybill.get.state === 'PLANNED' && waybill.get.attempts === 0;
  if (!isUntried) return err('NUMBER_UNKNOWN');
  return told({ ...waybill, get: { ...abandoned(waybill.get, NOT_WANTED), state: 'REFUSED' } });
}

/** Goods that are not to leave from that store under that allocation any more. */
const isGone = (task: Task | undefined, { storeId, allocation }: Waybill): boolean =>
  task?.place?.type !== 'STORE' ||
  task.place.id !== storeId ||
  task.allocation !== allocation ||
  task.closed ||
  task.status === 'REFUSED';

/** Waybills with a number, or on their way to one, all of whose goods have gone elsewhere or nowhere. */
export const outdated = ({ waybills }: Waybills, tasks: readonly Task[]): readonly Waybill[] =>
  waybills.filter(
    (one) =>
      stands(one) &&
      one.cancel === null &&
      one.subOrderIds.every((id) =>
        isGone(
          tasks.find((task) => task.subOrderId === id),
          one,
        ),
      ),
  );

/** Begins the next attempt that is due: of the first waybill that has one, so that one is in doubt at a time. */
export function waybillBegun(
  current: Waybills,
  now: Date,
  policy: Policy,
): { waybills: Waybills; begun: Begun<Waybill> } | null {
  const waybill = current.waybills.find((one) => isOpen(presentCall(one)));
  const next = waybill && begun(presentCall(waybill), now, policy);
  if (!waybill || !next) return null;
  const call = withCall(waybill, next.call);
  return { waybills: withWaybill(current, call), begun: { ...next, call } };
}

const withCall = (waybill: Waybill, call: OutboundCall): Waybill =>
  waybill.cancel ? { ...waybill, cancel: call } : { ...waybill, get: call };

/** The shop is paused: what is due waits. */
export const waybillsPostponed = (current: Waybills, now: Date): Waybills =>
  scheduled({
    ...current,
    waybills: current.waybills.map((one) => withCall(one, postponed(presentCall(one), now))),
  });

/** A number is there, or one was given back. */
export type Got = Succeeded & { readonly number?: Number };

/** How an attempt ended. */
export function waybillEnded(
  current: Waybills,
  tried: Waybill,
  outcome: Got | Failed,
  now: Date,
  policy: Policy,
): Waybills {
  const waybill = current.waybills.find((one) => one.id === tried.id);
  if (!waybill || (waybill.cancel === null) !== (tried.cancel === null)) return current;
  const call = ended(presentCall(waybill), presentCall(tried), outcome, now, policy);
  if (call === presentCall(waybill)) return current;
  const after = withCall(waybill, call);
  const number = outcome.kind === 'succeeded' ? (outcome.number ?? waybill.number) : waybill.number;
  return withWaybill(current, { ...after, number });
}

/**
 * Which of the platform's numbers of an order belongs to a waybill in doubt: the one that no other waybill
 * has, as one is asked for at a time. Several are nobody's to choose from.
 */
export function numberInDoubt(
  { waybills }: Waybills,
  found: readonly Number[],
): Number | 'NONE' | 'SEVERAL' {
  const known = new Set(waybills.flatMap(({ number }) => (number ? [number.mailNo] : [])));
  const [first, ...more] = found.filter(({ mailNo }) => !known.has(mailNo));
  if (!first) return 'NONE';
  return more.length === 0 ? first : 'SEVERAL';
}
