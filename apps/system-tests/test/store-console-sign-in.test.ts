import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { adminAddress, httpUrl } from '@astrolabe/local-stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '../src/api-session.ts';
import { clerkOf } from '../src/clerk.ts';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { operatorOf } from '../src/operator.ts';
import { startedSeller } from '../src/scenario.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const MODEL_A = { allocator: 'astrolabe', acceptor: 'dianzhanggui' } as const;

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    apps: [...SERVICES, 'console'],
    // This machine stands for the proxy in front: tests come from addresses of their own.
    extra: { console: { TRUSTED_PROXIES: '127.0.0.1' } },
  });
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

const address = (): string => httpUrl(harness.stack, 'console');

/** Runs the command line; what it printed. */
async function runCli(...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(ROOT, 'apps/cli/src/main.ts'), ...words],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        CONSOLE_ADMIN_ADDRESS: adminAddress(harness.stack, 'console'),
        USER_PASSWORD: 'a long pass phrase',
      },
    },
  );
  return stdout;
}

test('an account made on the command line can sign in', async () => {
  const { seller } = await startedSeller(harness, MODEL_A);
  const words = ['user', 'add', `chen-${seller.sellerId}`, '--name', '小陈'];
  const grants = ['--grants', `clerk@${seller.sellerId}/123`];
  expect(JSON.parse(await runCli(...words, ...grants))).toMatchObject({
    login: words[2],
    grants: [{ role: 'ROLE_CLERK', storeId: '123' }],
  });
  const signed = await fetch(`${address()}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: words[2], password: 'a long pass phrase' }),
  });
  expect(await signed.json()).toMatchObject({
    name: '小陈',
    store: { storeId: '123', role: 'CLERK' },
    sellers: [],
  });
});

test('an operator is made, listed and disabled on the command line, which ends the session', async () => {
  const { seller } = await startedSeller(harness, MODEL_A);
  const login = `ops-${seller.sellerId}`;
  const grants = `operator@${seller.sellerId},reader@99999`;
  await runCli('user', 'add', login, '--name', '老周', '--grants', grants);
  const session = await openSession(address(), { login, password: 'a long pass phrase' });
  expect((await session.get('/api/me')).body).toMatchObject({
    store: null,
    sellers: [
      { sellerId: seller.sellerId, mayAct: true },
      { sellerId: '99999', mayAct: false },
    ],
    allSellers: null,
  });
  const users = (await runCli('user', 'list')).split('\n').filter((line) => line !== '');
  const listed = users.map((line) => JSON.parse(line) as { login: string });
  expect(listed.find((one) => one.login === login)).toMatchObject({
    name: '老周',
    enabled: true,
    grants: [
      { role: 'ROLE_OPERATOR', sellerId: seller.sellerId },
      { role: 'ROLE_READER', sellerId: '99999' },
    ],
  });
  expect(users.join('')).not.toContain('scrypt');
  await runCli('user', 'disable', login);
  expect((await session.get('/api/me')).status).toBe(401);
  await expect(runCli('user', 'disable', `nobody-${login}`)).rejects.toThrow(/UNKNOWN_USER/);
  await expect(
    runCli('user', 'add', login, '--name', '老周', '--grants', 'clerk@1/1,clerk@1/2'),
  ).rejects.toThrow(/TWO_STORES/);
});

describe('login tries', () => {
  type Answer = { status: number; code: string; device: string };

  /** Tries a password from an address, on a device. */
  async function tryFrom(
    from: string,
    login: string,
    password: string,
    { device = '', signal = null as AbortSignal | null } = {},
  ): Promise<Answer> {
    const response = await fetch(`${address()}/api/login`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': from,
        cookie: `astrolabe_device=${device}`,
      },
      body: JSON.stringify({ login, password }),
      signal,
    });
    const { code = '' } = (await response.json()) as { code?: string };
    const set = response.headers.getSetCookie().find((one) => one.includes('_device='));
    return { status: response.status, code, device: set?.split(/[=;]/)[1] ?? '' };
  }

  test('five wrong passwords, then no more: an unknown name is answered like a clerk or an operator', async () => {
    const actor = await startedSeller(harness, MODEL_A);
    const { login, password } = await clerkOf(actor, '小李');
    for (const [from, name] of [
      ['203.0.113.1', login],
      ['203.0.113.2', `nobody-${login}`],
      ['203.0.113.3', (await operatorOf(actor)).login],
    ] as const) {
      for (let tried = 0; tried < 5; tried += 1) {
        const wrong = await tryFrom(from, name, 'not-the-password');
        expect(wrong).toEqual({ status: 401, code: 'WRONG', device: '' });
      }
      const last = await tryFrom(from, name, password);
      expect(last).toEqual({ status: 429, code: 'TOO_MANY_TRIES', device: '' });
    }
  });

  test('sixty tries at once do not keep a clerk out on a till that is in use', async () => {
    const actor = await startedSeller(harness, MODEL_A);
    const { login, password } = await clerkOf(actor, '小李');
    const first = await tryFrom('198.51.100.1', login, password);
    expect(first).toMatchObject({ status: 200 });
    expect(first.device).not.toBe('');
    const leaver = new AbortController();
    const left = Array.from({ length: 4 }, (_, index) =>
      tryFrom('203.0.113.30', `left-${index}`, 'x', { signal: leaver.signal }).catch(() => null),
    );
    const flood = Array.from({ length: 60 }, (_, index) =>
      tryFrom(`203.0.113.${40 + (index % 20)}`, index < 20 ? login : `nobody-${index}`, 'guess'),
    );
    leaver.abort();
    const clerk = tryFrom('203.0.113.40', login, password, { device: first.device });
    const [known, answers] = await Promise.all([clerk, Promise.all(flood), Promise.all(left)]);
    expect(known).toMatchObject({ status: 200, device: first.device });
    const codes = new Set(answers.map(({ status, code }) => `${status} ${code}`));
    // Two are looked at and eight wait; the others are told so at once.
    expect(codes).toContain('503 BUSY');
    for (const code of codes)
      expect(['401 WRONG', '429 TOO_MANY_TRIES', '503 BUSY']).toContain(code);
    // After the flood a new device is let in as before.
    expect(await tryFrom('198.51.100.9', `nobody-${login}-9`, 'x')).toMatchObject({ status: 401 });
  });
});
