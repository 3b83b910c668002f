import type {
  GetDetailsRequest,
  GetDetailsResponse,
  GetOffersRequest,
  GetOffersResponse,
  ListAccessoriesRequest,
  ListAccessoriesResponse,
  ListPoolSkusRequest,
  ListPoolSkusResponse,
  ResolveRegionRequest,
  ResolveRegionResponse,
} from '@astrolabe/contracts/catalog';
import type {
  ConfirmMallOrderRequest,
  ConfirmMallOrderResponse,
  SubmitMallOrderRequest,
  SubmitMallOrderResponse,
} from '@astrolabe/contracts/order';
import { MallOrder, MallPayment } from '@astrolabe/contracts/order';
import { Offer } from '@astrolabe/contracts/catalog';
import { unary } from '@astrolabe/grpc';
import { GOV_INTERFACES } from '@astrolabe/schemas/govmall';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNT, NOW, PRE_ORDER, SELLER, followed, post, signedAt, startMall } from './mall.ts';
import type { Reply } from './mall.ts';

const HTML = '<p>a\r\n\tb\u2028c</p> C:\\new "q" \ufeff';
const POOL = Array.from({ length: 2_500 }, (_, index) => `S${index}`);
const submitted: SubmitMallOrderRequest[] = [];

const prices = (agreementFen: bigint, marketFen: bigint) => ({
  agreementFen,
  marketFen,
  minimumMilli: 0n,
  taxRate: 13,
  untaxed: false,
  tiers: [{ fromMilli: 10_000n, rateBp: 9_500 }],
  promotions: [],
});

const OFFERS = new Map(
  [
    { sku: '12345', onShelf: true, prices: prices(100_000n, 120_000n), poolIds: ['A0101'] },
    { sku: 'no-market', onShelf: false, prices: prices(100n, 0n), poolIds: ['A0102'] },
  ].map((offer) => [offer.sku, Offer.fromPartial(offer)]),
);

const region = (code: string, name: string, areaId = code) => ({
  code,
  name,
  parentCode: '',
  areaId,
});

/** 河东区 is known inside 天津市 alone; a name without a city is in several. */
const resolved = (asked: ResolveRegionRequest): ResolveRegionResponse => {
  const isKnown = asked.county === '河东区' && asked.province.startsWith('天津');
  if (!isKnown && asked.code !== '1000000') {
    return { note: '', reason: 'AMBIGUOUS', message: '河东区: 天津市、临沂市' };
  }
  return {
    province: region('120000', '天津市'),
    city: region('120100', '天津市'),
    county: region('120102', '河东区', '1000000'),
    note: '',
    reason: '',
    message: '',
  };
};

const ORDER = MallOrder.fromPartial({
  orderRef: { channel: 'govmall', sellerId: SELLER, number: '202611220000001' },
  account: ACCOUNT.username,
  mallOrderNo: 'M-1',
  state: 'PRE_ORDERED',
  payment: MallPayment.ON_DELIVERY,
  lines: [{ lineId: '1', sku: '12345', quantityMilli: 3_000n, unitPriceFen: 100_000n }],
  totalFen: 300_000n,
});

let mall: Awaited<ReturnType<typeof startMall>>;
let token = '';
let confirmed = 0;

beforeAll(async () => {
  mall = await startMall({
    offers: {
      followOffers: followed((sku) => OFFERS.get(sku)),
      getOffers: unary<GetOffersRequest, GetOffersResponse>('getOffers', async ({ names }) => ({
        offers: names.map(({ sku }) => ({ offer: OFFERS.get(sku), reason: '' })),
      })),
      listPoolSkus: unary<ListPoolSkusRequest, ListPoolSkusResponse>(
        'listPoolSkus',
        async ({ token: after }) => ({
          skus: after === '' ? POOL.slice(0, 2_000) : POOL.slice(2_000),
          nextToken: after === '' ? 'S1999' : '',
        }),
      ),
      getDetails: unary<GetDetailsRequest, GetDetailsResponse>('getDetails', async ({ skus }) => ({
        details: skus.filter((sku) => sku !== 'nope').map(detail),
        // Of `no-market` as a catalogue of a former version answers.
        shelves: skus.includes('12345') ? [{ onShelf: true, poolIds: ['A0101'] }] : [],
      })),
      listAccessories: unary<ListAccessoriesRequest, ListAccessoriesResponse>(
        'listAccessories',
        async ({ sku }) => ({
          accessories: ['12345', '67890'].includes(sku) || sku === '' ? [KEYBOARD] : [],
          nextToken: '',
        }),
      ),
      resolveRegion: unary<ResolveRegionRequest, ResolveRegionResponse>(
        'resolveRegion',
        async (asked) => resolved(asked),
      ),
    },
    orders: {
      submitMallOrder: unary<SubmitMallOrderRequest, SubmitMallOrderResponse>(
        'submitMallOrder',
        async (asked) => {
          submitted.push(asked);
          return asked.totalFen === 300_000n
            ? { code: 'OK', desc: '', order: ORDER }
            : { code: 'PRICE_MISMATCH', desc: '价格不一致，请重新获取价格下单' };
        },
      ),
      confirmMallOrder: unary<ConfirmMallOrderRequest, ConfirmMallOrderResponse>(
        'confirmMallOrder',
        async () => {
          confirmed += 1;
          return { code: 'OK', desc: '', order: ORDER };
        },
      ),
    },
  });
  token = (await call('/api/auth2/access_token', signedAt(NOW))).reply.access_token ?? '';
});
afterAll(() => mall.stop());

const KEYBOARD = {
  accessoryId: 'K1',
  name: '键盘',
  isService: false,
  parameters: '104 键',
  priceFen: 9_900n,
  skus: ['12345', '67890'],
};

const detail = (sku: string) => ({
  sku,
  name: '台式机',
  url: `https://shop.example/${sku}`,
  brand: 'B',
  model: 'M',
  unit: '台',
  categoryId: '1-2-3',
  mainImage: 'https://shop.example/1.jpg',
  images: [],
  service: '三年\n保修',
  introduction: HTML,
  summary: '8G',
  energySaving: true,
  environmental: false,
  imported: false,
  weightGrams: 2_500n,
  origin: '',
  barcode: '',
  packingList: '',
  attributes: [],
});

const call = (path: string, params: Record<string, string>) =>
  post(mall.url + path, new URLSearchParams(params));
const ask = (path: string, params: Record<string, string> = {}) =>
  call(path, { access_token: token, ...params });

const BEHIND_TOKEN = GOV_INTERFACES.filter(({ number }) => number !== '2.2');

describe('[G-A41] [G-A07] [G-A09] each of the 27 interfaces', () => {
  test.each(GOV_INTERFACES.map(({ number, path }) => [number, path] as const))(
    '%s %s answers a POST alone, in JSON with a boolean',
    async (_number, path) => {
      for (const method of ['GET', 'PATCH', 'PUT']) {
        const refused = await fetch(mall.url + path, { method });
        expect(refused.status).toBe(405);
        expect(await refused.json()).toEqual({ success: false, desc: '只支持 POST 请求' });
      }
      const { status, type, text, length, reply } = await ask(path, { sku: '12345' });
      expect(status).toBe(200);
      expect(type).toContain('application/json');
      expect(typeof reply.success).toBe('boolean');
      expect(typeof reply.desc).toBe('string');
      expect(text).not.toContain('sucess');
      // oxlint-disable-next-line no-control-regex -- the characters that the document forbids
      expect(text).not.toMatch(/[\u0000-\u001f\u2028\u2029\ufeff]/);
      expect(length).toBe(String(Buffer.byteLength(text)));
    },
  );

  test.each(BEHIND_TOKEN.map(({ number, path }) => [number, path] as const))(
    '[G-A04] [G-A06] %s %s gives nothing without a token, nor for one of 36 hours',
    async (_number, path) => {
      for (const params of [{}, { access_token: 'made-up' }]) {
        const { status, reply } = await call(path, { sku: '12345', area: '1000000', ...params });
        expect(status).toBe(200);
        expect(reply).toEqual({ success: false, desc: 'access_token invalid, token_expired' });
      }
      mall.setNow(new Date(NOW.getTime() + 129_600_000));
      const ended = await ask(path, { sku: '12345', area: '1000000' });
      mall.setNow(NOW);
      expect(ended.status).toBe(200);
      expect(ended.reply).toEqual({ success: false, desc: 'token_expired' });
    },
  );
});

test('[G-A03] a token of 36 hours less a second works', async () => {
  mall.setNow(new Date(NOW.getTime() + 129_599_000));
  const { reply } = await ask('/api/product/shelf_states', { sku: '12345' });
  mall.setNow(NOW);
  expect(reply.success).toBe(true);
});

test('[G-A08] a description with line ends comes out as one line, without their escapes', async () => {
  const { text, reply } = await ask('/api/product/detail', { sku: '12345' });
  expect(text).not.toMatch(/[\r\n\t\u2028\ufeff]|\\[nrt]|\\u2028/);
  expect(reply).toMatchObject({
    success: true,
    result: {
      sku: '12345',
      introduction: '<p>abc</p> C:\\new "q" ',
      service: '三年保修',
      brand_name: 'B',
      energy_saving: true,
      imported: false,
      state: 1,
      weight: '2.500',
    },
  });
  expect((await ask('/api/product/detail', { sku: 'nope' })).reply.success).toBe(false);
});

test('[field E4] a catalogue that tells no shelf with a detail is asked for it', async () => {
  const { reply } = await ask('/api/product/detail', { sku: 'no-market' });
  expect(reply).toMatchObject({ success: true, result: { sku: 'no-market', state: 0 } });
});

test('[G-A10] [field E1] all 2,500 goods of a pool come in one answer that tells its length', async () => {
  const { reply, length } = await ask('/api/product/skus', { catalog_id: 'A0101' });
  expect(reply.result).toEqual(POOL);
  expect(Number(length)).toBeGreaterThan(10_000);
});

test('[G-A14] [field S2] an unknown SKU is off the shelf, and fails nobody', async () => {
  const states = await ask('/api/product/shelf_states', { sku: '12345,nope' });
  expect(states.reply).toMatchObject({
    success: true,
    result: [
      { sku: '12345', state: 1 },
      { sku: 'nope', state: 0 },
    ],
  });
  const priced = await ask('/api/product/prices', { sku: '12345,nope,no-market' });
  expect(priced.text).toContain('"price":1000.00,"mall_price":1200.00');
  expect(priced.reply).toMatchObject({ success: true, desc: '无数据的sku: nope,no-market' });
  expect(priced.reply.result).toHaveLength(1);
  const tiers = await ask('/api/product/tiers', { sku: '12345' });
  expect(tiers.reply.result).toEqual([{ sku: '12345', tiers: [{ min_num: 10, rate: 0.95 }] }]);
});

test('[G-A34] an empty SKU means all in 2.20.1, and is refused elsewhere', async () => {
  for (const params of [{}, { sku: '' }]) {
    const all = await ask('/api/product/accessory_relations', params);
    const accessories = [{ id: 'K1', name: '键盘', type: 'accessory' }];
    expect(all.reply).toMatchObject({
      success: true,
      result: [
        { sku: '12345', accessories },
        { sku: '67890', accessories },
      ],
    });
  }
  const one = await ask('/api/product/accessory_relations', { sku: '67890' });
  expect(one.reply.result).toMatchObject([{ sku: '67890' }]);
  for (const path of ['prices', 'shelf_states', 'accessories', 'group_buys', 'tiers']) {
    const { status, reply } = await ask(`/api/product/${path}`, { sku: '' });
    expect([status, reply.success, reply.result]).toEqual([200, false, undefined]);
  }
});

test('[G-A33] a pre-order has its county inside its own city, and an ambiguous one is refused', async () => {
  submitted.length = 0;
  const { reply } = await ask('/api/order/submit', { ...PRE_ORDER, remark: 'x'.repeat(101) });
  expect(reply).toMatchObject({
    success: true,
    result: { mall_order_id: '202611220000001', orderPrice: 3000, freight: 0 },
  });
  expect(submitted).toMatchObject([
    {
      sellerId: SELLER,
      account: 'tjzfcg',
      areaId: '1000000',
      receiver: { name: '王𠮷', province: '天津市', city: '天津市', county: '河东区' },
      notes: ['remark is cut to 100 characters'],
    },
  ]);
  const refused = await ask('/api/order/submit', { ...PRE_ORDER, province: '', city: '' });
  expect(refused.reply).toMatchObject({
    success: false,
    desc: '地区不唯一，请写明省市: 河东区: 天津市、临沂市',
  });
  expect(submitted).toHaveLength(1);
});

test('what the router refuses is told in its words', async () => {
  const { reply } = await ask('/api/order/submit', { ...PRE_ORDER, order_price: '2999.99' });
  expect(reply).toEqual({ success: false, desc: '价格不一致，请重新获取价格下单' });
});

test('[field S6] a confirmation with quantities is refused and confirms nothing', async () => {
  const { reply } = await ask('/api/order/confirm', {
    order_id: '202611220000001',
    sku: '[{"sku":"12345","num":1}]',
  });
  expect(reply.success).toBe(false);
  expect(confirmed).toBe(0);
  expect((await ask('/api/order/confirm', { order_id: '202611220000001' })).reply).toMatchObject({
    success: true,
    result: { order_id: '202611220000001' },
  });
});

test('[field S7] a number of the mall’s own is read as its settings say', async () => {
  const own = { username: 'own-words', password: 'q' };
  const settings = { mallName: '天津', poolIds: ['A0101'], moneyAsText: true };
  await mall.putAccount({ ...own, ...settings, wireWords: { 'payment=9': '5' } });
  const granted = await call('/api/auth2/access_token', signedAt(NOW, own));
  const access_token = granted.reply.access_token ?? '';
  submitted.length = 0;
  await call('/api/order/submit', { ...PRE_ORDER, access_token, payment: '9' });
  expect(submitted).toMatchObject([{ payment: MallPayment.CREDIT, account: 'own-words' }]);
  const refused = await ask('/api/order/submit', { ...PRE_ORDER, payment: '9' });
  expect(refused.reply).toMatchObject({
    success: false,
    desc: 'payment 9 不在取值范围 1、2、3、4、5、6 内',
  });
  const { accounts } = await mall.admin.call('listAccounts', { sellerId: '' });
  expect(accounts).toMatchObject([
    { ...settings, username: 'own-words', password: '', wireWords: { 'payment=9': '5' } },
    { username: 'tjzfcg', password: '' },
  ]);
});

test('[field F5] [field F6] [field K3] requests are read by what they are', async () => {
  const path = `${mall.url}/api/product/shelf_states`;
  const form = new URLSearchParams({ access_token: token, sku: '12345' }).toString();
  const multipart = new FormData();
  multipart.set('access_token', token);
  multipart.set('sku', '12345');
  const answers = [
    await post(path, multipart),
    await post(path, form, { 'content-type': 'application/json' }),
    await post(path, JSON.stringify({ access_token: token, sku: ['12345'] }), {
      'content-type': 'application/x-www-form-urlencoded',
    }),
    await post(path, new Uint8Array(gzipSync(form)), { 'content-encoding': 'gzip' }),
    await post(`${path}?access_token=${token}`, '[{"sku":12345}]'),
    await post(path, `${form}&token=other`),
  ];
  for (const { reply } of answers) {
    expect(reply).toMatchObject({ success: true, result: [{ sku: '12345', state: 1 }] });
  }
  const neither = Buffer.concat([Buffer.from(`${form}&x=`), Buffer.from([0xff, 0xfe, 0x80])]);
  expect((await post(path, new Uint8Array(neither))).reply).toEqual({
    success: false,
    desc: '请求体的编码应为 UTF-8 或 GBK',
  } satisfies Reply);
});

test('[G-A29] [field E4] what is not decided is 503 in the mall’s form, and never a success', async () => {
  await mall.stopPeers();
  const asked = [
    ask('/api/order/confirm', { order_id: '202611220000001' }),
    ask('/api/order/submit', PRE_ORDER),
    ask('/api/product/shelf_states', { sku: '12345' }),
    ask('/api/product/stock', { sku: '12345', area: '1000000' }),
  ];
  for (const { status, reply } of await Promise.all(asked)) {
    expect(status).toBe(503);
    expect(reply).toEqual({ success: false, desc: '系统繁忙，请稍后重试' });
  }
}, 30_000);
