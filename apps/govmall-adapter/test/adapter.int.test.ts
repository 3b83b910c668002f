import {
  CatalogServiceService,
  type GetAreaRequest,
  type GetAreaResponse,
  type ResolveGoodsRequest,
  type ResolveGoodsResponse,
} from '@astrolabe/contracts/catalog';
import { GovmallAdminServiceClient } from '@astrolabe/contracts/govmall';
import {
  InventoryServiceService,
  type GetSellableRequest,
  type GetSellableResponse,
} from '@astrolabe/contracts/inventory';
import { createGrpcClient, createGrpcServer, unary } from '@astrolabe/grpc';
import type { GrpcServer, GrpcServerOptions } from '@astrolabe/grpc';
import { createLogger, startAll, stopAll } from '@astrolabe/service';
import type { Component } from '@astrolabe/service';
import { servers, testDatabase } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createService } from '../src/service.ts';

const NOW = new Date('2026-11-22T02:00:05Z');
const ACCOUNT = { username: 'tjzfcg', password: 'p@ss' };
const REQUEST = {
  username: 'tjzfcg',
  timestamp: '2026-11-22 10:00:00',
  sign: 'ddde1eca2749b81fae7cde8769b2f454',
};
const logger = createLogger({ service: 'test', level: 'silent' });

let now = NOW;
let url = '';
let running: Component[] = [];
const peers: GrpcServer[] = [];

/** A peer that answers the methods given and refuses the others. */
async function peer(
  definition: typeof CatalogServiceService | typeof InventoryServiceService,
  methods: GrpcServerOptions['services'][number][1],
): Promise<string> {
  const all = Object.keys(definition).map((name) => [
    name,
    methods[name] ??
      unary(name, async () => {
        throw new Error(`${name} is not expected`);
      }),
  ]);
  const server = createGrpcServer({
    logger,
    host: '127.0.0.1',
    port: 0,
    services: [[definition, Object.fromEntries(all)]],
  });
  await server.component.start();
  peers.push(server);
  return `127.0.0.1:${server.port()}`;
}

beforeAll(async () => {
  const database = await testDatabase();
  const catalog = await peer(CatalogServiceService, {
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
  });
  const inventory = await peer(InventoryServiceService, {
    getSellable: unary<GetSellableRequest, GetSellableResponse>(
      'getSellable',
      async ({ goodsIds }) => ({
        sellable: goodsIds.map((goodsId) => ({ goodsId, sellableMilli: 99_000n })),
      }),
    ),
  });
  const service = await createService(
    {
      logger,
      health: { addCheck: () => {}, setReady: () => {}, fatal: () => {} },
      config: {
        MONGODB_URI: servers().mongoUri,
        MONGODB_DATABASE: database.name,
        GRPC_HOST: '127.0.0.1',
        GRPC_PORT: 0,
        HEALTH_HOST: '127.0.0.1',
        HEALTH_PORT: 0,
        LOG_LEVEL: 'silent',
        TRACE_SAMPLE_RATIO: 0,
        SHUTDOWN_DEADLINE_MS: 1_000,
        HTTP_HOST: '127.0.0.1',
        HTTP_PORT: 0,
        CATALOG_ADDRESS: catalog,
        INVENTORY_ADDRESS: inventory,
        RAW_BODY_KEY: Buffer.alloc(32, 7).toString('base64'),
        STOCK_SKUS_MAX: 3,
      },
    },
    { clock: () => now },
  );
  running = service.components;
  await startAll(running);
  const { httpPort = 0, grpcPort = 0 } = service.ports?.() ?? {};
  url = `http://127.0.0.1:${httpPort}`;
  const admin = createGrpcClient(GovmallAdminServiceClient, {
    address: `127.0.0.1:${grpcPort}`,
    name: 'test',
    defaultDeadlineMs: 2_000,
  });
  await admin.call('putAccount', { account: { ...ACCOUNT, sellerId: '21230', enabled: true } });
  admin.close();
});

afterAll(async () => {
  await stopAll(running);
  for (const server of peers) await server.component.stop();
});

type Reply = {
  success: unknown;
  desc: string;
  result?: unknown;
  access_token?: string;
  expires_at?: string;
};

async function call(
  path: string,
  params: Record<string, string>,
): Promise<{ status: number; text: string; reply: Reply }> {
  const response = await fetch(url + path, { method: 'POST', body: new URLSearchParams(params) });
  const text = await response.text();
  return { status: response.status, text, reply: JSON.parse(text) as Reply };
}

const token = async () => (await call('/api/auth2/access_token', REQUEST)).reply.access_token ?? '';
const stock = (params: Record<string, string>) => call('/api/product/stock', params);
const ASKED = { sku: '12345', area: '1000000' };

test('[G-A01] valid credentials get a token that ends 36 hours later', async () => {
  const { reply } = await call('/api/auth2/access_token', REQUEST);
  expect(reply).toMatchObject({ success: true, expires_at: '2026-11-23 22:00:05' });
  expect(reply.access_token?.length).toBeGreaterThan(40);
});

test('[G-A02] a wrong signature or user gets no token', async () => {
  for (const wrong of [{ sign: 'ffde1eca2749b81fae7cde8769b2f454' }, { username: 'nobody' }]) {
    const { text, reply } = await call('/api/auth2/access_token', { ...REQUEST, ...wrong });
    expect(reply.success).toBe(false);
    expect(text).not.toContain('access_token"');
  }
});

test('[G-A05] a new token does not end the old one', async () => {
  const [first, second] = [await token(), await token()];
  expect(first).not.toBe(second);
  for (const access_token of [first, second]) {
    expect((await stock({ access_token, ...ASKED })).reply.success).toBe(true);
  }
});

test('a token works until 36 hours less a second, and not at 36 hours', async () => {
  const access_token = await token();
  now = new Date(NOW.getTime() + 129_599_000);
  expect((await stock({ access_token, ...ASKED })).reply.success).toBe(true);
  now = new Date(NOW.getTime() + 129_600_000);
  const { status, reply } = await stock({ access_token, ...ASKED });
  now = NOW;
  expect(status).toBe(200);
  expect(reply).toMatchObject({ success: false, desc: 'token_expired' });
  expect(reply.result).toBeUndefined();
});

test('without a token there is no data, and the word that callers look for', async () => {
  for (const params of [ASKED, { ...ASKED, access_token: 'made-up' }]) {
    const { status, reply } = await stock(params);
    expect(status).toBe(200);
    expect(reply.success).toBe(false);
    expect(reply.desc).toContain('token_expired');
    expect(reply.result).toBeUndefined();
  }
});

test('an unknown SKU and an unserved area have none, and fail nobody', async () => {
  const access_token = await token();
  const { reply, text } = await stock({ access_token, sku: '12345,nope', area: '1000000' });
  expect(reply.result).toMatchObject([
    { sku: '12345', num: 99, area_id: '1000000', desc: '有货' },
    { sku: 'nope', num: 0, desc: '无货' },
  ]);
  expect(text).not.toMatch(/[\r\n\t]/);
  const elsewhere = await stock({ access_token, sku: '12345', area: '1_2_2000000' });
  expect(elsewhere.reply.result).toMatchObject([{ sku: '12345', num: 0 }]);
});

test('other methods, other paths and too many SKUs are refused in the same form', async () => {
  const get = await fetch(`${url}/api/product/stock`);
  expect(get.status).toBe(405);
  expect(await get.json()).toMatchObject({ success: false });
  expect((await call('/api/nowhere', {})).reply.success).toBe(false);
  const access_token = await token();
  expect((await stock({ access_token, sku: '1,2,3,4', area: '1000000' })).reply.success).toBe(
    false,
  );
  expect((await stock({ access_token, area: '1000000' })).reply.success).toBe(false);
});
