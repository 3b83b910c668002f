import { describe, expect, test } from 'vitest';
import { TRIES_MAX } from '../domain/login.ts';
import type { Count } from '../domain/login.ts';
import { makeDisableUser, makePutUser, makeSignIn, makeWhoIs } from './sign-in.ts';
import type { Try } from './sign-in.ts';
import type { Account, Passwords, Session } from './ports.ts';

const NOBODYS = 'nobodys';
const CLERK = {
  name: '小李',
  grants: [{ role: 'CLERK', sellerId: '21230', storeId: '1342' }],
} as const;

/** A till, its accounts and what was asked of them; a hash is its password here. */
function world() {
  const accounts = new Map<string, Account>();
  for (const login of ['xiaoli', 'gone']) {
    const enabled = login !== 'gone';
    accounts.set(login, { ...CLERK, login, enabled, passwordHash: 'right' });
  }
  const sessions = new Map<string, Session>();
  const counts = new Map<string, number>();
  const known = new Map<string, Set<string>>();
  const verified: { hash: string; first: boolean }[] = [];
  let answer: Awaited<ReturnType<Passwords['verify']>> | null = null;
  let tokens = 0;
  const keyOf = ({ scope, key }: Count): string => `${scope} ${key}`;
  const deps = {
    accounts: {
      put: async (account: Account) => void accounts.set(account.login, account),
      find: async (login: string) => accounts.get(login) ?? null,
      disable: async (login: string) => {
        const found = accounts.get(login);
        if (found) accounts.set(login, { ...found, enabled: false });
        return found !== undefined;
      },
      page: async () => [...accounts.values()],
    },
    sessions: {
      create: async (token: string, session: Session) => void sessions.set(token, session),
      find: async (token: string) => sessions.get(token) ?? null,
      end: async (token: string) => void sessions.delete(token),
      endAll: async (login: string) => {
        for (const [token, one] of sessions) if (one.login === login) sessions.delete(token);
      },
    },
    devices: {
      knows: async (token: string, login: string) => known.get(token)?.has(login) ?? false,
      remember: async (token: string, login: string) => {
        const device = known.has(token) ? token : `device-${(tokens += 1)}`;
        known.set(device, new Set([...(known.get(device) ?? []), login]));
        return device;
      },
      forgetAll: async (login: string) => {
        for (const logins of known.values()) logins.delete(login);
      },
    },
    tries: {
      add: async (count: Count) => {
        const number = (counts.get(keyOf(count)) ?? 0) + 1;
        counts.set(keyOf(count), number);
        return number;
      },
      takeBack: async (count: Count) =>
        void counts.set(keyOf(count), (counts.get(keyOf(count)) ?? 0) - 1),
    },
    passwords: {
      hash: async (password: string) => password,
      verify: async (password: string, hash: string, { first }: { first: boolean }) => {
        verified.push({ hash, first });
        return answer ?? (password === hash ? ('RIGHT' as const) : ('WRONG' as const));
      },
    },
    clock: () => new Date('2016-09-22T02:00:00Z'),
    newToken: () => `token-${(tokens += 1)}`,
    nobodysHash: NOBODYS,
    sessionMs: 1_000,
  };
  const signIn = makeSignIn(deps);
  return {
    deps,
    verified,
    counts,
    answerWith: (next: typeof answer) => (answer = next),
    send: (more: Partial<Try> = {}) =>
      signIn({
        login: 'xiaoli',
        password: 'wrong',
        address: '203.0.113.7',
        device: '',
        signal: new AbortController().signal,
        ...more,
      }),
  };
}

const codeOf = (result: { ok: true } | { ok: false; error: string }): string =>
  result.ok ? 'IN' : result.error;

describe('an unknown name', () => {
  test.each(['xiaoli', 'nobody', 'gone'])(
    '%s: five are wrong, the sixth is one too many',
    async (login) => {
      const { send, verified } = world();
      const codes: string[] = [];
      for (let tried = 0; tried < 6; tried += 1) codes.push(codeOf(await send({ login })));
      expect(codes).toEqual([...Array.from({ length: 5 }, () => 'WRONG'), 'TOO_MANY_TRIES']);
      // Each costs one check of a password, whoever it is.
      expect(verified).toHaveLength(5);
      expect(verified[0]?.hash).toBe(login === 'nobody' ? NOBODYS : 'right');
    },
  );
});

describe('a known device', () => {
  test('signs in while others guess its clerk from elsewhere', async () => {
    const { send, verified } = world();
    const first = await send({ password: 'right' });
    if (!first.ok) throw new Error(first.error);
    const { device } = first.value;
    for (let tried = 0; tried < 10; tried += 1) await send({ address: `198.51.100.${tried}` });
    expect(codeOf(await send({ password: 'right' }))).toBe('TOO_MANY_TRIES');
    expect(codeOf(await send({ password: 'right', device }))).toBe('IN');
    expect(verified.at(-1)?.first).toBe(true);
  });

  test('may guess five times, and is known for its own clerk alone', async () => {
    const { send, deps } = world();
    await makePutUser(deps)({ ...CLERK, login: 'xiaowang', password: 'right' });
    const first = await send({ password: 'right' });
    if (!first.ok) throw new Error(first.error);
    const { device } = first.value;
    for (let tried = 0; tried < 5; tried += 1) expect(codeOf(await send({ device }))).toBe('WRONG');
    expect(codeOf(await send({ device, password: 'right' }))).toBe('TOO_MANY_TRIES');
    const other = await send({ device, login: 'xiaowang', password: 'right' });
    expect(other).toMatchObject({ ok: true, value: { device } });
  });

  test('is new again after a new password', async () => {
    const { send, deps, verified } = world();
    const first = await send({ password: 'right' });
    if (!first.ok) throw new Error(first.error);
    await makePutUser(deps)({ ...CLERK, login: 'xiaoli', password: 'newer' });
    await send({ device: first.value.device, password: 'newer' });
    expect(verified.at(-1)?.first).toBe(false);
  });
});

describe('counts', () => {
  test('an address has twenty tries over all names; a right one costs none', async () => {
    const { send } = world();
    for (let tried = 0; tried < 3; tried += 1) await send({ password: 'right' });
    for (let tried = 0; tried < TRIES_MAX.address; tried += 1) {
      expect(codeOf(await send({ login: `nobody-${tried}` }))).toBe('WRONG');
    }
    expect(codeOf(await send({ login: 'another' }))).toBe('TOO_MANY_TRIES');
    expect(codeOf(await send({ login: 'another', address: '203.0.113.8' }))).toBe('WRONG');
  });

  test('all together have their limit too, and it is nobody\u2019s fault', async () => {
    const { send } = world();
    for (let tried = 0; tried < TRIES_MAX.all; tried += 1) {
      await send({ login: `nobody-${tried}`, address: `10.0.0.${tried}` });
    }
    expect(codeOf(await send({ address: '203.0.113.9' }))).toBe('BUSY');
  });

  test.each(['BUSY', 'LEFT'] as const)('%s was not looked at and is given back', async (answer) => {
    const { send, counts, answerWith } = world();
    answerWith(answer);
    expect(codeOf(await send())).toBe(answer);
    expect([...counts.values()]).toEqual([0, 0, 0]);
  });
});

describe('a session', () => {
  test('has the rights that its account has now, and ends with the account', async () => {
    const { send, deps } = world();
    const signed = await send({ password: 'right' });
    if (!signed.ok) throw new Error(signed.error);
    const whoIs = makeWhoIs(deps);
    expect((await whoIs(signed.value.token))?.user.grants).toEqual(CLERK.grants);
    const account = await deps.accounts.find('xiaoli');
    if (!account) throw new Error('no account');
    const grants = [{ role: 'READER', sellerId: '21231' }] as const;
    await deps.accounts.put({ ...account, grants });
    expect((await whoIs(signed.value.token))?.user.grants).toEqual(grants);
    expect(await makeDisableUser(deps)('xiaoli')).toBe(true);
    expect(await whoIs(signed.value.token)).toBe(null);
    expect(codeOf(await send({ password: 'right' }))).toBe('WRONG');
    expect(await makeDisableUser(deps)('nobody')).toBe(false);
  });

  test('nobody learns the hash of a password from who is signed in', async () => {
    const { send } = world();
    const signed = await send({ password: 'right' });
    expect(signed.ok && Object.keys(signed.value.user).toSorted()).toEqual([
      'enabled',
      'grants',
      'login',
      'name',
    ]);
  });
});
