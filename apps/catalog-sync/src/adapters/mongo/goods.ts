import { err, ok } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import { ensureIndexes, isDuplicateKey, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { GoodsBook } from '../../application/ports.ts';
import { keyFromText, keyText } from '../../domain/goods.ts';
import type { Goods, GoodsKey } from '../../domain/goods.ts';

type GoodsDocument = {
  _id: string;
  sellerId: string;
  /** Texts of the keys; a unique index gives every key to one article only. */
  keys: string[];
  /** Items of keys that name a SKU. */
  skuItems: string[];
  outerId: string;
};

const skuItemsOf = (keys: readonly GoodsKey[]): string[] =>
  keys.flatMap((key) => (key.kind === 'ITEM_SKU' && key.skuId !== '' ? [key.itemId] : []));

const toGoods = (document: GoodsDocument): Goods => ({
  goodsId: document['_id'],
  sellerId: document.sellerId,
  keys: document.keys.map(keyFromText),
  outerId: document.outerId,
});

async function unlessTaken(write: () => Promise<unknown>): Promise<Result<null, 'KEY_TAKEN'>> {
  try {
    await write();
    return ok(null);
  } catch (error) {
    if (isDuplicateKey(error)) return err('KEY_TAKEN');
    throw error;
  }
}

/** Goods with all the names that the channels have for them. */
export async function createGoodsBook(db: Db): Promise<GoodsBook> {
  await ensureIndexes(db, [
    {
      collection: 'goods',
      indexes: [
        { key: { sellerId: 1, keys: 1 }, name: 'key', unique: true },
        { key: { sellerId: 1, skuItems: 1 }, name: 'skuItem' },
      ],
    },
  ]);
  const book = db.collection<GoodsDocument>('goods');
  return {
    findByKeys: async (sellerId, keys) => {
      const filter = { sellerId, keys: { $in: keys.map(keyText) } };
      return (await mongoSpan('find goods', {}, () => book.find(filter).toArray())).map(toGoods);
    },
    findByIds: async (sellerId, goodsIds) => {
      const filter = { sellerId, _id: { $in: [...goodsIds] } };
      return (await mongoSpan('find goods', {}, () => book.find(filter).toArray())).map(toGoods);
    },
    hasSkus: async (sellerId, itemId) => {
      const filter = { sellerId, skuItems: itemId };
      return (await mongoSpan('findOne goods', {}, () => book.findOne(filter))) !== null;
    },
    add: (goods) =>
      unlessTaken(() =>
        mongoSpan('insertOne goods', {}, () =>
          book.insertOne({
            _id: goods.goodsId,
            sellerId: goods.sellerId,
            keys: goods.keys.map(keyText),
            skuItems: skuItemsOf(goods.keys),
            outerId: goods.outerId,
          }),
        ),
      ),
    addKey: ({ goodsId }, key) =>
      unlessTaken(() =>
        mongoSpan('updateOne goods', {}, () =>
          book.updateOne(
            { _id: goodsId },
            { $addToSet: { keys: keyText(key), skuItems: { $each: skuItemsOf([key]) } } },
          ),
        ),
      ),
  };
}
