import { placeToMessage } from '@astrolabe/contracts';
import type { GoodsKey } from '@astrolabe/contracts/catalog';
import { testDatabase, testTopicPrefix } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { draft } from './offer-fixtures.ts';
import { profile, seller, startCatalog } from './running-catalog.ts';
import type { RunningCatalog } from './running-catalog.ts';

const database = await testDatabase();
let catalog: RunningCatalog;
let nextSeller = 1;

beforeAll(async () => {
  catalog = await startCatalog(database.name, testTopicPrefix());
});
afterAll(() => catalog.stop());

const newSeller = (): string => `8${nextSeller++}`;
const item = (itemId: string, skuId = ''): GoodsKey => ({
  key: { $case: 'itemSku', value: { itemId, skuId } },
});
const scItem = (value: string): GoodsKey => ({ key: { $case: 'scItemId', value } });
const outer = (value: string): GoodsKey => ({ key: { $case: 'outerId', value } });
const mallSku = (value: string): GoodsKey => ({ key: { $case: 'mallSku', value } });

const resolve = async (sellerId: string, keys: GoodsKey[], create = false, codes: string[] = []) =>
  (
    await catalog.client.call('resolveGoods', {
      sellerId,
      keys,
      createMissing: create,
      outerIds: codes,
      storeIds: [],
    })
  ).goods;

const map = async (sellerId: string, from: GoodsKey, alias: GoodsKey) =>
  (await catalog.admin.call('mapGoods', { sellerId, from, alias })).goodsId;

const idOf = async (sellerId: string, key: GoodsKey, create = true) =>
  (await resolve(sellerId, [key], create))[0]?.goodsId ?? '';

describe('goods', () => {
  test('unknown goods stay unknown unless they are to be made', async () => {
    const sellerId = newSeller();
    expect(await resolve(sellerId, [item('9001', '70001')])).toEqual([
      { goodsId: '', reason: 'UNKNOWN_GOODS' },
    ]);
    const id = await idOf(sellerId, item('9001', '70001'));
    expect(id).not.toBe('');
    expect(await idOf(sellerId, item('9001', '70001'), false)).toBe(id);
    expect(await idOf(newSeller(), item('9001', '70001'), false)).toBe('');
  });

  test('goods that are said of a store that the seller has not are neither found nor made', async () => {
    const sellerId = newSeller();
    await catalog.admin.call('putSeller', { seller: seller(sellerId, { S001: '1342' }) });
    const { storeId } = await catalog.client.call('createStore', { sellerId, profile: profile() });
    const keys = ['1', '2', '3', '1'].map((skuId) => item('9001', skuId));
    const request = { sellerId, keys, createMissing: true, outerIds: [] };
    const at = async (storeIds: string[]) =>
      (await catalog.client.call('resolveGoods', { ...request, storeIds })).goods;
    const found = await at([storeId, '404', '', storeId]);
    expect(found.map(({ reason }) => reason)).toEqual(['', 'UNKNOWN_STORE', '', '']);
    expect(found[3]).toEqual(found[0]);
    expect(found[2]?.goodsId).not.toBe(found[0]?.goodsId);
    expect(await resolve(sellerId, keys.slice(1, 2))).toEqual([
      { goodsId: '', reason: 'UNKNOWN_GOODS' },
    ]);
    await expect(at([storeId])).rejects.toMatchObject({ reason: 'STORES_DIFFER' });
  });

  test('a hundred first sights at once are one article', async () => {
    const sellerId = newSeller();
    const ids = await Promise.all(
      Array.from({ length: 100 }, () => idOf(sellerId, item('9001', '70001'))),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await database.db.collection('goods').countDocuments({ sellerId })).toBe(1);
  });

  test('the same key twice in one call is the same goods', async () => {
    const sellerId = newSeller();
    const found = await resolve(sellerId, [item('1', '2'), item('1', '2'), scItem('3')], true);
    expect(found[0]).toEqual(found[1]);
    expect(found[2]?.goodsId).not.toBe(found[0]?.goodsId);
  });

  test('an item that has SKUs is not named without one', async () => {
    const sellerId = newSeller();
    await idOf(sellerId, item('9001', '70001'));
    for (const create of [true, false]) {
      expect(await resolve(sellerId, [item('9001')], create)).toEqual([
        { goodsId: '', reason: 'SKU_REQUIRED' },
      ]);
    }
    expect(await idOf(sellerId, item('9002'))).not.toBe('');
  });

  test('a mapped name leads to the same article, both ways and again', async () => {
    const sellerId = newSeller();
    const id = await idOf(sellerId, item('9001', '70001'));
    for (const alias of [scItem('5001'), mallSku('12345')]) {
      expect(await map(sellerId, item('9001', '70001'), alias)).toBe(id);
      expect(await map(sellerId, alias, item('9001', '70001'))).toBe(id);
      expect(await idOf(sellerId, alias, false)).toBe(id);
    }
    const { goods } = await catalog.client.call('getGoods', { sellerId, goodsIds: [id] });
    expect(goods[0]?.keys).toEqual(
      expect.arrayContaining([item('9001', '70001'), scItem('5001'), mallSku('12345')]),
    );
  });

  test('two articles that are known already do not become one', async () => {
    const sellerId = newSeller();
    await idOf(sellerId, item('9001', '70001'));
    await idOf(sellerId, scItem('5001'));
    await expect(map(sellerId, item('9001', '70001'), scItem('5001'))).rejects.toMatchObject({
      reason: 'GOODS_DIFFER',
    });
  });

  test('keys that look like operators, paths or prototypes are only texts', async () => {
    const sellerId = newSeller();
    const texts = ['$ne', '{"$gt":""}', '__proto__', 'constructor', 'a.b', '$where', '../..', '/'];
    const ids = await Promise.all(texts.map((text) => idOf(sellerId, outer(text))));
    expect(new Set(ids).size).toBe(texts.length);
    expect(await Promise.all(texts.map((text) => idOf(sellerId, outer(text), false)))).toEqual(ids);
    await expect(resolve(sellerId, [{}])).rejects.toMatchObject({ reason: 'BAD_KEY' });
  });
});

describe('goods of the stock', () => {
  const add = async (sellerId: string, details: Record<string, string> = {}) => {
    const content = { outerCode: 'SKU-A', name: '鲜肉包', details };
    return (await catalog.client.call('addScItem', { sellerId, ...content })).scItemId;
  };

  test('a hundred additions of a code at once are one article with one id', async () => {
    const sellerId = newSeller();
    const ids = await Promise.all(
      Array.from({ length: 100 }, () => add(sellerId, { weight: '1' })),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await database.db.collection('goods').countDocuments({ sellerId })).toBe(1);
    await expect(add(sellerId, { weight: '2' })).rejects.toMatchObject({
      reason: 'SC_ITEM_EXISTS',
    });
  });

  test('the article of an item becomes the goods of its code', async () => {
    const sellerId = newSeller();
    const [made] = await resolve(sellerId, [item('9001', '70001')], true, ['SKU-A']);
    const scItemId = await add(sellerId);
    expect(await idOf(sellerId, scItem(scItemId), false)).toBe(made?.goodsId);
  });

  test('an id that goods of the seller have already is passed over', async () => {
    const sellerId = newSeller();
    const taken = BigInt(await add(newSeller())) + 1n;
    const other = await idOf(sellerId, scItem(`${taken}`));
    const scItemId = await add(sellerId);
    expect(BigInt(scItemId)).toBeGreaterThan(taken);
    expect(await idOf(sellerId, scItem(scItemId), false)).not.toBe(other);
  });
});

describe('sellers and areas', () => {
  test('a seller is as it was put last; one that nobody put is unknown', async () => {
    const sellerId = newSeller();
    const codes = { S001: '1342', 'a.b': '5', $x: '6' };
    await expect(catalog.client.call('getSeller', { sellerId })).rejects.toMatchObject({
      reason: 'UNKNOWN_SELLER',
    });
    await catalog.admin.call('putSeller', { seller: seller(sellerId) });
    await catalog.admin.call('putSeller', { seller: seller(sellerId, codes) });
    const { seller: found } = await catalog.client.call('getSeller', { sellerId });
    expect(found).toEqual(seller(sellerId, codes));
    await expect(
      catalog.admin.call('putSeller', { seller: { ...seller(sellerId), allocator: 0 } }),
    ).rejects.toMatchObject({ reason: 'MISSING_FIELD' });
  });

  test('an area is served when a place serves it', async () => {
    const sellerId = newSeller();
    const places = [placeToMessage({ type: 'WAREHOUSE', id: 'WH-01' })];
    const put = (areaId: string, at: typeof places) =>
      catalog.admin.call('putArea', { sellerId, areaId, name: '河东区', places: at });
    await put('1000000', places);
    await put('2', []);
    const get = (areaId: string) => catalog.client.call('getArea', { sellerId, areaId });
    expect(await get('1000000')).toEqual({ served: true, name: '河东区', places });
    expect(await get('2')).toMatchObject({ served: false, places: [] });
    expect(await get('3')).toMatchObject({ served: false, name: '' });
  });
});

describe('goods that a person looks for', () => {
  const find = async (sellerId: string, text: string) =>
    await catalog.client.call('findGoods', { sellerId, text });
  const ids = async (sellerId: string, text: string) =>
    (await find(sellerId, text)).goods.map(({ goodsId }) => goodsId);

  test('are found by every name that the catalogue has, and by no other seller', async () => {
    const sellerId = newSeller();
    const id = await idOf(sellerId, item('9001', '70001'));
    await map(sellerId, item('9001', '70001'), scItem('60001'));
    await map(sellerId, item('9001', '70001'), mallSku('M-1'));
    // A later key brings its SKU's id too.
    await map(sellerId, item('9001', '70001'), item('9002', '70009'));
    await map(sellerId, item('9001', '70001'), outer('A-1'));
    for (const text of [id, '9001', '70001', '60001', 'M-1', '9002', '70009', ' A-1 ']) {
      expect(await ids(sellerId, text), text).toEqual([id]);
    }
    expect(await ids(newSeller(), '70001')).toEqual([]);
    expect(await ids(sellerId, '7000')).toEqual([]);
    await expect(find(sellerId, ' ')).rejects.toMatchObject({ reason: 'MISSING_FIELD' });
    await expect(find(sellerId, 'x'.repeat(201))).rejects.toMatchObject({
      reason: 'FIELD_TOO_LONG',
    });
  });

  test('by an offer: its code, its barcode, its id at the platform, and words of its name', async () => {
    const sellerId = newSeller();
    await catalog.admin.call('putSeller', { seller: seller(sellerId) });
    const platform = { platformGoodsId: '31001', platformSkuId: '31001-1' };
    const put = await catalog.offerAdmin.call('putOffer', {
      offer: draft(sellerId, 'SKU-7', platform),
    });
    const id = put.offer?.goodsId ?? '';
    for (const text of ['SKU-7', '6901234567892', '31001', '激光', '打印机 星图']) {
      expect(await ids(sellerId, text), text).toEqual([id]);
    }
    expect((await find(sellerId, '打印')).goods[0]).toMatchObject({
      name: '激光打印机 A4 双面',
      sku: 'SKU-7',
    });
  });

  test('an item with many SKUs shows fifty, and says that there are more', async () => {
    const sellerId = newSeller();
    const keys = Array.from({ length: 51 }, (_, at) => item('9001', `${70_000 + at}`));
    await resolve(sellerId, keys, true);
    const found = await find(sellerId, '9001');
    expect(found.goods).toHaveLength(50);
    expect(found.isMore).toBe(true);
  });
});
