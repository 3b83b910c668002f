import type { FastifyReply } from 'fastify';
import type { Result } from '@astrolabe/kernel';
import Type from 'typebox';
import Value from 'typebox/value';
import type { Sessions } from '../../application/sign-in-ports.ts';
import type { Clerk, StoreName } from '../../application/store-ports.ts';
import type { SignInRefusal, SignedIn, Try } from '../../application/sign-in.ts';
import { may, sellersOf } from '../../domain/rights.ts';
import { networkOf } from './address.ts';
import { jsonOf } from './json.ts';
import { clerkOf } from './routes.ts';
import type { Routes, Signed } from './routes.ts';
import { registerProvider } from './provider.ts';
import type { ProviderDeps } from './provider.ts';
import { refuse } from './session.ts';

export type SessionApiDeps = ProviderDeps & {
  signIn: (sent: Try) => Promise<Result<SignedIn, SignInRefusal>>;
  sessions: Pick<Sessions, 'end'>;
  /** Whether the seller's clerks answer here, or in the till (models C and D). */
  answersHere: (sellerId: string) => Promise<boolean>;
  /** What a store is called; empty where nobody has said, or can say now. */
  storeName: (store: StoreName) => Promise<string>;
  deviceSeconds: number;
};

const Login = Type.Object({
  login: Type.String({ minLength: 1, maxLength: 100 }),
  password: Type.String({ minLength: 1, maxLength: 200 }),
});

const STATUS: Record<SignInRefusal, number> = {
  WRONG: 401,
  TOO_MANY_TRIES: 429,
  BUSY: 503,
  LEFT: 503,
};
const BUSY_SECONDS = '2';

/** Aborted when the caller closes the line before it has an answer. */
function leaving(reply: FastifyReply): AbortSignal {
  const left = new AbortController();
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) left.abort();
  });
  return left.signal;
}

/** The store of a session, as the pages know it. */
async function storeJson(
  clerk: Clerk,
  { answersHere, storeName }: Pick<SessionApiDeps, 'answersHere' | 'storeName'>,
) {
  const { sellerId, storeId, role } = clerk;
  const [name, here] = await Promise.all([storeName({ sellerId, storeId }), answersHere(sellerId)]);
  return { sellerId, storeId, storeName: name, role, answersHere: here };
}

/** What a session may see: at most one store, and sellers, each with whether it may be changed. */
async function sessionJson(
  deps: SessionApiDeps,
  { user, session }: Pick<Signed, 'user' | 'session'>,
) {
  const clerk = clerkOf(user);
  const { all, sellerIds } = sellersOf(user.grants);
  const rightsAt = (sellerId: string) => {
    const at = { sellerId, storeId: '' };
    const [mayAct, mayReveal] = [
      may(user.grants, 'seller.act', at),
      may(user.grants, 'receiver.reveal', at),
    ];
    return { mayAct, mayReveal };
  };
  return {
    login: user.login,
    name: user.name,
    csrf: session.csrf,
    store: clerk && (await storeJson(clerk, deps)),
    sellers: sellerIds.map((sellerId) => ({ sellerId, ...rightsAt(sellerId) })),
    // The empty name is of no seller: what may be done to it may be done to all.
    allSellers: all ? rightsAt('') : null,
    mayAudit: may(user.grants, 'audit.read', { sellerId: '', storeId: '' }),
  };
}

/** Signing in and out, and who is signed in. */
export function registerSessions(routes: Routes, deps: SessionApiDeps): void {
  const { sessions, cookies, sessionSeconds, deviceSeconds, byProvider } = deps;
  registerProvider(routes, deps);
  routes.open('POST', '/api/login', async (request, reply) => {
    // A form of another site cannot send this type without asking first, and nobody answers yes.
    if (!request.headers['content-type']?.startsWith('application/json')) {
      return await refuse(reply, 415, 'UNSUPPORTED_MEDIA_TYPE');
    }
    const sent = jsonOf(request.body);
    if (!Value.Check(Login, sent)) return await refuse(reply, 400, 'BAD_REQUEST');
    const signed = await deps.signIn({
      login: sent.login,
      password: sent.password,
      address: networkOf(request.ip),
      device: cookies.deviceOf(request),
      before: cookies.tokenOf(request),
      signal: leaving(reply),
    });
    if (!signed.ok) {
      if (STATUS[signed.error] === 503) void reply.header('retry-after', BUSY_SECONDS);
      return await refuse(reply, STATUS[signed.error], signed.error);
    }
    cookies.setSession(reply, signed.value.token, sessionSeconds);
    cookies.setDevice(reply, signed.value.device, deviceSeconds);
    return await sessionJson(deps, signed.value);
  });
  routes.session('GET', '/api/me', (signed) => sessionJson(deps, signed));
  routes.session('POST', '/api/logout', async ({ token, session }, _request, reply) => {
    await sessions.end(token);
    cookies.setSession(reply, '', 0);
    const { idToken } = session;
    // Else the next click on the provider's button would sign the same person in again.
    const leave = byProvider && idToken !== '' ? await byProvider.provider.endOf(idToken) : '';
    return { leave };
  });
}
