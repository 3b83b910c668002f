import { eventually } from '@astrolabe/testing';
import { describe, expect, test } from 'vitest';
import { block, openConsole, pathOf } from '../src/console-page.ts';
import { SERVICES } from '../src/harness.ts';
import { api, confirm, dialog, managementOf, secretOf } from '../src/management.ts';
import { operatorAtWork } from '../src/operator.ts';
import { pagesOf } from '../src/pages.ts';
import { picture } from '../src/store-page.ts';

const pages = pagesOf({ apps: [...SERVICES, 'console'] });
const world = managementOf(pages);

describe('government mall', () => {
  test('a pre-order is seen with its hold, and expires when somebody says so', async () => {
    const order = { yggc_order: 'M-EXPIRES' };
    const number = await eventually(() => world.mall.ordered(order), { timeoutMs: 60_000 });
    const cancelled = await world.mall.ordered({ yggc_order: 'M-CANCELLED' });
    await world.mall.ok('cancel', { order_id: cancelled });
    const page = await openConsole(pages, world.mall.actor, pathOf(world.mall.actor, 'mall'));
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
    expect(await world.mall.num()).toBe(99);
    const session = await operatorAtWork(world.mall.actor);
    const expire = (of: string) =>
      session.post(api(world.mall.actor, 'mall', 'orders', of, 'expire'), {});
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
    const order = { yggc_order: world.fresh('M') };
    const number = await eventually(() => world.mall.confirmed(order), { timeoutMs: 60_000 });
    const orderRef = world.mall.ref(number);
    const discount = { discountId: 'C-1', lineId: '1', amountFen: 1_000n, actor: '销售小王' };
    await eventually(
      () => world.mall.admin.money.call('grantDiscount', { orderRef, ...discount }),
      {
        timeoutMs: 60_000,
      },
    );
    await eventually(() => world.mall.ship(number, 'P1'));
    await world.mall.deliver(number, 'P1');
    await eventually(async () => {
      const sought = { state: 'WAITING', colour: '', page: undefined };
      const asked = { sellerId: world.mall.actor.seller.sellerId, ...sought };
      const { invoices } = await world.mall.admin.money.call('listInvoices', asked);
      expect(invoices.map(({ serial }) => serial)).toContain(`${number}-B`);
    });
    const path = pathOf(world.mall.actor, 'mall', 'orders', number);
    const page = await openConsole(pages, world.mall.actor, path);
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
    await world.lookAt(path, { zh: '发票与优惠', en: 'Invoices and discounts' });
  });

  test('an account is made with its password shown once, rotated, its tokens revoked, and disabled', async () => {
    const page = await openConsole(
      pages,
      world.mall.actor,
      pathOf(world.mall.actor, 'mall', 'accounts'),
    );
    await page.getByRole('button', { name: '新建账号' }).click();
    const username = world.fresh('made');
    await dialog(page).getByLabel('用户名').fill(username);
    await dialog(page).getByLabel('商城名称').fill('示例商城');
    await confirm(page);
    const first = await secretOf(page);
    expect(first).toMatch(/^[\w-]{24}$/);
    const row = page.getByRole('row', { name: new RegExp(username) });
    await row.getByText('示例商城').waitFor();
    await row.getByRole('button', { name: '更换密码' }).click();
    await confirm(page);
    expect(await secretOf(page)).not.toBe(first);
    await row.getByRole('button', { name: /停\s?用/ }).click();
    await dialog(page).getByText('停用后该商城不能取得令牌').waitFor();
    await confirm(page);
    await row.getByText('停用', { exact: true }).first().waitFor();

    // The mall that works: its token is listed, and revoked.
    const { username: own } = world.mall.actor.seller.mall;
    expect((await world.mall.call('stock', { sku: '12345', area: '1000000' })).success).toBe(true);
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
    const refused = await world.mall.call('stock', { sku: '12345', area: '1000000' });
    expect(refused).toMatchObject({ success: false, desc: 'token_expired' });
  });

  test('what the addresses take and refuse: another seller has no such account, and a bad body changes nothing', async () => {
    const session = await world.asPlatform();
    const { username } = world.mall.actor.seller.mall;
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
    const accounts = api(world.mall.actor, 'mall', 'accounts');
    expect(await session.post(accounts, { ...account, username })).toMatchObject({
      status: 409,
      body: { code: 'ACCOUNT_EXISTS' },
    });
    for (const bad of [{ ...account, username: 'a b' }, { username: 'x' }, {}, null]) {
      expect((await session.post(accounts, bad)).status).toBe(400);
    }
    const settings = api(world.mall.actor, 'mall', 'settings');
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
    const orders = (query: string) =>
      session.get(`${api(world.mall.actor, 'mall', 'orders')}?${query}`);
    expect((await orders('state=NOWHERE')).body).toMatchObject({ code: 'UNKNOWN_STATE' });
    expect((await orders('state=EXPIRED')).body['orders']).toHaveLength(1);
    const nothing = await session.get(api(world.mall.actor, 'mall', 'orders', '1'));
    expect(nothing).toMatchObject({ status: 404, body: { code: 'UNKNOWN_ORDER' } });
    await session.logout();
  });

  test('it looks right at every width, in both languages', async () => {
    await world.lookAt(pathOf(world.mall.actor, 'mall'), { zh: '政采订单', en: 'Mall orders' });
    await world.lookAt(pathOf(world.mall.actor, 'mall', 'accounts'), {
      zh: '商城账号',
      en: 'Mall accounts',
    });
  });
});
