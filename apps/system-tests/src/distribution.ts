import { readFileSync } from 'node:fs';
import { DistributionAdminServiceClient as RegistryAdminClient } from '@astrolabe/contracts/catalog';
import type { Relation } from '@astrolabe/contracts/catalog';
import { DistributionAdminServiceClient } from '@astrolabe/contracts/order';
import type { Dispatch } from '@astrolabe/contracts/order';
import { createGrpcClient } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import { adminAddress, httpUrl } from '@astrolabe/local-stack';
import { signFw199 } from '@astrolabe/signing';
import type { Harness, SellerUnderTest } from './harness.ts';

const DEADLINE_MS = 10_000;
const vector = new URL('../../../libs/schemas/test/vectors/fenxiao.json', import.meta.url);

export type Cargo = {
  readonly offerId: number;
  readonly specId?: string;
  readonly quantity?: number;
  readonly channel?: string;
  readonly outItemCode?: string;
};

/** The order of the document, with its own numbers. */
export const SAMPLE = (
  JSON.parse(readFileSync(vector, 'utf8')) as {
    request: Record<string, unknown> & { cargoParamList: [Cargo & Record<string, unknown>] };
  }
).request;
const [CARGO] = SAMPLE.cargoParamList;

export type CrateAnswer = {
  readonly code: number;
  readonly message: string;
  readonly data: {
    readonly success: boolean;
    readonly code?: string;
    readonly message?: string;
    readonly orderId?: string;
    readonly totalSuccessAmount?: number;
    readonly postFee?: number | null;
    readonly mutilOrders?: readonly { readonly orderId: string }[];
  } | null;
};

/** Distribution of one seller of a running platform: its system, its registries, and its upstream. */
export class Distribution {
  readonly harness: Harness;
  readonly seller: SellerUnderTest;
  private readonly registry: GrpcClient<RegistryAdminClient>;
  private readonly dispatches: GrpcClient<DistributionAdminServiceClient>;

  constructor(harness: Harness, seller: SellerUnderTest) {
    this.harness = harness;
    this.seller = seller;
    const at = (address: string) => ({
      address,
      name: 'system-test',
      defaultDeadlineMs: DEADLINE_MS,
    });
    this.registry = createGrpcClient(
      RegistryAdminClient,
      at(adminAddress(harness.stack, 'catalog-sync')),
    );
    this.dispatches = createGrpcClient(
      DistributionAdminServiceClient,
      at(adminAddress(harness.stack, 'order-router')),
    );
  }

  close(): void {
    this.registry.close();
    this.dispatches.close();
  }

  /** Relation, shop and item of the document's order, or of another offer. */
  async register(
    change: Partial<Relation> = {},
    outItemCode = String(CARGO.outItemCode),
  ): Promise<void> {
    const { sellerId } = this.seller;
    const offerId = change.offerId ?? String(CARGO.offerId);
    await this.registry.call('putRelation', {
      relation: {
        sellerId,
        offerId,
        supplierId: 'b2b-2213',
        specs: [{ specId: String(CARGO.specId), priceFen: 600n }],
        postFeeFen: 9_200n,
        ownStock: false,
        staleReason: '',
        ...change,
      },
    });
    await this.shop();
    await this.item(offerId, outItemCode);
  }

  /** The shop, authorised until an instant. */
  async shop(authorisedUntil?: Date): Promise<void> {
    const { sellerId } = this.seller;
    await this.registry.call('putOutShop', {
      shop: {
        sellerId,
        salesChannel: 'thyny',
        outShopCode: '661153176',
        shopName: '店',
        authorisedFrom: undefined,
        authorisedUntil,
      },
    });
  }

  async item(offerId: string, outItemCode: string): Promise<void> {
    const { sellerId } = this.seller;
    await this.registry.call('putOutItem', {
      item: {
        sellerId,
        salesChannel: 'thyny',
        outShopCode: '661153176',
        outItemCode,
        offerId,
      },
    });
  }

  /** Connects the seller to the sandbox's gateway, with a list of orders to look at. */
  async connect(): Promise<void> {
    const { sellerId, nick, keys, spi } = this.seller;
    const { appKey, secret } = spi;
    await this.control('PUT', 'config', { sellerId, nick, keys, spi: { appKey, secret } });
    await this.dispatches.call('putUpstream', {
      upstream: {
        sellerId,
        baseUrl: httpUrl(this.harness.stack, 'sandbox'),
        appId: keys.erp.appKey,
        sellerNick: nick,
        secret: keys.erp.secret,
        lookupPath: '/gateway/1688/fenxiao/trade/lookup',
        retryCodes: ['1003'],
        failCodes: ['1001'],
      },
    });
  }

  /** What the gateway upstream does with the next orders. */
  async modes(...modes: readonly string[]): Promise<void> {
    await this.control('PUT', 'distribution', { sellerId: this.seller.sellerId, modes });
  }

  /** Orders that the gateway upstream has taken. */
  async taken(): Promise<readonly { readonly outOrderId: string; readonly orderId: string }[]> {
    const path = `distribution/orders?sellerId=${this.seller.sellerId}`;
    return (await this.control('GET', path)) as { outOrderId: string; orderId: string }[];
  }

  /** Requests for orders that the gateway upstream has had. */
  async posts(): Promise<number> {
    const all = (await this.control('GET', 'exchanges?limit=500')) as { method: string }[];
    return all.filter(({ method }) => method === '/gateway/1688/fenxiao/trade/crate').length;
  }

  private async control(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${httpUrl(this.harness.stack, 'sandbox')}/control/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(text);
    return JSON.parse(text);
  }

  /** The five fields, signed; `change` sets some of them after the signature. */
  form(requestData: string, change: Record<string, string> = {}): URLSearchParams {
    const { nick, keys } = this.seller;
    const params: Record<string, string> = {
      appid: keys.erp.appKey,
      timestamp: String(Math.floor(Date.now() / 1_000)),
      seller_nick: nick,
      request_data: requestData,
    };
    params['sign'] = signFw199({ params, secret: keys.erp.secret });
    return new URLSearchParams({ ...params, ...change });
  }

  /** Sends a form to the served interface. */
  async send(body: string | URLSearchParams, type = 'application/x-www-form-urlencoded') {
    const url = `${this.harness.gateway.url}/gateway/1688/fenxiao/trade/crate`;
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': type },
      body: body.toString(),
    });
  }

  /** Places the document's order with some fields changed. */
  async crate(change: Record<string, unknown> = {}): Promise<CrateAnswer> {
    const answer = await this.send(this.form(JSON.stringify({ ...SAMPLE, ...change })));
    return (await answer.json()) as CrateAnswer;
  }

  orderRef(number: string) {
    return { channel: 'fenxiao', sellerId: this.seller.sellerId, number };
  }

  /** The order's dispatches; none for an order that is not there. */
  async dispatchesOf(number: string): Promise<readonly Dispatch[]> {
    const found = await this.dispatches.call('getDistribution', {
      orderRef: this.orderRef(number),
    });
    return found.distribution?.dispatches ?? [];
  }
}

/** The cargo of the document with other values. */
export const cargo = (change: Partial<Cargo>): Record<string, unknown> => ({ ...CARGO, ...change });
