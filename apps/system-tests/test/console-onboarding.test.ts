import { randomBytes } from 'node:crypto';
import { httpUrl } from '@astrolabe/local-stack';
import { describe, expect, test } from 'vitest';
import { openSession } from '../src/api-session.ts';
import { block, openConsole, pathOf } from '../src/console-page.ts';
import { SERVICES } from '../src/harness.ts';
import { api, confirm, dialog, managementOf, secretOf } from '../src/management.ts';
import { operatorAtWork } from '../src/operator.ts';
import { pagesOf } from '../src/pages.ts';
import { picture } from '../src/store-page.ts';

const pages = pagesOf({ apps: [...SERVICES, 'console'] });
const world = managementOf(pages);

describe('onboarding', () => {
  test('a clerk is made, signs in with the password that was shown, gets another one, and is disabled', async () => {
    const page = await openConsole(pages, world.mall.actor, pathOf(world.mall.actor, 'onboarding'));
    const login = world.fresh('clerk');
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
    const page = await openConsole(pages, world.platform, pathOf(world.mall.actor, 'onboarding'));
    const appKey = world.fresh('key');
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
    const page = await openConsole(pages, world.platform, pathOf(world.mall.actor, 'onboarding'));
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
    const session = await world.asPlatform();
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
    const own = await operatorAtWork(world.mall.actor);
    expect((await own.post('/api/onboarding/connections/pos', connection)).status).toBe(403);
    expect((await own.get('/api/onboarding/connections/pos')).status).toBe(403);
    await own.logout();
  });

  test('what the addresses take and refuse: names that are taken, other sellers, bad places and bodies', async () => {
    const session = await world.asPlatform();
    const { sellerId } = world.mall.actor.seller;
    const post = (path: string, body: unknown) => session.post(`/api/onboarding/${path}`, body);
    const seller = {
      sellerId: world.fresh('new'),
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
    const key = { appKey: world.fresh('k'), sellerIds: [sellerId], role: 'erp', ratePerSecond: 0 };
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
    const areas = api(world.mall.actor, 'areas');
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
    const clerks = api(world.mall.actor, 'clerks');
    const clerk = { login: world.platform.login, name: '谁', storeId: '1342', role: 'CLERK' };
    expect(await session.post(clerks, clerk)).toMatchObject({
      status: 409,
      body: { code: 'LOGIN_TAKEN' },
    });
    for (const action of ['rotate', 'disable']) {
      const answer = await session.post(`${clerks}/${world.platform.login}/${action}`, {});
      expect(answer).toMatchObject({ status: 404, body: { code: 'UNKNOWN_CLERK' } });
    }
    await session.logout();
    // Whoever looks after one seller makes no keys and no sellers.
    const own = await operatorAtWork(world.mall.actor);
    expect((await own.post('/api/onboarding/keys', key)).status).toBe(403);
    expect((await own.get('/api/onboarding/sellers')).status).toBe(403);
    await own.logout();
  });

  test('it looks right at every width, in both languages', async () => {
    for (const kind of ['1688', 'distribution']) {
      const path = `${pathOf(world.mall.actor, 'onboarding')}?kind=${kind}`;
      await world.lookAt(path, { zh: '系统连接', en: 'Connections' });
    }
  });
});
