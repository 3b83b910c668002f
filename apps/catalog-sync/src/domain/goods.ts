/** One channel's name of goods. */
export type GoodsKey =
  | { kind: 'ITEM_SKU'; itemId: string; skuId: string }
  | { kind: 'SC_ITEM' | 'OUTER' | 'CARGO' | 'MALL_SKU'; id: string };

/**
 * One article, whatever the channels call it. Both Qimen families resolve to the same goods, so they
 * share the stock and the once-only initialisation (catalogue 3.3).
 */
export type Goods = {
  goodsId: string;
  sellerId: string;
  keys: readonly GoodsKey[];
};

export type GoodsRefusal =
  'UNKNOWN_GOODS' | 'SKU_REQUIRED' | 'GOODS_DIFFER' | 'BAD_KEY' | 'TOO_MANY_NAMES';

/** Names of one article; far above what all channels together need. */
export const NAMES_PER_GOODS_MAX = 200;

/** One text per key, unique among the keys of a seller. */
export function keyText(key: GoodsKey): string {
  return key.kind === 'ITEM_SKU' ? `ITEM_SKU:${key.itemId}/${key.skuId}` : `${key.kind}:${key.id}`;
}

/** Inverse of keyText. */
export function keyFromText(text: string): GoodsKey {
  const colon = text.indexOf(':');
  const kind = text.slice(0, colon) as GoodsKey['kind'];
  const rest = text.slice(colon + 1);
  if (kind !== 'ITEM_SKU') return { kind, id: rest };
  const slash = rest.indexOf('/');
  return { kind, itemId: rest.slice(0, slash), skuId: rest.slice(slash + 1) };
}

/** The item of a key that names no SKU: right only for an item without SKUs. */
export const itemWithoutSku = (key: GoodsKey): string | null =>
  key.kind === 'ITEM_SKU' && key.skuId === '' ? key.itemId : null;

/** The item of a key that names a SKU. */
export const itemWithSku = (key: GoodsKey): string | null =>
  key.kind === 'ITEM_SKU' && key.skuId !== '' ? key.itemId : null;

/** A key names something. */
export const isUsable = (key: GoodsKey): boolean =>
  key.kind === 'ITEM_SKU' ? key.itemId !== '' : key.id !== '';
