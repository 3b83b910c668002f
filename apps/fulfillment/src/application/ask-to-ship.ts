import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { TMALL, err, mapOk, ok } from '@astrolabe/kernel';
import type { Task } from '../domain/fulfilment.ts';
import type { ReportRefusal } from '../domain/report.ts';
import { admit } from '../domain/rules.ts';
import { obstacleOf, shipAsked, standingParcel } from '../domain/shipping.ts';
import type { Obstacle, Parcel, Wish } from '../domain/shipping.ts';
import type { Fulfilments, Sellers, Shippings, Shops } from './ports.ts';
import type { makeReportStatus } from './report-status.ts';
import { shipmentReport } from './ship.ts';

/** `SHIPPING_UNDER_WAY`: some of the goods are in another parcel that stands. */
export type ShipRefusal =
  ReportRefusal | Obstacle | 'UNKNOWN_SELLER' | 'SHIPPING_UNDER_WAY' | 'TMALL_NOT_CONNECTED';

/** `parcel`: null where Tmall is not called and the shipment is recorded. */
export type Asked = { already: boolean; parcel: Parcel | null };

export type AskToShipDeps = {
  fulfilments: Pick<Fulfilments, 'load'>;
  sellers: Sellers;
  shops: Pick<Shops, 'find'>;
  shippings: Pick<Shippings, 'load' | 'change'>;
  reportStatus: ReturnType<typeof makeReportStatus>;
  /** Makes the first try; it may end before the try does. */
  tryNow: (order: OrderRef) => Promise<void>;
  clock: Clock;
};

/**
 * A store sends goods off. What is to be shipped at Tmall is durable, and due, when this answers; where
 * there is nothing to ship at Tmall (another channel's order, or shipped there already) the shipment is
 * recorded. The same goods again are answered with the parcel that stands.
 */
export const makeAskToShip =
  (deps: AskToShipDeps) =>
  async (order: OrderRef, wish: Wish): Promise<Result<Asked, ShipRefusal>> => {
    const now = deps.clock();
    const model = await deps.sellers.modelOf(order.sellerId);
    if (!model) return err('UNKNOWN_SELLER');
    const report = shipmentReport(wish, now);
    // What may not be reported afterwards is not shipped at Tmall.
    const admitted = admit(report, model, now);
    if (!admitted.ok) return admitted;
    const standing = standingParcel(await deps.shippings.load(order), wish);
    if (!standing.ok) return standing;
    const way = standing.value ? ok('TMALL' as const) : await wayOf(deps, order, wish);
    if (!way.ok) return way;
    if (way.value === 'RECORD') {
      const taken = await deps.reportStatus(order, report);
      return mapOk(taken, ({ already }) => ({ already, parcel: null }));
    }
    const written = await writeDown(deps, order, wish);
    if (!written.ok) return written;
    await deps.tryNow(order);
    const { parcel, already } = written.value;
    const shipping = await deps.shippings.load(order);
    return ok({ already, parcel: shipping?.parcels.find(({ id }) => id === parcel.id) ?? parcel });
  };

const isShipped = ({ status }: Task): boolean => status === 'SHIPPED';

/** Whether Tmall is to be called for goods that may leave. */
async function wayOf(
  { fulfilments, shops }: AskToShipDeps,
  order: OrderRef,
  wish: Wish,
): Promise<Result<'RECORD' | 'TMALL', ShipRefusal>> {
  const found = await fulfilments.load(order);
  if (!found) return err('UNKNOWN_TRADE');
  const tasks = found.tasks.filter(({ subOrderId }) => wish.subOrderIds.includes(subOrderId));
  if (tasks.length !== wish.subOrderIds.length) return err('UNKNOWN_SUB_ORDER');
  if (tasks.every(isShipped)) return ok('RECORD');
  const obstacle = obstacleOf(tasks, wish);
  if (obstacle) return err(obstacle);
  if (order.channel !== TMALL) return ok('RECORD');
  if (await shops.find(order.sellerId)) return ok('TMALL');
  // A shop that is not connected ships at Tmall itself.
  return tasks.every((task) => task.shippedAtTmall) ? ok('RECORD') : err('TMALL_NOT_CONNECTED');
}

/** The wish to ship, durable and due. */
async function writeDown(
  { shippings, clock }: AskToShipDeps,
  order: OrderRef,
  wish: Wish,
): Promise<Result<{ parcel: Parcel; already: boolean }, 'SHIPPING_UNDER_WAY'>> {
  let taken: { parcel: Parcel; already: boolean } | null = null;
  const written = await shippings.change<'SHIPPING_UNDER_WAY'>(order, (current) =>
    mapOk(shipAsked(current, order, wish, clock()), ({ shipping, parcel, already }) => {
      taken = { parcel, already };
      return shipping;
    }),
  );
  if (!written.ok) return written;
  if (!taken) throw new TypeError('a change that is written was decided');
  return ok(taken);
}
