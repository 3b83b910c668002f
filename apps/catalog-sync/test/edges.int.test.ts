import { BindingAction } from '@astrolabe/contracts/catalog';
import type { GoodsKey } from '@astrolabe/contracts/catalog';
import { testDatabase, testTopicPrefix } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { profile, seller, startCatalog } from './running-catalog.ts';
import type { RunningCatalog } from './running-catalog.ts';

const database = await testDatabase();
let catalog: RunningCatalog;
let nextSeller = 1;

beforeAll(async () => {
  catalog = await startCatalog(database.name, testTopicPrefix());
});
afterAll(() => catalog.stop());

const newSeller = async (): Promise<string> => {
  const sellerId = `6${nextSeller++}`;
  await catalog.admin.call('putSeller', { seller: seller(sellerId, { S001: '1342' }) });
  return sellerId;
};
const create = async (sellerId: string, change: Parameters<typeof profile>[0] = {}) =>
  (await catalog.client.call('createStore', { sellerId, profile: profile(change) })).storeId;
const item = (itemId: string, skuId = ''): GoodsKey => ({
  key: { $case: 'itemSku', value: { itemId, skuId } },
});
const outer = (value: string): GoodsKey => ({ key: { $case: 'outerId', value } });
const scItem = (value: string): GoodsKey => ({ key: { $case: 'scItemId', value } });
const resolve = async (sellerId: string, keys: GoodsKey[], create_ = false, codes: string[] = []) =>
  (
    await catalog.client.call('resolveGoods', {
      sellerId,
      keys,
      createMissing: create_,
      outerIds: codes,
      storeIds: [],
    })
  ).goods;

describe('stores', () => {
  test('a code that every object inherits gets a number like any other', async () => {
    const sellerId = await newSeller();
    for (const storeCode of ['constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      const storeId = await create(sellerId, { storeCode });
      expect(storeId).toMatch(/^\d+$/);
      expect(await create(sellerId, { storeCode })).toBe(storeId);
    }
  });

  test('an update cannot take the code of another store', async () => {
    const sellerId = await newSeller();
    const storeId = await create(sellerId, { storeCode: 'A' });
    await create(sellerId, { storeCode: 'B' });
    const update = (storeCode: string) =>
      catalog.client.call('updateStore', {
        sellerId,
        storeId,
        profile: profile({ storeCode, shopId: '60001' }),
      });
    await expect(update('B')).rejects.toMatchObject({ reason: 'STORE_CODE_EXISTS' });
    await update('C');
    await expect(create(sellerId, { storeCode: 'C' })).rejects.toMatchObject({
      reason: 'STORE_CODE_EXISTS',
    });
  });

  test('a page of less than one store is a page of one', async () => {
    const sellerId = await newSeller();
    await create(sellerId);
    const page = { size: -5, token: '' };
    const { stores } = await catalog.client.call('listStores', { sellerId, page });
    expect(stores).toHaveLength(1);
  });

  test('routing over 10,000 bound stores is answered in one message', async () => {
    const sellerId = await newSeller();
    const count = 10_050;
    const documents = database.db.collection<{ _id: string }>('stores');
    const bindings = database.db.collection<{ _id: string }>('bindings');
    const first = await create(sellerId);
    const template = await documents.findOne({ _id: `${sellerId}/${first}` });
    const ids = Array.from({ length: count }, (_, n) => String(20_000_000 + n));
    await documents.insertMany(
      ids.map((storeId, n) => ({
        ...structuredClone(template),
        _id: `${sellerId}/${storeId}`,
        outbox: [],
        state: {
          sellerId,
          storeId,
          priority: 5,
          deleted: n < 50,
          profile: { ...profile({ storeCode: `R-${n}` }), status: 'NORMAL' },
        },
      })),
    );
    await catalog.client.call('changeBindings', {
      sellerId,
      itemId: '9001',
      storeIds: [first],
      action: BindingAction.ADD,
    });
    const bound = { $set: { 'state.storeIds': ids } };
    await bindings.updateOne({ _id: `${sellerId}/9001` }, bound);
    const request = { sellerId, itemIds: ['9001'] };
    const { stores } = await catalog.client.call('listRoutingStores', request);
    expect(stores.map((store) => store.storeId)).toEqual(ids.slice(50));
  });
});

describe('goods', () => {
  test('an item stops having no SKUs when it gets one', async () => {
    const sellerId = await newSeller();
    await resolve(sellerId, [item('9001')], true);
    await resolve(sellerId, [item('9001', '70001')], true);
    expect(await resolve(sellerId, [item('9001')])).toEqual([
      { goodsId: '', reason: 'SKU_REQUIRED' },
    ]);
  });

  test('the order of the lines does not decide whether a SKU is required', async () => {
    for (const keys of [
      [item('9001'), item('9001', '70001')],
      [item('9001', '70001'), item('9001')],
    ]) {
      const found = await resolve(await newSeller(), keys, true);
      expect(found.map(({ reason }) => reason).toSorted()).toEqual(['', 'SKU_REQUIRED']);
    }
  });

  test('the merchant’s code leads to the goods; a code that is taken stays where it is', async () => {
    const sellerId = await newSeller();
    const [first, second] = await resolve(sellerId, [item('9001', '1'), item('9001', '2')], true, [
      'SKU-A',
      'SKU-A',
    ]);
    const [found] = await resolve(sellerId, [outer('SKU-A')]);
    expect([first?.goodsId, second?.goodsId]).toContain(found?.goodsId);
    expect(second?.goodsId).not.toBe(first?.goodsId);
  });

  test('a new key joins the goods of a known alias', async () => {
    const sellerId = await newSeller();
    const [known] = await resolve(sellerId, [item('9001', '70001')], true);
    const mapped = await catalog.admin.call('mapGoods', {
      sellerId,
      from: scItem('5001'),
      alias: item('9001', '70001'),
    });
    expect(mapped.goodsId).toBe(known?.goodsId);
    expect((await resolve(sellerId, [scItem('5001')]))[0]?.goodsId).toBe(known?.goodsId);
  });

  test('more than a thousand ids are refused, not cut', async () => {
    const goodsIds = Array.from({ length: 1_001 }, (_, n) => `g-${n}`);
    await expect(
      catalog.client.call('getGoods', { sellerId: await newSeller(), goodsIds }),
    ).rejects.toMatchObject({ outcome: 'refused' });
  });

  test('a thousand goods at first sight', async () => {
    const sellerId = await newSeller();
    const keys = Array.from({ length: 1_000 }, (_, n) => item('9001', String(70_000 + n)));
    const found = await resolve(sellerId, keys, true);
    expect(new Set(found.map(({ goodsId }) => goodsId)).size).toBe(1_000);
  });
});
