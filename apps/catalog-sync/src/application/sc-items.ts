import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import {
  NAMES_PER_GOODS_MAX,
  isSameContent,
  keyText,
  outerCodeOf,
  scItemIdOf,
} from '../domain/goods.ts';
import type { Goods, GoodsKey, GoodsRefusal, ScItemContent } from '../domain/goods.ts';
import { makeMapGoods } from './goods.ts';
import type { GoodsDeps } from './goods.ts';

/** Races that an addition may lose against other processes, and ids that are taken, before it gives up. */
const ADD_ATTEMPTS = 4;

/**
 * Adds goods of the stock and answers their id. The merchant's code is their key: goods that have it
 * already, because they came with an item or an upload, become these goods and keep an id that they
 * have. The same again is answered alike; other content under the same code is refused.
 */
export const makeAddScItem =
  ({ book, newId }: GoodsDeps) =>
  async (sellerId: string, content: ScItemContent): Promise<Result<string, GoodsRefusal>> => {
    const outer: GoodsKey = { kind: 'OUTER', id: content.outerCode };
    for (let attempt = 1; attempt <= ADD_ATTEMPTS; attempt += 1) {
      const [goods] = await book.findByKeys(sellerId, [outer]);
      if (goods?.scItem) {
        return isSameContent(goods.scItem, content)
          ? ok(goods.scItem.scItemId)
          : err('SC_ITEM_EXISTS');
      }
      if (goods && goods.keys.length >= NAMES_PER_GOODS_MAX) return err('TOO_MANY_NAMES');
      const scItemId = (goods && scItemIdOf(goods)) ?? (await book.nextScItemId());
      const scItem = { ...content, scItemId };
      // The next look tells whether it was us or somebody faster.
      if (goods) await book.describe(goods, scItem);
      else {
        const keys: GoodsKey[] = [{ kind: 'SC_ITEM', id: scItemId }, outer];
        await book.add([{ goodsId: newId(), sellerId, keys, scItem }]);
      }
    }
    return err('SC_ITEM_EXISTS');
  };

/** An item of the shop and the goods that it is to name, by one or both of their names. */
export type ItemMapping = {
  itemId: string;
  /** Empty: the item has no SKUs. */
  skuId: string;
  scItemId: string;
  outerCode: string;
  needCheck: boolean;
};

/**
 * Makes an item a name of goods that exist and answers the goods' code. An item that has goods of its
 * own stays with them: their stock cannot become one. `needCheck` refuses an item whose own code is not
 * known to be that of the goods (docs/adr/0050).
 */
export const makeMapScItem = (deps: GoodsDeps) => {
  const map = makeMapGoods(deps);
  return async (
    sellerId: string,
    { itemId, skuId, scItemId, outerCode, needCheck }: ItemMapping,
  ): Promise<Result<string, GoodsRefusal>> => {
    const named = namesOf(scItemId, outerCode);
    const item: GoodsKey = { kind: 'ITEM_SKU', itemId, skuId };
    const found = await deps.book.findByKeys(sellerId, [...named, item]);
    const goods = theGoods(found, named);
    if (!goods.ok) return goods;
    const owner = ownerOf(found, item);
    if (owner && owner.goodsId !== goods.value.goodsId) return err('ITEM_MAPPED_ELSEWHERE');
    if (needCheck && !owner) return err('ITEM_CODE_UNKNOWN');
    const [name = item] = named;
    const mapped = await map(sellerId, name, item);
    if (!mapped.ok) {
      return mapped.error === 'GOODS_DIFFER' ? err('ITEM_MAPPED_ELSEWHERE') : mapped;
    }
    return ok(outerCodeOf(goods.value) ?? '');
  };
};

const namesOf = (scItemId: string, outerCode: string): GoodsKey[] => [
  ...(scItemId === '' ? [] : [{ kind: 'SC_ITEM', id: scItemId } as const]),
  ...(outerCode === '' ? [] : [{ kind: 'OUTER', id: outerCode } as const]),
];

const ownerOf = (found: readonly Goods[], key: GoodsKey): Goods | undefined =>
  found.find(({ keys }) => keys.some((one) => keyText(one) === keyText(key)));

/** The one article that all the names mean. */
function theGoods(
  found: readonly Goods[],
  named: readonly GoodsKey[],
): Result<Goods, GoodsRefusal> {
  const [first, ...more] = named.map((key) => ownerOf(found, key));
  if (!first || more.includes(undefined)) return err('UNKNOWN_SC_ITEM');
  return more.every((one) => one?.goodsId === first.goodsId) ? ok(first) : err('SC_ITEM_DIFFERS');
}
