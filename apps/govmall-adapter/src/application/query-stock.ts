import type { Milli } from '@astrolabe/kernel';
import type { Catalog, Inventory } from './ports.ts';

export type AreaStock = { sku: string; quantity: Milli };

/**
 * What may be sold of each SKU in an area (document 004 section 2.11): on hand less held at the
 * places that serve it. An area that nobody serves and a SKU that nobody knows have none; neither
 * fails the batch.
 */
export const makeQueryStock =
  ({ catalog, inventory }: { catalog: Catalog; inventory: Inventory }) =>
  async (query: {
    sellerId: string;
    areaId: string;
    skus: readonly string[];
  }): Promise<AreaStock[]> => {
    const [places, goods] = await Promise.all([
      catalog.placesServing(query.sellerId, query.areaId),
      catalog.goodsOf(query.sellerId, query.skus),
    ]);
    const sellable =
      places && places.length > 0 && goods.size > 0
        ? await inventory.sellable(query.sellerId, [...new Set(goods.values())], places)
        : new Map<string, Milli>();
    return query.skus.map((sku) => ({ sku, quantity: sellable.get(goods.get(sku) ?? '') ?? 0n }));
  };
