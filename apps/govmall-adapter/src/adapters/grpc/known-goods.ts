/** Names of all sellers; about 150 bytes each. Those that were learned first are forgotten first. */
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
  const known = new Map<string, string>();
  // A SKU has no white space.
  const keyOf = (sellerId: string, sku: string): string => `${sku} ${sellerId}`;
  return async (sellerId, skus) => {
    const goods = new Map<string, string>();
    const missing: string[] = [];
    for (const sku of skus) {
      const goodsId = known.get(keyOf(sellerId, sku));
      if (goodsId === undefined) missing.push(sku);
      else goods.set(sku, goodsId);
    }
    if (missing.length === 0) return goods;
    for (const [sku, goodsId] of await ask(sellerId, missing)) {
      goods.set(sku, goodsId);
      known.set(keyOf(sellerId, sku), goodsId);
    }
    for (const oldest of known.keys()) {
      if (known.size <= namesMax) break;
      known.delete(oldest);
    }
    return goods;
  };
}
