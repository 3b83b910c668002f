import type { Milli, Place, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { AskedArea } from './find-area.ts';
import { isCode, makeFindArea } from './find-area.ts';
import type { Catalog, Inventory, Regions } from './ports.ts';

export type AreaStock = { areaId: string; stock: { sku: string; quantity: Milli }[] };

const NOTHING: ReadonlyMap<string, Milli> = new Map();

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
    const { catalog, inventory } = deps;
    // Stock is asked for where it was a moment ago, while the catalogue says where it is now.
    const guess = isCode(area.county) ? catalog.placesBefore(sellerId, area.county) : undefined;
    const nowServed = servedArea(deps, sellerId, area);
    nowServed.catch(() => undefined);
    const goods = await catalog.goodsOf(sellerId, skus);
    const sold = goods.filter((goodsId) => goodsId !== '');
    const stockAt = async (places: readonly Place[] | null) =>
      places && places.length > 0 && sold.length > 0
        ? await inventory.sellable(sellerId, sold, places)
        : NOTHING;
    const early = guess && stockAt(guess);
    early?.catch(() => undefined);
    const served = await nowServed;
    if (!served.ok) return served;
    const { areaId, places } = served.value;
    const sellable = await (early && places === guess ? early : stockAt(places));
    const stock = skus.map((sku, at) => ({ sku, quantity: sellable.get(goods[at] ?? '') ?? 0n }));
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
