import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { TMALL, err, mapOk, ok } from '@astrolabe/kernel';
import { driveCalls } from '@astrolabe/outbound';
import type { Begun, CallPorts, CallWatch, Failed, Policy } from '@astrolabe/outbound';
import { isDoubtful, isOpen } from '@astrolabe/outbound';
import { obstacleOf, presentCall as shippingCall } from '../domain/shipping.ts';
import type { Obstacle } from '../domain/shipping.ts';
import {
  cancelAsked,
  numberInDoubt,
  outdated,
  stateOf,
  waybillAsked,
  waybillBegun,
  waybillEnded,
  waybillsPostponed,
} from '../domain/waybill.ts';
import type {
  CancelObstacle,
  Got,
  Waybill,
  WaybillObstacle,
  WaybillWish,
  Waybills,
} from '../domain/waybill.ts';
import type { Fulfilments, Shippings, Shop, Shops } from './ports.ts';
import type { Label, WaybillPlatform, WaybillStore } from './waybill-ports.ts';

/** NO_WAYBILLS: numbers are given for orders of Tmall alone. SHIPPED: the goods left, or may have, under it. */
export type WaybillRefusal =
  | Obstacle
  | WaybillObstacle
  | CancelObstacle
  | 'UNKNOWN_TRADE'
  | 'NO_WAYBILLS'
  | 'TMALL_NOT_CONNECTED'
  | 'SHIPPING_UNDER_WAY';

export type AskWaybillDeps = {
  fulfilments: Pick<Fulfilments, 'load'>;
  shippings: Pick<Shippings, 'load'>;
  shops: Pick<Shops, 'find'>;
  waybills: Pick<WaybillStore, 'load' | 'change'>;
  /** Makes the first try; it may end before the try does. */
  tryNow: (order: OrderRef) => Promise<void>;
  clock: Clock;
};

/**
 * A store asks for the number of a parcel that is to leave. It is durable, and due, when this answers. The
 * same goods again are answered with the waybill that stands.
 */
export const makeAskWaybill =
  (deps: AskWaybillDeps) =>
  async (order: OrderRef, wish: WaybillWish): Promise<Result<Waybill, WaybillRefusal>> => {
    if (order.channel !== TMALL) return err('NO_WAYBILLS');
    const found = await deps.fulfilments.load(order);
    if (!found) return err('UNKNOWN_TRADE');
    const obstacle = obstacleOf(found.tasks, { ...wish, company: '', mailNo: '' });
    if (obstacle) return err(obstacle);
    if (!(await deps.shops.find(order.sellerId))) return err('TMALL_NOT_CONNECTED');
    return await changed(deps, order, (current) =>
      waybillAsked(current, order, wish, deps.clock()),
    );
  };

/** A store gives the number of a parcel back, before the goods leave under it. */
export const makeCancelWaybill =
  (deps: AskWaybillDeps) =>
  async (
    order: OrderRef,
    { storeId, id }: { storeId: string; id: number },
  ): Promise<Result<Waybill, WaybillRefusal>> => {
    const known = (await deps.waybills.load(order))?.waybills.find((one) => one.id === id);
    if (known?.storeId !== storeId) return err('NO_WAYBILL');
    if (await hasLeft(deps, order, known)) return err('SHIPPING_UNDER_WAY');
    return await changed(deps, order, (current) => cancelAsked(current, id, deps.clock()));
  };

/**
 * Gives back what nobody can ship under any more: all its goods went to another place, or their order is
 * closed. A number that is in doubt is left until it is known.
 */
export const makeDropOutdated =
  (
    deps: Pick<AskWaybillDeps, 'fulfilments' | 'shippings' | 'waybills' | 'clock'> & {
      /** Begins what is due of the order beside the call. */
      wake: (order: OrderRef) => void;
    },
  ) =>
  async (order: OrderRef): Promise<void> => {
    const known = await deps.waybills.load(order);
    if (!known) return;
    const tasks = (await deps.fulfilments.load(order))?.tasks ?? [];
    for (const waybill of outdated(known, tasks)) {
      if (await hasLeft(deps, order, waybill)) continue;
      await deps.waybills.change(order, (current) =>
        mapOk(cancelAsked(current, waybill.id, deps.clock()), (decided) => decided.waybills),
      );
      deps.wake(order);
    }
  };

/** Goods have left under the number, or are about to, or may have. */
async function hasLeft(
  { shippings }: Pick<AskWaybillDeps, 'shippings'>,
  order: OrderRef,
  { number }: Waybill,
): Promise<boolean> {
  if (!number) return false;
  const parcels = (await shippings.load(order))?.parcels ?? [];
  return parcels.some((one) => {
    const call = shippingCall(one);
    const isStanding = isOpen(call) || isDoubtful(call) || call.state === 'SUCCEEDED';
    return one.mailNo === number.mailNo && isStanding;
  });
}

/** Writes a decision down, makes the first try, and tells how the waybill stands then. */
async function changed<E extends WaybillRefusal>(
  { waybills, tryNow }: Pick<AskWaybillDeps, 'waybills' | 'tryNow'>,
  order: OrderRef,
  decide: (current: Waybills | null) => Result<{ waybills: Waybills; waybill: Waybill }, E>,
): Promise<Result<Waybill, E>> {
  let taken: Waybill | null = null;
  const written = await waybills.change<E>(order, (current) =>
    mapOk(decide(current), (decided) => {
      taken = decided.waybill;
      return decided.waybills;
    }),
  );
  if (!written.ok) return written;
  const one = taken as Waybill | null;
  if (!one) throw new TypeError('a change that is written was decided');
  await tryNow(order);
  const stored = (await waybills.load(order))?.waybills.find(({ id }) => id === one.id);
  return ok(stored ?? one);
}

export type DriveWaybillsDeps = {
  waybills: Pick<WaybillStore, 'load' | 'change'>;
  shops: Pick<Shops, 'find'>;
  platform: WaybillPlatform;
  clock: Clock;
  /** Its lease is longer than the calls of one attempt take. */
  policy: Policy;
  watch: CallWatch;
};

/** Calls that one turn makes at most; what is left waits for the next sweep. */
const CALLS_MAX = 10;

const problemOf = (code: string) => ({ code, message: '' });
const NOT_CONNECTED: Failed = { kind: 'refused', problem: problemOf('TMALL_NOT_CONNECTED') };

/**
 * Asks for the numbers that are due of an order, and gives those back that are not wanted any more. After a
 * lost answer the platform's own list of the order is read before anything is asked again.
 */
export const makeDriveWaybills =
  (deps: DriveWaybillsDeps) =>
  async (order: OrderRef): Promise<void> => {
    const withShop = async <T>(work: (shop: Shop) => Promise<T>): Promise<T | Failed> => {
      const shop = await deps.shops.find(order.sellerId);
      return shop ? await work(shop) : NOT_CONNECTED;
    };
    const ports: CallPorts<Waybill, Got> = {
      begin: () => begin(deps, order),
      lookUp: (waybill) => withShop((shop) => lookUp(deps, shop, order, waybill)),
      send: (waybill) =>
        withShop((shop) =>
          waybill.cancel
            ? deps.platform.cancel(shop, numberOf(waybill))
            : deps.platform.get(shop, order.number, waybill),
        ),
      record: async (waybill, outcome) => {
        await deps.waybills.change<never>(order, (current) =>
          ok(waybillEnded(standing(current), waybill, outcome, deps.clock(), deps.policy)),
        );
      },
    };
    await driveCalls(ports, deps.watch, CALLS_MAX);
  };

const standing = (current: Waybills | null): Waybills => {
  if (!current) throw new TypeError('a waybill that is due has a document');
  return current;
};

const numberOf = ({ number }: Waybill) => {
  if (!number) throw new TypeError('a waybill that is given back has a number');
  return number;
};

async function begin(deps: DriveWaybillsDeps, order: OrderRef): Promise<Begun<Waybill> | null> {
  const { waybills, clock, policy } = deps;
  const known = await waybills.load(order);
  if (!known || !waybillBegun(known, clock(), policy)) return null;
  const isPaused = Boolean((await deps.shops.find(order.sellerId))?.pause);
  let taken: Begun<Waybill> | null = null;
  await waybills.change<never>(order, (stored) => {
    const current = standing(stored);
    const next = isPaused ? null : waybillBegun(current, clock(), policy);
    taken = next?.begun ?? null;
    return ok(next?.waybills ?? waybillsPostponed(current, clock()));
  });
  return taken;
}

/** What an earlier attempt has come to, by the platform's list of the order; null when it may be asked again. */
async function lookUp(
  { platform, waybills }: DriveWaybillsDeps,
  shop: Shop,
  order: OrderRef,
  waybill: Waybill,
): Promise<Got | Failed | null> {
  const listed = await platform.list(shop, order.number);
  if (!listed.ok) return { kind: 'unknown', problem: listed.error };
  if (waybill.cancel) {
    const isThere = listed.value.some(({ mailNo }) => mailNo === waybill.number?.mailNo);
    return isThere ? null : { kind: 'succeeded' };
  }
  const number = numberInDoubt(standing(await waybills.load(order)), listed.value);
  if (number === 'NONE') return null;
  if (number !== 'SEVERAL') return { kind: 'succeeded', number };
  return { kind: 'refused', problem: problemOf('SEVERAL_NUMBERS') };
}

export type LabelDeps = Pick<DriveWaybillsDeps, 'waybills' | 'shops' | 'platform'>;

/** What is printed on a label, as the platform gives it now: it may name the buyer, and is kept nowhere. */
export const makeReadLabel =
  ({ waybills, shops, platform }: LabelDeps) =>
  async (
    order: OrderRef,
    { storeId, id }: { storeId: string; id: number },
  ): Promise<Result<Label, WaybillRefusal | 'TMALL_UNREACHABLE'>> => {
    const known = (await waybills.load(order))?.waybills.find((one) => one.id === id);
    if (known?.storeId !== storeId || stateOf(known) !== 'READY') return err('NO_WAYBILL');
    const shop = await shops.find(order.sellerId);
    if (!shop) return err('TMALL_NOT_CONNECTED');
    const listed = await platform.list(shop, order.number);
    if (!listed.ok) return err('TMALL_UNREACHABLE');
    const found = listed.value.find(({ mailNo }) => mailNo === known.number?.mailNo);
    return found ? ok(found.label) : err('NO_WAYBILL');
  };
