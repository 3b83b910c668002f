import { ensureIndexes, isDuplicateKey, mongoSpan, nextValue } from '@astrolabe/mongo';
import { askTogether, createKept } from '@astrolabe/service';
import type { Collection, Db } from 'mongodb';
import type { GoodsBook } from '../../application/ports.ts';
import { itemWithSku, keyFromText, keyText, keysNamed, skuIdsOf } from '../../domain/goods.ts';
import type { Goods, GoodsKey, ScItem } from '../../domain/goods.ts';

type GoodsDocument = {
  _id: string;
  sellerId: string;
  /** Texts of the keys; a unique index gives every key to one article only. */
  keys: string[];
  /** Items of keys that name a SKU. */
  skuItems: string[];
  /** SKU ids of keys, for people to find goods by; goods of before get them with their next key. */
  skuIds?: string[];
  scItem?: ScItem;
};

/**
 * Ids of our own start here: below 2^53, so that readers whose numbers are doubles keep them whole,
 * and far above the platform's (docs/adr/0050).
 */
const FIRST_SC_ITEM_ID = 8_000_000_000_000_000n;

const skuItemsOf = (keys: readonly GoodsKey[]): string[] => [
  ...new Set(keys.flatMap((key) => itemWithSku(key) ?? [])),
];

const toGoods = (document: GoodsDocument): Goods => ({
  goodsId: document['_id'],
  sellerId: document.sellerId,
  keys: document.keys.map(keyFromText),
  ...(document.scItem && { scItem: document.scItem }),
});

const toDocument = ({ goodsId, sellerId, keys, scItem }: Goods): GoodsDocument => ({
  _id: goodsId,
  sellerId,
  keys: keys.map(keyText),
  skuItems: skuItemsOf(keys),
  skuIds: skuIdsOf(keys),
  ...(scItem && { scItem }),
});

/** A key that has an owner keeps it: the unique index refuses the write, and that is all. */
async function unlessTaken(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

/** Keys whose owners are remembered: the unique index lets none of them have another one. */
const OWNERS_MAX = 100_000;

const INDEXES = [
  { key: { sellerId: 1, keys: 1 }, name: 'key', unique: true },
  { key: { sellerId: 1, skuItems: 1 }, name: 'skuItem' },
  { key: { sellerId: 1, skuIds: 1 }, name: 'skuId' },
] as const;

/** Goods with all the names that the channels have for them. */
export async function createGoodsBook(db: Db): Promise<GoodsBook> {
  await ensureIndexes(db, [{ collection: 'goods', indexes: INDEXES }]);
  const book = db.collection<GoodsDocument>('goods');
  // Every upload and every question asks; calls of one turn share a read.
  const byKeys = askTogether<Goods>(async (sellerId, texts) => {
    const filter = { sellerId, keys: { $in: [...texts] } };
    const found = await book.find(filter).toArray();
    return new Map(
      found.map(toGoods).flatMap((goods) => goods.keys.map((key) => [keyText(key), goods])),
    );
  });
  const withSkus = askTogether<string>(async (sellerId, itemIds) => {
    const filter = { sellerId, skuItems: { $in: [...itemIds] } };
    const found = await book.distinct('skuItems', filter);
    return new Map(found.map((item) => [item, item]));
  });
  return {
    idsByKeys: makeIdsByKeys(byKeys),
    findByKeys: async (sellerId, keys) => {
      const texts = keys.map(keyText);
      const found = await mongoSpan('find goods', {}, () => byKeys(sellerId, texts));
      return [...new Set(texts.flatMap((text) => found.get(text) ?? []))];
    },
    findByIds: async (sellerId, goodsIds) => {
      const filter = { sellerId, _id: { $in: [...goodsIds] } };
      return (await mongoSpan('find goods', {}, () => book.find(filter).toArray())).map(toGoods);
    },
    findNamed: makeFindNamed(book),
    itemsWithSkus: async (sellerId, itemIds) => {
      const found = await mongoSpan('distinct goods', {}, () => withSkus(sellerId, itemIds));
      return [...new Set(itemIds)].filter((item) => found.has(item));
    },
    add: (goods) =>
      unlessTaken(() =>
        mongoSpan('insertMany goods', {}, () =>
          book.insertMany(goods.map(toDocument), { ordered: false }),
        ),
      ),
    addKey: (goods, key) =>
      unlessTaken(() =>
        mongoSpan('updateOne goods', {}, () =>
          book.updateOne(
            { _id: goods.goodsId, sellerId: goods.sellerId },
            {
              $addToSet: {
                keys: keyText(key),
                skuItems: { $each: skuItemsOf([key]) },
                skuIds: { $each: skuIdsOf([...goods.keys, key]) },
              },
            },
          ),
        ),
      ),
    describe: ({ goodsId, sellerId }, scItem) =>
      unlessTaken(() =>
        mongoSpan('updateOne goods', {}, () =>
          book.updateOne(
            { _id: goodsId, sellerId, scItem: { $exists: false } },
            {
              $set: { scItem },
              $addToSet: { keys: keyText({ kind: 'SC_ITEM', id: scItem.scItemId }) },
            },
          ),
        ),
      ),
    nextScItemId: async () => (FIRST_SC_ITEM_ID + (await nextValue(db, 'scItem'))).toString(),
  };
}

/** Owners of keys, each looked for once. */
function makeIdsByKeys(
  byKeys: (sellerId: string, texts: readonly string[]) => Promise<ReadonlyMap<string, Goods>>,
): GoodsBook['idsByKeys'] {
  const owners = createKept<string>(OWNERS_MAX);
  return async (sellerId, keys) => {
    const ids = new Map<string, string>();
    const open: string[] = [];
    for (const text of keys.map(keyText)) {
      const owner = owners.get(`${sellerId} ${text}`);
      if (owner === undefined) open.push(text);
      else ids.set(text, owner);
    }
    if (open.length === 0) return ids;
    const found = await mongoSpan('find goods', {}, () => byKeys(sellerId, open));
    for (const text of open) {
      const goods = found.get(text);
      if (!goods) continue;
      ids.set(text, goods.goodsId);
      owners.add(`${sellerId} ${text}`, goods.goodsId);
    }
    return ids;
  };
}

const makeFindNamed =
  (book: Collection<GoodsDocument>): GoodsBook['findNamed'] =>
  async (sellerId, text, limit) => {
    const names = [
      { _id: text },
      { keys: { $in: keysNamed(text).map(keyText) } },
      { skuItems: text },
      { skuIds: text },
    ];
    // Each by its own index; goods that have the text in two ways are one.
    const found = await Promise.all(
      names.map((name) =>
        mongoSpan('find goods', {}, () =>
          book
            .find({ sellerId, ...name })
            .limit(limit)
            .toArray(),
        ),
      ),
    );
    const byId = new Map(found.flat().map((document) => [document['_id'], document]));
    return [...byId.values()].slice(0, limit).map(toGoods);
  };
