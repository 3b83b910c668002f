/** Names of all sellers; about 150 bytes each. Sellers whose names were learned first are forgotten first. */
const NAMES_MAX = 200_000;

export type AskGoods = (
  sellerId: string,
  skus: readonly string[],
) => Promise<ReadonlyMap<string, string>>;

/**
 * Goods by mall SKU, asked for once: a name that goods have stays theirs, for the catalogue takes no name away. One that
 * nobody knows may be given any time, so it is asked for again.
 */
export function rememberGoods(ask: AskGoods, namesMax = NAMES_MAX): AskGoods {
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
    const goods = new Map<string, string>();
    const missing: string[] = [];
    for (const sku of skus) {
      const goodsId = known?.get(sku);
      if (goodsId === undefined) missing.push(sku);
      else goods.set(sku, goodsId);
    }
    if (missing.length === 0) return goods;
    const found = await ask(sellerId, missing);
    for (const [sku, goodsId] of found) goods.set(sku, goodsId);
    learn(sellerId, found);
    return goods;
  };
}
