import { startIdentityProvider } from '@astrolabe/local-servers';
import { createLogger } from '@astrolabe/service';
import { afterAll, describe, expect, test } from 'vitest';
import { createIdentityProvider } from './provider.ts';

const REDIRECT_URI = 'http://127.0.0.1:9/api/oidc/callback';
const ZHANG = { login: 'laozhang', name: '老张', password: 'his password', groups: ['ops'] };
const server = await startIdentityProvider({
  port: 0,
  clientId: 'console',
  clientSecret: 'secret-of-the-console',
  redirectUris: [REDIRECT_URI],
  afterLogout: ['http://127.0.0.1:9/'],
  people: () => [ZHANG],
});
afterAll(() => server.stop());

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
const provider = createIdentityProvider(settings, logger);

async function begun(from = provider) {
  const result = await from.begin('#/sellers/21230/orders');
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

/** Goes from address to address as a browser does, until one is the application's; its query. */
async function walk(start: string, person: { login: string; password: string }): Promise<string> {
  const jar = new Map<string, string>();
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

test('a provider that is away, or knows us under another secret, is told apart', async () => {
  const away = createIdentityProvider({ ...settings, issuer: 'http://127.0.0.1:1' }, logger);
  expect(await away.begin('')).toEqual({ ok: false, error: 'PROVIDER_AWAY' });
  expect(await away.endOf('x')).toBe('');
  const stranger = createIdentityProvider({ ...settings, clientSecret: 'a guess' }, logger);
  const { url, attempt } = await begun(stranger);
  const query = await walk(url, ZHANG);
  const refused = await stranger.finish(query, attempt);
  expect(refused).toEqual({ ok: false, error: 'PROVIDER_INVALID' });
});
