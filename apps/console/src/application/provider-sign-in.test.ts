import { err, ok } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import { describe, expect, test } from 'vitest';
import type { Deed } from '../domain/audit.ts';
import { groupGrantsOf } from '../domain/identity.ts';
import type { Account, Identity, ProviderRefusal, Session } from './sign-in-ports.ts';
import { makeProviderSignIn } from './provider-sign-in.ts';

const ATTEMPT = { state: 's', nonce: 'n', verifier: 'v', to: '' };
const LI: Account = {
  login: 'li',
  name: '小李',
  grants: [{ role: 'OPERATOR', sellerId: '21230' }],
  enabled: true,
  passwordHash: 'a hash',
  provider: null,
};

/** A console whose provider says this of whoever comes back. */
function world({
  groups = false,
  accounts = [LI],
}: { groups?: boolean; accounts?: Account[] } = {}) {
  const kept = new Map(accounts.map((account) => [account.login, account]));
  const sessions = new Map<string, Session>();
  const deeds: Deed[] = [];
  let tokens = 0;
  let said: Result<Identity, ProviderRefusal> = err('PROVIDER_AWAY');
  const signIn = makeProviderSignIn({
    accounts: {
      put: async (account) => void kept.set(account.login, account),
      find: async (login) => kept.get(login) ?? null,
      disable: async () => false,
      page: async () => [],
    },
    sessions: {
      create: async (token, session) => void sessions.set(token, session),
      find: async (token) => sessions.get(token) ?? null,
      use: async () => undefined,
      end: async (token) => void sessions.delete(token),
      endAll: async () => undefined,
    },
    clock: () => new Date('2016-09-22T02:00:00Z'),
    newToken: () => `token-${(tokens += 1)}`,
    sessionMs: 1_000,
    audit: {
      append: async (deed) => {
        deeds.push(deed);
        return { ...deed, sequence: BigInt(deeds.length), at: new Date(0), hash: '' };
      },
    },
    provider: { finish: async () => said },
    rules: {
      loginClaim: 'preferred_username',
      groupsClaim: groups ? 'groups' : '',
      groupGrants: groupGrantsOf('ops=operator@all;shop=reader@21230'),
    },
  });
  return {
    kept,
    sessions,
    deeds,
    /** Comes back as this subject with these claims. */
    come: async (subject: string, claims: Record<string, unknown>, before = '') => {
      said = ok({ issuer: 'https://id', subject, sid: 's-1', idToken: `id of ${subject}`, claims });
      const result = await signIn({ query: '', attempt: ATTEMPT, address: '10.0.0.1', before });
      return result.ok ? 'IN' : result.error;
    },
    refused: async (attempt: typeof ATTEMPT | null) => {
      const result = await signIn({ query: '', attempt, address: '10.0.0.1', before: '' });
      return result.ok ? 'IN' : result.error;
    },
  };
}

describe('an account of ours', () => {
  test('opens with its own grants, in a session that knows the id token; the one before ends', async () => {
    const { come, kept, sessions, deeds } = world();
    sessions.set('before', { ...ATTEMPT, login: 'li' } as unknown as Session);
    expect(await come('7', { preferred_username: 'li' }, 'before')).toBe('IN');
    expect([...sessions.values()]).toMatchObject([
      {
        login: 'li',
        idToken: 'id of 7',
        provider: { issuer: 'https://id', subject: '7', sid: 's-1' },
      },
    ]);
    const provider = { issuer: 'https://id', subject: '7', isSource: false };
    expect(kept.get('li')).toEqual({ ...LI, provider });
    expect(deeds).toMatchObject([{ login: 'li', action: 'signIn.provider', address: '10.0.0.1' }]);
  });

  test('is of whom it was bound to by the first sign-in, and of nobody else with its login', async () => {
    const { come, sessions, deeds } = world();
    await come('7', { preferred_username: 'li' });
    expect(await come('8', { preferred_username: 'li' })).toBe('OTHER_IDENTITY');
    expect(sessions.size).toBe(1);
    expect(deeds.at(-1)).toMatchObject({ login: 'li', outcome: 'OTHER_IDENTITY' });
    expect(await come('7', { preferred_username: 'li' })).toBe('IN');
  });

  test('that is none, that was ended, or that is not named opens nothing', async () => {
    const { come, refused, sessions } = world({ accounts: [{ ...LI, enabled: false }] });
    expect(await come('7', { preferred_username: 'li' })).toBe('ENDED');
    expect(await come('7', { preferred_username: 'wang' })).toBe('UNKNOWN_ACCOUNT');
    expect(await come('7', {})).toBe('NO_LOGIN_CLAIM');
    expect(await refused(null)).toBe('NO_ATTEMPT');
    expect(sessions.size).toBe(0);
  });

  test('keeps its own grants also where groups give others', async () => {
    const { come, kept } = world({ groups: true });
    expect(await come('7', { preferred_username: 'li', groups: ['ops'] })).toBe('IN');
    expect(kept.get('li')?.grants).toEqual(LI.grants);
  });
});

describe('an account that comes by the provider', () => {
  const wang = (...groups: string[]) => ({ preferred_username: 'wang', name: '小王', groups });

  test('has the grants of its groups, as they are at each sign-in, and no password', async () => {
    const { come, kept, deeds } = world({ groups: true });
    expect(await come('9', wang('shop'))).toBe('IN');
    expect(kept.get('wang')).toMatchObject({
      name: '小王',
      grants: [{ role: 'READER', sellerId: '21230' }],
      passwordHash: '',
    });
    expect(await come('9', wang('ops'))).toBe('IN');
    expect(kept.get('wang')?.grants).toEqual([{ role: 'OPERATOR', sellerId: null }]);
    expect(deeds.map(({ action }) => action)).toEqual([
      'account.grants',
      'signIn.provider',
      'account.grants',
      'signIn.provider',
    ]);
    expect(deeds[2]?.before).toContain('READER');
    expect(deeds[2]?.after).toContain('OPERATOR');
    await come('9', wang('ops'));
    expect(deeds).toHaveLength(5);
  });

  test('loses everything with its last group, from open sessions too', async () => {
    const { come, kept } = world({ groups: true });
    await come('9', wang('ops'));
    expect(await come('9', wang())).toBe('NO_GRANT');
    expect(kept.get('wang')?.grants).toEqual([]);
  });

  test('is not made where its groups open nothing', async () => {
    const { come, kept } = world({ groups: true });
    expect(await come('9', wang('others'))).toBe('NO_GRANT');
    expect(kept.has('wang')).toBe(false);
  });
});
