import { formatShanghai } from '@astrolabe/kernel';
import { testTopicPrefix } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queryXml, report } from './requests.ts';
import { startGateway } from './running-gateway.ts';
import type { Gateway } from './running-gateway.ts';
import { element, qimen, top } from './wire.ts';
import type { How } from './wire.ts';

const APP_KEY = `rotated-${process.hrtime.bigint()}`;
const SELLER = '21230';
const ACCEPT = 'taobao.omniorder.store.accpeted';
const QUERY = 'taobao.qimen.storeinventory.itemquery';
/** The cache of keys is told of a change here, and by its time alone elsewhere. */
const HOUR_MS = 3_600_000;
let now = new Date();
let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ topicPrefix: testTopicPrefix(), clock: () => now });
});
afterAll(() => gateway.stop());

let calls = 0;
/** The code of the refusal of a call that is signed with that secret, 0 when it is admitted. */
async function codeOf(secret: string): Promise<number> {
  calls += 1;
  const business = report({ operator: `k${calls}`, session: SELLER });
  const timestamp = String(now.getTime());
  const key = { appKey: APP_KEY, secret };
  const { text } = await top(gateway.url, ACCEPT, business, { key, timestamp })();
  const answer = JSON.parse(text) as { error_response?: { code: number } };
  return answer.error_response?.code ?? 0;
}

const WRONG_SIGNATURE = 25;
const DISABLED = 29;

test('a key is made once with a secret of its own, and rotated with an overlap', async () => {
  const { admin } = gateway;
  const wanted = { appKey: APP_KEY, sellerIds: [SELLER], signMethods: [], role: 'pos' };
  const { secret } = await admin.call('createAppKey', { ...wanted, ratePerSecond: 0 });
  expect(secret).toMatch(/^[0-9a-f]{32}$/);
  await expect(admin.call('createAppKey', { ...wanted, ratePerSecond: 0 })).rejects.toMatchObject({
    reason: 'APP_KEY_EXISTS',
  });
  expect(await codeOf(secret)).toBe(0);

  const rotated = await admin.call('rotateAppKey', { appKey: APP_KEY, overlapSeconds: 3_600 });
  expect(rotated.formerSecretUntil?.getTime()).toBe(now.getTime() + HOUR_MS);
  expect(await codeOf(secret)).toBe(0);
  expect(await codeOf(rotated.secret)).toBe(0);
  const { appKeys } = await admin.call('listAppKeys', { sellerId: SELLER, page: undefined });
  const { formerSecretUntil } = rotated;
  const listed = appKeys.find((key) => key.appKey === APP_KEY);
  expect(listed).toMatchObject({ enabled: true, role: 'pos', formerSecretUntil });

  now = new Date(now.getTime() + HOUR_MS);
  expect(await codeOf(secret)).toBe(WRONG_SIGNATURE);
  expect(await codeOf(rotated.secret)).toBe(0);

  const last = await admin.call('rotateAppKey', { appKey: APP_KEY, overlapSeconds: 0 });
  expect(last.formerSecretUntil).toBeUndefined();
  expect(await codeOf(rotated.secret)).toBe(WRONG_SIGNATURE);
  expect(await codeOf(last.secret)).toBe(0);
});

test('a key that is disabled is refused until it is enabled', async () => {
  const { admin } = gateway;
  const { secret } = await admin.call('rotateAppKey', { appKey: APP_KEY, overlapSeconds: 0 });
  await admin.call('setAppKeyEnabled', { appKey: APP_KEY, enabled: false });
  expect(await codeOf(secret)).toBe(DISABLED);
  await admin.call('setAppKeyEnabled', { appKey: APP_KEY, enabled: true });
  expect(await codeOf(secret)).toBe(0);
  await expect(
    admin.call('setAppKeyEnabled', { appKey: 'nobody', enabled: true }),
  ).rejects.toMatchObject({ reason: 'UNKNOWN_APP_KEY' });
});

test('keys are listed by their name, a page at a time', async () => {
  const { admin } = gateway;
  const names = ['page-1', 'page-2', 'page-3'];
  for (const appKey of names) {
    const wanted = { appKey, sellerIds: ['77'], signMethods: [], role: 'erp', ratePerSecond: 0 };
    await admin.call('createAppKey', wanted);
  }
  const page = async (token: string) =>
    await admin.call('listAppKeys', { sellerId: '77', page: { size: 2, token } });
  const first = await page('');
  const second = await page(first.nextToken);
  expect(first.appKeys.map(({ appKey }) => appKey)).toEqual(['page-1', 'page-2']);
  expect(second.appKeys.map(({ appKey }) => appKey)).toEqual(['page-3']);
  expect(second.nextToken).toBe('');
});

/** A report of another operator each time; the test holds the gateway's clock. */
const accept = (operator: string, how: How = {}) =>
  top(gateway.url, ACCEPT, report({ operator }), { timestamp: formatShanghai(now), ...how })();

test('the secret before the current one still works; one that is gone does not', async () => {
  const key = { appKey: 'rotating', secret: 'new' };
  await gateway.putKey({ appKey: key.appKey, secrets: ['new', 'old'] });
  for (const secret of ['new', 'old']) {
    const answer = await accept(secret, { key: { ...key, secret } });
    expect(answer.text).toContain('"code":"0"');
  }
  await gateway.putKey({ appKey: key.appKey, secrets: ['new'] });
  const gone = await accept('gone', { key: { ...key, secret: 'old' } });
  expect(gone.text).toContain('"code":25');
});

test('a caller above its rate gets code 7 with HTTP 200, others are served', async () => {
  await gateway.putKey({ appKey: 'slow', ratePerSecond: 1 });
  const slow = {
    key: { appKey: 'slow', secret: 'secret' },
    timestamp: formatShanghai(now),
  };
  const [answers, limited] = await Promise.all([
    Promise.all(Array.from({ length: 10 }, (_, n) => accept(`r${n}`, slow))),
    Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        qimen(gateway.url, QUERY, queryXml([{ place: `${n}`, skuId: '1' }]), slow)(),
      ),
    ),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const refused = answers.filter(({ text }) => !text.includes('"code":"0"'));
  expect(refused.length).toBeGreaterThanOrEqual(7);
  for (const { text } of refused)
    expect(JSON.parse(text)).toMatchObject({ error_response: { code: 7 } });
  expect((await accept('other')).status).toBe(200);
  expect(limited.map(({ status }) => status)).toEqual(limited.map(() => 200));
  expect(limited.map(({ text }) => element(text, 'code'))).toContain('isv.app-call-limited');
});

test.each([
  ['no key', { appKey: '' }],
  ['no secret', { secrets: [] }],
  ['an empty secret', { secrets: [''] }],
  ['three secrets', { secrets: ['a', 'b', 'c'] }],
  ['an unknown method', { signMethods: ['sha1'] }],
  ['an unknown role', { role: 'root' }],
  ['a negative rate', { ratePerSecond: -1 }],
  ['a key that is too long', { appKey: 'k'.repeat(51) }],
])('%s is refused', async (_name, change) => {
  await expect(gateway.putKey({ appKey: 'bad', ...change })).rejects.toMatchObject({
    outcome: 'refused',
  });
  const keys = gateway.database.db.collection<{ _id: string }>('app_keys');
  expect(await keys.findOne({ _id: 'bad' })).toBeNull();
});
