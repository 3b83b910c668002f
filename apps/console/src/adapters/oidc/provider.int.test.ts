import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { startIdentityProvider } from '@astrolabe/local-servers';
import { SignJWT } from 'jose';
import { createLogger } from '@astrolabe/service';
import { afterAll, describe, expect, test } from 'vitest';
import { createIdentityProvider } from './provider.ts';

const REDIRECT_URI = 'http://127.0.0.1:9/api/oidc/callback';
const ZHANG = { login: 'laozhang', name: '老张', password: 'his password', groups: ['ops'] };
/** Logout tokens that the provider has sent, as an application takes them. */
const tokens: string[] = [];
const application = createServer((request, response) => {
  void text(request).then((body) => {
    tokens.push(new URLSearchParams(body).get('logout_token') ?? '');
    response.end();
  });
});
await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
const { port: applicationPort } = application.address() as AddressInfo;
const server = await startIdentityProvider({
  port: 0,
  clientId: 'console',
  clientSecret: 'secret-of-the-console',
  redirectUris: [REDIRECT_URI],
  afterLogout: ['http://127.0.0.1:9/'],
  backchannelLogoutUri: `http://127.0.0.1:${applicationPort}/`,
  people: () => [ZHANG],
});
afterAll(async () => {
  await server.stop();
  application.close();
});

const logger = createLogger({ service: 'test', level: 'silent' });
const settings = {
  issuer: server.issuer,
  clientId: 'console',
  clientSecret: 'secret-of-the-console',
  redirectUri: REDIRECT_URI,
  scope: 'openid profile',
  claims: ['preferred_username', 'groups'],
  allowHttp: true,
};
const clock = (): Date => new Date();
const provider = createIdentityProvider(settings, logger, clock);

async function begun(from = provider) {
  const result = await from.begin('#/sellers/21230/orders');
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

/** Goes from address to address as a browser does, until one is the application's; its query. */
async function walk(
  start: string,
  person: { login: string; password: string },
  jar = new Map<string, string>(),
): Promise<string> {
  let url = new URL(start);
  let form: URLSearchParams | null = null;
  for (let step = 0; step < 10; step += 1) {
    if (url.href.startsWith(REDIRECT_URI)) return url.search.slice(1);
    const answer: Response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { method: 'POST', body: form } : {}),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      jar.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location !== null) url = new URL(location, url);
    if (form && location === null)
      return (await answer.text()).includes('role="alert"') ? 'WRONG' : '';
    form = location === null ? new URLSearchParams(person) : null;
  }
  throw new Error(`no way back from ${start}`);
}

describe('a sign-in by the provider', () => {
  test('says who it is, by code, PKCE, state and nonce, with what the id token lacks asked for', async () => {
    const { url, attempt } = await begun();
    const asked = new URL(url).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('state')).toBe(attempt.state);
    expect(asked.get('nonce')).toBe(attempt.nonce);
    const query = await walk(url, ZHANG);
    const identity = await provider.finish(query, attempt);
    expect(identity).toMatchObject({
      ok: true,
      value: {
        issuer: server.issuer,
        subject: 'laozhang',
        claims: { preferred_username: 'laozhang', name: '老张', groups: ['ops'] },
      },
    });
    const end = new URL(await provider.endOf(identity.ok ? identity.value.idToken : ''));
    expect(end.origin).toBe(server.issuer);
    expect(end.searchParams.get('post_logout_redirect_uri')).toBe('http://127.0.0.1:9/');
    // A code is good once.
    expect(await provider.finish(query, attempt)).toEqual({ ok: false, error: 'PROVIDER_INVALID' });
  });

  test('of another attempt, another state, nonce or verifier opens nothing', async () => {
    for (const part of ['state', 'nonce', 'verifier'] as const) {
      const { url, attempt } = await begun();
      const other = (await begun()).attempt;
      const query = await walk(url, ZHANG);
      const result = await provider.finish(query, { ...attempt, [part]: other[part] });
      expect(result, part).toEqual({ ok: false, error: 'PROVIDER_INVALID' });
    }
  });

  test('with a wrong password stays at the provider, and one that was denied says so', async () => {
    const { url, attempt } = await begun();
    expect(await walk(url, { login: 'laozhang', password: 'a guess' })).toBe('WRONG');
    const denied = `error=access_denied&state=${attempt.state}&iss=${server.issuer}`;
    expect(await provider.finish(denied, attempt)).toEqual({ ok: false, error: 'PROVIDER_DENIED' });
  });
});

describe('a session that ends at the provider', () => {
  /** A logout token of the provider, and the session that it is about. */
  async function loggedOut(): Promise<{ token: string; sid: string }> {
    const jar = new Map<string, string>();
    const { url, attempt } = await begun();
    const identity = await provider.finish(await walk(url, ZHANG, jar), attempt);
    const { sid, idToken } = identity.ok ? identity.value : expect.fail(identity.error);
    const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const asked = await fetch(await provider.endOf(idToken), { headers: { cookie: cookie() } });
    for (const one of asked.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(one) ?? [];
      jar.set(name, value);
    }
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(await asked.text())?.[1] ?? '';
    await fetch(`${server.issuer}/session/end/confirm`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: cookie() },
      body: new URLSearchParams({ xsrf, logout: 'yes' }),
    });
    return { token: tokens.at(-1) ?? '', sid };
  }

  test('is told by a token that names it, and holds', async () => {
    const { token, sid } = await loggedOut();
    expect(sid).not.toBe('');
    expect(await provider.readLogout(token)).toMatchObject({
      ok: true,
      value: { issuer: server.issuer, subject: 'laozhang', sid },
    });
  });

  test('a token that is altered, unsigned, signed by us, old or for another application is none', async () => {
    const { token } = await loggedOut();
    const [head = '', body = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as object;
    const packed = (value: object): string =>
      Buffer.from(JSON.stringify(value)).toString('base64url');
    const other = packed({ ...claims, sub: 'somebody' });
    const ours = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'logout+jwt' })
      .sign(Buffer.from(settings.clientSecret.repeat(2)));
    const forged = [
      `${head}.${other}.${signature}`,
      `${packed({ alg: 'none' })}.${body}.`,
      ours,
      'no token',
      '',
    ];
    for (const one of forged) {
      expect(await provider.readLogout(one), one).toEqual({ ok: false, error: 'PROVIDER_INVALID' });
    }
    const later = createIdentityProvider(settings, logger, () => new Date(Date.now() + 3_600_000));
    expect(await later.readLogout(token)).toEqual({ ok: false, error: 'PROVIDER_INVALID' });
    const neighbour = createIdentityProvider({ ...settings, clientId: 'other' }, logger, clock);
    expect(await neighbour.readLogout(token)).toEqual({ ok: false, error: 'PROVIDER_INVALID' });
    expect(await provider.readLogout(token)).toMatchObject({ ok: true });
  });

  test('an id token is no logout token', async () => {
    const { url, attempt } = await begun();
    const identity = await provider.finish(await walk(url, ZHANG), attempt);
    const { idToken } = identity.ok ? identity.value : expect.fail(identity.error);
    expect(await provider.readLogout(idToken)).toEqual({ ok: false, error: 'PROVIDER_INVALID' });
  });
});

test('a provider that is away, or knows us under another secret, is told apart', async () => {
  const away = createIdentityProvider({ ...settings, issuer: 'http://127.0.0.1:1' }, logger, clock);
  expect(await away.begin('')).toEqual({ ok: false, error: 'PROVIDER_AWAY' });
  expect(await away.endOf('x')).toBe('');
  expect(await away.readLogout('x')).toEqual({ ok: false, error: 'PROVIDER_AWAY' });
  const stranger = createIdentityProvider({ ...settings, clientSecret: 'a guess' }, logger, clock);
  const { url, attempt } = await begun(stranger);
  const query = await walk(url, ZHANG);
  const refused = await stranger.finish(query, attempt);
  expect(refused).toEqual({ ok: false, error: 'PROVIDER_INVALID' });
});
