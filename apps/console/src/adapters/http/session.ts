import type { FastifyReply, FastifyRequest } from 'fastify';

const COOKIE = 'astrolabe_session';
const DEVICE_COOKIE = 'astrolabe_device';
const DEVICE = /^[\w-]{43}$/;

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
