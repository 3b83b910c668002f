import { timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clerk, Session } from '../../application/ports.ts';

const COOKIE = 'astrolabe_store';
const CSRF_HEADER = 'x-csrf-token';

export type WhoIs = (token: string) => Promise<{ clerk: Clerk; session: Session } | null>;

export type Signed = { clerk: Clerk; session: Session; token: string };

/** Says why a request is not answered, in the API's form. */
export const refuse = (
  reply: FastifyReply,
  status: number,
  code: string,
  more: Record<string, string> = {},
) => reply.code(status).send({ code, ...more });

/** The token in the cookies of a request; empty when there is none. */
export function tokenOf(request: FastifyRequest): string {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? '';
}

/**
 * The session's cookie: scripts cannot read it, and no other site's request carries it. An empty
 * token removes it.
 */
export function setCookie(reply: FastifyReply, token: string, secure: boolean, seconds: number) {
  const flags = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${token === '' ? 0 : seconds}`;
  void reply.header('set-cookie', `${COOKIE}=${token}; ${flags}${secure ? '; Secure' : ''}`);
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Lets `work` run for a clerk with a session; what changes something needs the session's token. */
export const signedIn =
  (whoIs: WhoIs, work: (signed: Signed, request: FastifyRequest, reply: FastifyReply) => unknown) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const token = tokenOf(request);
    const found = token === '' ? null : await whoIs(token);
    if (!found) return await refuse(reply, 401, 'NOT_SIGNED_IN');
    const sent = request.headers[CSRF_HEADER];
    if (request.method !== 'GET' && !isSame(String(sent ?? ''), found.session.csrf)) {
      return await refuse(reply, 403, 'BAD_CSRF_TOKEN');
    }
    return await work({ ...found, token }, request, reply);
  };
