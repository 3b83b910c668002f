import { httpUrl } from '@astrolabe/local-stack';
import { expect } from 'vitest';
import { OID, TID } from './scenario.ts';
import type { Actor } from './scenario.ts';

type Answer = { status: number; body: Record<string, unknown> };

/** A clerk at work, as a program would call the store console's API. */
export type ClerkAtWork = {
  /** The cookie of the session. */
  session: string;
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  /** Acts on the scenario's order as it was allocated first, or as `body` says otherwise. */
  act(body: Record<string, unknown>, token?: string): Promise<Answer>;
  logout(): Promise<Answer>;
};

/** Signs a clerk in, with a session of its own. */
export async function clerkAtWork({ harness, seller }: Actor, name: string): Promise<ClerkAtWork> {
  const address = httpUrl(harness.stack, 'store-console');
  const clerk = seller.clerks.find((one) => one.name === name);
  if (!clerk) throw new Error(`No clerk ${name}`);
  const signed = await fetch(`${address}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: clerk.login, password: clerk.password }),
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
  ): Promise<Answer> => {
    const response = await fetch(`${address}${path}`, {
      method,
      headers: { cookie: session, 'x-csrf-token': token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return {
    session,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    act: (body, token) =>
      call(
        'POST',
        `/api/orders/tmall/${TID}`,
        { allocation: 1, subOrderIds: [OID], ...body },
        token,
      ),
    logout: () => call('POST', '/api/logout', {}),
  };
}
