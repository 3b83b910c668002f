import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import type { Changed, SupplyRefusal } from '../../domain/supply/events.ts';
import { ended, retried, shipAsked, stepRecorded } from '../../domain/supply/ship.ts';
import type { Asked, ParcelWish } from '../../domain/supply/ship.ts';
import { arrived, returnAsked, returnDenied } from '../../domain/supply/returns.ts';
import type { ArrivalWish, AskedBack, ReturnWish } from '../../domain/supply/returns.ts';
import type { Parcel, ParcelEnd, Return, Supply, TrackStep } from '../../domain/supply/supply.ts';
import type { Supplies } from './ports.ts';

type Done<R> = Promise<Result<R, SupplyRefusal>>;

/** What a warehouse does with an order that we supply, and what its buyer asks for. */
export type SupplyWork = {
  ship(order: OrderRef, wish: ParcelWish): Done<Asked>;
  track(order: OrderRef, parcelNo: string, step: TrackStep): Done<Parcel>;
  end(order: OrderRef, parcelNo: string, end: ParcelEnd): Done<Asked>;
  retry(order: OrderRef, parcelNo: string): Done<Parcel>;
  askBack(order: OrderRef, wish: ReturnWish): Done<AskedBack>;
  deny(order: OrderRef, returnId: string, reason: string): Done<Return>;
  arrive(order: OrderRef, returnId: string, wish: ArrivalWish): Done<AskedBack>;
};

export type SupplyWorkDeps = {
  readonly supplies: Pick<Supplies, 'load' | 'change'>;
  readonly clock: Clock;
  /** Makes the calls that are due, and is waited for a while; it goes on by itself where it takes longer. */
  readonly tryNow: (order: OrderRef) => Promise<void>;
};

export function makeSupplyWork({ supplies, clock, tryNow }: SupplyWorkDeps): SupplyWork {
  const change = async <R>(
    order: OrderRef,
    decide: (current: Supply | null) => Changed<R>,
  ): Done<R> => {
    const changed = await supplies.change(order, null, decide);
    if (!changed.ok) return changed;
    if (changed.value === null) throw new TypeError('a change without an origin is applied');
    return { ok: true, value: changed.value };
  };
  const tried = async (order: OrderRef): Promise<Supply> => {
    await tryNow(order);
    const supply = await supplies.load(order);
    if (!supply) throw new TypeError('what was changed is there');
    return supply;
  };
  const parcelAfter = async (order: OrderRef, parcel: Parcel): Promise<Parcel> =>
    (await tried(order)).parcels.find(({ id }) => id === parcel.id) ?? parcel;
  return {
    ship: async (order, wish) => {
      const asked = await change(order, (current) => shipAsked(current, wish, clock()));
      if (!asked.ok) return asked;
      const { already, parcel } = asked.value;
      return { ok: true, value: { already, parcel: await parcelAfter(order, parcel) } };
    },
    track: (order, parcelNo, step) =>
      change(order, (current) => stepRecorded(current, parcelNo, step)),
    end: (order, parcelNo, end) => change(order, (current) => ended(current, parcelNo, end)),
    retry: async (order, parcelNo) => {
      const asked = await change(order, (current) => retried(current, parcelNo, clock()));
      return asked.ok ? { ok: true, value: await parcelAfter(order, asked.value) } : asked;
    },
    askBack: (order, wish) => change(order, (current) => returnAsked(current, wish, clock())),
    deny: (order, returnId, reason) =>
      change(order, (current) => returnDenied(current, returnId, { at: clock(), reason })),
    arrive: async (order, returnId, wish) => {
      const asked = await change(order, (current) => arrived(current, returnId, wish, clock()));
      if (!asked.ok) return asked;
      const { returns } = await tried(order);
      const goods = returns.find((one) => one.returnId === returnId) ?? asked.value.goods;
      return { ok: true, value: { ...asked.value, goods } };
    },
  };
}
