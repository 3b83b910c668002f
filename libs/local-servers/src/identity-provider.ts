import { generateKeyPairSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { text as bodyOf } from 'node:stream/consumers';
import { Provider } from 'oidc-provider';
import type { Configuration } from 'oidc-provider';
import { identityRecords } from './identity-records.ts';

/** Who may sign in, as the provider knows them. */
export type Person = {
  login: string;
  name: string;
  password: string;
  groups?: readonly string[];
};

export type IdentityProviderOptions = {
  /** 0: the operating system picks. */
  port: number;
  clientId: string;
  clientSecret: string;
  /** Where the application takes an answer, and where it is left for after a log-out. */
  redirectUris: readonly string[];
  afterLogout: readonly string[];
  /** Where the application is told, by the provider itself, that a session has ended; absent: it is not told. */
  backchannelLogoutUri?: string;
  /** Read at each sign-in: people may come and go. */
  people: () => readonly Person[];
};

export type IdentityProviderServer = { issuer: string; stop(): Promise<void> };

const SIGN_IN = '/sign-in/';
const MINUTE_SECONDS = 60;
const DAY_SECONDS = 24 * 60 * MINUTE_SECONDS;
const HOST = '127.0.0.1';
const SCOPE = 'openid profile';

const escaped = (value: string): string =>
  value.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const page = (body: string): string => `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>本机身份提供方</title><style>
body{font:15px/1.6 system-ui,sans-serif;margin:0;display:grid;place-items:center;min-height:100vh;background:#f5f6f8}
main{background:#fff;padding:24px 32px;border-radius:8px;width:300px;max-width:90vw}
label{display:block;margin:12px 0}input,button{font:inherit;width:100%;padding:8px;box-sizing:border-box}
[role=alert]{color:#a8071a}</style></head><body><main>${body}</main></body></html>`;

const signInPage = (problem: string): string =>
  page(`<h1>本机身份提供方</h1><p>Identity provider of this machine</p>
${problem === '' ? '' : `<p role="alert">${escaped(problem)}</p>`}<form method="post">
<label>账号 Account<input name="login" autocomplete="username" autofocus required></label>
<label>密码 Password<input name="password" type="password" autocomplete="current-password" required></label>
<button type="submit">登录 Sign in</button></form>`);

const logoutPage = (form: string): string =>
  page(`<h1>退出登录</h1><p>End the session at the provider too?</p>${form}
<button type="submit" form="op.logoutForm" value="yes" name="logout" autofocus>退出 Sign out</button>`);

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * An OpenID Connect provider of one application, on loopback, for local stacks and tests: authorization code
 * with PKCE, log-out by the application, and word to it when a session ends at the provider. What it keeps ends with the process.
 */
export async function startIdentityProvider(
  options: IdentityProviderOptions,
): Promise<IdentityProviderServer> {
  const server = createServer();
  await listening(server, options.port);
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : options.port;
  const issuer = `http://${HOST}:${port}`;
  const provider = new Provider(issuer, configurationOf(options));
  const others = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const done = request.url?.startsWith(SIGN_IN)
      ? signIn(provider, options, request, response)
      : others(request, response);
    done.catch(() => {
      if (!response.headersSent) response.writeHead(400);
      response.end();
    });
  });
  return {
    issuer,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });

function configurationOf(options: IdentityProviderOptions): Configuration {
  const { clientId, clientSecret, redirectUris, afterLogout, people } = options;
  const { backchannelLogoutUri } = options;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const key = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' };
  return {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [...redirectUris],
        post_logout_redirect_uris: [...afterLogout],
        ...(backchannelLogoutUri !== undefined && {
          backchannel_logout_uri: backchannelLogoutUri,
          backchannel_logout_session_required: true,
        }),
      },
    ],
    adapter: identityRecords(Date.now),
    // The provider's own dispatcher lets requests reach no address of this machine: everything here has one.
    fetch: (input, init) => fetch(input, withoutDispatcher(init)),
    // Browsers come by themselves; no script of another page is answered.
    clientBasedCORS: () => false,
    renderError: (ctx, { error }) => {
      ctx.type = 'html';
      ctx.body = page(`<h1>请求无效</h1><p>This request does not hold: ${escaped(error)}</p>`);
    },
    jwks: { keys: [key] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'] },
    ttl: {
      Interaction: 10 * MINUTE_SECONDS,
      AccessToken: 10 * MINUTE_SECONDS,
      IdToken: 10 * MINUTE_SECONDS,
      Session: DAY_SECONDS,
      Grant: DAY_SECONDS,
    },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        postLogoutSuccessSource: (ctx) => {
          ctx.body = page('<h1>已退出登录</h1><p>Signed out</p>');
        },
        logoutSource: (ctx, form) => {
          ctx.body = logoutPage(form);
        },
      },
    },
    interactions: { url: (_ctx, { uid }) => `${SIGN_IN}${uid}` },
    findAccount: (_ctx, accountId) => {
      const person = people().find(({ login }) => login === accountId);
      if (!person) return undefined;
      const { login, name, groups = [] } = person;
      const claims = { sub: login, name, preferred_username: login, groups: [...groups] };
      return { accountId, claims: () => claims };
    },
    // The one application is the house's own: nobody is asked whether it may know a name.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId ?? '',
        accountId: oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope(SCOPE);
      await grant.save();
      return grant;
    },
  };
}

/** Options of a request that the machine's own way of sending is used for. */
function withoutDispatcher(init: RequestInit = {}): RequestInit {
  const { dispatcher: _dispatcher, ...rest } = init as RequestInit & { dispatcher?: unknown };
  return rest;
}

/** Asks who it is, and lets the application's request go on for who knows the password. */
async function signIn(
  provider: Provider,
  { people }: IdentityProviderOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  await provider.interactionDetails(request, response);
  const show = (problem: string): void => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(signInPage(problem));
  };
  if (request.method !== 'POST') return show('');
  const form = new URLSearchParams(await bodyOf(request));
  const login = form.get('login') ?? '';
  const found = people().find((person) => person.login === login);
  if (!found || !isSame(found.password, form.get('password') ?? '')) {
    return show('账号或密码不正确 Wrong account or password');
  }
  await provider.interactionFinished(request, response, { login: { accountId: login } });
  return undefined;
}
