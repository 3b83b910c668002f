import { err, ok } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import type { Deed } from '../domain/audit.ts';
import type { LogoutSaid } from './sign-in-ports.ts';
import { makeProviderLogout } from './provider-logout.ts';

const UNTIL = new Date('2026-12-01T00:10:00Z');

function world({ logins = ['li'] }: { logins?: string[] } = {}) {
  const taken = new Set<string>();
  const ended: LogoutSaid[] = [];
  const deeds: Deed[] = [];
  const state = { isAway: false };
  const logout = makeProviderLogout({
    provider: {
      readLogout: async (token) => {
        if (token === 'bad') return err('PROVIDER_INVALID');
        return ok({ issuer: 'https://id', subject: '7', sid: 's-1', jti: token, until: UNTIL });
      },
    },
    sessions: {
      loginsOfProvider: async () => logins,
      endOfProvider: async (said) => {
        if (state.isAway) throw new Error('away');
        expect(deeds).toHaveLength(logins.length);
        ended.push(said);
      },
    },
    tokens: {
      take: async (_issuer, jti) => {
        const isNew = !taken.has(jti);
        taken.add(jti);
        return isNew;
      },
      giveBack: async (_issuer, jti) => void taken.delete(jti),
    },
    audit: {
      append: async (deed) => {
        deeds.push(deed);
        return { ...deed, sequence: 1n, at: UNTIL, hash: '' };
      },
    },
  });
  return { logout, ended, deeds, state };
}

test('what came of the session ends, and whose it was is in the log before', async () => {
  const { logout, ended, deeds } = world();
  expect(await logout('t-1', '10.0.0.1')).toEqual(ok(null));
  expect(ended).toEqual([{ issuer: 'https://id', subject: '7', sid: 's-1' }]);
  expect(deeds).toMatchObject([{ login: 'li', action: 'logout.provider', address: '10.0.0.1' }]);
});

test('a token is taken once, and one that does not hold ends nothing and is in no log', async () => {
  const { logout, ended, deeds } = world();
  await logout('t-1', '');
  expect(await logout('t-1', '')).toEqual(err('REPEATED'));
  expect(await logout('bad', '')).toEqual(err('PROVIDER_INVALID'));
  expect([ended.length, deeds.length]).toEqual([1, 1]);
});

test('where the sessions could not be ended the token may come again', async () => {
  const { logout, ended, state } = world({ logins: [] });
  state.isAway = true;
  await expect(logout('t-1', '')).rejects.toThrow('away');
  state.isAway = false;
  expect(await logout('t-1', '')).toEqual(ok(null));
  expect(ended).toHaveLength(1);
});
