import { expect, test } from 'vitest';
import type { Connection, Tokens } from '../../domain/connection.ts';
import { makeAccess } from './access.ts';
import type { AccessDeps } from './access.ts';

const NOW = new Date('2026-11-30T00:00:00Z');
const TOKENS: Tokens = { access: 'a0', accessEndsAt: NOW, refresh: 'r0', refreshEndsAt: null };
const CONNECTION: Connection = {
  platform: '1688',
  sellerId: '21230',
  appKey: '1',
  gatewayUrl: 'http://gw',
  memberId: 'm',
  mainUserId: '',
  loginId: '',
  addressId: '',
  callsPerSecond: 0,
  ratePerSecond: 0,
  enabled: true,
  secret: 's',
  previous: null,
  tokens: TOKENS,
  tokenSerial: 1,
  refused: null,
  replayedUntil: null,
  pause: null,
};

const unexpected = () => Promise.reject(new Error('is not expected'));

test('[field K6] a token that the database does not take is used, and stored later', async () => {
  let isAway = true;
  let asked = 0;
  const stored: Tokens[] = [];
  const notStored: string[] = [];
  const deps: AccessDeps = {
    clock: () => NOW,
    pause: () => Promise.resolve(),
    ask: (_connection, refreshToken) => {
      asked += 1;
      expect(refreshToken).toBe('r0');
      return Promise.resolve({
        kind: 'granted',
        accessToken: 'a1',
        endsAt: new Date(NOW.getTime() + 36_000_000),
        refreshToken: 'r1',
        refreshEndsAt: null,
      });
    },
    notStored: (id) => notStored.push(id),
    connections: {
      find: () => Promise.resolve(CONNECTION),
      lease: () => Promise.resolve(true),
      saveTokens: (_id, _serial, tokens) => {
        if (isAway) return Promise.reject(new Error('away'));
        stored.push(tokens);
        return Promise.resolve(true);
      },
      enabled: unexpected,
      put: unexpected,
      rotate: unexpected,
      setEnabled: unexpected,
      list: unexpected,
      saveRefusal: unexpected,
      leaseReplay: unexpected,
      endReplay: unexpected,
    },
  };
  const access = makeAccess(deps);
  for (let n = 0; n < 3; n += 1) {
    const found = await access.get('1688', '21230', 'a0');
    expect(found).toMatchObject({ ok: true, value: { tokens: { access: 'a1', refresh: 'r1' } } });
  }
  expect([asked, notStored]).toEqual([1, ['1688/21230']]);
  expect(await access.storeLate()).toBe(1);
  isAway = false;
  expect(await access.storeLate()).toBe(0);
  expect(stored).toMatchObject([{ access: 'a1', refresh: 'r1' }]);
});
