import { CatalogServiceService, OfferServiceService } from '@astrolabe/contracts/catalog';
import type {
  FollowOffersRequest,
  FollowOffersResponse,
  GetAreaRequest,
  GetAreaResponse,
  ResolveGoodsRequest,
  ResolveGoodsResponse,
  ResolveRegionRequest,
  ResolveRegionResponse,
  SoldOffer,
} from '@astrolabe/contracts/catalog';
import { SupplyServiceService } from '@astrolabe/contracts/fulfillment';
import { GovmallAdminServiceClient } from '@astrolabe/contracts/govmall';
import type { Account } from '@astrolabe/contracts/govmall';
import { InventoryServiceService } from '@astrolabe/contracts/inventory';
import type { GetSellableRequest, GetSellableResponse } from '@astrolabe/contracts/inventory';
import { MallOrderServiceService } from '@astrolabe/contracts/order';
import { MallMoneyServiceService } from '@astrolabe/contracts/settlement';
import { GRPC, GrpcRefusal, createGrpcServer, unary } from '@astrolabe/grpc';
import type { GrpcServerOptions } from '@astrolabe/grpc';
import { createLogger } from '@astrolabe/service';
import { signGovToken } from '@astrolabe/signing';
import { formatShanghai } from '@astrolabe/kernel';
import { startService, testDatabase } from '@astrolabe/testing';
import { ConfigSchema } from '../src/config.ts';
import { createService } from '../src/service.ts';

export const NOW = new Date('2026-11-22T02:00:05Z');
export const SELLER = '21230';
export const ACCOUNT = { username: 'tjzfcg', password: 'p@ss' };

/** A pre-order of 3 at 1000.00, as a form has it. */
export const PRE_ORDER = {
  yggc_order: 'M-1',
  sku: '[{"sku":"12345","num":3,"price":1000.00}]',
  name: '王𠮷',
  province: '天津',
  city: '市辖区',
  county: '河东区',
  address: '八纬路 1 号',
  mobile: '13000000000',
  payment: '1',
  order_price: '3000.00',
};

export type Methods = GrpcServerOptions['services'][number][1];

/** What the services behind the door answer; a method that is not given refuses. */
export type Peers = {
  readonly catalog?: Methods;
  readonly offers?: Methods;
  readonly inventory?: Methods;
  readonly orders?: Methods;
  readonly supplies?: Methods;
  readonly money?: Methods;
};

type Definition = GrpcServerOptions['services'][number][0];

const withRefusals = (definition: Definition, methods: Methods = {}): Methods =>
  Object.fromEntries(
    Object.keys(definition).map((name) => [
      name,
      methods[name] ??
        unary(name, async () => {
          throw new GrpcRefusal({
            code: GRPC.failedPrecondition,
            reason: 'NOT_EXPECTED',
            details: `${name} is not expected`,
          });
        }),
    ]),
  );

/** The warehouse WH-01 serves 天津市 河东区, and has 99 of SKU 12345. */
const STOCK: Required<Pick<Peers, 'catalog' | 'inventory' | 'offers'>> = {
  offers: {
    resolveRegion: unary<ResolveRegionRequest, ResolveRegionResponse>(
      'resolveRegion',
      async () => ({ note: '', reason: 'UNKNOWN_REGION', message: '和平县' }),
    ),
  },
  catalog: {
    getArea: unary<GetAreaRequest, GetAreaResponse>('getArea', async ({ areaId }) => ({
      served: areaId === '1000000',
      name: '',
      places: areaId === '1000000' ? [{ type: 2, id: 'WH-01' }] : [],
    })),
    resolveGoods: unary<ResolveGoodsRequest, ResolveGoodsResponse>(
      'resolveGoods',
      async ({ keys }) => ({
        goods: keys.map(({ key }) =>
          key?.$case === 'mallSku' && key.value === '12345'
            ? { goodsId: 'g-1', reason: '' }
            : { goodsId: '', reason: 'UNKNOWN_GOODS' },
        ),
      }),
    ),
  },
  inventory: {
    getSellable: unary<GetSellableRequest, GetSellableResponse>(
      'getSellable',
      async ({ goodsIds }) => ({
        sellable: [],
        sellableMilli: goodsIds.map(() => 99_000n),
      }),
    ),
  },
};

/** A catalogue in which nothing ever changes. */
export const followed = (offerOf: (sku: string) => SoldOffer | undefined) =>
  unary<FollowOffersRequest, FollowOffersResponse>('followOffers', async ({ turn, skus }) => ({
    turn: 1n,
    forgetAll: turn === 0n,
    changed: [],
    open: [],
    offers: skus.flatMap((sku) => offerOf(sku) ?? []),
  }));

/** The adapter on a real database, with everything behind it played. */
export async function startMall(peers: Peers = {}, env: Record<string, string> = {}) {
  let now = NOW;
  const server = createGrpcServer({
    logger: createLogger({ service: 'test', level: 'silent' }),
    host: '127.0.0.1',
    port: 0,
    services: [
      [
        CatalogServiceService,
        withRefusals(CatalogServiceService, { ...STOCK.catalog, ...peers.catalog }),
      ],
      [
        OfferServiceService,
        withRefusals(OfferServiceService, { ...STOCK.offers, ...peers.offers }),
      ],
      [
        InventoryServiceService,
        withRefusals(InventoryServiceService, { ...STOCK.inventory, ...peers.inventory }),
      ],
      [MallOrderServiceService, withRefusals(MallOrderServiceService, peers.orders)],
      [SupplyServiceService, withRefusals(SupplyServiceService, peers.supplies)],
      [MallMoneyServiceService, withRefusals(MallMoneyServiceService, peers.money)],
    ],
  });
  await server.component.start();
  const address = `127.0.0.1:${server.port()}`;
  const database = await testDatabase();
  const service = await startService({
    schema: ConfigSchema,
    create: createService,
    overrides: { clock: () => now },
    env: {
      MONGODB_DATABASE: database.name,
      CATALOG_ADDRESS: address,
      INVENTORY_ADDRESS: address,
      ORDER_ADDRESS: address,
      FULFILLMENT_ADDRESS: address,
      SETTLEMENT_ADDRESS: address,
      RAW_BODY_KEY: Buffer.alloc(32, 7).toString('base64'),
      ...env,
    },
  });
  // The test's clock stands still; the database's goes on, and would drop tokens that it takes for long ended.
  await database.db.collection('tokens').dropIndex('end');
  const admin = service.client(GovmallAdminServiceClient);
  const putAccount = async (account: { username: string; password: string } & Partial<Account>) => {
    await admin.call('putAccount', {
      account: {
        sellerId: SELLER,
        enabled: true,
        mallName: '',
        agreementNo: '',
        poolIds: [],
        moneyAsText: false,
        wireWords: {},
        ...account,
      },
    });
  };
  await putAccount(ACCOUNT);
  return {
    url: service.url,
    admin,
    putAccount,
    setNow: (instant: Date) => {
      now = instant;
    },
    stop: async () => {
      await service.stop();
      await server.component.stop();
    },
    /** Everything behind the door goes away. */
    stopPeers: async () => await server.component.stop(),
  };
}

export type Reply = {
  success: unknown;
  desc: string;
  result?: unknown;
  access_token?: string;
  expires_at?: string;
};

export type Answer = { status: number; type: string; length: string; text: string; reply: Reply };

/** A POST as the mall makes it, and the answer as it reads it. */
export async function post(
  url: string,
  body: URLSearchParams | FormData | string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body, headers });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    length: response.headers.get('content-length') ?? '',
    text,
    reply: JSON.parse(text) as Reply,
  };
}

/** A token request as the mall signs it at an instant. */
export function signedAt(instant: Date, account = ACCOUNT): Record<string, string> {
  const timestamp = formatShanghai(instant);
  return { username: account.username, timestamp, sign: signGovToken({ ...account, timestamp }) };
}
