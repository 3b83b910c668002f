import type { Clock, OrderRef } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import { driveCalls } from '@astrolabe/outbound';
import type { Begun, CallPorts, CallWatch, Outcome, Policy, Succeeded } from '@astrolabe/outbound';
import type { Logistics } from '../domain/fulfilment.ts';
import type { Report } from '../domain/rules.ts';
import { callBegun, callEnded, obstacleOf, shipmentsPostponed } from '../domain/shipping.ts';
import type { Parcel, Shipping, Wish } from '../domain/shipping.ts';
import type { Fulfilments, Shippings, Shop, Shops, Tmall } from './ports.ts';
import type { makeReportStatus } from './report-status.ts';

export type ShipDeps = {
  shippings: Pick<Shippings, 'load' | 'change'>;
  shops: Pick<Shops, 'find'>;
  tmall: Tmall;
  fulfilments: Pick<Fulfilments, 'load'>;
  reportStatus: ReturnType<typeof makeReportStatus>;
  clock: Clock;
  /** Its lease is longer than the calls of one attempt take. */
  policy: Policy;
  watch: CallWatch;
};

/** Calls that one turn makes at most; what is left waits for the next sweep. */
const CALLS_MAX = 20;

const logisticsOf = ({ company, mailNo }: Wish): Logistics => ({
  logisticId: '',
  logisticCompany: company,
  mailNo,
  description: '',
});

/** The shipment as the store's report of it; `at`: when the goods have left. */
export const shipmentReport = (wish: Wish, at: Date): Report => ({
  subOrderIds: wish.subOrderIds,
  status: 'SHIPPED',
  channel: 'CONSOLE',
  place: { type: 'STORE', id: wish.storeId },
  flow: 'SHIP',
  operator: wish.operator,
  happenedAt: at,
  logistics: logisticsOf(wish),
});

/**
 * Ships what is due of an order: at Tmall first, then consigned here (white paper 3.4). After a lost
 * answer or a crash Tmall is asked before it is called again; to record a shipment again changes nothing.
 */
export const makeShip =
  (deps: ShipDeps) =>
  async (order: OrderRef): Promise<void> => {
    const ports: CallPorts<Parcel, Succeeded> = {
      begin: () => begin(deps, order),
      lookUp: async (parcel) => (parcel.record ? null : await lookUp(deps, order, parcel)),
      send: (parcel) => (parcel.record ? record : shipAtTmall)(deps, order, parcel),
      record: (parcel, outcome) =>
        change(deps, order, (current) =>
          callEnded(current, parcel, outcome, deps.clock(), deps.policy),
        ),
    };
    await driveCalls(ports, deps.watch, CALLS_MAX);
  };

async function begin(deps: ShipDeps, order: OrderRef): Promise<Begun<Parcel> | null> {
  const { shippings, clock, policy } = deps;
  const shipping = await shippings.load(order);
  if (!shipping || !callBegun(shipping, clock(), policy)) return null;
  const isPaused = Boolean((await deps.shops.find(order.sellerId))?.pause);
  let taken: Begun<Parcel> | null = null;
  await change(deps, order, (stored) => {
    const current = isPaused ? shipmentsPostponed(stored, clock()) : stored;
    const next = callBegun(current, clock(), policy);
    taken = next?.begun ?? null;
    return next?.shipping ?? current;
  });
  return taken;
}

const problemOf = (code: string) => ({ code, message: '' });

/** Whether an earlier call has shipped the parcel at Tmall. */
async function lookUp(deps: ShipDeps, order: OrderRef, parcel: Parcel): Promise<Outcome | null> {
  const shop = await deps.shops.find(order.sellerId);
  if (shop) return await shippedAt(deps, shop, order, parcel);
  return { kind: 'unknown', problem: problemOf('TMALL_NOT_CONNECTED') };
}

async function shipAtTmall(deps: ShipDeps, order: OrderRef, due: Parcel): Promise<Outcome> {
  const shop = await deps.shops.find(order.sellerId);
  if (!shop) return { kind: 'refused', problem: problemOf('TMALL_NOT_CONNECTED') };
  const tasks = (await deps.fulfilments.load(order))?.tasks ?? [];
  const obstacle = obstacleOf(tasks, due);
  if (obstacle) return { kind: 'refused', problem: problemOf(obstacle) };
  const whole = tasks.length === due.subOrderIds.length;
  const sent = await deps.tmall.ship(shop, order.number, due, whole);
  if (sent.kind !== 'refused') return sent;
  // It may have been shipped in Tmall's own pages: then that is what was wanted.
  const seen = await shippedAt(deps, shop, order, due);
  return seen?.kind === 'succeeded' ? seen : sent;
}

/** `succeeded` when Tmall has the sub-orders as shipped, null when it has not, else why that is not known. */
async function shippedAt(
  { tmall }: ShipDeps,
  shop: Shop,
  { number }: OrderRef,
  { subOrderIds }: Parcel,
): Promise<Outcome | null> {
  const seen = await tmall.shipped(shop, number, subOrderIds);
  if (!seen.ok) return { kind: 'unknown', problem: seen.error };
  return seen.value ? { kind: 'succeeded' } : null;
}

/**
 * Reports what has left; the time is that of Tmall's answer. The goods are gone, so a refusal (the buyer
 * has just asked for a refund) is tried again until the store has answered the refund.
 */
async function record(deps: ShipDeps, order: OrderRef, due: Parcel): Promise<Outcome> {
  const report = shipmentReport(due, due.shippedAt ?? deps.clock());
  const recorded = await deps.reportStatus(order, report);
  if (recorded.ok) return { kind: 'succeeded' };
  return { kind: 'unanswered', problem: problemOf(recorded.error) };
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
