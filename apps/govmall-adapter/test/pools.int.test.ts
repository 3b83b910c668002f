import type {
  GetImagesRequest,
  GetImagesResponse,
  GetRatingsRequest,
  GetRatingsResponse,
  ListAccessoriesRequest,
  ListAccessoriesResponse,
  ListModifiedRequest,
  ListModifiedResponse,
  ListNewRequest,
  ListNewResponse,
  ResolveRegionRequest,
  ResolveRegionResponse,
} from '@astrolabe/contracts/catalog';
import { Offer } from '@astrolabe/contracts/catalog';
import { MallOrder } from '@astrolabe/contracts/order';
import type {
  GetMallOrderRequest,
  GetMallOrderResponse,
  SubmitMallOrderRequest,
  SubmitMallOrderResponse,
} from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW, PRE_ORDER, SELLER, followed, post, signedAt, startMall } from './mall.ts';

/** Of the seller's two goods this mall is shown one. */
const OWN = { username: 'own-pools', password: 'q' };
const OFFERS = new Map(
  [
    { sku: '12345', poolIds: ['A0101'] },
    { sku: 'shown', poolIds: ['A0101', 'A0102'] },
  ].map(({ sku, poolIds }) => {
    const prices = { agreementFen: 100_000n, marketFen: 120_000n };
    return [sku, Offer.fromPartial({ sku, poolIds, prices, onShelf: true })] as const;
  }),
);
const KEYBOARD = {
  accessoryId: 'K1',
  name: '键盘',
  isService: false,
  parameters: '',
  priceFen: 9_900n,
  skus: ['12345', 'shown'],
};
const ORDER = MallOrder.fromPartial({
  orderRef: { channel: 'govmall', sellerId: SELLER, number: '202611220000001' },
});
const submitted: SubmitMallOrderRequest[] = [];
const inPools = async ({ poolIds }: { poolIds: readonly string[] }) => ({
  skus: poolIds.map((id) => `of-${id}`),
  nextToken: '',
});

const place = (code: string, name: string) => ({ code, name, parentCode: '', areaId: '1000000' });

const offers = {
  resolveRegion: unary<ResolveRegionRequest, ResolveRegionResponse>('resolveRegion', async () => ({
    province: place('120000', '天津市'),
    city: place('120100', '天津市'),
    county: place('120102', '河东区'),
    note: '',
    reason: '',
    message: '',
  })),
  followOffers: followed((sku) => OFFERS.get(sku)),
  getImages: unary<GetImagesRequest, GetImagesResponse>('getImages', async ({ skus }) => ({
    images: skus.map((sku) => ({ sku, images: [], mainImage: '' })),
  })),
  getRatings: unary<GetRatingsRequest, GetRatingsResponse>('getRatings', async ({ skus }) => ({
    ratings: skus.map((sku) => ({ sku, averageHundredths: 450, good: 90, medium: 8, bad: 2 })),
  })),
  listNew: unary<ListNewRequest, ListNewResponse>('listNew', inPools),
  listModified: unary<ListModifiedRequest, ListModifiedResponse>('listModified', inPools),
  listAccessories: unary<ListAccessoriesRequest, ListAccessoriesResponse>(
    'listAccessories',
    async () => ({ accessories: [KEYBOARD], nextToken: '' }),
  ),
};
const orders = {
  submitMallOrder: unary<SubmitMallOrderRequest, SubmitMallOrderResponse>(
    'submitMallOrder',
    async (asked) => {
      submitted.push(asked);
      return { code: 'OK', desc: '', order: ORDER };
    },
  ),
  getMallOrder: unary<GetMallOrderRequest, GetMallOrderResponse>(
    'getMallOrder',
    async ({ name }) => {
      if (name?.number === 'KNOWN') return { order: ORDER };
      throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_ORDER' });
    },
  ),
};

let mall: Awaited<ReturnType<typeof startMall>>;
let access_token = '';

const told = async (path: string, params: Record<string, string> = {}) =>
  (await post(mall.url + path, new URLSearchParams({ access_token, ...params }))).reply;
const skusOf = (result: unknown): string[] => (result as { sku: string }[]).map(({ sku }) => sku);

beforeAll(async () => {
  mall = await startMall({ offers, orders });
  await mall.putAccount({ ...OWN, poolIds: ['A0102'] });
  const granted = await told('/api/auth2/access_token', signedAt(NOW, OWN));
  access_token = granted.access_token ?? '';
});
afterAll(() => mall.stop());

test('a mall with pools is told of their goods alone', async () => {
  const sku = 'shown,12345';
  const product = '/api/product';
  expect((await told(`${product}/shelf_states`, { sku })).result).toEqual([
    { sku: 'shown', state: 1 },
    { sku: '12345', state: 0 },
  ]);
  const stock = await told(`${product}/stock`, { sku, area: '1000000' });
  expect(stock.result).toMatchObject([
    { sku: 'shown', num: 0 },
    { sku: '12345', num: 0, desc: '无货' },
  ]);
  for (const path of ['prices', 'images', 'ratings', 'accessories', 'accessory_relations']) {
    expect(skusOf((await told(`${product}/${path}`, { sku })).result), path).toEqual(['shown']);
  }
  expect((await told(`${product}/images`, { sku })).desc).toBe('无数据的sku: 12345');
  // All relations are those of the goods that it is shown.
  expect(skusOf((await told(`${product}/accessory_relations`, { sku: '' })).result)).toEqual([
    'shown',
  ]);
  for (const path of ['new_skus', 'modified_skus']) {
    expect((await told(`${product}/${path}`)).result, path).toEqual(['of-A0102']);
  }
});

test('it orders no others; an order that is there already is answered, wherever its goods are today', async () => {
  submitted.length = 0;
  expect(await told('/api/order/submit', PRE_ORDER)).toMatchObject({
    success: false,
    desc: '商品 12345 不存在或不在该账号的品目池中',
  });
  expect(submitted).toEqual([]);
  const shown = '[{"sku":"shown","num":3,"price":1000.00}]';
  expect((await told('/api/order/submit', { ...PRE_ORDER, sku: shown })).success).toBe(true);
  await told('/api/order/submit', { ...PRE_ORDER, yggc_order: 'KNOWN' });
  expect(submitted.map(({ mallOrderNo }) => mallOrderNo)).toEqual([PRE_ORDER.yggc_order, 'KNOWN']);
});
