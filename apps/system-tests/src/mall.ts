import { placeToMessage } from '@astrolabe/contracts';
import { CatalogAdminServiceClient, OfferAdminServiceClient } from '@astrolabe/contracts/catalog';
import type { OfferDetail, OfferDraft } from '@astrolabe/contracts/catalog';
import { SupplyAdminServiceClient } from '@astrolabe/contracts/fulfillment';
import { GovmallAdminServiceClient } from '@astrolabe/contracts/govmall';
import { MallOrderAdminServiceClient } from '@astrolabe/contracts/order';
import { MallMoneyAdminServiceClient } from '@astrolabe/contracts/settlement';
import { createGrpcClient } from '@astrolabe/grpc';
import { MALL, formatShanghai } from '@astrolabe/kernel';
import type { AppName } from '@astrolabe/local-stack';
import { adminAddress } from '@astrolabe/local-stack';
import { GOV_METHODS } from '@astrolabe/schemas/govmall';
import { signGovToken } from '@astrolabe/signing';
import { expect } from 'vitest';
import type { Harness } from './harness.ts';
import { Actor } from './scenario.ts';
import { post } from './wire.ts';
import type { SignedRequest } from './wire.ts';

const DEADLINE_MS = 10_000;
const FORM = 'application/x-www-form-urlencoded;charset=utf-8';

/** Goods that lack nothing; agreement 1000.00, market 1200.00, as the document's fixture. */
const detail = (sku: string): OfferDetail => ({
  sku,
  name: '台式计算机',
  url: `https://shop.example.com/${sku}.html`,
  brand: '星图',
  model: 'XT-100',
  unit: '台',
  categoryId: 'A02010104',
  mainImage: `https://img.example.com/${sku}/main.jpg`,
  images: [`https://img.example.com/${sku}/1.jpg`, `https://img.example.com/${sku}/2.jpg`],
  service: '三年质保\r\n上门服务',
  introduction: '<p>台式\t机</p>\u2028',
  summary: '16G',
  energySaving: true,
  environmental: true,
  imported: false,
  weightGrams: 8_500n,
  origin: '天津',
  barcode: '6901234567892',
  packingList: '主机 1 台',
  attributes: [],
});

/** What an offer is made of beside its SKU. */
export type OfferChange = {
  readonly detail?: Partial<OfferDetail>;
  readonly agreementFen?: bigint;
  readonly marketFen?: bigint;
  readonly tiers?: { fromMilli: bigint; rateBp: number }[];
  readonly poolIds?: string[];
};

export type MallReply = {
  readonly status: number;
  readonly text: string;
  readonly success: boolean;
  readonly desc: string;
  readonly result: unknown;
};

/** A government mall with an account of its own at one seller, and the seller's people behind it. */
export class Mall {
  readonly actor: Actor;
  readonly admin: ReturnType<typeof connectAdmins>;
  private token = '';
  private bills = 0;

  private constructor(actor: Actor) {
    this.actor = actor;
    this.admin = connectAdmins(actor.harness);
  }

  /** Another mall at the same seller. */
  async another(username: string): Promise<Mall> {
    const { harness, seller } = this.actor;
    const account = { username, password: 'p@ss' };
    const mall = new Mall(new Actor(harness, { ...seller, mall: account }));
    await mall.admin.accounts.call('putAccount', {
      account: {
        ...account,
        sellerId: seller.sellerId,
        enabled: true,
        mallName: '',
        agreementNo: '',
        poolIds: [],
        moneyAsText: false,
        wireWords: {},
      },
    });
    await mall.signIn();
    return mall;
  }

  /** 12345 in pool A0101, 99 of it at the warehouse that serves 天津市 河东区. */
  static async open(harness: Harness): Promise<Mall> {
    const mall = new Mall(new Actor(harness, await harness.newSeller()));
    const { sellerId } = mall.actor.seller;
    await mall.admin.catalog.call('putArea', {
      sellerId,
      areaId: '1000000',
      name: '天津市河东区',
      places: [placeToMessage({ type: 'WAREHOUSE', id: 'WH-01' })],
      regionCode: '120102',
    });
    const pool = { poolId: 'A0101', name: '台式计算机' };
    await mall.admin.offers.call('putPool', { sellerId, pool });
    await mall.offer('12345', '70001');
    await mall.stock('70001', '99');
    await mall.signIn();
    return mall;
  }

  private async signIn(): Promise<void> {
    const account = this.actor.seller.mall;
    const timestamp = formatShanghai(new Date());
    const sign = signGovToken({ ...account, timestamp });
    const { username } = account;
    const granted = await this.post('/api/auth2/access_token', { username, timestamp, sign });
    this.token = (JSON.parse(granted.text) as { access_token: string }).access_token;
  }

  close(): void {
    for (const client of Object.values(this.admin)) client.close();
  }

  /** Puts goods up for sale; their stock is that of item 9001 with this SKU id. */
  async offer(sku: string, skuId: string, change: OfferChange = {}): Promise<void> {
    const { sellerId } = this.actor.seller;
    const offer: OfferDraft = {
      sellerId,
      cargoNo: '',
      specs: [],
      detail: { ...detail(sku), ...change.detail },
      prices: {
        agreementFen: change.agreementFen ?? 100_000n,
        marketFen: change.marketFen ?? 120_000n,
        minimumMilli: 0n,
        taxRate: 13,
        untaxed: false,
        tiers: change.tiers ?? [],
        promotions: [],
      },
      poolIds: change.poolIds ?? ['A0101'],
      published: true,
      names: [{ key: { $case: 'itemSku', value: { itemId: '9001', skuId } } }],
      platformGoodsId: '',
      platformSkuId: '',
    };
    await this.admin.offers.call('putOffer', { offer });
  }

  /** Says what lies at the warehouse of the area. */
  async stock(skuId: string, quantity: string): Promise<void> {
    this.bills += 1;
    const billNum = `${this.actor.seller.sellerId}-M${this.bills}`;
    const line = { place: 'WH-01', kind: 'CERTAINTY', quantity, billNum, skuId } as const;
    await this.actor.initialise([{ ...line, outerId: `M-${skuId}` }]);
  }

  /** A call with the mall's token, as the mall writes it. */
  async call(
    method: keyof typeof GOV_METHODS,
    params: Readonly<Record<string, string>> = {},
  ): Promise<MallReply> {
    return await this.post(GOV_METHODS[method].path, { access_token: this.token, ...params });
  }

  /** The same, not sent. */
  request(
    method: keyof typeof GOV_METHODS,
    params: Readonly<Record<string, string>>,
  ): SignedRequest {
    return this.formOf(GOV_METHODS[method].path, { access_token: this.token, ...params });
  }

  private formOf(path: string, params: Readonly<Record<string, string>>): SignedRequest {
    const body = Buffer.from(new URLSearchParams(params).toString());
    return { url: `${this.actor.harness.mallUrl}${path}`, contentType: FORM, body };
  }

  /** The same, and it must succeed. */
  async ok(
    method: keyof typeof GOV_METHODS,
    params: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const reply = await this.call(method, params);
    expect(reply, reply.text).toMatchObject({ status: 200, success: true });
    return reply.result;
  }

  private async post(path: string, params: Record<string, string>): Promise<MallReply> {
    const { url, contentType, body } = this.formOf(path, params);
    const { status, text } = await post(url, contentType, body);
    const { success, desc, result } = JSON.parse(text) as Omit<MallReply, 'status' | 'text'>;
    return { status, text, success, desc, result };
  }

  /** 2.11 of one SKU in the area. */
  async num(sku = '12345'): Promise<number> {
    const result = await this.ok('stock', { sku, area: '1000000' });
    return (result as { num: number }[])[0]?.num ?? -1;
  }

  /** A pre-order of 3 at 1000.00, unless something else is said. */
  order(change: Readonly<Record<string, string>> = {}): Promise<MallReply> {
    return this.call('submit', { ...PRE_ORDER, ...change });
  }

  /** Our number of a pre-order that must succeed. */
  async ordered(change: Readonly<Record<string, string>> = {}): Promise<string> {
    const reply = await this.order(change);
    expect(reply, reply.text).toMatchObject({ status: 200, success: true });
    return (reply.result as { mall_order_id: string }).mall_order_id;
  }

  async confirmed(change: Readonly<Record<string, string>> = {}): Promise<string> {
    const order_id = await this.ordered(change);
    await this.ok('confirm', { order_id });
    return order_id;
  }

  /** 2.13. */
  async state(order_id: string): Promise<Record<string, unknown>> {
    return (await this.ok('select', { order_id })) as Record<string, unknown>;
  }

  ref(number: string) {
    return { channel: MALL, sellerId: this.actor.seller.sellerId, number };
  }

  /** The warehouse sends a parcel off; without a quantity all that is not shipped. */
  async ship(number: string, parcelNo: string, quantityMilli?: bigint): Promise<void> {
    const lines = quantityMilli === undefined ? [] : [{ lineId: '1', quantityMilli }];
    await this.admin.supplies.call('shipParcel', {
      orderRef: this.ref(number),
      parcelNo,
      companyCode: 'SF',
      companyName: '顺丰速运',
      waybillNo: `SF${parcelNo}`,
      lines,
      operator: '仓库小张',
      sentAt: undefined,
    });
  }

  async deliver(number: string, parcelNo: string): Promise<void> {
    await this.admin.supplies.call('deliver', {
      orderRef: this.ref(number),
      parcelNo,
      operator: '快递小李',
      at: undefined,
      rejected: false,
    });
  }
}

/** Lines of an order as they travel: JSON in one field. */
export const lines = (...of: readonly Readonly<Record<string, unknown>>[]): string =>
  JSON.stringify(of.map((line) => ({ sku: '12345', num: 3, price: 1000, ...line })));

const PRE_ORDER: Readonly<Record<string, string>> = {
  yggc_order: 'TJ-0001',
  sku: lines({}),
  name: '王𠮷',
  province: '天津市',
  city: '天津市',
  county: '河东区',
  address: '八纬路 1 号',
  mobile: '13000000000',
  dep_name: '市财政局',
  invoice_title: '天津市财政局',
  payment: '1',
  order_price: '3000.00',
};

function connectAdmins({ stack }: Harness) {
  const options = (app: AppName) => ({
    address: adminAddress(stack, app),
    name: 'operator',
    defaultDeadlineMs: DEADLINE_MS,
  });
  return {
    catalog: createGrpcClient(CatalogAdminServiceClient, options('catalog-sync')),
    offers: createGrpcClient(OfferAdminServiceClient, options('catalog-sync')),
    supplies: createGrpcClient(SupplyAdminServiceClient, options('fulfillment')),
    accounts: createGrpcClient(GovmallAdminServiceClient, options('govmall-adapter')),
    orders: createGrpcClient(MallOrderAdminServiceClient, options('order-router')),
    money: createGrpcClient(MallMoneyAdminServiceClient, options('settlement')),
  };
}
