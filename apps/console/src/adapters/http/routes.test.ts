import { createHttpServer } from '@astrolabe/http';
import { createLogger } from '@astrolabe/service';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Session, User } from '../../application/sign-in-ports.ts';
import type { Deed } from '../../domain/audit.ts';
import type { Grant } from '../../domain/rights.ts';
import { registerApi } from './api.ts';
import type { ApiDeps } from './api.ts';
import { createLive } from './live.ts';
import { registerOperator } from './operator/api.ts';
import { createRoutes } from './routes.ts';
import type { Routes, WhoIs } from './routes.ts';
import { createCookies } from './session.ts';

const SELLER = '21230';
const OTHER = '21231';

/** Whatever is asked of it is a route that went on although its caller had no right. */
function unreachable<T extends object>(what: string): T {
  const refuse = (): never => {
    throw new Error(`${what} was asked`);
  };
  return new Proxy({} as T, {
    get: (given, name) => (Object.hasOwn(given, name) ? Reflect.get(given, name) : refuse) as never,
  });
}

const USERS: Record<string, readonly Grant[]> = {
  clerk: [{ role: 'CLERK', sellerId: SELLER, storeId: '1342' }],
  manager: [{ role: 'MANAGER', sellerId: SELLER, storeId: '1342' }],
  operator: [{ role: 'OPERATOR', sellerId: SELLER }],
  reader: [{ role: 'READER', sellerId: SELLER }],
  otherClerk: [{ role: 'MANAGER', sellerId: OTHER, storeId: '1342' }],
  otherOperator: [{ role: 'OPERATOR', sellerId: OTHER }],
  platformOperator: [{ role: 'OPERATOR', sellerId: null }],
  platformReader: [{ role: 'READER', sellerId: null }],
};
const deeds: Deed[] = [];
const audit = {
  append: async (deed: Deed) => {
    deeds.push(deed);
    return { ...deed, sequence: BigInt(deeds.length), at: new Date(0), hash: '' };
  },
};
const START = { sellerId: SELLER, itemId: '9001', skuId: '70001' };
const CSRF = 'token-of-the-session';
const cookies = createCookies(false);
const LIVE = {
  expiresAt: new Date(Date.now() + 60_000),
  usedAt: new Date(),
  idToken: '',
  provider: null,
};

const whoIs: WhoIs = async (token) => {
  const grants = USERS[token];
  if (!grants) return null;
  const user: User = { login: token, name: token, grants, enabled: true };
  const session: Session = { login: token, csrf: CSRF, ...LIVE };
  return { user, session };
};

type App = Parameters<typeof createRoutes>[0];

async function newApp(): Promise<App> {
  const logger = createLogger({ service: 'test', level: 'silent' });
  const options = { logger, host: '127.0.0.1', port: 0, bodyLimitBytes: 1_024 };
  return (await createHttpServer(options)).app;
}

let app: App;
let routes: Routes;
const inServer: string[] = [];
beforeAll(async () => {
  app = await newApp();
  app.addHook('onRoute', ({ method, url }) => {
    inServer.push(`${String(method)} ${url}`);
  });
  routes = createRoutes(app, { whoIs, audit, cookies });
  const live = createLive({
    feeds: unreachable('feeds'),
    whoIs,
    nowMs: () => 0,
    onError: () => undefined,
  });
  live.register(routes);
  registerApi(routes, Object.assign(unreachable<ApiDeps>('the API'), { cookies }));
  registerOperator(routes, {
    backends: unreachable('a service'),
    deadLetters: unreachable('Kafka'),
    receivers: unreachable('the gateway'),
    audit: unreachable('the log'),
    clerks: unreachable('the accounts'),
    start: START,
  });
});

/** The answer to a request that would be right but for who sends it. */
async function ask(
  { method, path }: Pick<Routes['declared'][number], 'method' | 'path'>,
  caller: string,
  csrf = CSRF,
): Promise<{ status: number; body: unknown }> {
  const url = path.replace(':seller', SELLER).replaceAll(/:\w+/g, 'tmall');
  const headers = { cookie: `astrolabe_session=${caller}`, 'x-csrf-token': csrf };
  const response = await app.inject({ method, url, headers });
  return { status: response.statusCode, body: response.json() };
}

const refused = (status: number, code: string) => ({ status, body: { code } });

/** Sessions of somebody else, by what a route needs: all of them are refused. */
const STRANGERS: Record<string, readonly string[]> = {
  'store.work': ['operator', 'otherOperator', 'platformReader'],
  'store.journal': ['clerk', 'operator', 'platformReader'],
  'seller.read': ['clerk', 'manager', 'otherClerk', 'otherOperator'],
  'seller.act': ['clerk', 'manager', 'otherOperator', 'reader', 'platformReader'],
  'receiver.reveal': ['clerk', 'manager', 'otherOperator', 'reader', 'platformReader'],
  'audit.read': ['manager', 'operator', 'otherOperator', 'reader', 'platformReader'],
  'platform.act': ['manager', 'operator', 'otherOperator', 'reader', 'platformReader'],
  'platform.read': ['manager', 'operator', 'otherOperator', 'reader'],
};

describe('every route of the API', () => {
  test('is declared with what it needs: the server has no other, and only what leads to a session is open', () => {
    expect(routes.declared.length).toBeGreaterThan(20);
    const declared = routes.declared.map(({ method, path }) => `${method} ${path}`);
    expect(inServer.toSorted()).toEqual(declared.toSorted());
    const open = routes.declared.filter(({ need }) => need === 'nothing');
    expect(open.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
      'GET /api/oidc/callback',
      'GET /api/oidc/start',
      'GET /api/sign-in',
      'POST /api/login',
      'POST /api/oidc/backchannel-logout',
    ]);
    const ofSession = routes.declared.filter(({ need }) => need === 'session');
    expect(ofSession.map(({ path }) => path)).toEqual(['/api/me', '/api/logout', '/api/start']);
  });

  test('answers 401 without a session', async () => {
    for (const route of routes.declared.filter(({ need }) => need !== 'nothing')) {
      for (const caller of ['', 'nobody']) {
        expect(await ask(route, caller), route.path).toEqual(refused(401, 'NOT_SIGNED_IN'));
      }
    }
  });

  test('answers 403 with a session of another seller, and with one that lacks the right', async () => {
    for (const route of routes.declared) {
      for (const caller of STRANGERS[route.need] ?? []) {
        const answer = await ask(route, caller);
        expect(answer, `${route.path} ${caller}`).toEqual(refused(403, 'FORBIDDEN'));
      }
    }
    const needs = new Set<string>(routes.declared.map(({ need }) => need));
    for (const need of needs)
      expect([...Object.keys(STRANGERS), 'nothing', 'session']).toContain(need);
  });

  test('that changes something answers 403 without the token of the session', async () => {
    const callers: Record<string, string> = {
      'store.work': 'clerk',
      'seller.act': 'operator',
      'receiver.reveal': 'operator',
      'platform.act': 'platformOperator',
    };
    for (const route of routes.declared) {
      if (route.method !== 'POST' || route.need === 'nothing') continue;
      const caller = callers[route.need] ?? 'clerk';
      for (const csrf of ['', 'guess']) {
        expect(await ask(route, caller, csrf), route.path).toEqual(refused(403, 'BAD_CSRF_TOKEN'));
      }
    }
    expect(deeds).toEqual([]);
  });

  test('that changes something is in the log before it is done, and what became of it if nothing did', async () => {
    const callers: Record<string, string> = {
      session: 'operator',
      'store.work': 'clerk',
      'platform.act': 'platformOperator',
    };
    for (const route of routes.declared) {
      if (route.method !== 'POST' || route.need === 'nothing') continue;
      deeds.length = 0;
      const caller = callers[route.need] ?? 'operator';
      const { status } = await ask(route, caller);
      const [asked, outcome] = deeds;
      expect(asked, route.path).toMatchObject({ login: caller, outcome: '', about: 0n });
      expect(asked?.action).not.toBe('');
      const isOfNone = route.need === 'session' || route.need === 'platform.act';
      if (!isOfNone) expect(asked?.sellerId).toBe(SELLER);
      expect(outcome?.about, `${route.path} ${status}`).toBe(status < 400 ? undefined : 1n);
      if (status >= 400) expect(outcome?.outcome).toMatch(/^[A-Z_]+$/);
    }
  });
});

test('where the pages open is told to who may see the seller', async () => {
  const start = { method: 'GET', path: '/api/start' } as const;
  expect((await ask(start, 'operator')).body).toEqual(START);
  expect((await ask(start, 'platformReader')).body).toEqual(START);
  const nowhere = { sellerId: '', itemId: '', skuId: '' };
  for (const caller of ['clerk', 'otherOperator']) {
    expect((await ask(start, caller)).body).toEqual(nowhere);
  }
});

test('a route that does not say what it needs cannot be added', async () => {
  const bare = await newApp();
  const declare = createRoutes(bare, { whoIs, audit, cookies });
  expect(() => bare.get('/api/everything', async () => ({}))).toThrow(/who may call/);
  const work = () => ({});
  expect(() => declare.seller('GET', '/api/orders', 'seller.read', work)).toThrow(/no seller/);
});
