import type { FastifyReply, FastifyRequest } from 'fastify';

const DEVICE_COOKIE = 'astrolabe_device';
const DEVICE = /^[\w-]{43}$/;

const refusals = new WeakMap<FastifyReply, string>();

/** Says why a request is not answered, in the API's form. */
export function refuse(
  reply: FastifyReply,
  status: number,
  code: string,
  more: Record<string, string> = {},
) {
  refusals.set(reply, code);
  return reply.code(status).send({ code, ...more });
}

/** The code by which a request was refused; undefined for one that was not. */
export const refusalOf = (reply: FastifyReply): string | undefined => refusals.get(reply);

const cookieOf = (request: FastifyRequest, name: string): string => {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
};

type Cookie = {
  name: string;
  value: string;
  path: string;
  seconds: number;
  site: 'Strict' | 'Lax';
};

/** How long a sign-in by a provider may take. */
const ATTEMPT_SECONDS = 600;

export type Cookies = ReturnType<typeof createCookies>;

/**
 * The cookies of the console; scripts cannot read them. Over TLS a session's is of this very host, of its
 * whole (`__Host-`), so that neither a neighbour of its domain nor a page without TLS can put one there.
 */
export function createCookies(secure: boolean) {
  const prefix = secure ? '__Host-' : '';
  const [session, attempt] = [`${prefix}astrolabe_session`, `${prefix}astrolabe_oidc`];
  const set = (reply: FastifyReply, { name, value, path, seconds, site }: Cookie): void => {
    const flags = `Path=${path}; HttpOnly; SameSite=${site}; Max-Age=${value === '' ? 0 : seconds}`;
    void reply.header('set-cookie', `${name}=${value}; ${flags}${secure ? '; Secure' : ''}`);
  };
  return {
    /** The token in the cookies of a request; empty when there is none. */
    tokenOf: (request: FastifyRequest): string => cookieOf(request, session),
    /** The session's cookie, which no other site's request carries; an empty token removes it. */
    setSession: (reply: FastifyReply, token: string, seconds: number): void =>
      set(reply, { name: session, value: token, path: '/', seconds, site: 'Strict' }),
    /** What the device says that it is; empty for one that says nothing usable. */
    deviceOf: (request: FastifyRequest): string => {
      const device = cookieOf(request, DEVICE_COOKIE);
      return DEVICE.test(device) ? device : '';
    },
    /** The device's cookie goes to the login alone: it opens nothing. */
    setDevice: (reply: FastifyReply, device: string, seconds: number): void =>
      set(reply, {
        name: DEVICE_COOKIE,
        value: device,
        path: '/api/login',
        seconds,
        site: 'Strict',
      }),
    /** What was kept of a sign-in by a provider; empty for none. */
    attemptOf: (request: FastifyRequest): string => cookieOf(request, attempt),
    /** The provider sends the browser back: a request that another site leads to carries it. */
    setAttempt: (reply: FastifyReply, value: string): void =>
      set(reply, { name: attempt, value, path: '/', seconds: ATTEMPT_SECONDS, site: 'Lax' }),
  };
}
