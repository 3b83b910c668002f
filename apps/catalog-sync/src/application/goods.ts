import type { NewId, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { isUsable, keyText } from '../domain/goods.ts';
import type { Goods, GoodsKey, GoodsRefusal } from '../domain/goods.ts';
import type { GoodsBook } from './ports.ts';

export type GoodsDeps = { book: GoodsBook; newId: NewId };

export type WantedGoods = { key: GoodsKey; outerId: string };

/**
 * Finds the goods behind channel keys, in their order. Unknown ones are made when `createMissing`
 * says so. An item that is known to have SKUs cannot be named without one.
 */
export const makeResolveGoods =
  (deps: GoodsDeps) =>
  async (
    sellerId: string,
    wanted: readonly WantedGoods[],
    createMissing: boolean,
  ): Promise<Result<string, GoodsRefusal>[]> => {
    const known = await deps.book.findByKeys(
      sellerId,
      wanted.map(({ key }) => key),
    );
    const idByKey = new Map(
      known.flatMap((goods) => goods.keys.map((key) => [keyText(key), goods.goodsId])),
    );
    const resolved: Result<string, GoodsRefusal>[] = [];
    for (const { key, outerId } of wanted) {
      const goodsId = idByKey.get(keyText(key));
      const found =
        goodsId === undefined
          ? await missing(deps, sellerId, { key, outerId }, createMissing)
          : ok(goodsId);
      if (found.ok) idByKey.set(keyText(key), found.value);
      resolved.push(found);
    }
    return resolved;
  };

async function missing(
  deps: GoodsDeps,
  sellerId: string,
  { key, outerId }: WantedGoods,
  createMissing: boolean,
): Promise<Result<string, GoodsRefusal>> {
  if (!isUsable(key)) return err('BAD_KEY');
  if (key.kind === 'ITEM_SKU' && key.skuId === '') {
    if (await deps.book.hasSkus(sellerId, key.itemId)) return err('SKU_REQUIRED');
  }
  if (!createMissing) return err('UNKNOWN_GOODS');
  const goods = { goodsId: deps.newId(), sellerId, keys: [key], outerId };
  const added = await deps.book.add(goods);
  if (added.ok) return ok(goods.goodsId);
  // Somebody named the key a moment earlier; theirs are the goods.
  const [winner] = await deps.book.findByKeys(sellerId, [key]);
  return winner ? ok(winner.goodsId) : err('UNKNOWN_GOODS');
}

/** Gives the goods of `from` (made if nobody knows them) the further name `alias`. */
export const makeMapGoods = (deps: GoodsDeps) => {
  const resolve = makeResolveGoods(deps);
  return async (
    sellerId: string,
    from: GoodsKey,
    alias: GoodsKey,
  ): Promise<Result<string, GoodsRefusal>> => {
    if (!isUsable(alias)) return err('BAD_KEY');
    const [goodsId] = await resolve(sellerId, [{ key: from, outerId: '' }], true);
    if (!goodsId?.ok) return goodsId ?? err('UNKNOWN_GOODS');
    const [goods] = await deps.book.findByIds(sellerId, [goodsId.value]);
    if (!goods) return err('UNKNOWN_GOODS');
    if (goods.keys.some((key) => keyText(key) === keyText(alias))) return goodsId;
    const added = await deps.book.addKey(goods, alias);
    if (added.ok) return goodsId;
    const [owner]: (Goods | undefined)[] = await deps.book.findByKeys(sellerId, [alias]);
    return owner?.goodsId === goods.goodsId ? goodsId : err('GOODS_DIFFER');
  };
};
