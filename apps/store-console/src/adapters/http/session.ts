import { timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clerk, Session } from '../../application/ports.ts';

const COOKIE = 'astrolabe_store';
const DEVICE_COOKIE = 'astrolabe_store_device';
const DEVICE = /^[\w-]{43}$/;
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

const cookieOf = (request: FastifyRequest, name: string): string => {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
};

/** The token in the cookies of a request; empty when there is none. */
export const tokenOf = (request: FastifyRequest): string => cookieOf(request, COOKIE);

/** What the device says that it is; empty for one that says nothing usable. */
export function deviceOf(request: FastifyRequest): string {
  const device = cookieOf(request, DEVICE_COOKIE);
  return DEVICE.test(device) ? device : '';
}

type Cookie = { name: string; value: string; path: string; seconds: number };

/** Scripts cannot read a cookie of ours, and no other site's request carries it. */
function setCookie(reply: FastifyReply, cookie: Cookie, secure: boolean): void {
  const flags = `Path=${cookie.path}; HttpOnly; SameSite=Strict; Max-Age=${cookie.seconds}`;
  const tls = secure ? '; Secure' : '';
  void reply.header('set-cookie', `${cookie.name}=${cookie.value}; ${flags}${tls}`);
}

/** The session's cookie; an empty token removes it. */
export function setSession(reply: FastifyReply, token: string, secure: boolean, seconds: number) {
  const cookie = { name: COOKIE, value: token, path: '/', seconds: token === '' ? 0 : seconds };
  setCookie(reply, cookie, secure);
}

/** The device's cookie goes to the login alone: it opens nothing. */
export function setDevice(reply: FastifyReply, device: string, secure: boolean, seconds: number) {
  setCookie(reply, { name: DEVICE_COOKIE, value: device, path: '/api/login', seconds }, secure);
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
