import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Result } from '@astrolabe/kernel';
import Type from 'typebox';
import Value from 'typebox/value';
import type { Sessions } from '../../application/ports.ts';
import type { SignInRefusal, SignedIn, Try } from '../../application/sign-in.ts';
import { networkOf } from './address.ts';
import { jsonOf } from './json.ts';
import { deviceOf, refuse, setDevice, setSession, signedIn } from './session.ts';
import type { Signed, WhoIs } from './session.ts';

export type SessionApiDeps = {
  whoIs: WhoIs;
  signIn: (sent: Try) => Promise<Result<SignedIn, SignInRefusal>>;
  sessions: Pick<Sessions, 'end'>;
  /** Whether the seller's clerks answer here, or in the till (models C and D). */
  answersHere: (sellerId: string) => Promise<boolean>;
  cookieSecure: boolean;
  sessionSeconds: number;
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

/** Signing in and out, and who is signed in. */
export function registerSessions(app: FastifyInstance, deps: SessionApiDeps): void {
  const { whoIs, sessions, cookieSecure, sessionSeconds, deviceSeconds } = deps;
  const clerkJson = async ({ clerk, session }: Pick<Signed, 'clerk' | 'session'>) => ({
    login: clerk.login,
    name: clerk.name,
    sellerId: clerk.sellerId,
    storeId: clerk.storeId,
    role: clerk.role,
    answersHere: await deps.answersHere(clerk.sellerId),
    csrf: session.csrf,
  });
  app.post('/api/login', async (request, reply) => {
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
      device: deviceOf(request),
      signal: leaving(reply),
    });
    if (!signed.ok) {
      if (STATUS[signed.error] === 503) void reply.header('retry-after', BUSY_SECONDS);
      return await refuse(reply, STATUS[signed.error], signed.error);
    }
    setSession(reply, signed.value.token, cookieSecure, sessionSeconds);
    setDevice(reply, signed.value.device, cookieSecure, deviceSeconds);
    return await clerkJson(signed.value);
  });
  app.get(
    '/api/me',
    signedIn(whoIs, (signed) => clerkJson(signed)),
  );
  app.post(
    '/api/logout',
    signedIn(whoIs, async ({ token }, _request, reply) => {
      await sessions.end(token);
      setSession(reply, '', cookieSecure, 0);
      return {};
    }),
  );
}
