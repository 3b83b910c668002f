import { describe, expect, test } from 'vitest';
import type { Deed } from '../domain/audit.ts';
import { TRIES_MAX } from '../domain/login.ts';
import type { Count } from '../domain/login.ts';
import { makeDisableUser, makePutUser, makeSignIn, makeWhoIs } from './sign-in.ts';
import type { Try } from './sign-in.ts';
import type { Account, Passwords, Session } from './sign-in-ports.ts';

const NOBODYS = 'nobodys';
const BY = 'service:operator';
const CLERK = {
  name: '小李',
  grants: [{ role: 'CLERK', sellerId: '21230', storeId: '1342' }],
} as const;

/** A till, its accounts and what was asked of them; a hash is its password here. */
function world() {
  const accounts = new Map<string, Account>();
  for (const login of ['xiaoli', 'gone']) {
    const enabled = login !== 'gone';
    accounts.set(login, { ...CLERK, login, enabled, passwordHash: 'right', provider: null });
  }
  const sessions = new Map<string, Session>();
  const counts = new Map<string, number>();
  const known = new Map<string, Set<string>>();
  const verified: { hash: string; first: boolean }[] = [];
  let answer: Awaited<ReturnType<Passwords['verify']>> | null = null;
  const now = { at: Date.UTC(2016, 8, 22, 2) };
  const deeds: Deed[] = [];
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
      use: async (token: string, usedAt: Date) => {
        const found = sessions.get(token);
        if (found) sessions.set(token, { ...found, usedAt });
      },
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
    clock: () => new Date(now.at),
    newToken: () => `token-${(tokens += 1)}`,
    nobodysHash: NOBODYS,
    sessionMs: 3_600_000,
    idleMs: 600_000,
    audit: {
      append: async (deed: Deed) => {
        deeds.push(deed);
        return { ...deed, sequence: BigInt(deeds.length), at: new Date(0), hash: '' };
      },
    },
  };
  const signIn = makeSignIn(deps);
  return {
    now,
    deeds,
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
        before: '',
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
    await makePutUser(deps)({ ...CLERK, login: 'xiaowang', password: 'right' }, BY);
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
    await makePutUser(deps)({ ...CLERK, login: 'xiaoli', password: 'newer' }, BY);
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
    expect(await makeDisableUser(deps)('xiaoli', BY)).toBe(true);
    expect(await whoIs(signed.value.token)).toBe(null);
    expect(codeOf(await send({ password: 'right' }))).toBe('WRONG');
    expect(await makeDisableUser(deps)('nobody', BY)).toBe(false);
  });

  test('ends when it is not used for long, and at its end however it is used', async () => {
    const { send, deps, now } = world();
    const signed = await send({ password: 'right' });
    if (!signed.ok) throw new Error(signed.error);
    const { token } = signed.value;
    const whoIs = makeWhoIs(deps);
    const minutes = async (passed: number) => {
      now.at += passed * 60_000;
      return (await whoIs(token)) !== null;
    };
    for (let used = 0; used < 6; used += 1) expect(await minutes(9)).toBe(true);
    expect(await minutes(5.9)).toBe(true);
    expect(await minutes(0.1)).toBe(false);
    const next = await send({ password: 'right' });
    if (!next.ok) throw new Error(next.error);
    now.at += 10 * 60_000 - 1;
    expect(await whoIs(next.value.token)).not.toBe(null);
    now.at += 10 * 60_000;
    expect(await whoIs(next.value.token)).toBe(null);
  });

  test('has a new token with each sign-in, and the one that the browser had ends', async () => {
    const { send, deps } = world();
    const first = await send({ password: 'right' });
    if (!first.ok) throw new Error(first.error);
    const before = first.value.token;
    const second = await send({ password: 'right', before });
    expect(second.ok && second.value.token).not.toBe(before);
    expect(await makeWhoIs(deps)(before)).toBe(null);
    await send({ password: 'wrong', before: second.ok ? second.value.token : '' });
    expect(second.ok && (await makeWhoIs(deps)(second.value.token))).not.toBe(null);
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

describe('the log', () => {
  test('has who signed in, who did not, and nothing of what was typed for a login that nobody has', async () => {
    const { send, deeds } = world();
    await send();
    await send({ login: 'my-password-by-mistake' });
    await send({ password: 'right' });
    const from = { name: '小李', address: '203.0.113.7', action: 'signIn' };
    expect(deeds).toMatchObject([
      { ...from, login: 'xiaoli', outcome: 'WRONG' },
      { ...from, login: '', name: '', outcome: 'WRONG' },
      { ...from, login: 'xiaoli', outcome: '' },
    ]);
    expect(JSON.stringify(deeds.map((deed) => ({ ...deed, about: 0 })))).not.toContain('mistake');
  });

  test('has an account before and after, and never its password', async () => {
    const { deps, deeds } = world();
    const grants = [{ role: 'READER', sellerId: '21231' }] as const;
    await makePutUser(deps)({ name: '李', grants, login: 'xiaoli', password: 'newer' }, BY);
    await makeDisableUser(deps)('xiaoli', BY);
    const before = JSON.stringify({ name: '小李', grants: CLERK.grants, enabled: true });
    const between = JSON.stringify({ name: '李', grants, enabled: true });
    expect(deeds).toMatchObject([
      { login: BY, action: 'account.put', target: 'xiaoli', before, after: between },
      { login: BY, action: 'account.disable', target: 'xiaoli', before: between },
    ]);
    expect(deeds.some(({ before: was, after }) => /newer|right/.test(was + after))).toBe(false);
  });
});
