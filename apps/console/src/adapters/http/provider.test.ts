import { createHttpServer } from '@astrolabe/http';
import { err, ok } from '@astrolabe/kernel';
import { createLogger } from '@astrolabe/service';
import { describe, expect, test } from 'vitest';
import type { Attempt, Session, User } from '../../application/sign-in-ports.ts';
import type { Returned } from '../../application/provider-sign-in.ts';
import { registerProvider } from './provider.ts';
import type { SignInByProvider } from './provider.ts';
import { createRoutes } from './routes.ts';
import { createCookies } from './session.ts';

const ATTEMPT: Attempt = {
  state: 's'.repeat(43),
  nonce: 'n'.repeat(43),
  verifier: 'v'.repeat(43),
  to: '#/sellers/21230/orders?state=ALLOCATED',
};
const USER: User = { login: 'li', name: '小李', grants: [], enabled: true };
const SESSION: Session = {
  login: 'li',
  csrf: 'c',
  expiresAt: new Date(0),
  usedAt: new Date(0),
  idToken: 'id',
  provider: null,
};

/** A console whose provider accepts whoever comes back with the code `right`. */
async function console({ secure = false, isAway = false, isConfigured = true } = {}) {
  const logger = createLogger({ service: 'test', level: 'silent' });
  const options = { logger, host: '127.0.0.1', port: 0, bodyLimitBytes: 1_024 };
  const { app } = await createHttpServer(options);
  const cookies = createCookies(secure);
  const returned: Returned[] = [];
  const ended: string[] = [];
  const byProvider: SignInByProvider = {
    name: 'Example',
    provider: {
      begin: async (to) =>
        isAway
          ? err('PROVIDER_AWAY')
          : ok({ url: 'https://id.example/auth?state=s', attempt: { ...ATTEMPT, to } }),
      endOf: async () => '',
    },
    logout: async (token) => {
      if (isAway) return err('PROVIDER_AWAY');
      if (token !== 'signed') return err('PROVIDER_INVALID');
      ended.push(token);
      return ok(null);
    },
    signIn: async (sent) => {
      returned.push(sent);
      if (!sent.attempt) return err('NO_ATTEMPT');
      const isRight = new URLSearchParams(sent.query).get('code') === 'right';
      return isRight ? ok({ user: USER, token: 'new', session: SESSION }) : err('NO_GRANT');
    },
  };
  const routes = createRoutes(app, {
    whoIs: async () => null,
    audit: { append: async () => Promise.reject(new Error('not asked')) },
    cookies,
  });
  const configured = isConfigured ? byProvider : null;
  registerProvider(routes, { byProvider: configured, cookies, sessionSeconds: 60 });
  const get = async (url: string, cookie = '') => {
    const { statusCode, headers, body } = await app.inject({ url, headers: { cookie } });
    const set = [headers['set-cookie'] ?? []].flat();
    return { status: statusCode, location: headers.location, set, body };
  };
  const post = async (body: string) => {
    const url = '/api/oidc/backchannel-logout';
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const {
      statusCode,
      headers,
      body: said,
    } = await app.inject({
      method: 'POST',
      url,
      headers: type,
      payload: body,
    });
    return { status: statusCode, cache: headers['cache-control'], body: said };
  };
  return { get, post, returned, ended };
}

const kept = (set: readonly string[]): string => set[0]?.split(';')[0] ?? '';

describe('the way to the provider and back', () => {
  test('keeps the attempt in a cookie, opens a session, and ends at the page that was asked for', async () => {
    const { get, returned } = await console();
    const begun = await get(`/api/oidc/start?to=${encodeURIComponent(ATTEMPT.to)}`);
    expect(begun).toMatchObject({ status: 302, location: 'https://id.example/auth?state=s' });
    expect(begun.set[0]).toMatch(
      /^astrolabe_oidc=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/,
    );
    const cookie = `${kept(begun.set)}; astrolabe_session=before`;
    const back = await get('/api/oidc/callback?code=right&state=s', cookie);
    expect(back).toMatchObject({ status: 302, location: `/${ATTEMPT.to}` });
    expect(back.set).toEqual([
      'astrolabe_oidc=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
      'astrolabe_session=new; Path=/; HttpOnly; SameSite=Strict; Max-Age=60',
    ]);
    expect(returned).toMatchObject([
      { query: 'code=right&state=s', attempt: ATTEMPT, before: 'before', address: '127.0.0.1' },
    ]);
  });

  test('that fails ends at the same page, which gets to know why, without a session', async () => {
    const { get, returned } = await console();
    const begun = await get(`/api/oidc/start?to=${encodeURIComponent(ATTEMPT.to)}`);
    const back = await get('/api/oidc/callback?code=wrong', kept(begun.set));
    expect(back).toMatchObject({ status: 302, location: `/?signin=NO_GRANT${ATTEMPT.to}` });
    expect(back.set.join()).not.toContain('astrolabe_session');
    for (const cookie of ['', 'astrolabe_oidc=', 'astrolabe_oidc=e30', 'astrolabe_oidc=%%%']) {
      const none = await get('/api/oidc/callback?code=right', cookie);
      expect(none.location).toBe('/?signin=NO_ATTEMPT');
    }
    expect(returned.slice(1).every(({ attempt }) => attempt === null)).toBe(true);
  });

  test('leads to no page of others, whatever the address or the cookie says', async () => {
    const { get } = await console();
    for (const to of ['//evil.example', 'https://evil.example', '#/\\evil']) {
      const begun = await get(`/api/oidc/start?to=${encodeURIComponent(to)}`);
      const back = await get('/api/oidc/callback?code=right', kept(begun.set));
      expect(back.location).toBe('/');
    }
    const forged = Buffer.from(JSON.stringify({ ...ATTEMPT, to: '//evil.example' }));
    const cookie = `astrolabe_oidc=${forged.toString('base64url')}`;
    expect((await get('/api/oidc/callback?code=right', cookie)).location).toBe('/');
  });

  test('over TLS has cookies of this host alone, and looks at no others', async () => {
    const { get, returned } = await console({ secure: true });
    const begun = await get('/api/oidc/start');
    expect(begun.set[0]).toMatch(/^__Host-astrolabe_oidc=.*; Path=\/; .*; Secure$/);
    const back = await get('/api/oidc/callback?code=right', kept(begun.set));
    expect(back.set[1]).toMatch(/^__Host-astrolabe_session=new; Path=\/; .*; Secure$/);
    await get('/api/oidc/callback?code=right', kept(begun.set).replace('__Host-', ''));
    expect(returned.at(-1)?.attempt).toBeNull();
  });

  test('is told to be away, and to be none where none is configured', async () => {
    const away = await (await console({ isAway: true })).get('/api/oidc/start?to=%23%2Faudit');
    expect(away).toMatchObject({ status: 302, location: '/?signin=PROVIDER_AWAY#/audit' });
    const { get } = await console({ isConfigured: false });
    expect(JSON.parse((await get('/api/sign-in')).body)).toEqual({ provider: null });
    for (const path of ['start', 'callback'])
      expect((await get(`/api/oidc/${path}`)).status).toBe(404);
    const configured = await (await console()).get('/api/sign-in');
    expect(JSON.parse(configured.body)).toEqual({ provider: { name: 'Example' } });
  });
});

describe('word of the provider that a session has ended', () => {
  test('ends it without a session or a cookie, and no cache keeps the answer', async () => {
    const { post, ended } = await console();
    expect(await post('logout_token=signed')).toEqual({ status: 200, cache: 'no-store', body: '' });
    expect(ended).toEqual(['signed']);
  });

  test('that does not hold is refused as the specification says, and ends nothing', async () => {
    const { post, ended } = await console();
    for (const body of ['logout_token=forged', '', 'other=1', `logout_token=${'x'.repeat(900)}`]) {
      const answer = await post(body);
      expect(answer, body).toMatchObject({ status: 400, cache: 'no-store' });
      expect(JSON.parse(answer.body)).toMatchObject({ error: 'invalid_request' });
    }
    expect(ended).toEqual([]);
  });

  test('is to be said again while its keys cannot be read, and is no address without a provider', async () => {
    expect((await (await console({ isAway: true })).post('logout_token=signed')).status).toBe(503);
    expect((await (await console({ isConfigured: false })).post('')).status).toBe(404);
  });
});
