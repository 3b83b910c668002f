import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { mapOk, ok } from '@astrolabe/kernel';
import {
  dueParcel,
  recordAnswered,
  shipAsked,
  tmallAnswered,
  tryBegun,
} from '../domain/shipping.ts';
import type { Parcel, Shipping, TryOutcome, Wish } from '../domain/shipping.ts';
import type { Fulfillment, Shippings, Shop, Shops, Task, Tmall } from './ports.ts';

export type ShipDeps = {
  shippings: Pick<Shippings, 'load' | 'change'>;
  shops: Pick<Shops, 'find'>;
  tmall: Tmall;
  fulfillment: Pick<Fulfillment, 'tasksOf' | 'report'>;
  clock: Clock;
  retryMs: number;
  /** Longer than the calls of one try take. */
  leaseMs: number;
};

/** Steps that one turn takes at most; what is left waits for the next sweep. */
const STEPS_MAX = 20;
/** Statuses from which a store ships. */
export const SHIPPABLE: readonly string[] = ['X_SHOP_ALLOCATION', 'X_SHOP_CANCEL_DENIED'];

export type ShipRefusal = 'SHIPPING_UNDER_WAY';

/** Writes the wish to ship down; it is durable, and due, when this answers. */
export const makeAskToShip =
  ({ shippings, clock }: Pick<ShipDeps, 'shippings' | 'clock'>) =>
  async (
    order: OrderRef,
    wish: Wish,
  ): Promise<Result<{ parcel: Parcel; already: boolean }, ShipRefusal>> => {
    let taken: { parcel: Parcel; already: boolean } | null = null;
    const written = await shippings.change<ShipRefusal>(order, (current) =>
      mapOk(shipAsked(current, order, wish, clock()), ({ shipping, parcel, already }) => {
        taken = { parcel, already };
        return shipping;
      }),
    );
    if (!written.ok) return written;
    if (!taken) throw new TypeError('a change that is written was decided');
    return ok(taken);
  };

/**
 * Ships what is due of an order: at Tmall first, then consigned here (white paper 3.4). Each step is
 * claimed before it is made and its end written down after it; a crash in between leaves a lease that
 * ends, and Tmall is then asked before it is called again.
 */
export const makeShip =
  (deps: ShipDeps) =>
  async (order: OrderRef): Promise<void> => {
    for (let step = 0; step < STEPS_MAX; step += 1) {
      const shipping = await deps.shippings.load(order);
      const due = shipping && dueParcel(shipping, deps.clock());
      if (!due || !(await tryOnce(deps, order, due))) return;
    }
  };

/** One try of one parcel; false when somebody else has it. */
async function tryOnce(deps: ShipDeps, order: OrderRef, due: Parcel): Promise<boolean> {
  const start = deps.clock();
  let claimed: Parcel | null = null;
  await change(deps, order, (current) => {
    const next = tryBegun(current, due.id, start, deps.leaseMs);
    claimed = next?.parcels.find(({ id }) => id === due.id) ?? null;
    return next ?? current;
  });
  const tried: Parcel | null = claimed;
  if (!tried) return false;
  const isAtTmall = due.state === 'AT_TMALL';
  const outcome = await (isAtTmall ? record : shipAtTmall)(deps, order, due).catch(unavailable);
  const decide = isAtTmall ? recordAnswered : tmallAnswered;
  await change(deps, order, (current) =>
    decide(current, tried, outcome, deps.clock(), deps.retryMs),
  );
  return true;
}

const refused = (code: string, message = ''): TryOutcome => ({
  kind: 'refused',
  problem: { code, message },
});

/** A service of ours is away: the try counts, and nobody knows how far it got. */
const unavailable = (error: unknown): TryOutcome => ({
  kind: 'unknown',
  problem: { code: 'UNAVAILABLE', message: error instanceof Error ? error.name : '' },
});

async function shipAtTmall(deps: ShipDeps, order: OrderRef, due: Parcel): Promise<TryOutcome> {
  const shop = await deps.shops.find(order.sellerId);
  if (!shop) return refused('TMALL_NOT_CONNECTED');
  if (due.doubtful) {
    const seen = await shippedAt(deps, shop, order, due);
    if (seen !== null) return seen;
  }
  const tasks = await deps.fulfillment.tasksOf(order);
  const obstacle = obstacleOf(tasks, due);
  if (obstacle) return refused(obstacle);
  const whole = tasks.length === due.subOrderIds.length;
  const sent = await deps.tmall.ship(shop, order.number, due, whole);
  if (sent.kind !== 'refused') return sent;
  // Somebody may have shipped it in Tmall's own pages: then that is what was wanted.
  const seen = await shippedAt(deps, shop, order, due);
  return seen?.kind === 'done' ? seen : sent;
}

/** `done` when Tmall has the sub-orders as shipped, null when it has not, else why nobody knows. */
async function shippedAt(
  { tmall }: ShipDeps,
  shop: Shop,
  { number }: OrderRef,
  { subOrderIds }: Parcel,
): Promise<TryOutcome | null> {
  const seen = await tmall.shipped(shop, number, subOrderIds);
  if (!seen.ok) return { kind: 'unknown', problem: seen.error };
  return seen.value ? { kind: 'done' } : null;
}

/** Why the sub-orders may not be shipped any more; null when they may. */
function obstacleOf(tasks: readonly Task[], { storeId, allocation, subOrderIds }: Parcel) {
  for (const id of subOrderIds) {
    const task = tasks.find(({ subOrderId }) => subOrderId === id);
    if (!task || task.storeId !== storeId || task.allocation !== allocation) return 'MOVED';
    if (task.status === 'X_SHOP_CANCEL') return 'REFUND_ASKED';
    if (!SHIPPABLE.includes(task.status)) return 'ILLEGAL_TRANSITION';
  }
  return null;
}

/** Reports what has left; the time is that of Tmall's answer. */
async function record(deps: ShipDeps, order: OrderRef, due: Parcel): Promise<TryOutcome> {
  const { storeId, login, operator, subOrderIds, company, mailNo } = due;
  const outcome = await deps.fulfillment.report(
    { sellerId: order.sellerId, storeId, login, name: operator },
    {
      orderRef: order,
      subOrderIds,
      status: 'X_SHOP_HANDLED',
      pickup: false,
      at: due.shippedAt ?? deps.clock(),
      logistics: { company, id: '', mailNo },
    },
  );
  return outcome.kind === 'taken' ? { kind: 'done' } : refused(outcome.reason);
}

async function change(
  { shippings }: ShipDeps,
  order: OrderRef,
  next: (current: Shipping) => Shipping,
): Promise<void> {
  await shippings.change<never>(order, (current) => {
    if (!current) throw new TypeError('a shipment that is due has a document');
    return ok(next(current));
  });
}
