import type { Milli, Place, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { AskedArea } from './find-area.ts';
import { isCode, makeFindArea } from './find-area.ts';
import type { Catalog, Inventory, Regions } from './ports.ts';

export type AreaStock = { areaId: string; stock: { sku: string; quantity: Milli }[] };

type Served = { areaId: string; places: readonly Place[] | null };

export type QueryStockDeps = { catalog: Catalog; inventory: Inventory; regions: Regions };

/**
 * What may be sold of each SKU in an area (document 004 section 2.11): on hand less held at the
 * places that serve it. An area that nobody serves and a SKU that nobody knows have none; neither
 * fails the batch. Names that mean no region, or several, are refused.
 */
export const makeQueryStock =
  (deps: QueryStockDeps) =>
  async (query: {
    sellerId: string;
    area: AskedArea;
    skus: readonly string[];
  }): Promise<Result<AreaStock, string>> => {
    const { sellerId, area, skus } = query;
    const [served, goods] = await Promise.all([
      servedArea(deps, sellerId, area),
      deps.catalog.goodsOf(sellerId, skus),
    ]);
    if (!served.ok) return served;
    const { areaId, places } = served.value;
    const sellable =
      places && places.length > 0 && goods.size > 0
        ? await deps.inventory.sellable(sellerId, [...new Set(goods.values())], places)
        : new Map<string, Milli>();
    const stock = skus.map((sku) => ({ sku, quantity: sellable.get(goods.get(sku) ?? '') ?? 0n }));
    return ok({ areaId, stock });
  };

/**
 * The places that serve an area. A code that 2.10 gave out is an area's id; only one that is none is
 * looked up, for it may be of a division that is another one today.
 */
async function servedArea(
  { catalog, regions }: QueryStockDeps,
  sellerId: string,
  area: AskedArea,
): Promise<Result<Served, string>> {
  const own = isCode(area.county);
  const places = own ? await catalog.placesServing(sellerId, area.county) : null;
  if (places) return ok({ areaId: area.county, places });
  const found = await makeFindArea({ regions })(sellerId, area);
  if (!found.ok) return own ? ok({ areaId: area.county, places: null }) : err(found.error);
  const { areaId } = found.value.county;
  if (areaId === area.county) return ok({ areaId, places: null });
  return ok({ areaId, places: await catalog.placesServing(sellerId, areaId) });
}
