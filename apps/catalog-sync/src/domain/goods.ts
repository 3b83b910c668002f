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
  /** Where the merchant added the goods to its stock itself. */
  scItem?: ScItem;
};

/** What the merchant said of goods of its stock; nothing decides by `details`. */
export type ScItemContent = {
  outerCode: string;
  name: string;
  details: Readonly<Record<string, string>>;
};

export type ScItem = ScItemContent & { scItemId: string };

export type GoodsRefusal =
  | 'UNKNOWN_GOODS'
  | 'UNKNOWN_STORE'
  | 'SKU_REQUIRED'
  | 'GOODS_DIFFER'
  | 'BAD_KEY'
  | 'TOO_MANY_NAMES'
  | 'SC_ITEM_EXISTS'
  | 'UNKNOWN_SC_ITEM'
  | 'SC_ITEM_DIFFERS'
  | 'ITEM_MAPPED_ELSEWHERE'
  | 'ITEM_CODE_UNKNOWN';

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

/** The SKUs of keys that name one: a SKU's id is a name of its goods for people, whatever its item. */
export const skuIdsOf = (keys: readonly GoodsKey[]): string[] => [
  ...new Set(
    keys.flatMap((key) => (key.kind === 'ITEM_SKU' && key.skuId !== '' ? [key.skuId] : [])),
  ),
];

/** Every key that a text may be, whole: as an item without SKUs, and as each code. */
export const keysNamed = (text: string): readonly GoodsKey[] => [
  { kind: 'ITEM_SKU', itemId: text, skuId: '' },
  ...(['SC_ITEM', 'OUTER', 'CARGO', 'MALL_SKU'] as const).map((kind) => ({ kind, id: text })),
];

const keyOfKind = (keys: readonly GoodsKey[], kind: 'SC_ITEM' | 'OUTER'): string | undefined => {
  for (const key of keys) if (key.kind === kind) return key.id;
  return undefined;
};

/** The id of goods in the stock, where they have one. */
export const scItemIdOf = ({ keys, scItem }: Goods): string | undefined =>
  scItem?.scItemId ?? keyOfKind(keys, 'SC_ITEM');

/** The merchant's code of goods: the one of the stock before those that came with items. */
export const outerCodeOf = ({ keys, scItem }: Goods): string | undefined =>
  scItem?.outerCode ?? keyOfKind(keys, 'OUTER');

/** The same was said of the goods; details in any order. */
export function isSameContent(one: ScItemContent, other: ScItemContent): boolean {
  const names = Object.keys(one.details);
  return (
    one.outerCode === other.outerCode &&
    one.name === other.name &&
    names.length === Object.keys(other.details).length &&
    names.every((name) => one.details[name] === other.details[name])
  );
}

/** A key names something. */
export const isUsable = (key: GoodsKey): boolean =>
  key.kind === 'ITEM_SKU' ? key.itemId !== '' : key.id !== '';
