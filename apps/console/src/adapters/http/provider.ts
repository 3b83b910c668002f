import type { Result } from '@astrolabe/kernel';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import Value from 'typebox/value';
import type { Attempt, IdentityProvider } from '../../application/sign-in-ports.ts';
import type { ProviderLogoutRefusal } from '../../application/provider-logout.ts';
import type { ProviderSignInRefusal, Returned } from '../../application/provider-sign-in.ts';
import type { SignedIn } from '../../application/sign-in.ts';
import { returnAddress } from '../../domain/identity.ts';
import { networkOf } from './address.ts';
import { queryOf } from './routes.ts';
import type { Routes } from './routes.ts';
import { refuse } from './session.ts';
import type { Cookies } from './session.ts';

/** A provider by which people may sign in. */
export type SignInByProvider = {
  /** As its button calls it; empty where nothing is configured. */
  name: string;
  provider: Pick<IdentityProvider, 'begin' | 'endOf'>;
  /** The provider says that a session there has ended. */
  logout: (token: string, address: string) => Promise<Result<null, ProviderLogoutRefusal>>;
  signIn: (returned: Returned) => Promise<Result<Omit<SignedIn, 'device'>, ProviderSignInRefusal>>;
};

export type ProviderDeps = {
  byProvider: SignInByProvider | null;
  cookies: Cookies;
  sessionSeconds: number;
};

const AttemptKept = Type.Object({
  state: Type.String({ minLength: 20, maxLength: 200 }),
  nonce: Type.String({ minLength: 20, maxLength: 200 }),
  verifier: Type.String({ minLength: 43, maxLength: 128 }),
  to: Type.String({ maxLength: 600 }),
});

/** As it travels in the browser's cookie; no script of a page sees it. */
const packed = (attempt: Attempt): string =>
  Buffer.from(JSON.stringify(attempt)).toString('base64url');

/** What a browser has kept of its attempt; null for nothing usable. */
function unpacked(cookie: string): Attempt | null {
  try {
    const read: unknown = JSON.parse(Buffer.from(cookie, 'base64url').toString('utf8'));
    return Value.Check(AttemptKept, read) ? read : null;
  } catch {
    return null;
  }
}

/** The start page, with why the sign-in failed, and where one wanted to be. */
const pageWith = (problem: string, to: string): string =>
  `/${problem === '' ? '' : `?signin=${problem}`}${returnAddress(to)}`;

/**
 * Signing in by a provider. The browser leaves from `/api/oidc/start` and comes back to
 * `/api/oidc/callback`; it ends on a page of ours in any case, which says in words what did not work.
 */
export function registerProvider(routes: Routes, deps: ProviderDeps): void {
  const { byProvider, cookies, sessionSeconds } = deps;
  routes.open('GET', '/api/sign-in', () => ({
    provider: byProvider && { name: byProvider.name },
  }));
  routes.open('GET', '/api/oidc/start', async (request, reply) => {
    if (!byProvider) return await refuse(reply, 404, 'NO_PROVIDER');
    const to = returnAddress(queryOf(request)['to'] ?? '');
    const begun = await byProvider.provider.begin(to);
    if (!begun.ok) return await reply.redirect(pageWith(begun.error, to));
    cookies.setAttempt(reply, packed(begun.value.attempt));
    return await reply.redirect(begun.value.url);
  });
  registerBackChannel(routes, byProvider);
  routes.open('GET', '/api/oidc/callback', async (request, reply) => {
    if (!byProvider) return await refuse(reply, 404, 'NO_PROVIDER');
    const attempt = unpacked(cookies.attemptOf(request));
    // Whatever comes of it, it is not tried twice.
    cookies.setAttempt(reply, '');
    const signed = await byProvider.signIn({
      query: request.url.split('?')[1] ?? '',
      attempt,
      address: networkOf(request.ip),
      before: cookies.tokenOf(request),
    });
    const to = attempt?.to ?? '';
    if (!signed.ok) return await reply.redirect(pageWith(signed.error, to));
    cookies.setSession(reply, signed.value.token, sessionSeconds);
    return await reply.redirect(pageWith('', to));
  });
}

/** Longer than any token of the providers that we know. */
const TOKEN_MAX = 16_384;

/**
 * Where the provider itself says that a session there has ended (OpenID Connect Back-Channel Logout 1.0, 2.5): a form
 * with the token, which proves who says it. No browser comes here, and no cookie is looked at.
 */
function registerBackChannel(routes: Routes, byProvider: SignInByProvider | null): void {
  routes.open('POST', '/api/oidc/backchannel-logout', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    if (!byProvider) return await refuse(reply, 404, 'NO_PROVIDER');
    const { body } = request;
    const form = new URLSearchParams(Buffer.isBuffer(body) ? body.toString('utf8') : '');
    const token = form.get('logout_token') ?? '';
    if (token === '' || token.length > TOKEN_MAX) return await invalid(reply, 'no logout_token');
    const ended = await byProvider.logout(token, networkOf(request.ip));
    if (ended.ok) return await reply.status(200).send();
    if (ended.error !== 'PROVIDER_AWAY') return await invalid(reply, 'the token does not hold');
    return await refuse(reply, 503, ended.error);
  });
}

/** As the specification has a refusal (2.8). */
const invalid = (reply: FastifyReply, why: string) =>
  reply.status(400).send({ error: 'invalid_request', error_description: why });
