import type { Clock, EventOrigin, OrderRef, Result } from '@astrolabe/kernel';
import { isOurs, mapOk } from '@astrolabe/kernel';
import type { OrderCommand, OrderRefusal, PlacedOrder, PlacedLine } from '../domain/commands.ts';
import { decide } from '../domain/decide.ts';
import type { OrderState } from '../domain/order.ts';
import type { Catalog, Orders, Stock } from './ports.ts';

export type HandleDeps = {
  readonly orders: Pick<Orders, 'change'>;
  readonly drive: (state: OrderState) => Promise<OrderState>;
  readonly clock: Clock;
};

export type Handle = (
  name: OrderRef,
  command: OrderCommand,
) => Promise<Result<OrderState | null, OrderRefusal>>;

/**
 * One command on one order: decide, store, then do what the order owes when that fell to this write.
 * The outcome is the document as it stood at the end; null when there is no order.
 */
export const makeHandle =
  (deps: HandleDeps): Handle =>
  async (name, command) => {
    const stored = await deps.orders.change(name, (state) => decide(state, command, deps.clock()));
    if (!stored.ok || !stored.value.state) return mapOk(stored, (decided) => decided.state);
    const { state, drive } = stored.value;
    return { ok: true, value: drive ? await deps.drive(state) : state };
  };

/** An order as its channel showed it, before the goods behind its lines are looked up. */
export type PushedOrder = Omit<PlacedOrder, 'traceId' | 'lines'> & {
  readonly lines: readonly Omit<PlacedLine, 'goodsId' | 'rides'>[];
};

export type PlacedEvent = { readonly origin: EventOrigin; readonly placed: PushedOrder } & (
  | { readonly kind: 'orderPaid' | 'orderClosed' }
  | { readonly kind: 'orderLeft'; readonly subOrderIds: readonly string[] }
);

export type PlacedDeps = {
  readonly handle: Handle;
  readonly catalog: Pick<Catalog, 'settings' | 'goods'>;
  readonly stock: Pick<Stock, 'free'>;
  readonly traceId: (name: OrderRef) => string;
};

/** Refusals of what a channel has said of an order; they send it to the dead letters. */
export type PlacedRefusal = OrderRefusal | 'UNKNOWN_SELLER';

/**
 * What a channel has said of an order; the seller's own orders are left alone. Goods and settings are
 * read before the first write, so that the document holds all that its commands are made of; a catalog
 * that cannot be asked throws, and the message waits.
 */
export const makeHandlePlaced =
  (deps: PlacedDeps) =>
  async (event: PlacedEvent): Promise<Result<OrderState | null, PlacedRefusal>> => {
    const { placed } = event;
    if (!isOurs(placed)) return { ok: true, value: null };
    const [settings, goods] = await Promise.all([
      deps.catalog.settings(placed.orderRef.sellerId),
      deps.catalog.goods(placed.orderRef.sellerId, placed.lines),
    ]);
    if (!settings) return { ok: false, error: 'UNKNOWN_SELLER' };
    const lines = await withGoods(deps, placed, goods);
    const full = { ...placed, traceId: deps.traceId(placed.orderRef), lines };
    return deps.handle(placed.orderRef, { ...event, placed: full, settings });
  };

/**
 * The lines with the goods behind them. A line that goes along, such as a gift, and that nobody has ever
 * told the stock of rides with the others.
 */
async function withGoods(
  { stock }: Pick<PlacedDeps, 'stock'>,
  { orderRef, lines }: PushedOrder,
  goods: readonly string[],
): Promise<readonly PlacedLine[]> {
  const known = lines.map((line, index) => ({ ...line, goodsId: goods[index] ?? '' }));
  const plain = known.filter(({ fulfilment, goodsId }) => fulfilment !== 'OMNI' && goodsId !== '');
  const ids = [...new Set(plain.map(({ goodsId }) => goodsId))];
  const cells = ids.length === 0 ? [] : await stock.free(orderRef.sellerId, ids);
  const stocked = new Set(cells.map(({ goodsId }) => goodsId));
  return known.map((line) => ({
    ...line,
    rides: line.fulfilment !== 'OMNI' && !stocked.has(line.goodsId),
  }));
}
