import { testTopicPrefix } from '@astrolabe/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { queryXml, stockXml } from './requests.ts';
import { SELLER, startGateway } from './running-gateway.ts';
import type { Gateway } from './running-gateway.ts';
import { element, qimen, top } from './wire.ts';
import type { How } from './wire.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ topicPrefix: testTopicPrefix() });
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.peers.forget());

const ADD = 'taobao.scitem.add';
const MAP = 'taobao.scitem.map.add';

const call = async (method: string, business: Record<string, string>, how: How = {}) =>
  (await top(gateway.url, method, business, how)()).text;

/** Goods under a code; the remark tells one request of the same second from another where it has to. */
const add = (outerCode: string, more: Record<string, string> = {}, how: How = {}) =>
  call(ADD, { item_name: '鲜肉包', outer_code: outerCode, ...more }, how);
const map = (itemId: string, skuId: string, goods: Record<string, string>, how: How = {}) =>
  call(MAP, { item_id: itemId, ...(skuId === '' ? {} : { sku_id: skuId }), ...goods }, how);

const idOf = (text: string): string => /"item_id":(\d+)/.exec(text)?.[1] ?? text;
const refused = (subCode: string, code = 50) => ({
  error_response: { code, sub_code: subCode, sub_msg: expect.stringMatching(/./) },
});
const earlier: How = { method: 'md5' };

/** `storeinventory.initial` of goods of the stock. */
const goodsXml = (scItemId: string, outerId: string) =>
  stockXml([{ billNum: `I-${scItemId}`.slice(0, 50) }]).replace(
    '<itemId>9001</itemId><outerId>SKU-A</outerId><skuId>70001</skuId>',
    `<scItemId>${scItemId}</scItemId><outerId>${outerId}</outerId>`,
  );
const uploadGoods = async (scItemId: string, outerId: string): Promise<string> => {
  const xml = goodsXml(scItemId, outerId);
  const { text } = await qimen(gateway.url, 'taobao.qimen.storeinventory.initial', xml)();
  expect(element(text, 'flag'), text).toBe('success');
  const { verb } = gateway.peers.commands.at(-1) ?? {};
  return (verb?.$case === 'initialise' && verb.value.lines[0]?.goodsId) || 'none';
};

describe('taobao.scitem.add', () => {
  test('answers the goods, and the same request of another signature the same goods', async () => {
    const text = await add('ADD-1', { properties: '1:2', is_costly: '1', item_type: '0' });
    expect(JSON.parse(text)).toMatchObject({
      scitem_add_response: {
        sc_item: {
          item_id_str: idOf(text),
          item_name: '鲜肉包',
          outer_code: 'ADD-1',
          properties: '1:2',
          is_costly: true,
        },
        request_id: expect.stringMatching(/./),
      },
    });
    const again = await add('ADD-1', { properties: '1:2', is_costly: '1' }, earlier);
    expect(idOf(again)).toBe(idOf(text));
    expect(idOf(await add('ADD-2'))).not.toBe(idOf(text));
  });

  test('other content under the code is refused', async () => {
    await add('TWICE');
    expect(JSON.parse(await add('TWICE', { remark: '别的' }))).toMatchObject(
      refused('SC_ITEM_EXISTS'),
    );
  });

  test('in XML and simplified', async () => {
    const xml = await add('FORMS', {}, { format: 'xml' });
    const id = element(xml, 'item_id') ?? 'none';
    expect(xml).toContain(`<scitem_add_response><sc_item><item_id>${id}</item_id>`);
    expect(JSON.parse(await add('FORMS', { simplify: 'true' }))).toMatchObject({
      sc_item: { item_id_str: id, outer_code: 'FORMS' },
    });
    const bad = { remark: '别的', simplify: 'true' };
    expect(JSON.parse(await add('FORMS', bad))).toMatchObject(refused('SC_ITEM_EXISTS'));
  });

  test('goods that came with an upload keep their id, beyond 2^53 in its text', async () => {
    const id = '4611686018427387001';
    await uploadGoods(id, 'BIG-1');
    expect(await add('BIG-1')).toContain(`"item_id":${id},"item_id_str":"${id}"`);
  });

  test('parameters that are missing or wrong add nothing', async () => {
    expect(JSON.parse(await add(''))).toMatchObject(refused('isv.missing-parameter', 40));
    const set = await add('SET', { item_type: '1' });
    expect(JSON.parse(set)).toMatchObject(refused('isv.invalid-parameter', 41));
    expect(JSON.parse(await map('1', '', { outer_code: 'SET' }))).toMatchObject(
      refused('UNKNOWN_SC_ITEM'),
    );
  });
});

describe('taobao.scitem.map.add', () => {
  test('both families then name the same goods', async () => {
    const scItemId = idOf(await add('SKU-A'));
    const mapped = { scitem_map_add_response: { outer_code: 'SKU-A' } };
    const named = { sc_item_id: scItemId, outer_code: 'SKU-A' };
    expect(JSON.parse(await map('9001', '70001', named))).toMatchObject(mapped);
    expect(JSON.parse(await map('9001', '70001', named, earlier))).toMatchObject(mapped);
    const uploaded = await uploadGoods(scItemId, 'SKU-A');
    const query = queryXml([{ place: '1342', skuId: '70001' }]);
    await qimen(gateway.url, 'taobao.qimen.storeinventory.itemquery', query)();
    expect(gateway.peers.queries).toMatchObject([{ sellerId: SELLER, goodsIds: [uploaded] }]);
  });

  test('several items are names of one article, by its id or its code alone', async () => {
    const scItemId = idOf(await add('ONE'));
    const xml = await map('9101', '', { sc_item_id: scItemId }, { format: 'xml' });
    expect(element(xml, 'outer_code')).toBe('ONE');
    const simple = await map('9102', '7', { outer_code: 'ONE', simplify: 'true' });
    expect(JSON.parse(simple)).toMatchObject({ outer_code: 'ONE' });
  });

  test('an item that belongs to other goods stays there', async () => {
    await add('LEFT');
    await add('RIGHT');
    await map('9201', '1', { outer_code: 'LEFT' });
    const moved = await map('9201', '1', { outer_code: 'RIGHT' });
    expect(JSON.parse(moved)).toMatchObject(refused('ITEM_MAPPED_ELSEWHERE'));
    const again = await map('9201', '1', { outer_code: 'LEFT' }, earlier);
    expect(JSON.parse(again)).toMatchObject({ scitem_map_add_response: { outer_code: 'LEFT' } });
    expect(JSON.parse(await map('9201', '', { outer_code: 'LEFT' }))).toMatchObject(
      refused('SKU_REQUIRED'),
    );
  });

  test('the names of the goods must be known and mean the same', async () => {
    const scItemId = idOf(await add('SAME'));
    await add('OTHER');
    const both = await map('9301', '1', { sc_item_id: scItemId, outer_code: 'OTHER' });
    expect(JSON.parse(both)).toMatchObject(refused('SC_ITEM_DIFFERS'));
    const half = await map('9301', '1', { sc_item_id: scItemId, outer_code: 'NOWHERE' });
    expect(JSON.parse(half)).toMatchObject(refused('UNKNOWN_SC_ITEM'));
    expect(JSON.parse(await map('9301', '1', {}))).toMatchObject(
      refused('isv.invalid-parameter', 41),
    );
  });

  test('need_check takes an item whose code is that of the goods, and no other', async () => {
    const check = { need_check: 'true' };
    await add('CHECKED');
    const unknown = await map('9401', '1', { outer_code: 'CHECKED', ...check });
    expect(JSON.parse(unknown)).toMatchObject(refused('ITEM_CODE_UNKNOWN'));
    const upload = stockXml([{ billNum: 'N-1', skuId: '70009' }]).replace('SKU-A', 'CAME-ALONG');
    await qimen(gateway.url, 'taobao.qimen.storeinventory.iteminitial', upload)();
    await add('CAME-ALONG');
    const known = await map('9001', '70009', { outer_code: 'CAME-ALONG', ...check });
    expect(JSON.parse(known)).toMatchObject({
      scitem_map_add_response: { outer_code: 'CAME-ALONG' },
    });
    const other = await map('9001', '70009', { outer_code: 'CHECKED', ...check });
    expect(JSON.parse(other)).toMatchObject(refused('ITEM_MAPPED_ELSEWHERE'));
  });
});
