import { GOV_INTERFACES } from '@astrolabe/schemas/govmall';
import * as omniMethods from '@astrolabe/schemas/omni';
import * as qimenMethods from '@astrolabe/schemas/qimen';
import { tmallPushShape } from '@astrolabe/schemas/tmall';
import * as topMethods from '@astrolabe/schemas/top';
import type { Shape, WireNode } from '@astrolabe/schemas/wire';
import { formatShanghai } from '@astrolabe/kernel';
import type { DemoKey } from '@astrolabe/local-stack';
import { httpUrl } from '@astrolabe/local-stack';
import { signQimen, signTop, signTopSpi } from '@astrolabe/signing';
import type { SellerUnderTest } from '../harness.ts';
import type { Actor } from '../scenario.ts';
import { post } from '../wire.ts';
import type { WireAnswer } from '../wire.ts';
import { rawForm, rawJson, rawXml } from './hostile.ts';

/** One endpoint: what a good request of it is, and how one is sent, rightly signed. */
export type Endpoint = {
  readonly name: string;
  readonly shape: Shape;
  readonly values: Readonly<Record<string, string>>;
  /** `params`: put over the public parameters of the call, and signed with them. */
  send(node: WireNode, params?: Readonly<Record<string, string>>): Promise<WireAnswer>;
  /** Whether an answer is in the channel's own form. */
  readonly form: RegExp;
  /** Public parameters that a call has beside its body. */
  readonly publicNames: readonly string[];
};

type Method = { method: string; requestShape: Shape };

/** Every method of the channels that `libs/schemas` defines. */
const METHODS: readonly Method[] = Object.values({
  ...omniMethods,
  ...qimenMethods,
  ...topMethods,
}).filter(
  (one): one is typeof one & Method =>
    typeof one === 'object' && one !== null && 'requestShape' in one,
);

const isSpi = ({ method }: Method) => method.startsWith('taobao.qimen.omniorder.');
const isQimen = (one: Method) => one.method.startsWith('taobao.qimen.') && !isSpi(one);

/** All endpoints of the channels for a seller whose stores and goods exist. */
export function endpointsOf(actor: Actor, isv: { actor: Actor; spiUrl: string }): Endpoint[] {
  const { seller, harness } = actor;
  const values = valuesOf(seller);
  return [
    ...METHODS.filter(isQimen).map((one) => qimen(actor, one, values)),
    ...METHODS.filter((one) => !isQimen(one) && !isSpi(one)).map((one) => top(actor, one, values)),
    push(actor, values),
    ...METHODS.filter(isSpi).map((one) => spi(isv, one)),
    ...mall(httpUrl(harness.stack, 'govmall-adapter'), seller),
  ];
}

/** What names things that exist, so that a request gets as far as its one bad value lets it. */
const valuesOf = ({ sellerId }: SellerUnderTest): Record<string, string> => ({
  userId: sellerId,
  sellerCode: sellerId,
  seller_id: sellerId,
  storeCode: 'S001',
  mobile: '13800000000',
  storeId: '1342',
  store_id: '1342',
  shopId: '60001',
  warehouseType: 'STORE',
  warehouseId: '1342',
  targetWarehouseType: 'STORE',
  targetWarehouseId: '1342',
  itemId: '9001',
  item_id: '9001',
  num_iid: '9001',
  skuId: '70001',
  sku_id: '70001',
  outerId: 'SKU-A',
  outer_sku_id: 'SKU-A',
  item_type: '0',
  status: 'X_SHOP_ALLOCATION',
  topic: 'taobao_trade_TradeBuyerPay',
  refund_num: '0',
});

const common = (key: DemoKey) => ({
  app_key: key.appKey,
  timestamp: formatShanghai(new Date()),
  sign_method: 'md5',
});

const encoded = (params: Record<string, string>): string => new URLSearchParams(params).toString();

function qimen({ harness, seller }: Actor, one: Method, values: Record<string, string>): Endpoint {
  const key = seller.keys.erp;
  return {
    name: one.method,
    shape: one.requestShape,
    values,
    form: /<flag>(success|failure)<\/flag>/,
    publicNames: ['method', 'timestamp', 'format', 'v', 'sign_method', 'customerId', 'app_key'],
    send: async (node, params = {}) => {
      const body = Buffer.from(rawXml({ ...node, name: 'request' }), 'utf8');
      const usual = { method: one.method, format: 'xml', v: '2.0', customerId: seller.sellerId };
      const query = { ...common(key), ...usual, ...params };
      const sign = signQimen({ query, body, secret: key.secret, method: 'md5' });
      const url = `${harness.gateway.url}/router/qimen/service?${encoded({ ...query, sign })}`;
      return await post(url, 'text/xml;charset=utf-8', body);
    },
  };
}

function top({ harness, seller }: Actor, one: Method, all: Record<string, string>): Endpoint {
  const key = seller.keys.pos;
  // TOP's words for the same fields.
  const { status: _, ...values } = all;
  return {
    name: one.method,
    shape: one.requestShape,
    values,
    form: /"error_response"|_response":/,
    publicNames: ['method', 'timestamp', 'v', 'sign_method', 'session', 'app_key', 'simplify'],
    send: async (node, params = {}) => {
      const usual = { method: one.method, format: 'json', v: '2.0', session: seller.sellerId };
      const form = new Map([...Object.entries({ ...common(key), ...usual }), ...rawForm(node)]);
      const sent = Object.fromEntries([...form, ...Object.entries(params)]);
      const sign = signTop({ params: sent, secret: key.secret, method: 'md5' });
      const body = encoded({ ...sent, sign });
      return await post(`${harness.gateway.url}/router/rest`, FORM_TYPE, body);
    },
  };
}

const FORM_TYPE = 'application/x-www-form-urlencoded;charset=utf-8';
const JSON_TYPE = 'application/json;charset=utf-8';
const CODE = /"code":"[^"]*"/;

function push({ harness, seller }: Actor, values: Record<string, string>): Endpoint {
  return {
    name: 'tmall push',
    shape: tmallPushShape,
    values: { ...values, status: 'WAIT_SELLER_SEND_GOODS' },
    form: CODE,
    publicNames: ['timestamp', 'sign_method', 'app_key'],
    send: (node, params = {}) => {
      const url = `${harness.gateway.url}/tmall/push`;
      return signedSpi(url, seller.keys.tmall, { ...params }, rawJson(node));
    },
  };
}

function spi({ actor, spiUrl }: { actor: Actor; spiUrl: string }, one: Method): Endpoint {
  const { sellerId, spi: key } = actor.seller;
  return {
    name: one.method,
    shape: one.requestShape,
    values: { seller_id: sellerId, store_id: '1342' },
    form: CODE,
    publicNames: ['method', 'timestamp', 'sign_method', 'app_key'],
    send: (node, params = {}) =>
      signedSpi(spiUrl, key, { method: one.method, ...params }, rawJson(node)),
  };
}

async function signedSpi(
  url: string,
  key: DemoKey,
  params: Record<string, string>,
  json: string,
): Promise<WireAnswer> {
  const body = Buffer.from(json, 'utf8');
  const query = { ...common(key), ...params };
  const sign = signTopSpi({ query, payload: { kind: 'body', body }, secret: key.secret });
  return await post(`${url}?${encoded({ ...query, sign })}`, JSON_TYPE, body);
}

/** The mall's calls, as forms and as JSON; the tokens are none, or the questions would need no check. */
function mall(url: string, { mall: { username } }: SellerUnderTest): Endpoint[] {
  const calls = GOV_INTERFACES.filter(({ number }) => number === '2.2' || number === '2.11');
  return calls.flatMap(({ path, requestShape: shape }) =>
    [FORM_TYPE, JSON_TYPE].map((type): Endpoint => ({
      name: `${path} as ${type.includes('json') ? 'JSON' : 'a form'}`,
      shape,
      values: { username },
      form: /"success":(true|false)/,
      publicNames: [],
      send: (node) =>
        post(`${url}${path}`, type, type === FORM_TYPE ? formText(node) : rawJson(node)),
    })),
  );
}

const formText = (node: WireNode): string => new URLSearchParams(rawForm(node)).toString();
