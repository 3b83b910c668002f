import { EVENTS, TOPICS } from '@astrolabe/contracts';
import { BindingAction, StoreStatus } from '@astrolabe/contracts/catalog';
import { PlaceType } from '@astrolabe/contracts/common';
import type { InboundEvent } from '@astrolabe/messaging';
import { createMessaging, createTopics } from '@astrolabe/messaging';
import { eventually, servers, testDatabase, testTopicPrefix } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { logger, profile, seller, startCatalog } from './running-catalog.ts';
import type { RunningCatalog } from './running-catalog.ts';

const database = await testDatabase();
const topicPrefix = testTopicPrefix();
const brokers = servers().kafkaBrokers.split(',');
/** The topic of the catalog's events, with us as its reader. */
const topic = { ...TOPICS.catalogEvents, consumers: ['listener'] };
const messaging = createMessaging({
  brokers,
  clientId: 'test',
  topicPrefix,
  logger,
  onFatal: (error) => {
    throw error;
  },
});
const told: InboundEvent[] = [];
const listener = messaging.consumer({
  group: 'listener',
  topics: [topic],
  handle: (event) => {
    told.push(event);
    return Promise.resolve({ kind: 'done' });
  },
});
let catalog: RunningCatalog;
let nextSeller = 1;

beforeAll(async () => {
  await createTopics({ brokers, topicPrefix, topics: [topic], replicationFactor: 1 });
  await messaging.component.start();
  await listener.start();
  catalog = await startCatalog(database.name, topicPrefix);
});
afterAll(async () => {
  await catalog.stop();
  await listener.stop();
  await messaging.component.stop?.();
});

async function newSeller(storeIds: Record<string, string> = {}): Promise<string> {
  const sellerId = `7${nextSeller++}`;
  await catalog.admin.call('putSeller', { seller: seller(sellerId, storeIds) });
  return sellerId;
}

const create = async (sellerId: string, change: Parameters<typeof profile>[0] = {}) =>
  (await catalog.client.call('createStore', { sellerId, profile: profile(change) })).storeId;

const bind = (sellerId: string, itemId: string, storeIds: string[], remove = false) =>
  catalog.client.call('changeBindings', {
    sellerId,
    itemId,
    storeIds,
    action: remove ? BindingAction.DELETE : BindingAction.ADD,
  });

async function createMany(sellerId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at += 25) {
    const size = Math.min(25, count - at);
    const codes = Array.from({ length: size }, (_, n) => `M-${at + n}`);
    ids.push(...(await Promise.all(codes.map((storeCode) => create(sellerId, { storeCode })))));
  }
  return ids;
}

const storesIn = (sellerId: string) =>
  database.db.collection('stores').countDocuments({ 'state.sellerId': sellerId });

test('sellers and their areas are listed by name, a page at a time', async () => {
  const names = ['zz-1', 'zz-2', 'zz-3'];
  for (const sellerId of names) await catalog.admin.call('putSeller', { seller: seller(sellerId) });
  const sellersAfter = async (token: string) =>
    await catalog.admin.call('listSellers', { page: { size: 2, token } });
  const first = await sellersAfter('zz-');
  const next = await sellersAfter(first.nextToken);
  expect([...first.sellers, ...next.sellers].map(({ sellerId }) => sellerId)).toEqual(names);
  expect(next.nextToken).toBe('');

  const places = [{ type: PlaceType.WAREHOUSE, id: 'WH-01' }];
  for (const areaId of ['1', '2', '3']) {
    await catalog.admin.call('putArea', { sellerId: 'zz-1', areaId, name: `区${areaId}`, places });
  }
  // Neither of the two is of the other.
  await catalog.admin.call('putArea', { sellerId: 'zz-10', areaId: '4', name: '区4', places });
  const areasAfter = async (token: string) =>
    await catalog.admin.call('listAreas', { sellerId: 'zz-1', page: { size: 2, token } });
  const { areas, nextToken } = await areasAfter('');
  expect(areas.map(({ areaId }) => areaId)).toEqual(['1', '2']);
  expect(await areasAfter(nextToken)).toEqual({
    areas: [{ areaId: '3', name: '区3', places, regionCode: '' }],
    nextToken: '',
  });
});

describe('stores', () => {
  test('an issued id is used; other codes get numbers of their own', async () => {
    const sellerId = await newSeller({ S001: '1342', S002: '123' });
    expect(await create(sellerId)).toBe('1342');
    expect(await create(sellerId, { storeCode: 'S002' })).toBe('123');
    const free = [
      await create(sellerId, { storeCode: 'A' }),
      await create(sellerId, { storeCode: 'B' }),
    ];
    expect(new Set([...free, '1342', '123']).size).toBe(4);
    for (const id of free) expect(id).toMatch(/^\d+$/);
  });

  test('fifty equal creations at once are one store and one event', async () => {
    const sellerId = await newSeller();
    const ids = await Promise.all(Array.from({ length: 50 }, () => create(sellerId)));
    expect(new Set(ids).size).toBe(1);
    expect(await storesIn(sellerId)).toBe(1);
    const subject = `${sellerId}/${ids[0]}`;
    await eventually(() => {
      expect(told.filter((event) => event.id.includes(subject))).toHaveLength(1);
    });
  });

  test('other content under a living code is refused and changes nothing', async () => {
    const sellerId = await newSeller();
    const storeId = await create(sellerId);
    await expect(create(sellerId, { storeName: '别的店' })).rejects.toMatchObject({
      reason: 'STORE_CODE_EXISTS',
      outcome: 'refused',
    });
    const { store } = await catalog.client.call('getStore', { sellerId, storeId });
    expect(store?.profile?.storeName).toBe('文一西路淘宝店');
  });

  test('a category that is no leaf is refused, and the code stays free', async () => {
    const sellerId = await newSeller();
    for (const mainCategory of ['1', '999', '']) {
      await expect(create(sellerId, { mainCategory })).rejects.toMatchObject({
        reason: 'UNKNOWN_CATEGORY',
      });
    }
    expect(await storesIn(sellerId)).toBe(0);
    const codes = database.db.collection<{ _id: string }>('store_codes');
    expect(await codes.findOne({ _id: `${sellerId}/S001` })).toBeNull();
  });

  test('an address that is no place is refused by its names, and the code stays free', async () => {
    const sellerId = await newSeller();
    const known = profile().address;
    if (!known) throw new Error('the sample store has no address');
    const address = { ...known, city: '杭州市', area: '姑苏区' };
    const refused = create(sellerId, { address });
    await expect(refused).rejects.toMatchObject({ reason: 'UNKNOWN_ADDRESS' });
    await expect(refused).rejects.toThrow(/姑苏区在江苏省苏州市姑苏区/);
    expect(await storesIn(sellerId)).toBe(0);
    await create(sellerId);
  });

  test('an update needs a shop and a living store of the same seller', async () => {
    const sellerId = await newSeller();
    const storeId = await create(sellerId);
    const update = (of: string, change: Parameters<typeof profile>[0]) =>
      catalog.client.call('updateStore', { sellerId: of, storeId, profile: profile(change) });
    await expect(update(sellerId, {})).rejects.toMatchObject({ reason: 'SHOP_ID_REQUIRED' });
    await expect(update(await newSeller(), { shopId: '60001' })).rejects.toMatchObject({
      reason: 'UNKNOWN_STORE',
    });
    await update(sellerId, { shopId: '60001', status: StoreStatus.HOLD });
    const { store } = await catalog.client.call('getStore', { sellerId, storeId });
    expect(store?.profile).toMatchObject({ shopId: '60001', status: StoreStatus.HOLD });
  });

  test('a deleted store is gone from every list, keeps its id, and comes back', async () => {
    const sellerId = await newSeller();
    const storeId = await create(sellerId);
    await bind(sellerId, '9001', [storeId]);
    await catalog.client.call('deleteStore', { sellerId, storeId });
    await catalog.client.call('deleteStore', { sellerId, storeId });
    await expect(catalog.client.call('getStore', { sellerId, storeId })).rejects.toMatchObject({
      reason: 'UNKNOWN_STORE',
    });
    const routed = { sellerId, itemIds: ['9001'] };
    expect((await catalog.client.call('listRoutingStores', routed)).stores).toEqual([]);
    expect((await catalog.client.call('listStores', { sellerId, page: undefined })).stores).toEqual(
      [],
    );
    expect(await create(sellerId, { storeName: '重开' })).toBe(storeId);
    expect((await catalog.client.call('listRoutingStores', routed)).stores).toHaveLength(1);
  });

  test('every change of a store is told, in its order', async () => {
    const sellerId = await newSeller();
    const storeId = await create(sellerId);
    const changed = profile({ shopId: '60001', storeName: '改名' });
    await catalog.client.call('updateStore', { sellerId, storeId, profile: changed });
    await catalog.client.call('updateStore', { sellerId, storeId, profile: changed });
    await catalog.client.call('deleteStore', { sellerId, storeId });
    await eventually(() => {
      const events = told
        .filter(({ type, id }) => type === EVENTS.storeChanged.type && id.includes(`/${storeId}/`))
        .map(({ payload }) => EVENTS.storeChanged.decode(payload));
      expect(events.map(({ store, deleted }) => [store?.profile?.storeName, deleted])).toEqual([
        ['文一西路淘宝店', false],
        ['改名', false],
        ['改名', true],
      ]);
    });
  });
});

describe('bindings', () => {
  test('200 in one call; 201, an unknown or a foreign store bind nothing', async () => {
    const sellerId = await newSeller();
    const ids = await createMany(sellerId, 201);
    const foreign = await create(await newSeller());
    const bound = async () =>
      (await catalog.client.call('listItemStores', { sellerId, itemId: '9001', page: 1 })).storeIds;
    await expect(bind(sellerId, '9001', ids)).rejects.toMatchObject({ reason: 'TOO_MANY_STORES' });
    for (const unknown of ['77', foreign]) {
      await expect(bind(sellerId, '9001', [...ids.slice(0, 5), unknown])).rejects.toMatchObject({
        reason: 'UNKNOWN_STORE',
      });
    }
    expect(await bound()).toEqual([]);
    await bind(sellerId, '9001', ids.slice(0, 200));
    expect(await bound()).toHaveLength(100);
  });

  test('250 stores are pages of 100, 100 and 50, disjoint, and stay so', async () => {
    const sellerId = await newSeller();
    const ids = await createMany(sellerId, 250);
    await bind(sellerId, '9001', ids.slice(0, 200));
    await bind(sellerId, '9001', ids.slice(150));
    const read = async () =>
      await Promise.all(
        [0, 1, 2, 3, 4].map(
          async (page) =>
            (await catalog.client.call('listItemStores', { sellerId, itemId: '9001', page }))
              .storeIds,
        ),
      );
    const [absent, ...pages] = await read();
    expect(absent).toEqual(pages[0]);
    expect(pages.map((page) => page.length)).toEqual([100, 100, 50, 0]);
    expect(new Set(pages.flat())).toEqual(new Set(ids));
    expect(await read()).toEqual([absent, ...pages]);
  });

  test('items of a store come in disjoint pages too', async () => {
    const sellerId = await newSeller();
    const storeId = await create(sellerId);
    const items = Array.from({ length: 120 }, (_, n) => String(9000 + n));
    for (const item of items) await bind(sellerId, item, [storeId]);
    await bind(sellerId, '9000', [storeId], true);
    const page = async (n: number) =>
      (await catalog.client.call('listStoreItems', { sellerId, storeId, page: n })).itemIds;
    const pages = [await page(1), await page(2), await page(3)];
    expect(pages.map((one) => one.length)).toEqual([100, 19, 0]);
    expect(new Set(pages.flat())).toEqual(new Set(items.slice(1)));
  });

  test('calls that cross leave every store that any of them bound', async () => {
    const sellerId = await newSeller();
    const ids = await createMany(sellerId, 60);
    const halves = Array.from({ length: 12 }, (_, n) => ids.slice(n * 5, n * 5 + 5));
    await Promise.all(halves.map((half) => bind(sellerId, '9001', half)));
    const found = await catalog.client.call('listItemStores', {
      sellerId,
      itemId: '9001',
      page: 1,
    });
    expect(new Set(found.storeIds)).toEqual(new Set(ids));
  });

  test('routing sees the stores that are bound to every item', async () => {
    const sellerId = await newSeller();
    const [a = '', b = '', c = ''] = await createMany(sellerId, 3);
    await bind(sellerId, '9001', [a, b]);
    await bind(sellerId, '9002', [b, c]);
    const routed = async (itemIds: string[]) =>
      (await catalog.client.call('listRoutingStores', { sellerId, itemIds })).stores;
    expect((await routed(['9001', '9002', '9001'])).map((store) => store.storeId)).toEqual([b]);
    expect(await routed(['9001', '9003'])).toEqual([]);
    expect(await routed([])).toEqual([]);
    // Every store of the seller, bound or not, by id; none that is gone, and none of another.
    const gone = await create(sellerId, { storeCode: 'S-GONE' });
    await catalog.client.call('deleteStore', { sellerId, storeId: gone });
    const all = await catalog.client.call('listRoutingStores', {
      sellerId,
      itemIds: [],
      all: true,
    });
    expect(all.stores.map((store) => store.storeId)).toEqual([a, b, c].toSorted());
    expect((await routed(['9002']))[0]).toMatchObject({
      name: '文一西路淘宝店',
      status: StoreStatus.NORMAL,
      startTime: '09:00',
      endTime: '21:00',
      province: '浙江省',
      city: '杭州市',
      area: '西湖区',
    });
  });

  test('a change of bindings is told once, with what was asked', async () => {
    const sellerId = await newSeller();
    const storeId = await create(sellerId);
    await bind(sellerId, '9001', [storeId]);
    await bind(sellerId, '9001', [storeId]);
    await bind(sellerId, '9001', [storeId], true);
    await eventually(() => {
      const events = told
        .filter(({ type }) => type === EVENTS.bindingsChanged.type)
        .map(({ payload }) => EVENTS.bindingsChanged.decode(payload))
        .filter((event) => event.sellerId === sellerId);
      expect(events.map(({ action, storeIds }) => [action, storeIds])).toEqual([
        [BindingAction.ADD, [storeId]],
        [BindingAction.DELETE, [storeId]],
      ]);
    });
  });
});
