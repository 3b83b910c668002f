/** Names of all sellers; about 150 bytes each. Sellers whose names were learned first are forgotten first. */
const NAMES_MAX = 200_000;

export type AskGoods = (
  sellerId: string,
  skus: readonly string[],
) => Promise<ReadonlyMap<string, string>>;

/** One for each SKU, in their order; empty where nobody knows any. */
export type GoodsOf = (sellerId: string, skus: readonly string[]) => Promise<readonly string[]>;

/**
 * Goods by mall SKU, asked for once: a name that goods have stays theirs, for the catalogue takes no name away. One that
 * nobody knows may be given any time, so it is asked for again.
 */
export function rememberGoods(ask: AskGoods, namesMax = NAMES_MAX): GoodsOf {
  /** By seller and SKU: a key of both would be made a hundred times for each call. */
  const sellers = new Map<string, Map<string, string>>();
  let names = 0;
  const learn = (sellerId: string, found: ReadonlyMap<string, string>): void => {
    const known = sellers.get(sellerId) ?? new Map<string, string>();
    sellers.set(sellerId, known);
    names -= known.size;
    for (const [sku, goodsId] of found) known.set(sku, goodsId);
    names += known.size;
    for (const [oldest, theirs] of sellers) {
      if (names <= namesMax) break;
      names -= theirs.size;
      sellers.delete(oldest);
    }
  };
  return async (sellerId, skus) => {
    const known = sellers.get(sellerId);
    const goods = skus.map((sku) => known?.get(sku) ?? '');
    if (!goods.includes('')) return goods;
    const found = await ask(
      sellerId,
      skus.filter((_sku, at) => goods[at] === ''),
    );
    learn(sellerId, found);
    return goods.map((goodsId, at) => goodsId || (found.get(skus[at] ?? '') ?? ''));
  };
}
