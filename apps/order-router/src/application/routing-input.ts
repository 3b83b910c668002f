import type { RoutingOrder, RoutingInput, RoutingRules } from '../domain/routing/types.ts';
import { shanghaiDay } from '../domain/routing/opening.ts';
import { configOf } from '../domain/routing/settings.ts';
import type { Capacity, Catalog, Rules, Stock, StoreSettingsSource } from './ports.ts';

export type RoutingInputDeps = {
  readonly stock: Pick<Stock, 'free'>;
  readonly catalog: Pick<Catalog, 'routingStores'>;
  readonly rules: Rules;
  readonly settings: Pick<StoreSettingsSource, 'all'>;
  readonly capacity: Pick<Capacity, 'loads'>;
};

/**
 * Everything that routing reads, as it is now: rules (the ones in force, or those given), stores,
 * their settings and loads, and stock. Nothing is held or changed.
 */
export async function readRoutingInput(
  deps: RoutingInputDeps,
  order: RoutingOrder,
  given: RoutingRules | null = null,
): Promise<RoutingInput> {
  const { sellerId } = order.orderRef;
  const [rules, stores, stock, known] = await Promise.all([
    given ?? deps.rules.rules(sellerId),
    deps.catalog.routingStores(sellerId, unique(order.lines.map((line) => line.itemId))),
    deps.stock.free(sellerId, unique(order.lines.map((line) => line.goodsId))),
    deps.settings.all(sellerId),
  ]);
  const settings = stores.flatMap(({ storeId }) => known.get(storeId) ?? []);
  const capped = settings.some((of) => (configOf(of, order.flow)?.threshold ?? null) !== null);
  const day = shanghaiDay(order.atMs);
  const all = capped ? await deps.capacity.loads(sellerId, day, order.flow) : new Map();
  const loads = settings.flatMap(({ storeId }) => {
    const count = all.get(storeId);
    return count === undefined ? [] : [{ storeId, count }];
  });
  return { order, rules, snapshot: { stores, stock, settings, loads } };
}

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];
