import type { Clock, EventOrigin, OrderRef, Result } from '@astrolabe/kernel';
import { mapOk } from '@astrolabe/kernel';
import type { OrderCommand, OrderRefusal, Trade, TradeLine } from '../domain/commands.ts';
import { decide } from '../domain/decide.ts';
import type { OrderState } from '../domain/order.ts';
import { isOmni } from '../domain/trade.ts';
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

/** A trade as the channel told it, before anybody looked up the goods. */
export type PushedTrade = Omit<Trade, 'traceId' | 'lines'> & {
  readonly lines: readonly Omit<TradeLine, 'goodsId' | 'rides'>[];
};

export type TradeEvent = { readonly origin: EventOrigin; readonly trade: PushedTrade } & (
  | { readonly kind: 'tradePaid' | 'tradeClosed' }
  | { readonly kind: 'tradeShipped'; readonly subOrderIds: readonly string[] }
);

export type TradeDeps = {
  readonly handle: Handle;
  readonly catalog: Pick<Catalog, 'settings' | 'goods'>;
  readonly stock: Pick<Stock, 'free'>;
  readonly traceId: (name: OrderRef) => string;
};

/** Refusals of a trade message; they send it to the dead letters. */
export type TradeRefusal = OrderRefusal | 'UNKNOWN_SELLER';

/**
 * A trade message. Goods and settings are read before the first write, so that the document holds
 * all that its commands are made of; a catalog that cannot be asked throws, and the message waits.
 */
export const makeHandleTrade =
  (deps: TradeDeps) =>
  async (event: TradeEvent): Promise<Result<OrderState | null, TradeRefusal>> => {
    const { trade } = event;
    if (!isOmni(trade)) return { ok: true, value: null };
    const [settings, goods] = await Promise.all([
      deps.catalog.settings(trade.orderRef.sellerId),
      deps.catalog.goods(trade.orderRef.sellerId, trade.lines),
    ]);
    if (!settings) return { ok: false, error: 'UNKNOWN_SELLER' };
    const lines = await withGoods(deps, trade, goods);
    const full = { ...trade, traceId: deps.traceId(trade.orderRef), lines };
    return deps.handle(trade.orderRef, { ...event, trade: full, settings });
  };

/**
 * The lines with the goods behind them. A line of a gift, or of other goods without the omni tag, that
 * nobody has ever told the stock of rides along with the others.
 */
async function withGoods(
  { stock }: Pick<TradeDeps, 'stock'>,
  { orderRef, lines }: PushedTrade,
  goods: readonly string[],
): Promise<readonly TradeLine[]> {
  const known = lines.map((line, index) => ({ ...line, goodsId: goods[index] ?? '' }));
  const plain = known.filter(({ omni, goodsId }) => !omni && goodsId !== '');
  const ids = [...new Set(plain.map(({ goodsId }) => goodsId))];
  const cells = ids.length === 0 ? [] : await stock.free(orderRef.sellerId, ids);
  const stocked = new Set(cells.map(({ goodsId }) => goodsId));
  return known.map((line) => ({ ...line, rides: !line.omni && !stocked.has(line.goodsId) }));
}
