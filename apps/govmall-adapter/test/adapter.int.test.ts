import { signGovToken } from '@astrolabe/signing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCOUNT, NOW, SELLER, post, signedAt, startMall } from './mall.ts';

const REQUEST = {
  username: 'tjzfcg',
  timestamp: '2026-11-22 10:00:00',
  sign: 'ddde1eca2749b81fae7cde8769b2f454',
};

const SETTINGS = {
  mallName: '',
  agreementNo: '',
  poolIds: [],
  moneyAsText: false,
  wireWords: {},
};

let mall: Awaited<ReturnType<typeof startMall>>;

beforeAll(async () => {
  mall = await startMall({}, { SKUS_MAX: '3' });
});
afterAll(() => mall.stop());

const call = (path: string, params: Record<string, string>) =>
  post(mall.url + path, new URLSearchParams(params));
const ask = (params: Record<string, string>) => call('/api/auth2/access_token', params);
const token = async () => (await ask(REQUEST)).reply.access_token ?? '';

const later = (ms: number) => new Date(NOW.getTime() + ms);
const stock = (params: Record<string, string>) => call('/api/product/stock', params);
const ASKED = { sku: '12345', area: '1000000' };

test('[G-A01] valid credentials get a token that ends 36 hours later', async () => {
  const { reply } = await call('/api/auth2/access_token', REQUEST);
  expect(reply).toMatchObject({ success: true, expires_at: '2026-11-23 22:00:05' });
  expect(reply.access_token?.length).toBeGreaterThan(40);
});

test('[G-A02] a wrong signature or user gets no token', async () => {
  for (const wrong of [{ sign: 'ffde1eca2749b81fae7cde8769b2f454' }, { username: 'nobody' }]) {
    const { text, reply } = await call('/api/auth2/access_token', { ...REQUEST, ...wrong });
    expect(reply.success).toBe(false);
    expect(text).not.toContain('access_token"');
  }
});

test('[G-A05] a new token does not end the old one', async () => {
  const first = await token();
  const second = (await ask(signedAt(later(1_000)))).reply.access_token ?? '';
  expect(second).not.toBe('');
  expect(first).not.toBe(second);
  for (const access_token of [first, second]) {
    expect((await stock({ access_token, ...ASKED })).reply.success).toBe(true);
  }
});

test('a token works until 36 hours less a second, and not at 36 hours', async () => {
  const access_token = await token();
  mall.setNow(new Date(NOW.getTime() + 129_599_000));
  expect((await stock({ access_token, ...ASKED })).reply.success).toBe(true);
  mall.setNow(new Date(NOW.getTime() + 129_600_000));
  const { status, reply } = await stock({ access_token, ...ASKED });
  mall.setNow(NOW);
  expect(status).toBe(200);
  expect(reply).toMatchObject({ success: false, desc: 'token_expired' });
  expect(reply.result).toBeUndefined();
});

test('without a token there is no data, and the word that callers look for', async () => {
  for (const params of [ASKED, { ...ASKED, access_token: 'made-up' }]) {
    const { status, reply } = await stock(params);
    expect(status).toBe(200);
    expect(reply.success).toBe(false);
    expect(reply.desc).toContain('token_expired');
    expect(reply.result).toBeUndefined();
  }
});

test('an unknown SKU and an unserved area have none, and fail nobody', async () => {
  const access_token = await token();
  const { reply, text } = await stock({ access_token, sku: '12345,nope', area: '1000000' });
  expect(reply.result).toMatchObject([
    { sku: '12345', num: 99, area_id: '1000000', desc: '有货' },
    { sku: 'nope', num: 0, desc: '无货' },
  ]);
  expect(text).not.toMatch(/[\r\n\t]/);
  const elsewhere = await stock({ access_token, sku: '12345', area: '1_2_2000000' });
  expect(elsewhere.reply.result).toMatchObject([{ sku: '12345', num: 0 }]);
});

test('other methods, other paths and too many SKUs are refused in the same form', async () => {
  const get = await fetch(`${mall.url}/api/product/stock`);
  expect(get.status).toBe(405);
  expect(await get.json()).toMatchObject({ success: false });
  expect((await call('/api/nowhere', {})).reply.success).toBe(false);
  const access_token = await token();
  const many = await stock({ access_token, sku: '1,2,3,4', area: '1000000' });
  expect(many.reply).toMatchObject({ success: false, desc: 'sku 最多 3 个' });
  expect((await stock({ access_token, area: '1000000' })).reply.success).toBe(false);
});

test('a token request more than ten minutes off is refused and sees what came and what was due', async () => {
  for (const ms of [-600_000, 595_000]) {
    expect((await ask(signedAt(later(ms)))).reply.success).toBe(true);
  }
  for (const ms of [-601_000 - 5_000, 601_000]) {
    const sent = signedAt(later(ms));
    const { status, text, reply } = await ask(sent);
    expect(status).toBe(200);
    expect(reply.success).toBe(false);
    expect(text).not.toContain('access_token');
    expect(reply.desc).toContain(sent['timestamp']);
    expect(reply.desc).toContain('2026-11-22 10:00:05');
  }
  const today = { timestamp: '20261122', username: ACCOUNT.username };
  const sign = signGovToken({ ...ACCOUNT, timestamp: today.timestamp });
  expect((await ask({ ...today, sign })).reply.success).toBe(true);
  expect((await ask({ ...today, timestamp: '20261124', sign })).reply.desc).toContain('20261122');
  expect((await ask({ ...today, timestamp: '22.11.2026', sign })).reply.desc).toContain('yyyyMMdd');
});

test('[field K1] a day alone holds from ten minutes before it to ten minutes after it, by Beijing’s clock', async () => {
  const request = {
    username: ACCOUNT.username,
    timestamp: '20261129',
    sign: '87fc0984464af76b8b13394f4ecce4db',
  };
  for (const [instant, success] of [
    ['2026-11-28T15:49:59Z', false],
    ['2026-11-28T15:50:00Z', true],
    ['2026-11-29T16:10:00Z', true],
    ['2026-11-29T16:10:01Z', false],
  ] as const) {
    mall.setNow(new Date(instant));
    const { status, reply } = await ask(request);
    expect([status, reply.success], instant).toEqual([200, success]);
    if (success) continue;
    expect(reply.desc).toContain('20261129');
    expect(reply.desc).toContain(instant.startsWith('2026-11-28') ? '20261128' : '20261130');
  }
  mall.setNow(NOW);
});

test('the same token request a hundred times has one token and one end', async () => {
  const replies = await Promise.all(Array.from({ length: 100 }, () => ask(REQUEST)));
  const tokens = new Set(replies.map(({ reply }) => `${reply.access_token} ${reply.expires_at}`));
  expect(tokens.size).toBe(1);
  expect([...tokens][0]).toMatch(/^[0-9a-f]{64} 2026-11-23 22:00:05$/);
  mall.setNow(later(60_000));
  const again = (await ask({ ...REQUEST, sign: REQUEST.sign.toUpperCase() })).reply;
  mall.setNow(NOW);
  expect(`${again.access_token} ${again.expires_at}`).toBe([...tokens][0]);
});

test('a user has twenty live tokens, and one more ends the oldest', async () => {
  const twenty = { username: 'twenty', password: 'q' };
  await mall.putAccount(twenty);
  const tokens: string[] = [];
  for (let second = 0; second < 21; second += 1) {
    mall.setNow(later(second * 1_000));
    tokens.push((await ask(signedAt(later(second * 1_000), twenty))).reply.access_token ?? '');
  }
  const [oldest = '', ...rest] = tokens;
  expect((await stock({ access_token: oldest, ...ASKED })).reply).toMatchObject({
    success: false,
    desc: 'token_expired',
  });
  for (const access_token of rest) {
    expect((await stock({ access_token, ...ASKED })).reply.success).toBe(true);
  }
  mall.setNow(NOW);
});

test('ten failures in five minutes stop the tries of that user, not of another, also when many come at once', async () => {
  const [guessed, other] = [
    { username: 'guessed', password: 'q' },
    { username: 'other', password: 'q' },
  ];
  await mall.putAccount(guessed);
  await mall.putAccount(other);
  const wrong = { ...signedAt(NOW, guessed), sign: '0'.repeat(32) };
  for (const request of [wrong, { ...wrong, username: 'no-such-user' }]) {
    const answers = await Promise.all(Array.from({ length: 14 }, () => ask(request)));
    const told = answers.map(
      ({ status, reply }) => `${status} ${String(reply.success)} ${reply.desc}`,
    );
    expect(told.filter((text) => text === '200 false 用户名、密码或签名错误')).toHaveLength(10);
    expect(told.filter((text) => text.includes('失败次数过多'))).toHaveLength(4);
  }
  const right = await ask(signedAt(NOW, guessed));
  expect(right.reply).toMatchObject({ success: false });
  expect(right.text).not.toContain('access_token');
  expect((await ask(signedAt(NOW, other))).reply.success).toBe(true);
  mall.setNow(later(300_000));
  expect((await ask(signedAt(later(300_000), guessed))).reply.success).toBe(true);
  mall.setNow(NOW);
});

test('an account is made with a password that is shown once, and a name is taken once', async () => {
  const account = { ...SETTINGS, username: 'made', sellerId: SELLER, enabled: true, password: '' };
  const { password } = await mall.admin.call('createAccount', { account });
  expect(password.length).toBeGreaterThanOrEqual(24);
  expect((await ask(signedAt(NOW, { username: 'made', password }))).reply.success).toBe(true);
  await expect(mall.admin.call('createAccount', { account })).rejects.toMatchObject({
    reason: 'ACCOUNT_EXISTS',
  });
  for (const wrong of [{ username: 'a b' }, { username: '' }, { password: 'given' }]) {
    const bad = { account: { ...account, ...wrong } };
    await expect(mall.admin.call('createAccount', bad)).rejects.toMatchObject({ code: 3 });
  }
  const of = async (sellerId: string) => {
    const { accounts } = await mall.admin.call('listAccounts', { sellerId });
    return accounts.map(({ username }) => username);
  };
  expect(await of(SELLER)).toContain('made');
  expect(await of('another')).toEqual([]);
});

test('a replaced password ends its tokens, and those of a disabled account rest', async () => {
  const user = { username: 'rotated', password: 'q' };
  const name = { sellerId: SELLER, username: 'rotated' };
  await mall.putAccount(user);
  const access_token = (await ask(signedAt(NOW, user))).reply.access_token ?? '';
  const works = async () => (await stock({ access_token, ...ASKED })).reply.success;
  expect(await works()).toBe(true);
  await mall.admin.call('setAccountEnabled', { ...name, enabled: false });
  expect(await works()).toBe(false);
  await mall.admin.call('setAccountEnabled', { ...name, enabled: true });
  expect(await works()).toBe(true);
  const { password } = await mall.admin.call('rotatePassword', name);
  expect((await stock({ access_token, ...ASKED })).reply.desc).toBe('token_expired');
  expect((await ask(signedAt(later(1_000), user))).reply.success).toBe(false);
  expect((await ask(signedAt(later(1_000), { ...user, password }))).reply.success).toBe(true);
  for (const call of ['rotatePassword', 'listTokens'] as const) {
    const elsewhere = { ...name, sellerId: 'another' };
    await expect(mall.admin.call(call, elsewhere)).rejects.toMatchObject({
      reason: 'UNKNOWN_ACCOUNT',
    });
  }
});

test('a token is revoked for good: the request that it was made for gets no other one', async () => {
  const user = { username: 'revoked', password: 'q' };
  const name = { sellerId: SELLER, username: 'revoked' };
  await mall.putAccount(user);
  const requests = [NOW, later(1_000), later(2_000)].map((at) => signedAt(at, user));
  const tokens: string[] = [];
  for (const request of requests) tokens.push((await ask(request)).reply.access_token ?? '');
  const { tokens: listed } = await mall.admin.call('listTokens', name);
  expect(listed).toHaveLength(3);
  expect(JSON.stringify(listed)).not.toContain(tokens[0]);
  const [one] = listed;
  const revoke = (tokenId: string) => mall.admin.call('revokeTokens', { ...name, tokenId });
  expect(await revoke(one?.tokenId ?? '')).toEqual({ ended: 1 });
  const live = async () =>
    (await Promise.all(tokens.map((access_token) => stock({ access_token, ...ASKED })))).filter(
      ({ reply }) => reply.success,
    ).length;
  expect(await live()).toBe(2);
  expect(await revoke('')).toEqual({ ended: 2 });
  expect(await revoke('')).toEqual({ ended: 0 });
  expect(await live()).toBe(0);
  for (const request of requests) expect((await ask(request)).reply.success).toBe(false);
  expect((await ask(signedAt(later(3_000), user))).reply.success).toBe(true);
});
