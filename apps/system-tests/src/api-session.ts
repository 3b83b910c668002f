import { expect } from 'vitest';

export type ApiAnswer = { status: number; body: Record<string, unknown> };

/** A user who has signed in, as a program would call the API of the pages. */
export type ApiSession = {
  /** The cookie of the session. */
  cookie: string;
  get(path: string): Promise<ApiAnswer>;
  /** `token`: what is sent in the place of the session's own against requests of other sites. */
  post(path: string, body: unknown, token?: string): Promise<ApiAnswer>;
  logout(): Promise<ApiAnswer>;
};

/** Signs a user in, with a session of its own. */
export async function openSession(
  address: string,
  { login, password }: { login: string; password: string },
): Promise<ApiSession> {
  const signed = await fetch(`${address}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login, password }),
  });
  expect(signed.status).toBe(200);
  const cookie = signed.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Strict/);
  const { csrf } = (await signed.json()) as { csrf: string };
  const session = cookie.split(';')[0] ?? '';
  const call = async (
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    token = csrf,
  ): Promise<ApiAnswer> => {
    const response = await fetch(`${address}${path}`, {
      method,
      headers: { cookie: session, 'x-csrf-token': token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return {
    cookie: session,
    get: (path) => call('GET', path),
    post: (path, body, token) => call('POST', path, body, token),
    logout: () => call('POST', '/api/logout', {}),
  };
}
