import { CatalogAdminServiceService, CatalogServiceService } from '@astrolabe/contracts/catalog';
import type { CatalogServiceServer, Seller } from '@astrolabe/contracts/catalog';
import { ConsoleAdminServiceService } from '@astrolabe/contracts/console';
import type { User } from '@astrolabe/contracts/console';
import {
  IngressAdminServiceService,
  PlatformAdminServiceService,
} from '@astrolabe/contracts/ingress';
import type {
  AppKeyEntry,
  IngressAdminServiceServer,
  PlatformAdminServiceServer,
} from '@astrolabe/contracts/ingress';
import { ConnectionAdminServiceService } from '@astrolabe/contracts/fulfillment';
import type { ConnectionAdminServiceServer } from '@astrolabe/contracts/fulfillment';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import { beforeEach, expect, test } from 'vitest';
import { serving, unusedIngressAdmin } from '../../test/serving.ts';
import { runCli } from '../cli.ts';

const PAGE = 2;
let keys: AppKeyEntry[] = [];
let sellers: Seller[] = [];
let users: (User & { password: string })[] = [];
let areas: { areaId: string; name: string; places: number }[] = [];
const calls: unknown[] = [];

const entry = (appKey: string, sellerIds: string[]): AppKeyEntry => ({
  appKey,
  sellerIds,
  signMethods: [],
  enabled: true,
  role: 'pos',
  ratePerSecond: 0,
  formerSecretUntil: undefined,
});
const refuse = (reason: string): GrpcRefusal => new GrpcRefusal({ code: GRPC.notFound, reason });

/** The rows after a token, and the token of the next page. */
function page<T>(rows: readonly T[], nameOf: (row: T) => string, token: string) {
  const rest = rows.filter((row) => nameOf(row) > token);
  const last = rest[PAGE - 1];
  return { rows: rest.slice(0, PAGE), nextToken: rest.length > PAGE && last ? nameOf(last) : '' };
}

const ingress: IngressAdminServiceServer = {
  ...unusedIngressAdmin(),
  createAppKey: unary('create', async ({ appKey, sellerIds }) => {
    keys.push(entry(appKey, sellerIds));
    return { secret: 'made' };
  }),
  listAppKeys: unary('list', async ({ sellerId, page: asked }) => {
    const own = keys.filter((key) => sellerId === '' || key.sellerIds.includes(sellerId));
    const { rows, nextToken } = page(own, ({ appKey }) => appKey, asked?.token ?? '');
    return { appKeys: rows, nextToken };
  }),
  rotateAppKey: unary('rotate', async (request) => {
    calls.push(request);
    return { secret: 'rotated', formerSecretUntil: new Date('2026-12-01T00:00:00Z') };
  }),
  setAppKeyEnabled: unary('enable', async ({ appKey, enabled }) => {
    keys = keys.map((key) => (key.appKey === appKey ? { ...key, enabled } : key));
    return {};
  }),
};
const catalog = {
  getSeller: unary('get', async ({ sellerId }: { sellerId: string }) => {
    const seller = sellers.find((one) => one.sellerId === sellerId);
    if (!seller) throw refuse('UNKNOWN_SELLER');
    return { seller };
  }),
} as unknown as CatalogServiceServer;

const platforms: PlatformAdminServiceServer = {
  putConnection: unary('put', async (request) => {
    calls.push(request);
    return {};
  }),
  rotateSecret: unary('rotate', async (request) => {
    calls.push(request);
    return { previousEndsAt: new Date('2026-12-01T00:00:00Z') };
  }),
  setConnectionEnabled: unary('enable', async (request) => {
    calls.push(request);
    return {};
  }),
  replayMessages: unary('replay', async (request) => {
    calls.push(request);
    return { taken: 3, isComplete: true };
  }),
  listConnections: unary('list', async () => ({ connections: [], nextToken: '' })),
  listReceived: unary('received', async () => ({ received: [] })),
  replayParked: unary('replay', async () => ({ messages: [], nextToken: '' })),
  listParkedMessages: unary('list', async () => ({ messages: [], nextToken: '' })),
};

const unused = unary<unknown, never>('unused', async () => {
  throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNUSED' });
});
const connections: ConnectionAdminServiceServer = {
  listConnections: unary('list', async ({ kind }) => ({
    connections: [
      {
        connection: {
          sellerId: '7',
          kind,
          url: `https://${kind}.example`,
          appKey: '900',
          nick: '',
          lookupPath: '',
          retryCodes: [],
          failCodes: [],
          treatAsPaid: false,
        },
        pause:
          kind === 'tmall'
            ? { reason: '维护', pausedBy: 'li', pausedAt: new Date('2026-12-01T00:00:00Z') }
            : undefined,
        calls: undefined,
      },
    ],
    nextToken: '',
  })),
  createConnection: unary('create', async (request) => {
    calls.push(request);
    return { secret: request.connection?.kind === 'pos' ? 'made' : '' };
  }),
  changeConnection: unary('change', async (request) => {
    calls.push(request);
    return {};
  }),
  rotateConnection: unused,
  setConnectionPaused: unary('pause', async (request) => {
    if (request.sellerId !== '7') throw refuse('NOT_CONNECTED');
    calls.push(request);
    return {};
  }),
};

const server = serving({
  port: 0,
  adminPort: 0,
  services: [
    [IngressAdminServiceService, ingress],
    [CatalogServiceService, catalog],
    [PlatformAdminServiceService, platforms],
    [ConnectionAdminServiceService, connections],
    [
      CatalogAdminServiceService,
      {
        putSeller: unary('put', async ({ seller }: { seller?: Seller }) => {
          if (seller) sellers.push(seller);
          return {};
        }),
        listSellers: unary('list', async () => ({ sellers, nextToken: '' })),
        putArea: unary(
          'area',
          async (area: { areaId: string; name: string; places: unknown[] }) => {
            const row = { areaId: area.areaId, name: area.name, places: area.places.length };
            areas = [...areas.filter(({ areaId }) => areaId !== area.areaId), row];
            return {};
          },
        ),
        listAreas: unary('areas', async () => ({
          areas: areas.map(({ areaId, name }) => ({ areaId, name, places: [], regionCode: '' })),
          nextToken: '',
        })),
        mapGoods: unary('unused', async () => ({ goodsId: '' })),
      },
    ],
    [
      ConsoleAdminServiceService,
      {
        putUser: unary('put', async (user: Omit<User, 'enabled'> & { password: string }) => {
          users = [
            ...users.filter(({ login }) => login !== user.login),
            { ...user, enabled: true },
          ];
          return {};
        }),
        listUsers: unary('list', async () => ({ users, nextToken: '' })),
        disableUser: unary('disable', async () => ({})),
      },
    ],
  ],
});

async function run(...words: string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const output = {
    out: (line: string) => void out.push(line),
    error: (line: string) => void errors.push(line),
  };
  const admin = `127.0.0.1:${server.adminPort()}`;
  const environment = {
    CATALOG_ADDRESS: `127.0.0.1:${server.port()}`,
    CATALOG_ADMIN_ADDRESS: admin,
    GATEWAY_ADMIN_ADDRESS: admin,
    CONSOLE_ADMIN_ADDRESS: admin,
    FULFILLMENT_ADMIN_ADDRESS: admin,
    PLATFORM_SECRET: 'platform-secret',
    PLATFORM_REFRESH_TOKEN: 'refresh',
  };
  const code = await runCli(words, environment, output);
  return { code, out: out.map((line) => JSON.parse(line) as Record<string, unknown>), errors };
}

beforeEach(() => {
  keys = [];
  sellers = [];
  users = [];
  areas = [];
  calls.length = 0;
});

test('a key is made with its secret, listed without it a page at a time, and rotated', async () => {
  const made = await run('appkey', 'create', 'k1', '--sellers', '1,2', '--role', 'pos');
  expect(made).toMatchObject({ code: 0, out: [{ appKey: 'k1', secret: 'made' }] });
  keys.push(entry('k2', ['1']), entry('k3', ['1']));
  const all = await run('appkey', 'list');
  expect(all.out.map(({ appKey }) => appKey)).toEqual(['k1', 'k2', 'k3']);
  const first = await run('appkey', 'list', '--limit', '2');
  expect(first.out).toHaveLength(2);
  expect(first.errors).toEqual(['There is more: --from k2']);
  const next = await run('appkey', 'list', '--limit', '2', '--from', 'k2');
  expect(next.out.map(({ appKey }) => appKey)).toEqual(['k3']);
  expect(JSON.stringify([all, first, next])).not.toContain('made');
  expect(await run('appkey', 'rotate', 'k1')).toMatchObject({ out: [{ secret: 'rotated' }] });
  await run('appkey', 'rotate', 'k1', '--overlap', '0');
  expect(calls).toEqual([
    { appKey: 'k1', overlapSeconds: 86_400 },
    { appKey: 'k1', overlapSeconds: 0 },
  ]);
  expect((await run('appkey', 'rotate', 'k1', '--overlap', '721')).code).toBe(2);
});

test('a seller is made once; to disable it ends its own keys and names those that it shares', async () => {
  const words = [
    'seller',
    'create',
    '7',
    '--name',
    '店',
    '--acceptor',
    'pos',
    '--stores',
    'S1=1342',
  ];
  expect(await run(...words)).toMatchObject({
    code: 0,
    out: [{ sellerId: '7', acceptor: 'ACCEPTOR_POS', merchantCentreStoreIds: { S1: '1342' } }],
  });
  expect(await run(...words)).toMatchObject({ code: 1, errors: ['seller 7 is there already'] });
  expect(await run('seller', 'list')).toMatchObject({ out: [{ sellerId: '7' }] });
  expect((await run('seller', 'create', '8', '--name', 'x', '--stores', 'S1')).code).toBe(2);
  keys.push(entry('own', ['7']), entry('shared', ['7', '8']), entry('zz', ['8']));
  expect((await run('seller', 'disable', '7')).out).toMatchObject([
    { appKey: 'own', enabled: false },
    { appKey: 'shared', enabled: true },
  ]);
  expect(keys.filter(({ enabled }) => !enabled).map(({ appKey }) => appKey)).toEqual(['own']);
});

test('an area has places until it is disabled', async () => {
  const words = ['area', 'create', '7', '1000000', '--name', '河东区'];
  expect((await run(...words, '--places', 'WAREHOUSE:WH-01,STORE:1')).code).toBe(0);
  expect(areas).toEqual([{ areaId: '1000000', name: '河东区', places: 2 }]);
  expect((await run(...words, '--places', 'WH-01')).code).toBe(2);
  expect((await run('area', 'disable', '7', '1000000')).code).toBe(0);
  expect(areas).toEqual([{ areaId: '1000000', name: '河东区', places: 0 }]);
  expect((await run('area', 'disable', '7', '2')).errors).toEqual(['seller 7 has no area 2']);
});

test('a clerk gets a password that is shown once, and another one when it is rotated', async () => {
  const words = ['clerk', 'create', 'xiaowang', '--name', '小王', '--seller', '7', '--store', '1'];
  const made = await run(...words);
  const first = users[0]?.password ?? '';
  expect(first.length).toBeGreaterThan(11);
  expect(made.out).toMatchObject([{ login: 'xiaowang', password: first }]);
  expect((await run(...words)).errors).toEqual(['xiaowang is there already']);
  const listed = await run('clerk', 'list', '--seller', '7');
  expect(listed.out).toMatchObject([{ login: 'xiaowang', name: '小王' }]);
  expect((await run('clerk', 'list', '--seller', '8')).out).toEqual([]);
  const rotated = await run('clerk', 'rotate', 'xiaowang');
  expect(rotated.out).toEqual([{ login: 'xiaowang', password: users[0]?.password }]);
  expect(users[0]?.password).not.toBe(first);
  expect((await run('clerk', 'rotate', 'nobody')).code).toBe(1);
});

test('a supplier is connected with secrets of the environment, which are printed nowhere', async () => {
  const words = ['connection', 'create', '7', '--kind', '1688', '--key', '1000000'];
  const made = await run(...words, '--name', 'b2b-7', '--actor', 'ops:li');
  expect(made).toMatchObject({ code: 0, out: [{ sellerId: '7', memberId: 'b2b-7' }] });
  expect(calls).toMatchObject([
    { secret: 'platform-secret', refreshToken: 'refresh', askedBy: 'ops:li', onlyNew: true },
  ]);
  expect(JSON.stringify(made)).not.toContain('platform-secret');
  const named = ['7', '--kind', '1688', '--actor', 'ops:li'];
  await run('connection', 'rotate', ...named, '--overlap', '2');
  await run('connection', 'disable', ...named, '--reason', '盘点');
  expect(calls.slice(1)).toMatchObject([
    { platform: '1688', overlapSeconds: 7_200, secret: 'platform-secret' },
    { enabled: false, reason: '盘点' },
  ]);
  expect((await run('connection', 'list', '--kind', '1688')).code).toBe(0);
  expect((await run('connection', 'create', '7', '--kind', 'fax', '--actor', 'li')).code).toBe(2);
  expect((await run('connection', 'disable', ...named)).code).toBe(2);
});

test('a store system is connected with a secret that is made and shown once', async () => {
  const url = 'https://pos.example/spi';
  const words = ['connection', 'create', '7', '--kind', 'pos', '--actor', 'li', '--url', url];
  expect((await run(...words)).code).toBe(2);
  const [made] = (await run(...words, '--key', '900')).out;
  expect(made).toMatchObject({ sellerId: '7', kind: 'pos', url, appKey: '900', secret: 'made' });
  expect(calls).toMatchObject([{ connection: { kind: 'pos', url }, secret: '', askedBy: 'li' }]);
});

test('what is not named of a connection stays as it is', async () => {
  const words = ['connection', 'change', '7', '--kind', 'tmall', '--actor', 'li'];
  expect((await run(...words, '--url', 'https://b')).code).toBe(0);
  expect(calls).toMatchObject([
    { connection: { sellerId: '7', kind: 'tmall', url: 'https://b', appKey: '900' } },
  ]);
  expect((await run(...words, '--paid', '--unpaid')).code).toBe(2);
  expect(calls).toHaveLength(1);
});

test('a dry run of a change asks for nothing, and prints no secret', async () => {
  const words = ['connection', 'create', '7', '--kind', '1688', '--key', '1000000'];
  const planned = await run(...words, '--name', 'b2b-7', '--actor', 'ops:li', '--dry-run');
  expect(planned).toMatchObject({
    code: 0,
    out: [
      {
        dryRun: true,
        wouldCall: 'putConnection',
        request: { connection: { sellerId: '7' }, secret: '(secret)' },
      },
    ],
  });
  expect(calls).toEqual([]);
});

test('a channel is paused with a reason and resumed, whatever service keeps its connections', async () => {
  calls.length = 0;
  const pause = ['channel', 'pause', 'tmall', '--seller', '7', '--actor', 'li'];
  expect((await run(...pause)).code).toBe(2);
  expect(calls).toEqual([]);
  expect((await run(...pause, '--reason', '维护')).out).toEqual([
    { channel: 'tmall', seller: '7', state: 'PAUSED' },
  ]);
  expect((await run('channel', 'resume', 'pos', '--seller', '7', '--actor', 'li')).code).toBe(0);
  expect((await run('channel', 'resume', 'pos', '--seller', '8', '--actor', 'li')).code).toBe(1);
  await run('channel', 'pause', '1688', '--seller', '7', '--actor', 'li', '--reason', '盘点');
  expect(calls).toMatchObject([
    { kind: 'tmall', sellerId: '7', paused: true, reason: '维护', askedBy: 'li' },
    { kind: 'pos', sellerId: '7', paused: false },
    { platform: '1688', sellerId: '7', enabled: false, reason: '盘点' },
  ]);
  expect((await run('channel', 'pause', 'fax', '--seller', '7', '--actor', 'li')).code).toBe(2);
});

test('a dry run of a pause says what would be asked for, and asks for nothing', async () => {
  calls.length = 0;
  const words = ['channel', 'pause', 'tmall', '--seller', '7', '--actor', 'li', '--reason', 'x'];
  const planned = await run(...words, '--dry-run');
  expect(planned).toMatchObject({
    code: 0,
    out: [{ dryRun: true, wouldCall: 'setConnectionPaused', request: { kind: 'tmall' } }],
  });
  expect(calls).toEqual([]);
});

test('connections of a channel are listed with who paused them and why', async () => {
  const listed = await run('channel', 'list', 'tmall');
  expect(listed.out).toMatchObject([
    { channel: 'tmall', seller: '7', state: 'PAUSED', reason: '维护', pausedBy: 'li' },
  ]);
  expect((await run('channel', 'status', 'pos')).out).toMatchObject([{ state: 'RUNNING' }]);
});

test('messages since an instant are asked for again; another channel has none to ask for', async () => {
  calls.length = 0;
  const words = ['--seller', '7', '--actor', 'li', '--since', '2026-11-30T10:00:00+08:00'];
  expect((await run('channel', 'replay', '1688', ...words)).out).toEqual([
    { channel: '1688', seller: '7', taken: 3, complete: true },
  ]);
  expect(calls).toMatchObject([{ sellerId: '7', since: new Date('2026-11-30T02:00:00Z') }]);
  expect((await run('channel', 'replay', 'tmall', ...words)).code).toBe(2);
  const bad = [...words.slice(0, -1), 'yesterday'];
  expect((await run('channel', 'replay', '1688', ...bad)).code).toBe(2);
});
