import { expect, test } from 'vitest';
import { isDeepStrictEqual } from 'node:util';
import { makeAuthorise } from './authorise.ts';
import type { Granted, ShownAccount } from './ports.ts';

const NOW = new Date('2026-11-22T02:00:00Z');
const account = (changed: Partial<ShownAccount> = {}): ShownAccount => ({
  username: 'tjzfcg',
  sellerId: '21230',
  enabled: true,
  mallName: '',
  agreementNo: '',
  poolIds: [],
  moneyAsText: false,
  wireWords: new Map(),
  generation: 0,
  ...changed,
});

function authorising() {
  let grant: Granted | null = {
    expiresAt: new Date(NOW.getTime() + 1),
    generation: 0,
    account: account(),
  };
  const authorise = makeAuthorise({
    grants: { find: async () => grant && { ...grant } },
    clock: () => NOW,
    isSame: isDeepStrictEqual,
  });
  const set = (changed: Partial<Granted> | null): void => {
    grant = grant && changed && { ...grant, ...changed };
  };
  return { authorise, set };
}

test('who was behind a token is the guess, and the same object while nothing has changed', async () => {
  const { authorise, set } = authorising();
  expect(authorise.guess('t')).toBeUndefined();
  const first = await authorise.confirm('t');
  expect(first).toMatchObject({ ok: true, value: { username: 'tjzfcg' } });
  expect(authorise.guess('t')).toBe(first.ok && first.value);
  // Read anew it is another object of the same content.
  set({ account: account() });
  const again = await authorise.confirm('t');
  expect(again.ok && again.value).toBe(authorise.guess('t'));
  expect(again.ok && again.value).toBe(first.ok && first.value);
});

test.each<[string, Partial<ShownAccount>]>([
  ['pools', { poolIds: ['A0101'] }],
  ['a seller', { sellerId: '2' }],
  ['words', { wireWords: new Map([['payment=9', '5']]) }],
  ['how amounts are written', { moneyAsText: true }],
])('an account with other %s is no confirmed guess', async (_what, changed) => {
  const { authorise, set } = authorising();
  await authorise.confirm('t');
  const guess = authorise.guess('t');
  set({ account: account(changed) });
  const now = await authorise.confirm('t');
  expect(now.ok && now.value).not.toBe(guess);
  expect(now).toMatchObject({ ok: true, value: changed });
});

test.each<[string, Partial<Granted> | null, string]>([
  ['unknown', null, 'INVALID'],
  ['ended', { expiresAt: NOW }, 'EXPIRED'],
  ['of a password before', { account: account({ generation: 1 }) }, 'EXPIRED'],
  ['of an account that may not call', { account: account({ enabled: false }) }, 'INVALID'],
  ['of no account', { account: null }, 'INVALID'],
])('a token that is %s is refused, and guessed no more', async (_what, changed, refusal) => {
  const { authorise, set } = authorising();
  await authorise.confirm('t');
  set(changed);
  expect(await authorise.confirm('t')).toEqual({ ok: false, error: refusal });
  if (changed !== null) expect(authorise.guess('t')).toBeUndefined();
  expect(await authorise.confirm(undefined)).toEqual({ ok: false, error: 'INVALID' });
});
