import { expect, test } from 'vitest';
import { sellerOfCall } from './session.ts';
import type { Session } from './session.ts';

const NOW = new Date('2026-11-22T02:00:00Z');
const later = (ms: number) => new Date(NOW.getTime() + ms);
const session: Session = {
  sessionId: 's1',
  appKey: 'k',
  sellerId: '2',
  issuedBy: 'ops',
  issuedAt: later(-1_000),
  expiresAt: later(1),
  revokedAt: null,
};
const many = { appKey: 'k', sellerIds: ['1', '2'], sessionSellerIds: [] };
const one = { ...many, sellerIds: ['2'] };
const used = { ...one, sessionSellerIds: ['2'] };
const call = (text: string, found: Session | null = null) => ({ text, found });
const outcome = (...asked: Parameters<typeof sellerOfCall>) => {
  const seller = sellerOfCall(...asked);
  return seller.ok ? seller.value : seller.error;
};

test.each([
  ['a session names its seller', many, call('t', session), '2'],
  ['a session of another key', { ...many, appKey: 'x' }, call('t', session), 'INVALID_SESSION'],
  ['revoked', many, call('t', { ...session, revokedAt: NOW }), 'INVALID_SESSION'],
  ['expired to the moment', many, call('t', { ...session, expiresAt: NOW }), 'INVALID_SESSION'],
  [
    'a seller taken from the key',
    { ...one, sellerIds: ['1'] },
    call('t', session),
    'SELLER_NOT_ALLOWED',
  ],
  ['the number of a seller', many, call('2'), '2'],
  ['the number of another seller', many, call('3'), 'INVALID_SESSION'],
  ['nothing, of several sellers', many, call(''), 'MISSING_SESSION'],
  ['nothing, of one seller', one, call(''), '2'],
  ['a word, of one seller', one, call('anything'), '2'],
  [
    'a revoked session, of one seller',
    one,
    call('t', { ...session, revokedAt: NOW }),
    'INVALID_SESSION',
  ],
  ['the number once a session was used', used, call('2'), 'INVALID_SESSION'],
  ['nothing once a session was used', used, call(''), 'MISSING_SESSION'],
  ['a session once one was used', used, call('t', session), '2'],
] as const)('%s', (_name, key, asked, expected) => {
  expect(outcome(key, asked, NOW)).toBe(expected);
});
