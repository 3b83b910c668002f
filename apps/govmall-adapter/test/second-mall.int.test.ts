import type {
  GetOffersRequest,
  GetOffersResponse,
  ResolveRegionRequest,
  ResolveRegionResponse,
} from '@astrolabe/contracts/catalog';
import { Offer } from '@astrolabe/contracts/catalog';
import type { SubmitMallOrderRequest, SubmitMallOrderResponse } from '@astrolabe/contracts/order';
import { MallOrder, MallPayment } from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import { GOV_INTERFACES } from '@astrolabe/schemas/govmall';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW, PRE_ORDER, SELLER, post, signedAt, startMall } from './mall.ts';

/** Another mall of the family: nothing but this setting makes it. */
const JINAN = {
  mall: 'jinan',
  base: '/jn/v2',
  paths: { 'access-token': '/jn/oauth/token', submit: '/jn/orders' },
  names: {
    access_token: 'ticket',
    expires_at: 'valid_until',
    username: 'user',
    sku: 'goods_no',
    price: 'agreement_price',
    mall_price: 'market_price',
    num: 'amount',
    area: 'region',
    area_id: 'region_id',
    'submit.sku': 'items',
    'submit.sku.sku': 'goods_no',
    'submit.num': 'count',
    'submit.yggc_order': 'order_sn',
    'submit.mall_order_id': 'supplier_sn',
    'submit.orderPrice': 'total',
    'submit.order_price': 'total_price',
  },
};

const ORDER = MallOrder.fromPartial({
  orderRef: { channel: 'govmall', sellerId: SELLER, number: '202611220000001' },
  mallOrderNo: 'JN-1',
  state: 'PRE_ORDERED',
  payment: MallPayment.ON_DELIVERY,
  lines: [{ lineId: '1', sku: '12345', quantityMilli: 3_000n, unitPriceFen: 100_000n }],
  totalFen: 300_000n,
});
const place = (code: string, name: string) => ({ code, name, parentCode: '', areaId: '1000000' });

const submitted: SubmitMallOrderRequest[] = [];
let mall: Awaited<ReturnType<typeof startMall>>;
let ticket = '';

const ask = (path: string, params: Record<string, string>) =>
  post(mall.url + path, new URLSearchParams({ ticket, ...params }));

beforeAll(async () => {
  const prices = { agreementFen: 100_000n, marketFen: 120_000n };
  const offer = Offer.fromPartial({ sku: '12345', onShelf: true, prices, poolIds: ['A0101'] });
  const peers = {
    offers: {
      // A catalogue of a version before the one that is followed.
      followOffers: unary('followOffers', async () => {
        throw new GrpcRefusal({ code: GRPC.unimplemented, reason: 'UNIMPLEMENTED' });
      }),
      getOffers: unary<GetOffersRequest, GetOffersResponse>('getOffers', async ({ names }) => ({
        offers: names.map(({ sku }) =>
          sku === '12345' ? { offer, reason: '' } : { reason: 'UNKNOWN_OFFER' },
        ),
      })),
      resolveRegion: unary<ResolveRegionRequest, ResolveRegionResponse>(
        'resolveRegion',
        async () => ({
          province: place('120000', '天津市'),
          city: place('120100', '天津市'),
          county: place('120102', '河东区'),
          note: '',
          reason: '',
          message: '',
        }),
      ),
    },
    orders: {
      submitMallOrder: unary<SubmitMallOrderRequest, SubmitMallOrderResponse>(
        'submitMallOrder',
        async (asked) => {
          submitted.push(asked);
          return { code: 'OK', desc: '', order: ORDER };
        },
      ),
    },
  };
  mall = await startMall(peers, { MALLS: JSON.stringify([JINAN]) });
});
afterAll(() => mall.stop());

test('a second mall has a token under its own path and names', async () => {
  const { username, ...signed } = signedAt(NOW);
  const { reply } = await post(
    `${mall.url}/jn/oauth/token`,
    new URLSearchParams({ user: username ?? '', ...signed }),
  );
  const granted = reply as typeof reply & { ticket?: string; valid_until?: string };
  ticket = granted.ticket ?? '';
  expect(granted).toEqual({
    success: true,
    desc: '',
    result: { ticket, valid_until: '2026-11-23 22:00:05' },
    ticket,
    valid_until: '2026-11-23 22:00:05',
  });
  expect(ticket).not.toBe('');
});

test('each of its 27 interfaces is served, and none without its token', async () => {
  const paths: Readonly<Record<string, string>> = JINAN.paths;
  for (const { number, name, path } of GOV_INTERFACES) {
    const url = mall.url + (paths[name] ?? JINAN.base + path);
    expect((await fetch(url)).status, url).toBe(405);
    const { status, reply } = await post(url, new URLSearchParams({ goods_no: '12345' }));
    expect([status, reply.success], url).toEqual([200, false]);
    if (number !== '2.2') expect(reply.desc).toContain('token_expired');
  }
  // The family's name of the token is nothing to this mall.
  const { reply } = await post(
    `${mall.url}/jn/v2/api/product/prices`,
    new URLSearchParams({ token_id: ticket, goods_no: '12345' }),
  );
  expect(reply.desc).toContain('token_expired');
});

test('its goods, prices and stock have its names both ways', async () => {
  const priced = await ask('/jn/v2/api/product/prices', { goods_no: '12345' });
  expect(priced.text).toContain(
    '{"goods_no":"12345","agreement_price":1000.00,"market_price":1200.00}',
  );
  const stock = await ask('/jn/v2/api/product/stock', { goods_no: '["12345"]', region: '1000000' });
  expect(stock.reply.result).toMatchObject([{ goods_no: '12345', amount: 99 }]);
  // What is wrong is told in its words.
  const refused = await ask('/jn/v2/api/product/prices', {});
  expect(refused.reply.success).toBe(false);
  expect(refused.reply.desc).toContain('goods_no');
});

test('its orders have its names at every depth, as a form and as JSON', async () => {
  const { sku: _sku, yggc_order: _no, order_price: _sum, ...rest } = PRE_ORDER;
  const order = {
    ...rest,
    order_sn: 'JN-1',
    items: '[{"goods_no":"12345","count":3,"agreement_price":1000.00}]',
    total_price: '3000.00',
  };
  const written = [
    new URLSearchParams({ ticket, ...order }),
    JSON.stringify({ ticket, ...order, items: JSON.parse(order.items) as unknown }),
  ];
  for (const body of written) {
    const { reply, text } = await post(`${mall.url}/jn/orders`, body);
    expect(reply, text).toMatchObject({
      success: true,
      result: { supplier_sn: '202611220000001', total: 3000 },
    });
  }
  expect(submitted).toHaveLength(2);
  for (const one of submitted) {
    expect(one).toMatchObject({
      mallOrderNo: 'JN-1',
      totalFen: 300_000n,
      lines: [{ sku: '12345', quantityMilli: 3_000n, unitPriceFen: 100_000n }],
    });
  }
  const refused = await post(
    `${mall.url}/jn/orders`,
    new URLSearchParams({ ticket, ...order, total_price: '三千' }),
  );
  expect(refused.reply.desc).toContain('total_price');
  const inside = { ...order, items: order.items.replace('"count":3', '"count":"三"') };
  const lineRefused = await ask('/jn/orders', inside);
  expect(lineRefused.reply.desc).toContain('items[0].count');
});

test('the public family is served beside it, in its own names', async () => {
  const granted = await post(
    `${mall.url}/api/auth2/access_token`,
    new URLSearchParams(signedAt(NOW)),
  );
  const access_token = granted.reply.access_token ?? '';
  const { text } = await post(
    `${mall.url}/api/product/prices`,
    new URLSearchParams({ access_token, sku: '12345' }),
  );
  expect(text).toContain('{"sku":"12345","price":1000.00,"mall_price":1200.00}');
});
