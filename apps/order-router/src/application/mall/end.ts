import type { Clock, EventOrigin, OrderRef, Result } from '@astrolabe/kernel';
import { err, mallOrder, mapOk, ok } from '@astrolabe/kernel';
import type { MallReceiver } from '../../domain/mall/content.ts';
import { cancelled, confirmed, expired } from '../../domain/mall/life.ts';
import type { EndRefusal, Ended } from '../../domain/mall/life.ts';
import type { MallOrder } from '../../domain/mall/order.ts';
import { supplied } from '../../domain/mall/supplied.ts';
import type { Supplied } from '../../domain/mall/supplied.ts';
import type { MallNotes, MallNumbers, MallOrders, MallPeople, StoredMallOrder } from './ports.ts';

/** An order as a mall names it, inside its account: by our number, else by its own. */
export type MallName = {
  readonly sellerId: string;
  readonly account: string;
  readonly number: string;
};

export type EndMallDeps = {
  readonly orders: MallOrders;
  readonly numbers: Pick<MallNumbers, 'find'>;
  readonly people: Pick<MallPeople, 'find'>;
  readonly notes: Pick<MallNotes, 'moved'>;
  /** Takes the order's steps, due or not; it may end before they do. */
  readonly tryNow: (name: OrderRef) => Promise<void>;
  readonly clock: Clock;
};

/** Where one text is the name of two orders, it is our number (field/till-and-mall.md, section 1). */
export const makeFindMallOrder =
  ({ orders, numbers }: Pick<EndMallDeps, 'orders' | 'numbers'>) =>
  async ({ sellerId, account, number }: MallName): Promise<StoredMallOrder | null> => {
    const ours = /^\d{1,15}$/.test(number) ? await orders.load(mallOrder(sellerId, number)) : null;
    if (ours?.order.account === account) return ours;
    const named = await numbers.find({ sellerId, account, mallOrderNo: number });
    return named === null ? null : await orders.load(mallOrder(sellerId, named));
  };

export type EndedStored = StoredMallOrder & { readonly already: boolean };

type Wish = (order: MallOrder, now: Date) => Result<Ended, EndRefusal>;

/** One write decides between a confirmation, a cancellation and the end of the time: the first one wins. */
async function ended(
  { orders, notes, tryNow, clock }: EndMallDeps,
  name: OrderRef,
  wish: Wish,
  receiver: MallReceiver | null = null,
): Promise<Result<EndedStored, EndRefusal>> {
  const once = async (): Promise<Result<EndedStored, EndRefusal>> => {
    let before: MallOrder | null = null;
    let already = false;
    const decide = (order: MallOrder | null): Result<MallOrder, EndRefusal> => {
      if (!order) return err('UNKNOWN_ORDER');
      before = order;
      return mapOk(wish(order, clock()), (end) => {
        already = end.already;
        return end.order;
      });
    };
    const changed = await orders.change(name, decide, receiver);
    if (!changed.ok) return changed;
    const from = (before as MallOrder | null)?.state;
    if (from && from !== changed.value.order.state) notes.moved(changed.value.order, from);
    return ok({ ...changed.value, already });
  };
  const first = await once();
  // A draft is brought to its end before it is decided about, and a pre-order whose time is over ends.
  if (!first.ok && first.error !== 'UNKNOWN_ORDER') await tryNow(name);
  const end = !first.ok && first.error === 'NOT_DECIDED' ? await once() : first;
  // What is released is free again when the answer comes; if that fails, it is done later.
  if (end.ok && !end.value.already) await tryNow(name);
  return end;
}

/** 2.12.2. Told to the warehouse in the write that confirms it: no success is without its task. */
export const makeConfirmMallOrder = (deps: EndMallDeps) => {
  const find = makeFindMallOrder(deps);
  return async (name: MallName): Promise<Result<EndedStored, EndRefusal>> => {
    const found = await find(name);
    if (!found) return err('UNKNOWN_ORDER');
    const { orderRef, digest } = found.order;
    const people = await deps.people.find(orderRef, digest);
    const wish: Wish = (order, now) => confirmed(order, name.account, now);
    return await ended(deps, orderRef, wish, people?.receiver ?? null);
  };
};

/** 2.12.3. */
export const makeCancelMallOrder = (deps: EndMallDeps) => {
  const find = makeFindMallOrder(deps);
  return async (name: MallName): Promise<Result<EndedStored, EndRefusal>> => {
    const found = await find(name);
    if (!found) return err('UNKNOWN_ORDER');
    const wish: Wish = (order, now) => cancelled(order, name.account, now);
    return await ended(deps, found.order.orderRef, wish);
  };
};

/** A person gives a pre-order up. */
export const makeExpireMallOrder =
  (deps: EndMallDeps) =>
  async (name: OrderRef, by: string): Promise<Result<EndedStored, EndRefusal>> =>
    await ended(deps, name, (order, now) => expired(order, by, now));

/** A word of the warehouse, once. */
export const makeReceiveSupplied =
  ({ orders }: Pick<EndMallDeps, 'orders'>) =>
  async (
    name: OrderRef,
    origin: EventOrigin,
    told: Supplied,
  ): Promise<Result<null, 'UNKNOWN_ORDER'>> =>
    await orders.receive<'UNKNOWN_ORDER'>(name, origin, (order) =>
      order ? ok(supplied(order, told)) : err('UNKNOWN_ORDER'),
    );
