import { expect, test } from 'vitest';
import { logoutNamed } from './logout-token.ts';

const NOW = new Date('2026-12-01T00:00:00Z');
const SECONDS = NOW.getTime() / 1_000;
const EXPECTED = { issuer: 'https://id', clientId: 'console', now: NOW };
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const CLAIMS = {
  iss: 'https://id',
  aud: 'console',
  iat: SECONDS - 5,
  exp: SECONDS + 120,
  jti: 'a-1',
  sub: '7',
  sid: 's-1',
  events: { [EVENT]: {} },
};
const read = (change: object) => {
  const named = logoutNamed({ ...CLAIMS, ...change }, EXPECTED);
  return named.ok ? named.value : named.error;
};

test('a token that holds names a session, a person, or both', () => {
  expect(read({})).toEqual({ subject: '7', sid: 's-1', jti: 'a-1' });
  expect(read({ sid: undefined })).toEqual({ subject: '7', sid: '', jti: 'a-1' });
  expect(read({ sub: undefined })).toEqual({ subject: '', sid: 's-1', jti: 'a-1' });
  expect(read({ aud: ['other', 'console'], exp: undefined })).toMatchObject({ subject: '7' });
});

test.each([
  ['another issuer', { iss: 'https://other' }, 'NOT_FOR_US'],
  ['another audience', { aud: 'other' }, 'NOT_FOR_US'],
  ['no audience', { aud: undefined }, 'NOT_FOR_US'],
  ['no time of issue', { iat: undefined }, 'NO_TIME'],
  ['a time that is none', { exp: 'soon' }, 'NO_TIME'],
  ['an old one', { iat: SECONDS - 601, exp: undefined }, 'TOO_OLD'],
  ['one of tomorrow', { iat: SECONDS + 86_400 }, 'TOO_OLD'],
  ['one that is over', { exp: SECONDS - 61 }, 'TOO_OLD'],
  ['no event', { events: undefined }, 'NO_EVENT'],
  ['another event', { events: { other: {} } }, 'NO_EVENT'],
  ['an event that is none', { events: { [EVENT]: true } }, 'NO_EVENT'],
  ['an id token with an event', { nonce: 'n' }, 'HAS_NONCE'],
  ['no number', { jti: undefined }, 'NO_NUMBER'],
  ['an empty number', { jti: '' }, 'NO_NUMBER'],
  ['nobody', { sub: undefined, sid: undefined }, 'NAMES_NOBODY'],
  ['a person who is no text', { sub: 7 }, 'NAMES_NOBODY'],
])('%s is refused', (_, change, problem) => {
  expect(read(change)).toBe(problem);
});
