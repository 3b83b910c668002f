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
import { createGrpcServer, unary } from '@astrolabe/grpc';
import type { GrpcClient, GrpcServer, GrpcServerOptions } from '@astrolabe/grpc';
import { formatShanghai } from '@astrolabe/kernel';
import { signGovToken } from '@astrolabe/signing';
import { createLogger } from '@astrolabe/service';
import { startService, testDatabase } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigSchema } from '../src/config.ts';
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
let stop: () => Promise<void>;
let admin: GrpcClient<GovmallAdminServiceClient>;
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
  const service = await startService({
    schema: ConfigSchema,
    create: createService,
    overrides: { clock: () => now },
    env: {
      MONGODB_DATABASE: database.name,
      CATALOG_ADDRESS: catalog,
      INVENTORY_ADDRESS: inventory,
      RAW_BODY_KEY: Buffer.alloc(32, 7).toString('base64'),
      STOCK_SKUS_MAX: '3',
    },
  });
  url = service.url;
  stop = () => service.stop();
  admin = service.client(GovmallAdminServiceClient);
  await putAccount(ACCOUNT);
});

async function putAccount(account: { username: string; password: string }): Promise<void> {
  await admin.call('putAccount', { account: { ...account, sellerId: '21230', enabled: true } });
}

afterAll(async () => {
  await stop();
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

const ask = (params: Record<string, string>) => call('/api/auth2/access_token', params);
const token = async () => (await ask(REQUEST)).reply.access_token ?? '';

/** A request as the mall signs it at an instant. */
function signedAt(instant: Date, account = ACCOUNT): Record<string, string> {
  const timestamp = formatShanghai(instant);
  return { username: account.username, timestamp, sign: signGovToken({ ...account, timestamp }) };
}

const later = (ms: number) => new Date(NOW.getTime() + ms);
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
  const first = await token();
  const second = (await ask(signedAt(later(1_000)))).reply.access_token ?? '';
  expect(second).not.toBe('');
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

test('a token request more than ten minutes off is refused and sees what came and what was due', async () => {
  for (const ms of [-600_000, 595_000]) {
    expect((await ask(signedAt(later(ms)))).reply.success).toBe(true);
  }
  for (const ms of [-601_000 - 5_000, 601_000]) {
    const sent = signedAt(later(ms));
    const { status, text, reply } = await ask(sent);
    expect(status).toBe(200);
    expect(reply.success).toBe(false);
    expect(text).not.toContain('access_token');
    expect(reply.desc).toContain(sent['timestamp']);
    expect(reply.desc).toContain('2026-11-22 10:00:05');
  }
  const today = { timestamp: '20261122', username: ACCOUNT.username };
  const sign = signGovToken({ ...ACCOUNT, timestamp: today.timestamp });
  expect((await ask({ ...today, sign })).reply.success).toBe(true);
  expect((await ask({ ...today, timestamp: '20261124', sign })).reply.desc).toContain('20261122');
  expect((await ask({ ...today, timestamp: '22.11.2026', sign })).reply.desc).toContain('yyyyMMdd');
});

test('the same token request a hundred times has one token and one end', async () => {
  const replies = await Promise.all(Array.from({ length: 100 }, () => ask(REQUEST)));
  const tokens = new Set(replies.map(({ reply }) => `${reply.access_token} ${reply.expires_at}`));
  expect(tokens.size).toBe(1);
  expect([...tokens][0]).toMatch(/^[0-9a-f]{64} 2026-11-23 22:00:05$/);
  now = later(60_000);
  const again = (await ask({ ...REQUEST, sign: REQUEST.sign.toUpperCase() })).reply;
  now = NOW;
  expect(`${again.access_token} ${again.expires_at}`).toBe([...tokens][0]);
});

test('a user has twenty live tokens, and one more ends the oldest', async () => {
  const mall = { username: 'twenty', password: 'q' };
  await putAccount(mall);
  const tokens: string[] = [];
  for (let second = 0; second < 21; second += 1) {
    now = later(second * 1_000);
    tokens.push((await ask(signedAt(now, mall))).reply.access_token ?? '');
  }
  const [oldest = '', ...rest] = tokens;
  expect((await stock({ access_token: oldest, ...ASKED })).reply).toMatchObject({
    success: false,
    desc: 'token_expired',
  });
  for (const access_token of rest) {
    expect((await stock({ access_token, ...ASKED })).reply.success).toBe(true);
  }
  now = NOW;
});

test('ten failures in five minutes stop the tries of that user, not of another, also when many come at once', async () => {
  const [guessed, other] = [
    { username: 'guessed', password: 'q' },
    { username: 'other', password: 'q' },
  ];
  await putAccount(guessed);
  await putAccount(other);
  const wrong = { ...signedAt(NOW, guessed), sign: '0'.repeat(32) };
  for (const request of [wrong, { ...wrong, username: 'no-such-user' }]) {
    const answers = await Promise.all(Array.from({ length: 14 }, () => ask(request)));
    const told = answers.map(
      ({ status, reply }) => `${status} ${String(reply.success)} ${reply.desc}`,
    );
    expect(told.filter((text) => text === '200 false 用户名、密码或签名错误')).toHaveLength(10);
    expect(told.filter((text) => text.includes('失败次数过多'))).toHaveLength(4);
  }
  const right = await ask(signedAt(NOW, guessed));
  expect(right.reply).toMatchObject({ success: false });
  expect(right.text).not.toContain('access_token');
  expect((await ask(signedAt(NOW, other))).reply.success).toBe(true);
  now = later(300_000);
  expect((await ask(signedAt(now, guessed))).reply.success).toBe(true);
  now = NOW;
});
