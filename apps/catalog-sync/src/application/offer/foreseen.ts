import type { Goods, GoodsKey } from '../../domain/goods.ts';
import { itemWithSku, keyText } from '../../domain/goods.ts';
import type { Offer } from '../../domain/offer/offer.ts';
import type { GoodsNames } from '../goods.ts';
import type { OfferShelf } from './put-offer.ts';

/**
 * Goods as they would be after what is done here, and nothing is done anywhere else: what a dry run works on, with the same
 * code as what it foresees.
 */
export function foreseenGoods(book: GoodsNames): GoodsNames {
  const made = new Map<string, Goods>();
  const owners = new Map<string, string>();
  const keep = (goods: Goods): void => {
    made.set(goods.goodsId, goods);
    for (const key of goods.keys) owners.set(keyText(key), goods.goodsId);
  };
  const findByKeys: GoodsNames['findByKeys'] = async (sellerId, keys) => {
    const there = await book.findByKeys(sellerId, keys);
    const here = keys.flatMap((key) => made.get(owners.get(keyText(key)) ?? '') ?? []);
    const all = [...here, ...there.map((goods) => made.get(goods.goodsId) ?? goods)];
    return inOrderOf(keys, new Map(all.map((goods) => [goods.goodsId, goods])));
  };
  return {
    findByKeys,
    idsByKeys: async (sellerId, keys) => {
      const asked = new Set(keys.map(keyText));
      const found = await findByKeys(sellerId, keys);
      return new Map(
        found.flatMap((goods) =>
          goods.keys.flatMap((key) => {
            const name = keyText(key);
            return asked.has(name) ? [[name, goods.goodsId] as const] : [];
          }),
        ),
      );
    },
    itemsWithSkus: async (sellerId, itemIds) => {
      const here = [...made.values()].flatMap(({ keys }) => keys.map(itemWithSku));
      const there = await book.itemsWithSkus(sellerId, itemIds);
      return itemIds.filter((item) => there.includes(item) || here.includes(item));
    },
    add: async (goods) => {
      for (const one of goods) {
        const found = await findByKeys(one.sellerId, one.keys);
        if (found.length === 0) keep(one);
      }
    },
    addKey: async (goods, key) => {
      const [owner] = await findByKeys(goods.sellerId, [key]);
      if (owner) return;
      const now = made.get(goods.goodsId) ?? goods;
      keep({ ...now, keys: [...now.keys, key] });
    },
  };
}

/** Each once, in the order of the first of its keys. */
function inOrderOf(keys: readonly GoodsKey[], goods: ReadonlyMap<string, Goods>): Goods[] {
  const byKey = new Map(
    [...goods.values()].flatMap((one) => one.keys.map((key) => [keyText(key), one] as const)),
  );
  return [...new Set(keys.flatMap((key) => byKey.get(keyText(key)) ?? []))];
}

/** Offers as they would be, in the same way. */
export function foreseenOffers(offers: OfferShelf): OfferShelf {
  const put = new Map<string, Offer>();
  const load: OfferShelf['load'] = async (sellerId, sku) =>
    put.get(sku) ?? (await offers.load(sellerId, sku));
  return {
    load,
    byGoods: async (sellerId, goodsIds) => {
      const there = await offers.byGoods(sellerId, goodsIds);
      const here = [...put.values()].filter(({ goodsId }) => goodsIds.includes(goodsId));
      return [...new Map([...there, ...here].map((row) => [row.sku, row])).values()];
    },
    change: async (sellerId, sku, decide) => {
      const changed = decide(await load(sellerId, sku));
      if (changed.ok) put.set(sku, changed.value.offer);
      return changed;
    },
  };
}
