import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reauthDays, renewed, secretsAt, tokenRefused, tokenStanding } from './connection.ts';
import type { Connection, Tokens } from './connection.ts';

const NOW = new Date('2026-11-30T00:00:00Z');
const after = (ms: number): Date => new Date(NOW.getTime() + ms);
const DAY = 24 * 3_600_000;
const TOKENS: Tokens = {
  access: 'a1',
  accessEndsAt: after(3_600_000),
  refresh: 'r1',
  refreshEndsAt: after(30 * DAY),
};
const asked = { now: NOW, spareMs: 60_000, refusedToken: '' };

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
  secret: 'new',
  previous: { secret: 'old', endsAt: after(1_000) },
  tokens: TOKENS,
  tokenSerial: 1,
  refused: null,
  replayedUntil: null,
  pause: null,
};

test('the secret before counts until its overlap is over', () => {
  expect(secretsAt(CONNECTION, NOW)).toEqual(['new', 'old']);
  expect(secretsAt(CONNECTION, after(1_000))).toEqual(['new']);
  expect(secretsAt({ ...CONNECTION, previous: null }, NOW)).toEqual(['new']);
});

describe('a token', () => {
  test('is used, refreshed when it ends soon or was refused, and else a matter for a person', () => {
    const of = (tokens: Tokens | null, more: object = {}) =>
      tokenStanding({ tokens, refused: null }, { ...asked, ...more });
    expect(of(TOKENS)).toBe('GOOD');
    expect(of(TOKENS, { refusedToken: 'older' })).toBe('GOOD');
    expect(of(TOKENS, { refusedToken: 'a1' })).toBe('DUE');
    expect(of({ ...TOKENS, accessEndsAt: after(60_000) })).toBe('DUE');
    expect(of({ ...TOKENS, refresh: '' }, { refusedToken: 'a1' })).toBe('REAUTH');
    expect(of(null)).toBe('REAUTH');
  });

  test('[field K5] after a refusal nobody asks for 30 s; after another failure a while longer each time', () => {
    const ended = { ...TOKENS, accessEndsAt: NOW };
    const final = tokenRefused(null, { code: 'invalid_grant', message: '', isFinal: true }, NOW);
    const at = (now: Date) => tokenStanding({ tokens: ended, refused: final }, { ...asked, now });
    expect([at(after(29_999)), at(after(30_000))]).toEqual(['REAUTH', 'DUE']);
    const away = { code: 'NO_ANSWER', message: '', isFinal: false };
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].reduce<ReturnType<typeof tokenRefused>[]>(
      (all) => [...all, tokenRefused(all.at(-1) ?? null, away, NOW)],
      [],
    );
    expect(waits.map(({ until }) => (until.getTime() - NOW.getTime()) / 1_000)).toEqual([
      2, 4, 8, 16, 32, 64, 128, 256, 300, 300,
    ]);
    const waiting = { tokens: ended, refused: waits[0] ?? null };
    expect(tokenStanding(waiting, asked)).toBe('WAIT');
  });

  test('a reply without a refresh token keeps the stored one, and its end', () => {
    fc.assert(
      fc.property(fc.option(fc.string({ minLength: 1 })), fc.option(fc.date()), (given, end) => {
        const granted = { accessToken: 'a2', endsAt: NOW, refreshToken: given, refreshEndsAt: end };
        const tokens = renewed(TOKENS, granted);
        expect(tokens.access).toBe('a2');
        expect(tokens.refresh).toBe(given ?? 'r1');
        if (given === null && end === null) expect(tokens.refreshEndsAt).toBe(TOKENS.refreshEndsAt);
      }),
    );
  });

  test('[field K2] people are told 14, 7 and 1 days before the end', () => {
    const days = (left: number) => reauthDays(after(left * DAY), NOW);
    expect([15, 14, 8, 7, 2, 1, 0, -1].map(days)).toEqual([null, 14, 14, 7, 7, 1, 0, 0]);
  });
});
