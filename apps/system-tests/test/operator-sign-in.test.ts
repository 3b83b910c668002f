import { Role } from '@astrolabe/contracts/console';
import { adminAddress, httpUrl } from '@astrolabe/local-stack';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openSession } from '../src/api-session.ts';
import { clerkOf } from '../src/clerk.ts';
import { astrolabe } from '../src/command-line.ts';
import { SERVICES } from '../src/harness.ts';
import { pagesOf } from '../src/pages.ts';
import { administering, newUser, operatorAtWork, operatorOf } from '../src/operator.ts';
import type { TestUser } from '../src/operator.ts';
import { storeXml } from '../src/requests.ts';
import { TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { overflow, picture } from '../src/store-page.ts';
import { callQimen } from '../src/wire.ts';

const pages = pagesOf({ apps: [...SERVICES, 'console'] });

const console = (): string => httpUrl(pages.harness.stack, 'console');
const admin = (): string => adminAddress(pages.harness.stack, 'console');

/** An order that a store has been told of. */
async function sellerWithOrder(): Promise<Actor> {
  const actor = await startedSeller(pages.harness);
  await actor.pay();
  await actor.order('ALLOCATED');
  return actor;
}

/** A page at an address, in a browser where nobody has signed in. */
async function visit(path: string, width = 1280): Promise<Page> {
  const page = await (await pages.newContext({ width, height: 844 })).newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${console()}/#${path}`);
  return page;
}

async function signIn(page: Page, { login, password }: { login: string; password: string }) {
  await page.getByLabel('账号').fill(login);
  await page.getByLabel('密码').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '退出' }).waitFor();
}

const orderAddress = ({ seller }: Actor): string =>
  `/sellers/${seller.sellerId}/orders/tmall/${TID}`;

describe('an address of a seller', () => {
  test('asks for the sign-in, opens after it, and is open again when the session has ended', async () => {
    const actor = await sellerWithOrder();
    const page = await visit(orderAddress(actor));
    await page.getByLabel('账号').waitFor();
    await picture(page, 'operator-sign-in');
    await signIn(page, await operatorOf(actor));
    await page.getByText('时间线').waitFor();
    await picture(page, 'operator-order');
    const { login, name, password } = await operatorOf(actor);
    // A new password ends what is open under the name.
    const grant = { role: Role.OPERATOR, sellerId: actor.seller.sellerId };
    const grants = [{ ...grant, storeId: '', allSellers: false }];
    await administering(admin(), (to) => to.call('putUser', { login, name, password, grants }));
    await page.getByLabel('账号').waitFor();
    expect(await page.getByText('时间线').count()).toBe(0);
    await signIn(page, await operatorOf(actor));
    await page.getByText('时间线').waitFor();
    expect(page.url()).toContain(orderAddress(actor));
    await page.getByRole('button', { name: '退出' }).click();
    await page.getByLabel('账号').waitFor();
    await page.reload();
    await page.getByLabel('账号').waitFor();
  });

  test('is refused to whom it is not granted, on the page and in the API', async () => {
    const [mine, others] = [await sellerWithOrder(), await sellerWithOrder()];
    const api = `/api/sellers/${others.seller.sellerId}/orders`;
    expect((await fetch(`${console()}${api}`)).status).toBe(401);
    const operator = await operatorAtWork(mine);
    for (const path of [api, `/api${orderAddress(others)}`, '/api/deadletters', '/api/orders']) {
      const { status, body } = await operator.get(path);
      expect({ status, body }, path).toEqual({ status: 403, body: { code: 'FORBIDDEN' } });
    }
    const clerk = await openSession(console(), await clerkOf(mine, '小王'));
    expect((await clerk.get(`/api/sellers/${mine.seller.sellerId}/orders`)).status).toBe(403);

    const page = await visit(orderAddress(others));
    await signIn(page, await operatorOf(mine));
    await page.getByText('当前账号没有权限').first().waitFor();
    expect(await page.getByText(TID, { exact: true }).count()).toBe(0);
    await picture(page, 'operator-forbidden');
    await page.getByRole('combobox', { name: '卖家' }).click();
    await page.getByTitle(mine.seller.sellerId, { exact: true }).last().click();
    await page.getByRole('link', { name: '订单', exact: true }).click();
    await page.getByRole('link', { name: TID }).waitFor();
    expect(await page.getByTitle(others.seller.sellerId, { exact: true }).count()).toBe(0);
    expect(await page.getByRole('link', { name: '死信' }).count()).toBe(0);
  });
});

/** Bytes that the browser has got for the page and its files, as they were sent. */
const BYTES_LOADED = `['navigation', 'resource']
  .flatMap((kind) => performance.getEntriesByType(kind))
  .filter(({ name }) => !new URL(name).pathname.startsWith('/api/'))
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`;

test('what is loaded from the sign-in to the first page is less than 300 kB, and of one role alone', async () => {
  const actor = await sellerWithOrder();
  const clerk = await visit('/', 1280);
  await signIn(clerk, await clerkOf(actor, '小王'));
  await clerk.locator(`[data-trade="${TID}"]`).waitFor();
  const operator = await visit('/', 1280);
  await signIn(operator, await operatorOf(actor));
  await operator.locator('[data-block="待处理队列"] table').first().waitFor();
  await operator.locator('[data-block="今天的订单"] table').waitFor();
  for (const page of [clerk, operator]) {
    const bytes = (await page.evaluate(BYTES_LOADED)) as number;
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThan(300_000);
  }
});

describe('the role decides what is opened', () => {
  test('a clerk gets the store, also at an address of operators', async () => {
    const actor = await sellerWithOrder();
    const page = await visit(orderAddress(actor), 390);
    await signIn(page, await clerkOf(actor, '小王'));
    await page.getByRole('tab', { name: '新订单' }).waitFor();
    expect(await page.getByRole('button', { name: '运营' }).count()).toBe(0);
    const loaded = (await page.evaluate(
      `performance.getEntriesByType('resource').map(({ name }) => name)`,
    )) as string[];
    // Clerks load nothing that only operators need.
    expect(loaded.filter((name) => name.includes('/store-app-'))).toHaveLength(1);
    expect(loaded.filter((name) => name.includes('/operator-'))).toEqual([]);
    await page.getByRole('tab', { name: '待发货' }).click();
    await page.reload();
    await page.getByRole('tab', { name: '待发货', selected: true }).waitFor();
  });

  test('who is both moves between the two, on a phone too', async () => {
    const actor = await sellerWithOrder();
    const { sellerId } = actor.seller;
    const user: TestUser = await newUser(admin(), [
      { role: Role.MANAGER, sellerId, storeId: '1342' },
      { role: Role.READER, sellerId },
    ]);
    const page = await visit('/', 390);
    await signIn(page, user);
    await page.getByRole('tab', { name: '新订单' }).waitFor();
    expect(await overflow(page)).toBe(0);
    await picture(page, 'both-store-390');
    await page.getByRole('link', { name: '运营' }).click();
    await page.getByRole('button', { name: '菜单' }).click();
    await page.getByRole('link', { name: '订单', exact: true }).click();
    await page.getByRole('link', { name: TID }).waitFor();
    expect(await overflow(page)).toBe(0);
    await picture(page, 'both-operator-390');
    await page.getByRole('link', { name: '门店', exact: true }).click();
    await page.getByRole('tab', { name: '新订单' }).waitFor();
  });
});

test('the demonstration seller that compose starts with: its keys sign, its people sign in, and it is made once', async () => {
  const { stack, gateway } = pages.harness;
  type Made = {
    appKey?: string;
    role?: string;
    secret?: string;
    login?: string;
    password?: string;
  };
  const first = await astrolabe<Made>(stack, 'seller', 'demonstrate');
  expect(first).toMatchObject({ code: 0, told: '' });
  const keys = first.lines.filter(({ secret }) => secret !== undefined);
  expect(keys.map(({ role }) => role)).toEqual(['erp', 'pos', 'tmall']);
  const { appKey = '', secret = '' } = keys[0] ?? {};
  const key = { appKey, secret };
  // As the other tests of this file make it, for it may be theirs.
  const content = storeXml({ storeName: '门店S001' });
  const store = await callQimen(gateway, key, '21230', 'taobao.qimen.store.create', content);
  // The merchant centre has given the store this id.
  expect(store.text).toContain('1342');
  for (const { login = '', password = '' } of first.lines.filter((one) => one.password)) {
    const session = await openSession(console(), { login, password });
    expect((await session.get('/api/start')).status, login).toBe(200);
  }
  const again = await astrolabe(stack, 'seller', 'demonstrate');
  expect(again).toEqual({ code: 0, lines: [], told: '' });
});
