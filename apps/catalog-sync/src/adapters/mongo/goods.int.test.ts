import { testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { keyText } from '../../domain/goods.ts';
import type { GoodsKey } from '../../domain/goods.ts';
import { createGoodsBook } from './goods.ts';

const { db } = await testDatabase();
const known: GoodsKey = { kind: 'ITEM_SKU', itemId: '9001', skuId: '70001' };
const later: GoodsKey = { kind: 'ITEM_SKU', itemId: '9001', skuId: '70002' };

test('the owner of a key is looked for once, and one that has none each time', async () => {
  const book = await createGoodsBook(db);
  const ids = async () => [...(await book.idsByKeys('21230', [known, later]))];
  await book.add([{ goodsId: 'g1', sellerId: '21230', keys: [known] }]);
  expect(await ids()).toEqual([[keyText(known), 'g1']]);
  await book.add([{ goodsId: 'g2', sellerId: '21230', keys: [later] }]);
  // Nothing takes goods away; what is not read cannot be missed.
  await db.collection<{ _id: string }>('goods').deleteOne({ _id: 'g1' });
  expect(await ids()).toEqual([
    [keyText(known), 'g1'],
    [keyText(later), 'g2'],
  ]);
  expect([...(await book.idsByKeys('3', [known]))]).toEqual([]);
});
