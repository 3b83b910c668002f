import { randomBytes } from 'node:crypto';
import { httpUrl } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '../src/api-session.ts';
import type { ApiSession } from '../src/api-session.ts';
import { axeFindings } from '../src/axe.ts';
import { block, openConsole, pathOf } from '../src/console-page.ts';
import { SERVICES } from '../src/harness.ts';
import { Mall } from '../src/mall.ts';
import { newPlatformOperator, operatorAtWork } from '../src/operator.ts';
import type { TestUser } from '../src/operator.ts';
import { pagesOf } from '../src/pages.ts';
import { overflow, picture } from '../src/store-page.ts';

const pages = pagesOf({ apps: [...SERVICES, 'console'] });
let platform: TestUser;
let mall: Mall;
beforeAll(async () => {
  platform = await newPlatformOperator(pages.harness);
  mall = await Mall.open(pages.harness);
});
afterAll(() => mall.close());

/** A name that no earlier try of a test has taken. */
let names = 0;
const fresh = (name: string): string => {
  names += 1;
  return `${name}-${mall.actor.seller.sellerId}-${names}`;
};

const dialog = (page: Page) => page.getByRole('dialog').last();
const confirm = (page: Page) =>
  dialog(page)
    .getByRole('button', { name: /确\s?定|^OK$/ })
    .click();
const api = (actor: { seller: { sellerId: string } }, ...path: string[]): string =>
  ['/api/sellers', actor.seller.sellerId, ...path].join('/');
const asPlatform = (): Promise<ApiSession> =>
  openSession(httpUrl(pages.harness.stack, 'console'), platform);

/** A page is looked at in both languages and three widths: nothing is wider than the screen, axe finds nothing. */
async function lookAt(path: string, ready: Readonly<Record<string, string>>): Promise<void> {
  for (const width of [1440, 768, 390]) {
    const page = await openConsole(pages, platform, path, { width, height: 1000 });
    for (const language of ['zh', 'en']) {
      if (language === 'en') await page.getByRole('button', { name: 'EN' }).click();
      await block(page, ready[language] ?? '')
        .first()
        .waitFor();
      await page.locator('.ant-spin-spinning').first().waitFor({ state: 'detached' });
      expect(await overflow(page), `${path} ${width}`).toBe(0);
      await picture(page, `manage${path.replaceAll(/\W+/g, '-')}-${width}-${language}`);
      expect(await axeFindings(page), `${path} ${width} ${language}`).toEqual([]);
    }
    await page.close();
  }
}

describe('government mall', () => {
  test('a pre-order is seen with its hold, and expires when somebody says so', async () => {
    const order = { yggc_order: 'M-EXPIRES' };
    const number = await eventually(() => mall.ordered(order), { timeoutMs: 60_000 });
    const cancelled = await mall.ordered({ yggc_order: 'M-CANCELLED' });
    await mall.ok('cancel', { order_id: cancelled });
    const page = await openConsole(pages, mall.actor, pathOf(mall.actor, 'mall'));
    const row = page.getByRole('row', { name: number });
    await row.getByText('已预占，待确认').waitFor();
    await row.getByText('市财政局').waitFor();
    await row.getByRole('link').click();
    await block(page, '占用明细').getByText('电商仓 WH-01').waitFor();
    await block(page, '占用明细').getByText('占用中').waitFor();
    await page.getByRole('button', { name: '立即到期' }).click();
    // It says what will change before it does.
    await dialog(page).getByText('占用件数').waitFor();
    await dialog(page).getByRole('row', { name: /状态/ }).getByText('已到期').waitFor();
    await confirm(page);
    await block(page, `政采订单信息 ${number}`).getByText('已到期').first().waitFor();
    await block(page, '时间线').getByText('商城提交').waitFor();
    expect(await mall.num()).toBe(99);
    const session = await operatorAtWork(mall.actor);
    const expire = (of: string) =>
      session.post(api(mall.actor, 'mall', 'orders', of, 'expire'), {});
    expect(await expire(number)).toMatchObject({
      status: 200,
      body: { order: { state: 'EXPIRED' } },
    });
    expect(await expire(cancelled)).toMatchObject({
      status: 409,
      body: { code: 'ILLEGAL_STATE' },
    });
    await session.logout();
  });

  test('invoices of an order are seen, with what was taken off its lines', async () => {
    const order = { yggc_order: fresh('M') };
    const number = await eventually(() => mall.confirmed(order), { timeoutMs: 60_000 });
    const orderRef = mall.ref(number);
    const discount = { discountId: 'C-1', lineId: '1', amountFen: 1_000n, actor: '销售小王' };
    await eventually(() => mall.admin.money.call('grantDiscount', { orderRef, ...discount }), {
      timeoutMs: 60_000,
    });
    await eventually(() => mall.ship(number, 'P1'));
    await mall.deliver(number, 'P1');
    await eventually(async () => {
      const sought = { state: 'WAITING', colour: '', page: undefined };
      const asked = { sellerId: mall.actor.seller.sellerId, ...sought };
      const { invoices } = await mall.admin.money.call('listInvoices', asked);
      expect(invoices.map(({ serial }) => serial)).toContain(`${number}-B`);
    });
    const path = pathOf(mall.actor, 'mall', 'orders', number);
    const page = await openConsole(pages, mall.actor, path);
    const invoices = block(page, '发票与优惠');
    const row = invoices.getByRole('row', { name: `${number}-B` });
    await row.getByText('待补充').waitFor();
    await row.getByText('缺少税收分类').waitFor();
    await row.getByText('2990.00').waitFor();
    await row.getByText('未确认').waitFor();
    await row.getByRole('button').first().click();
    await invoices.getByText('-10.00').first().waitFor();
    const granted = invoices.getByRole('row', { name: '销售小王' });
    await granted.getByText('C-1').waitFor();
    await page.close();
    await lookAt(path, { zh: '发票与优惠', en: 'Invoices and discounts' });
  });

  test('an account is made with its password shown once, rotated, its tokens revoked, and disabled', async () => {
    const page = await openConsole(pages, mall.actor, pathOf(mall.actor, 'mall', 'accounts'));
    await page.getByRole('button', { name: '新建账号' }).click();
    const username = fresh('made');
    await dialog(page).getByLabel('用户名').fill(username);
    await dialog(page).getByLabel('商城名称').fill('示例商城');
    await confirm(page);
    const secret = async () => {
      const text = await page.locator('[data-secret]').textContent();
      await page.getByRole('button', { name: '我已保存，关闭' }).click();
      await page.locator('[data-secret]').waitFor({ state: 'detached' });
      return text?.trim() ?? '';
    };
    const first = await secret();
    expect(first).toMatch(/^[\w-]{24}$/);
    const row = page.getByRole('row', { name: new RegExp(username) });
    await row.getByText('示例商城').waitFor();
    await row.getByRole('button', { name: '更换密码' }).click();
    await confirm(page);
    expect(await secret()).not.toBe(first);
    await row.getByRole('button', { name: /停\s?用/ }).click();
    await dialog(page).getByText('停用后该商城不能取得令牌').waitFor();
    await confirm(page);
    await row.getByText('停用', { exact: true }).first().waitFor();

    // The mall that works: its token is listed, and revoked.
    const { username: own } = mall.actor.seller.mall;
    expect((await mall.call('stock', { sku: '12345', area: '1000000' })).success).toBe(true);
    await page
      .getByRole('row', { name: new RegExp(`${own} `) })
      .locator('.ant-table-row-expand-icon')
      .click();
    await page.getByRole('button', { name: '全部吊销' }).click();
    await dialog(page)
      .getByRole('row', { name: /有效令牌/ })
      .waitFor();
    await picture(page, 'mall-revoke-zh');
    await confirm(page);
    await page.getByRole('button', { name: '全部吊销' }).waitFor({ state: 'detached' });
    const refused = await mall.call('stock', { sku: '12345', area: '1000000' });
    expect(refused).toMatchObject({ success: false, desc: 'token_expired' });
  });

  test('what the addresses take and refuse: another seller has no such account, and a bad body changes nothing', async () => {
    const session = await asPlatform();
    const { username } = mall.actor.seller.mall;
    const other = { seller: { sellerId: '999999' } };
    for (const [path, body] of [
      [['mall', 'accounts', username, 'rotate'], {}],
      [['mall', 'accounts', username, 'enable'], { enabled: false }],
      [['mall', 'accounts', username, 'tokens', 'revoke'], {}],
    ] as const) {
      const answer = await session.post(api(other, ...path), body);
      expect(answer).toMatchObject({ status: 404, body: { code: 'UNKNOWN_ACCOUNT' } });
    }
    const account = { mallName: '', agreementNo: '', poolIds: [], moneyAsText: false };
    const accounts = api(mall.actor, 'mall', 'accounts');
    expect(await session.post(accounts, { ...account, username })).toMatchObject({
      status: 409,
      body: { code: 'ACCOUNT_EXISTS' },
    });
    for (const bad of [{ ...account, username: 'a b' }, { username: 'x' }, {}, null]) {
      expect((await session.post(accounts, bad)).status).toBe(400);
    }
    const settings = api(mall.actor, 'mall', 'settings');
    const rules = { holdMinutes: 60, alertMinutes: 30, mostPieces: 500 };
    expect((await session.post(settings, { ...rules, holdMinutes: -1 })).status).toBe(400);
    expect((await session.post(settings, rules)).status).toBe(200);
    expect((await session.get(settings)).body).toMatchObject({
      settings: {
        preorderTtlMs: '3600000',
        alertAfterMs: '1800000',
        heldPerPurchaserMilli: '500000',
      },
    });
    expect(
      (await session.post(settings, { holdMinutes: 0, alertMinutes: 0, mostPieces: 0 })).status,
    ).toBe(200);
    const orders = (query: string) => session.get(`${api(mall.actor, 'mall', 'orders')}?${query}`);
    expect((await orders('state=NOWHERE')).body).toMatchObject({ code: 'UNKNOWN_STATE' });
    expect((await orders('state=EXPIRED')).body['orders']).toHaveLength(1);
    const nothing = await session.get(api(mall.actor, 'mall', 'orders', '1'));
    expect(nothing).toMatchObject({ status: 404, body: { code: 'UNKNOWN_ORDER' } });
    await session.logout();
  });

  test('it looks right at every width, in both languages', async () => {
    await lookAt(pathOf(mall.actor, 'mall'), { zh: '政采订单', en: 'Mall orders' });
    await lookAt(pathOf(mall.actor, 'mall', 'accounts'), { zh: '商城账号', en: 'Mall accounts' });
  });
});

describe('onboarding', () => {
  const secretOf = async (page: Page): Promise<string> => {
    const text = await page.locator('[data-secret]').textContent();
    await page.getByRole('button', { name: '我已保存，关闭' }).click();
    await page.locator('[data-secret]').waitFor({ state: 'detached' });
    return text?.trim() ?? '';
  };

  test('a clerk is made, signs in with the password that was shown, gets another one, and is disabled', async () => {
    const page = await openConsole(pages, mall.actor, pathOf(mall.actor, 'onboarding'));
    const login = fresh('clerk');
    await page.getByRole('button', { name: '新建店员' }).click();
    await dialog(page).getByLabel('账号').fill(login);
    await dialog(page).getByLabel('姓名').fill('新店员');
    await dialog(page).getByLabel('门店').fill('1342');
    await confirm(page);
    const password = await secretOf(page);
    const address = httpUrl(pages.harness.stack, 'console');
    const session = await openSession(address, { login, password });
    const row = page.getByRole('row', { name: new RegExp(login) });
    await row.getByRole('button', { name: '更换密码' }).click();
    await confirm(page);
    const next = await secretOf(page);
    expect(next).not.toBe(password);
    expect((await session.get('/api/me')).status).toBe(401);
    await openSession(address, { login, password: next });
    await row.getByRole('button', { name: /停\s?用/ }).click();
    await dialog(page).getByText('该账号的登录立即结束').waitFor();
    await confirm(page);
    await row.getByRole('cell', { name: '停用', exact: true }).waitFor();
    // Who looks after one seller sees nothing that reaches beyond it.
    expect(await block(page, '应用密钥').count()).toBe(0);
  });

  test('a key is made with its secret shown once, rotated with an overlap, and disabled', async () => {
    const page = await openConsole(pages, platform, pathOf(mall.actor, 'onboarding'));
    const appKey = fresh('key');
    await page.getByRole('button', { name: '新建密钥' }).click();
    await dialog(page).getByLabel('appKey').fill(appKey);
    await confirm(page);
    const first = await secretOf(page);
    expect(first.length).toBeGreaterThanOrEqual(24);
    const row = page.getByRole('row', { name: new RegExp(appKey) });
    await row.getByRole('button', { name: '更换密钥' }).click();
    await dialog(page).getByText('请在原密钥失效前').waitFor();
    await confirm(page);
    expect(await secretOf(page)).not.toBe(first);
    await row.getByText(/\d+\/\d+\/\d+/).waitFor();
    await row.getByRole('button', { name: /停\s?用/ }).click();
    await confirm(page);
    await row.getByRole('cell', { name: '停用', exact: true }).waitFor();
  });

  test('connections of every kind are made, rotated, stopped with a reason, and used again', async () => {
    // The seller of these tests is connected to some of them already.
    const sellerId = `new-${randomBytes(4).toString('hex')}`;
    const kinds = [
      ['tmall', '天猫店铺', { 对方给出的密钥: 'theirs', '授权会话（session）': 'token' }],
      ['pos', '门店系统', {}],
      ['distribution', '分销上游', { 卖家昵称: '星盘', 对方给出的密钥: 'theirs' }],
      ['till', '收银交易', { 对方给出的密钥: 'theirs', '授权会话（session）': 'token' }],
    ] as const;
    const page = await openConsole(pages, platform, pathOf(mall.actor, 'onboarding'));
    for (const [kind, name, fields] of kinds) {
      await page.getByRole('radio', { name }).locator('..').locator('..').click();
      // The table before looks the same.
      await page.getByRole('radio', { name, checked: true }).waitFor({ state: 'attached' });
      const frame = block(page, '系统连接');
      await frame.getByText('我方应用标识').first().waitFor();
      await frame.getByRole('button', { name: '新建连接' }).click();
      await dialog(page).getByText('未连接').waitFor();
      await dialog(page).getByLabel('卖家 ID').fill(sellerId);
      await dialog(page).getByLabel('地址（https）').fill(httpUrl(pages.harness.stack, 'sandbox'));
      await dialog(page).getByLabel('我方应用标识').fill('900');
      for (const [label, value] of Object.entries(fields)) {
        await dialog(page).getByLabel(label).fill(value);
      }
      await picture(page, `connection-new-${kind}`);
      await confirm(page);
      if (kind === 'pos') expect((await secretOf(page)).length).toBeGreaterThanOrEqual(24);
      const row = frame.getByRole('row', { name: new RegExp(`^${sellerId} `) });
      await row.getByRole('button', { name: '更换密钥' }).click();
      await dialog(page).getByText('立即改用新密钥').waitFor();
      if (kind !== 'pos') await dialog(page).getByLabel('对方给出的密钥').fill('next');
      await confirm(page);
      if (kind === 'pos') await secretOf(page);
      await dialog(page).waitFor({ state: 'detached' });
      await row.getByRole('button', { name: /停\s?用/ }).click();
      await dialog(page).getByText('停用期间不调用该系统').waitFor();
      await dialog(page).getByLabel('原因').fill('盘点');
      await confirm(page);
      await row.getByText('盘点').waitFor();
      await picture(page, `connection-stopped-${kind}`);
      await row.getByRole('button', { name: /启\s?用/ }).click();
      await confirm(page);
      await row.getByText('盘点').waitFor({ state: 'detached' });
    }
    const session = await asPlatform();
    const connection = { sellerId, appKey: '900', url: httpUrl(pages.harness.stack, 'sandbox') };
    const post = (path: string, body: unknown) =>
      session.post(`/api/onboarding/connections/${path}`, body);
    expect(await post('pos', connection)).toMatchObject({
      status: 409,
      body: { code: 'CONNECTION_EXISTS' },
    });
    expect(await post('tmall', connection)).toMatchObject({
      status: 400,
      body: { code: 'MISSING_FIELD' },
    });
    expect(await post('pos', { ...connection, sellerId: 'x1', url: 'ftp://x' })).toMatchObject({
      status: 400,
      body: { code: 'BAD_URL' },
    });
    expect(await post('till/nobody/rotate', { secret: 'x' })).toMatchObject({
      status: 404,
      body: { code: 'NOT_CONNECTED' },
    });
    expect((await post(`pos/${sellerId}/enable`, { enabled: false })).status).toBe(400);
    // What was done is in the log, and no secret is.
    const log = JSON.stringify((await session.get('/api/audit')).body);
    expect(log).toContain('onboarding.connections.rotate');
    expect(log).toContain(String.raw`"before":"{\"enabled\":true,\"reason\":\"\"}"`);
    expect(log).not.toMatch(/theirs|"token"|\\"next/);
    await session.logout();
    const own = await operatorAtWork(mall.actor);
    expect((await own.post('/api/onboarding/connections/pos', connection)).status).toBe(403);
    expect((await own.get('/api/onboarding/connections/pos')).status).toBe(403);
    await own.logout();
  });

  test('what the addresses take and refuse: names that are taken, other sellers, bad places and bodies', async () => {
    const session = await asPlatform();
    const { sellerId } = mall.actor.seller;
    const post = (path: string, body: unknown) => session.post(`/api/onboarding/${path}`, body);
    const seller = {
      sellerId: fresh('new'),
      nick: '新卖家',
      allocator: 'ASTROLABE',
      acceptor: 'POS',
      sellableCountsShared: false,
    };
    expect((await post('sellers', seller)).status).toBe(200);
    expect(await post('sellers', seller)).toMatchObject({
      status: 409,
      body: { code: 'SELLER_EXISTS' },
    });
    const { body } = await session.get('/api/onboarding/sellers');
    expect(JSON.stringify(body)).toContain(seller.sellerId);
    const key = { appKey: fresh('k'), sellerIds: [sellerId], role: 'erp', ratePerSecond: 0 };
    expect((await post('keys', key)).body['secret']).toMatch(/^\S{24,}$/);
    expect(await post('keys', key)).toMatchObject({
      status: 409,
      body: { code: 'APP_KEY_EXISTS' },
    });
    expect((await post('keys/nobody/rotate', { overlapHours: 1 })).status).toBe(404);
    expect((await post('keys', { ...key, role: 'anything' })).status).toBe(400);
    const off = { enabled: false, reason: '盘点' };
    expect((await post(`connections/1688/${sellerId}/enable`, off)).status).toBe(404);
    expect((await post('connections/1688', { sellerId })).status).toBe(400);
    expect((await post('connections/fax', { sellerId })).status).toBe(404);
    const areas = api(mall.actor, 'areas');
    const area = { areaId: '3000000', name: '郊区', places: ['WAREHOUSE:WH-01', 'STORE:1342'] };
    expect((await session.post(areas, area)).status).toBe(200);
    expect(JSON.stringify((await session.get(areas)).body)).toContain('郊区');
    const named = (region: string) => session.post(areas, { ...area, region });
    expect(await named('天津市/河东区')).toMatchObject({
      status: 200,
      body: { area: { regionCode: '120102' } },
    });
    expect(await named('河东区')).toMatchObject({
      status: 400,
      body: { code: 'AMBIGUOUS_REGION', message: '天津市河东区、山东省临沂市河东区' },
    });
    expect(await named('999999')).toMatchObject({ status: 400, body: { code: 'UNKNOWN_REGION' } });
    // Who does not say it leaves it as it is.
    await session.post(areas, area);
    expect(JSON.stringify((await session.get(areas)).body)).toContain('"regionCode":"120102"');
    expect(await session.post(areas, { ...area, places: ['SHED:1'] })).toMatchObject({
      status: 400,
      body: { code: 'BAD_PLACE' },
    });
    const clerks = api(mall.actor, 'clerks');
    const clerk = { login: platform.login, name: '谁', storeId: '1342', role: 'CLERK' };
    expect(await session.post(clerks, clerk)).toMatchObject({
      status: 409,
      body: { code: 'LOGIN_TAKEN' },
    });
    for (const action of ['rotate', 'disable']) {
      const answer = await session.post(`${clerks}/${platform.login}/${action}`, {});
      expect(answer).toMatchObject({ status: 404, body: { code: 'UNKNOWN_CLERK' } });
    }
    await session.logout();
    // Whoever looks after one seller makes no keys and no sellers.
    const own = await operatorAtWork(mall.actor);
    expect((await own.post('/api/onboarding/keys', key)).status).toBe(403);
    expect((await own.get('/api/onboarding/sellers')).status).toBe(403);
    await own.logout();
  });

  test('it looks right at every width, in both languages', async () => {
    for (const kind of ['1688', 'distribution']) {
      const path = `${pathOf(mall.actor, 'onboarding')}?kind=${kind}`;
      await lookAt(path, { zh: '系统连接', en: 'Connections' });
    }
  });
});
