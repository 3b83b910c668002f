import type { Clock, OrderRef } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import type { Logistics } from '../domain/fulfilment.ts';
import type { Report } from '../domain/rules.ts';
import {
  dueParcel,
  obstacleOf,
  recordAnswered,
  tmallAnswered,
  tryBegun,
} from '../domain/shipping.ts';
import type { Parcel, Shipping, TryOutcome, Wish } from '../domain/shipping.ts';
import type { Fulfilments, Shippings, Shop, Shops, Tmall } from './ports.ts';
import type { makeReportStatus } from './report-status.ts';

export type ShipDeps = {
  shippings: Pick<Shippings, 'load' | 'change'>;
  shops: Pick<Shops, 'find'>;
  tmall: Tmall;
  fulfilments: Pick<Fulfilments, 'load'>;
  reportStatus: ReturnType<typeof makeReportStatus>;
  clock: Clock;
  retryMs: number;
  /** Longer than the calls of one try take. */
  leaseMs: number;
};

/** Steps that one turn takes at most; what is left waits for the next sweep. */
const STEPS_MAX = 20;

const logisticsOf = ({ company, mailNo }: Wish): Logistics => ({
  logisticId: '',
  logisticCompany: company,
  mailNo,
  description: '',
});

/** The shipment as the store's report of it; `at`: when the goods have left. */
export const shipmentReport = (wish: Wish, at: Date): Report => ({
  subOrderIds: wish.subOrderIds,
  status: 'X_SHOP_HANDLED',
  channel: 'CONSOLE',
  place: { type: 'STORE', id: wish.storeId },
  flow: 'SHIP',
  operator: wish.operator,
  happenedAt: at,
  logistics: logisticsOf(wish),
});

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

/** One try of one parcel; false when another process has it. */
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

/** A service of ours is away: the try counts, and how far it got is not known. */
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
  const tasks = (await deps.fulfilments.load(order))?.tasks ?? [];
  const obstacle = obstacleOf(tasks, due);
  if (obstacle) return refused(obstacle);
  const whole = tasks.length === due.subOrderIds.length;
  const sent = await deps.tmall.ship(shop, order.number, due, whole);
  if (sent.kind !== 'refused') return sent;
  // It may have been shipped in Tmall's own pages: then that is what was wanted.
  const seen = await shippedAt(deps, shop, order, due);
  return seen?.kind === 'done' ? seen : sent;
}

/** `done` when Tmall has the sub-orders as shipped, null when it has not, else why that is not known. */
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

/** Reports what has left; the time is that of Tmall's answer. */
async function record(deps: ShipDeps, order: OrderRef, due: Parcel): Promise<TryOutcome> {
  const report = shipmentReport(due, due.shippedAt ?? deps.clock());
  const recorded = await deps.reportStatus(order, report);
  return recorded.ok ? { kind: 'done' } : refused(recorded.error);
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
