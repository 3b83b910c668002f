import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { bandingXml, storeXml } from '../src/requests.ts';
import { Actor } from '../src/scenario.ts';
import { element, elements } from '../src/wire.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    apps: [
      'catalog-sync',
      'inventory-service',
      'order-router',
      'fulfillment',
      'settlement',
      'gateway-ingress',
      'govmall-adapter',
    ],
  });
});
afterAll(() => harness.stop());

const CREATE = 'taobao.qimen.store.create';
const UPDATE = 'taobao.qimen.store.update';
const BANDING = 'taobao.qimen.itemstore.banding';
const ITEM_QUERY = 'taobao.qimen.itemstore.query';

const newActor = async () => new Actor(harness, await harness.newSeller());
const flag = async (actor: Actor, method: string, xml: string) =>
  element((await actor.qimen(method, xml)).text, 'flag');

async function manyStores(actor: Actor, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const text = await actor.qimenOk(CREATE, storeXml({ storeCode: `M-${n}` }));
    ids.push(element(text, 'storeId') ?? '');
  }
  return ids;
}

const boundTo = async (actor: Actor, itemId: string, page?: number) =>
  elements(
    await actor.qimenOk(
      ITEM_QUERY,
      `<request><itemId>${itemId}</itemId>${page ? `<page>${page}</page>` : ''}</request>`,
    ),
    'storeId',
  );

test('[O-1] a store with all required fields and no shopId gets a numeric id', async () => {
  const actor = await newActor();
  const text = await actor.qimenOk(CREATE, storeXml());
  expect(element(text, 'storeId')).toMatch(/^\d+$/);
});

test('[O-2] without tel there is no store, although mobile is there', async () => {
  const actor = await newActor();
  expect(await flag(actor, CREATE, storeXml({ tel: null }))).toBe('failure');
  const { stores } = await harness.clients.catalog.call('listStores', {
    sellerId: actor.seller.sellerId,
    page: undefined,
  });
  expect(stores).toEqual([]);
});

test('[O-3] an update needs shopId', async () => {
  const actor = await newActor();
  const storeId = element(await actor.qimenOk(CREATE, storeXml()), 'storeId') ?? '';
  expect(await flag(actor, UPDATE, storeXml({ storeId }))).toBe('failure');
  expect(await flag(actor, UPDATE, storeXml({ storeId, shopId: '60001' }))).toBe('success');
});

test('a store whose address is no place is refused, and the places are named', async () => {
  const actor = await newActor();
  const refused = {
    姑苏区: /姑苏区在江苏省苏州市姑苏区/,
    西湖区: /no known place: 浙江省\/杭洲市\/西湖区/,
  };
  const cities = { 姑苏区: '杭州市', 西湖区: '杭洲市' };
  for (const area of ['姑苏区', '西湖区'] as const) {
    const { text } = await actor.qimen(CREATE, storeXml({ city: cities[area], area }));
    expect(element(text, 'flag')).toBe('failure');
    expect(element(text, 'message')).toMatch(refused[area]);
  }
  // A zone that no list has is in its city; the names of before a merger are places too.
  for (const area of ['钱江开发区', '下城区', '西湖']) {
    expect(await flag(actor, CREATE, storeXml({ storeCode: area, area }))).toBe('success');
  }
});

test('[O-4] the seven store types and no other', async () => {
  const actor = await newActor();
  expect(await flag(actor, CREATE, storeXml({ storeType: 'SHOP' }))).toBe('failure');
  const types = ['NORMAL', 'MALL', 'MALL_SHOP', 'LIGHT_SHOP', 'HOSPITAL', 'DEPARTMENT'];
  for (const storeType of [...types, 'WAREHOUSE']) {
    expect(await flag(actor, CREATE, storeXml({ storeType, storeCode: storeType }))).toBe(
      'success',
    );
  }
});

test('[O-5] opening hours are HH:MM', async () => {
  const actor = await newActor();
  expect(await flag(actor, CREATE, storeXml({ startTime: '9am' }))).toBe('failure');
  expect(await flag(actor, CREATE, storeXml({ startTime: '09:00' }))).toBe('success');
});

test('[O-6, O-7] 200 bindings a call, 201 none; pages of 100, disjoint', async () => {
  const actor = await newActor();
  const ids = await manyStores(actor, 250);
  expect(await flag(actor, BANDING, bandingXml('ADD', '9001', ids.slice(0, 201)))).toBe('failure');
  expect(await boundTo(actor, '9001')).toEqual([]);
  expect(await flag(actor, BANDING, bandingXml('ADD', '9001', ids.slice(0, 200)))).toBe('success');
  expect(await flag(actor, BANDING, bandingXml('ADD', '9001', ids.slice(200)))).toBe('success');
  const pages = [
    await boundTo(actor, '9001'),
    await boundTo(actor, '9001', 2),
    await boundTo(actor, '9001', 3),
  ];
  expect(pages.map((page) => page.length)).toEqual([100, 100, 50]);
  expect(new Set(pages.flat())).toEqual(new Set(ids));
});

test('[O-8] an unbound store no longer lists the item', async () => {
  const actor = await newActor();
  await actor.createStores();
  const itemsOf = async () =>
    elements(
      await actor.qimenOk(
        'taobao.qimen.storeitem.query',
        '<request><storeId>1342</storeId></request>',
      ),
      'itemId',
    );
  expect(await itemsOf()).toEqual(['9001']);
  await actor.qimenOk(BANDING, bandingXml('DELETE', '9001', ['1342']));
  expect(await itemsOf()).toEqual([]);
});

test('[O-9] the method is spelt banding', async () => {
  const actor = await newActor();
  await actor.createStores([{ code: 'S001' }]);
  const { text } = await actor.qimen(
    'taobao.qimen.itemstore.binding',
    bandingXml('ADD', '9001', ['1342']),
  );
  expect(element(text, 'flag')).toBe('failure');
  expect(text.toLowerCase()).toContain('method');
  expect(await flag(actor, BANDING, bandingXml('ADD', '9001', ['1342']))).toBe('success');
});
