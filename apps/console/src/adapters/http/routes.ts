import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { AuditLog } from '../../application/audit-ports.ts';
import type { Session, User } from '../../application/sign-in-ports.ts';
import type { Clerk } from '../../application/store-ports.ts';
import { may, storeOf } from '../../domain/rights.ts';
import type { Right } from '../../domain/rights.ts';
import { audited } from './audited.ts';
import { refuse } from './session.ts';
import type { Cookies } from './session.ts';

const CSRF_HEADER = 'x-csrf-token';
const API = '/api/';

export type WhoIs = (token: string) => Promise<{ user: User; session: Session } | null>;

/** Who calls a route that needs a session. */
export type Signed = { user: User; session: Session; token: string };

/** What a route asks of its caller: nothing, a session, or a right that the session must have. */
export type Need = 'nothing' | 'session' | Right;

type Method = 'GET' | 'POST';
type Work<Caller> = (caller: Caller, request: FastifyRequest, reply: FastifyReply) => unknown;
/** Reads what a call replaces, as it stands before it, in the words of the call's body; undefined where there is none. */
type Before<Caller> = (caller: Caller, request: FastifyRequest) => Promise<unknown>;

export type Routes = {
  /** Whoever calls: only what leads to a session. */
  open(method: Method, path: string, work: RouteHandlerMethod): void;
  /** Whoever has a session. */
  session(method: Method, path: string, work: Work<Signed>): void;
  /** At the store that the session names. */
  store(
    method: Method,
    path: string,
    right: 'store.work' | 'store.journal',
    work: Work<Signed & { clerk: Clerk }>,
  ): void;
  /** Of the seller that the path names as `:seller`. */
  seller(
    method: Method,
    path: string,
    right: 'seller.read' | 'seller.act' | 'receiver.reveal',
    work: Work<Signed & { sellerId: string }>,
    before?: Before<Signed & { sellerId: string }>,
  ): void;
  platform(
    method: Method,
    path: string,
    right: 'platform.read' | 'platform.act' | 'audit.read',
    work: Work<Signed>,
    before?: Before<Signed>,
  ): void;
  /** Every route that was declared, with what it needs. */
  declared: readonly { method: Method; path: string; need: Need }[];
};

export type RoutesDeps = {
  whoIs: WhoIs;
  audit: Pick<AuditLog, 'append'>;
  cookies: Pick<Cookies, 'tokenOf'>;
};

/** The clerk that a user is; null for who works at no store. */
export function clerkOf({ login, name, grants }: User): Clerk | null {
  const store = storeOf(grants);
  return store && { login, name, ...store };
}

/**
 * The routes of the API, each with what it needs of its caller. Without a session the answer is 401,
 * with one that lacks the right 403. A route of the API that is not declared here cannot be added. What
 * changes something is in the audit log before it is done (docs/adr/0075).
 */
export function createRoutes(app: FastifyInstance, { whoIs, audit, cookies }: RoutesDeps): Routes {
  const declared: Routes['declared'][number][] = [];
  const add = (method: Method, path: string, need: Need, handler: RouteHandlerMethod) => {
    declared.push({ method, path, need });
    app.route({ method, url: path, config: { need }, handler });
  };
  app.addHook('onRoute', ({ url, config }) => {
    const isDeclared = config !== undefined && 'need' in config;
    if (url.startsWith(API) && !isDeclared) throw new TypeError(`${url} does not say who may call`);
  });
  const guard = <Caller>(
    right: Right | null,
    callerOf: (signed: Signed, request: FastifyRequest) => Caller,
    work: Work<Caller>,
    before?: Before<Caller>,
  ): RouteHandlerMethod =>
    async function guarded(request, reply) {
      const signed = await signedIn(whoIs, cookies.tokenOf(request), right, request, reply);
      if (!signed) return await reply;
      const caller = callerOf(signed, request);
      const done = () => work(caller, request, reply);
      if (request.method === 'GET') return await done();
      const { user } = signed;
      const sellerId = targetOf(right, user, request)?.sellerId ?? '';
      const path = request.routeOptions.url ?? '';
      const replaced = before && (() => before(caller, request));
      return await audited(audit, { path, user, sellerId, replaced }, request, reply, done);
    };
  const itself = (signed: Signed): Signed => signed;
  return {
    declared,
    open: (method, path, work) => add(method, path, 'nothing', work),
    session: (method, path, work) => add(method, path, 'session', guard(null, itself, work)),
    store: (method, path, right, work) => {
      const callerOf = (signed: Signed) => ({ ...signed, clerk: clerkAt(signed) });
      add(method, path, right, guard(right, callerOf, work));
    },
    seller: (method, path, right, work, before) => {
      if (!path.includes('/:seller')) throw new TypeError(`${path} names no seller`);
      const callerOf = (signed: Signed, request: FastifyRequest) => ({
        ...signed,
        sellerId: sellerIn(request),
      });
      add(method, path, right, guard(right, callerOf, work, before));
    },
    platform: (method, path, right, work, before) =>
      add(method, path, right, guard(right, itself, work, before)),
  };
}

/** What an address asks; each parameter is one text, as nothing that is sent twice gets here. */
export const queryOf = ({ query }: FastifyRequest) => query as Partial<Record<string, string>>;

/** What the path of a route names. */
export const pathOf = ({ params }: FastifyRequest) => params as Partial<Record<string, string>>;

const sellerIn = (request: FastifyRequest): string => pathOf(request)['seller'] ?? '';

/** Where a right is asked for: at the user's store, or of the seller that the path names. */
const targetOf = (right: Right | null, { grants }: User, request: FastifyRequest) =>
  right?.startsWith('store.') ? storeOf(grants) : { sellerId: sellerIn(request), storeId: '' };

function clerkAt({ user }: Signed): Clerk {
  const clerk = clerkOf(user);
  if (!clerk) throw new TypeError('a right at a store was granted without one');
  return clerk;
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * The caller of a route that needs a right, or a session alone; null when the refusal has been sent. What
 * changes something needs the session's token too, which no other site knows.
 */
async function signedIn(
  whoIs: WhoIs,
  token: string,
  right: Right | null,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Signed | null> {
  const found = token === '' ? null : await whoIs(token);
  if (!found) {
    await refuse(reply, 401, 'NOT_SIGNED_IN');
    return null;
  }
  const target = targetOf(right, found.user, request);
  if (right && !(target && may(found.user.grants, right, target))) {
    await refuse(reply, 403, 'FORBIDDEN');
    return null;
  }
  const sent = request.headers[CSRF_HEADER];
  if (request.method !== 'GET' && !isSame(String(sent ?? ''), found.session.csrf)) {
    await refuse(reply, 403, 'BAD_CSRF_TOKEN');
    return null;
  }
  return { ...found, token };
}
