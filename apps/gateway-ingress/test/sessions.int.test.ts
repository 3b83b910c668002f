import { testTopicPrefix } from '@astrolabe/testing';
import { BSON } from 'mongodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { report } from './requests.ts';
import { startGateway } from './running-gateway.ts';
import type { Gateway } from './running-gateway.ts';
import { top } from './wire.ts';

const KEY = { appKey: 'many-sellers', secret: 'secret' };
const SELLERS = ['21230', '21250', '21260'];
let now = new Date();
let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ topicPrefix: testTopicPrefix(), clock: () => now });
  await gateway.putKey({ appKey: KEY.appKey, sellerIds: SELLERS });
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.peers.forget());

let calls = 0;
/** For whom a call with that session was made, or the code of its refusal. */
async function callWith(session: string, key = KEY): Promise<string | number> {
  calls += 1;
  const timestamp = String(now.getTime());
  const business = report({ operator: `s${calls}`, session });
  const { text } = await top(gateway.url, 'taobao.omniorder.store.accpeted', business, {
    key,
    timestamp,
  })();
  const answer = JSON.parse(text) as { error_response?: { code: number } };
  return answer.error_response?.code ?? gateway.peers.reports.at(-1)?.orderRef?.sellerId ?? 'none';
}
const issue = async (sellerId: string, order: { validDays?: number; appKey?: string } = {}) =>
  await gateway.admin.call('issueSession', {
    appKey: KEY.appKey,
    sellerId,
    validDays: 0,
    actor: 'ops:li',
    ...order,
  });

test('a session names the seller, and the number does until a session is used', async () => {
  expect(await callWith('')).toBe(26);
  expect(await callWith('99999')).toBe(27);
  expect(await callWith('21250')).toBe('21250');
  const { token } = await issue('21250');
  expect(await callWith('21250')).toBe('21250');
  expect(await callWith(token)).toBe('21250');
  expect(await callWith('21250')).toBe(27);
  expect(await callWith('21260')).toBe('21260');
  // A change of the key does not bring the old way back.
  await gateway.putKey({ appKey: KEY.appKey, sellerIds: SELLERS });
  expect(await callWith('21250')).toBe(27);
  expect(await callWith(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)).toBe(27);
});

test('a session is of one key', async () => {
  const { token } = await issue('21250');
  const other = { appKey: 'other', secret: 'secret' };
  await gateway.putKey({ appKey: other.appKey, sellerIds: SELLERS });
  expect(await callWith(token, other)).toBe(27);
});

test('a revoked and an expired session are refused, also of a key with one seller', async () => {
  const key = { appKey: 'one-seller', secret: 'secret' };
  await gateway.putKey({ appKey: key.appKey, sellerIds: ['21230'] });
  expect(await callWith('', key)).toBe('21230');
  const first = await issue('21230', { appKey: key.appKey, validDays: 2 });
  expect(await callWith(first.token, key)).toBe('21230');
  const sessionId = first.session?.sessionId ?? '';
  const { session } = await gateway.admin.call('revokeSession', { sessionId });
  expect(session?.revokedAt).toEqual(now);
  for (const text of [first.token, '', '21230', 'x']) {
    expect(await callWith(text, key)).toBe(text === '' ? 26 : 27);
  }
  const second = await issue('21230', { appKey: key.appKey, validDays: 1 });
  expect(await callWith(second.token, key)).toBe('21230');
  now = new Date(now.getTime() + 86_400_000);
  expect(await callWith(second.token, key)).toBe(27);
  const again = await gateway.admin.call('revokeSession', { sessionId });
  expect(again.session).toEqual(session);
});

test('only hashes are stored', async () => {
  const { token } = await issue('21230');
  const all = await gateway.database.db.collection('sessions').find().toArray();
  const stored = Buffer.from(BSON.serialize({ all })).toString('latin1');
  expect(stored).toContain('21230');
  expect(stored).not.toContain(token);
  expect(stored).not.toContain(token.slice(2));
});

test('sessions are listed by key and seller, newest first, page by page', async () => {
  await gateway.putKey({ appKey: 'listed', sellerIds: SELLERS });
  const ids: string[] = [];
  for (const seller of ['21230', '21250', '21230']) {
    now = new Date(now.getTime() + 1_000);
    const { session } = await issue(seller, { appKey: 'listed' });
    ids.unshift(session?.sessionId ?? '');
  }
  const list = (sellerId: string, size: number, token = '') =>
    gateway.admin.call('listSessions', { appKey: 'listed', sellerId, page: { size, token } });
  const first = await list('', 2);
  const second = await list('', 2, first.nextToken);
  const listed = [...first.sessions, ...second.sessions].map(({ sessionId }) => sessionId);
  expect([listed, second.nextToken]).toEqual([ids, '']);
  expect((await list('21250', 0)).sessions).toMatchObject([
    { sellerId: '21250', issuedBy: 'ops:li' },
  ]);
  await expect(list('', 501)).rejects.toMatchObject({ reason: 'INVALID_PAGE_SIZE' });
});

test.each([
  ['an unknown key', { appKey: '404' }, 'UNKNOWN_APP_KEY'],
  ['a key of Tmall', { appKey: '89765' }, 'KEY_CALLS_NO_TOP'],
  ['a seller that is not the key’s', { sellerId: '1' }, 'SELLER_NOT_OF_KEY'],
  ['too long', { validDays: 401 }, 'INVALID_VALID_DAYS'],
  ['a negative time', { validDays: -1 }, 'INVALID_VALID_DAYS'],
  ['nobody', { actor: '' }, 'MISSING_FIELD'],
])('%s gets no session', async (_name, change, reason) => {
  const order = { appKey: KEY.appKey, sellerId: '21230', validDays: 1, actor: 'ops:li', ...change };
  await expect(gateway.admin.call('issueSession', order)).rejects.toMatchObject({ reason });
});

test('an unknown session is not revoked', async () => {
  const sessionId = 's000';
  await expect(gateway.admin.call('revokeSession', { sessionId })).rejects.toMatchObject({
    reason: 'UNKNOWN_SESSION',
  });
});
