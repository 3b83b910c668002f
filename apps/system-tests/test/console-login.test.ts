import { ConsoleAdminServiceClient } from '@astrolabe/contracts/console';
import { createGrpcClient } from '@astrolabe/grpc';
import type { Person } from '@astrolabe/local-servers';
import { adminAddress, httpUrl, startSingleSignOn, startStack } from '@astrolabe/local-stack';
import type { SingleSignOn } from '@astrolabe/local-stack';
import { NO_RECORDS, followedDeed } from '@astrolabe/signing';
import type { ChainEnd } from '@astrolabe/signing';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { openSession } from '../src/api-session.ts';
import { axeFindings } from '../src/axe.ts';
import { SERVICES } from '../src/harness.ts';
import { newPlatformOperator, operatorAtWork, operatorOf } from '../src/operator.ts';
import { pagesOf } from '../src/pages.ts';
import { OID, TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { overflow, picture } from '../src/store-page.ts';

/** Whom the provider knows; a login is that of an account of the console, where there is one. */
const people: Person[] = [];
let signOn: SingleSignOn | null = null;

const pages = pagesOf({
  apps: [...SERVICES, 'console'],
  launch: async (options) => {
    signOn = await startSingleSignOn({
      port: 0,
      consoleUrl: `http://127.0.0.1:${options.ports.console.http}`,
      people: () => people,
      groupGrants: 'platform=operator@all',
    });
    const extra = { console: signOn.settings };
    return await startStack({ ...options, settings: { ...options.settings, extra } });
  },
});
afterAll(() => signOn?.stop());
const RECEIVER = { name: '张三丰', mobile: '13812345678', address: '文三路 478 号 5 幢' };
const REASON = '买家来电，核对地址';

const console = (): string => httpUrl(pages.harness.stack, 'console');

/** An order that a store has been told of, whose receiver the gateway keeps. */
async function sellerWithOrder(): Promise<Actor> {
  const actor = await startedSeller(pages.harness);
  await actor.pay({ receiver: RECEIVER });
  await actor.order('ALLOCATED');
  return actor;
}

async function visit(path: string, width = 1440): Promise<Page> {
  const page = await (await pages.newContext({ width, height: 900 })).newPage();
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

/** Every entry of the console's log, by the contract that the command line follows it with. */
async function deeds() {
  const admin = createGrpcClient(ConsoleAdminServiceClient, {
    address: adminAddress(pages.harness.stack, 'console'),
    name: 'system-test',
    defaultDeadlineMs: 30_000,
  });
  try {
    const { entries } = await admin.call('listAuditEntries', { afterSequence: 0n, size: 500 });
    return entries.map(({ at, ...told }) => ({ ...told, at: at ?? new Date(0) }));
  } finally {
    admin.close();
  }
}

const BUTTON = '本机身份提供方';

/** Presses the button of the provider, and says there who it is. */
async function signInByProvider(page: Page, person: Pick<Person, 'login' | 'password'>) {
  await page.getByRole('link', { name: BUTTON }).click();
  await page.getByLabel('账号 Account').fill(person.login);
  await page.getByLabel('密码 Password').fill(person.password);
  await page.getByRole('button', { name: '登录 Sign in' }).click();
}

describe('a sign-in by the identity provider', () => {
  test('leads back to the page that was asked for, and ends with ours, at the provider too', async () => {
    const actor = await sellerWithOrder();
    const operator = await operatorOf(actor);
    const person = { ...operator, password: 'known to the provider alone' };
    people.push(person);
    const address = `/sellers/${actor.seller.sellerId}/orders/tmall/${TID}`;
    const page = await visit(address);
    await page.getByRole('link', { name: BUTTON }).waitFor();
    await picture(page, 'sign-in-by-provider');
    await signInByProvider(page, { ...person, password: 'a guess' });
    await page.getByText('账号或密码不正确').waitFor();
    await page.getByLabel('账号 Account').fill(person.login);
    await page.getByLabel('密码 Password').fill(person.password);
    await page.getByRole('button', { name: '登录 Sign in' }).click();
    await page.getByText('时间线').waitFor();
    expect(page.url()).toBe(`${console()}/#${address}`);
    const cookies = await page.context().cookies(console());
    const session = cookies.find(({ name }) => name === 'astrolabe_session');
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    const value = session?.value ?? '';
    await page.getByRole('button', { name: '退出' }).click();
    await page.getByRole('button', { name: '退出 Sign out' }).click();
    await page.getByRole('link', { name: BUTTON }).waitFor();
    const old = { headers: { cookie: `astrolabe_session=${value}` } };
    expect((await fetch(`${console()}/api/me`, old)).status).toBe(401);
    // The provider asks again: its own session has ended.
    await page.getByRole('link', { name: BUTTON }).click();
    await page.getByLabel('账号 Account').waitFor();
    const told = (await deeds()).filter(({ login }) => login === operator.login);
    const names = told.map(({ action }) => action);
    expect(names.filter((name) => name === 'signIn.provider')).toHaveLength(1);
    expect(names.at(-1)).toBe('logout');
  });

  test('ends here at once when the provider says that its session has ended, and the log says so', async () => {
    const actor = await startedSeller(pages.harness);
    const operator = await operatorOf(actor);
    const person = { ...operator, password: 'known to the provider alone' };
    people.push(person);
    const page = await visit(`/sellers/${actor.seller.sellerId}/orders`);
    await signInByProvider(page, person);
    await page.getByRole('button', { name: '退出' }).waitFor();
    const [session] = (await page.context().cookies(console())).filter(
      ({ name }) => name === 'astrolabe_session',
    );
    const me = () =>
      fetch(`${console()}/api/me`, {
        headers: { cookie: `astrolabe_session=${session?.value ?? ''}` },
      });
    expect((await me()).status).toBe(200);
    // Elsewhere the person signs out of the provider itself; the console's page does nothing.
    const elsewhere = await page.context().newPage();
    await elsewhere.goto(`${signOn?.issuer ?? ''}/session/end`);
    await elsewhere.getByRole('button', { name: '退出 Sign out' }).click();
    await elsewhere.getByText('已退出登录').waitFor();
    expect((await me()).status).toBe(401);
    await page.getByRole('link', { name: BUTTON }).waitFor();
    const told = (await deeds()).filter(({ login }) => login === operator.login);
    expect(told.map(({ action }) => action).slice(-2)).toEqual([
      'signIn.provider',
      'logout.provider',
    ]);
    const forged = await fetch(`${console()}/api/oidc/backchannel-logout`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: 'e30.e30.' }),
    });
    expect(forged.status).toBe(400);
  });

  test('of whom groups give something makes the account; of who has nothing it says so, in both languages', async () => {
    const boss = { login: 'boss', name: '运营总监', password: 'of the boss', groups: ['platform'] };
    const guest = { login: 'guest', name: '访客', password: 'of the guest', groups: [] };
    people.push(boss, guest);
    const page = await visit('/audit', 390);
    await signInByProvider(page, guest);
    await page.getByText('您所在的组没有任何权限').waitFor();
    expect(await overflow(page)).toBe(0);
    await picture(page, 'provider-refused-390');
    await page.getByRole('button', { name: 'EN' }).click();
    await page.getByText('Your groups open nothing here').waitFor();
    await page.getByRole('link', { name: BUTTON }).waitFor();
    const again = await visit('/audit');
    await signInByProvider(again, boss);
    await again.getByText(boss.name).first().waitFor();
    await again.getByRole('cell', { name: '身份提供方更改权限' }).first().waitFor();
    expect(await again.getByText('signIn.provider').count()).toBe(0);
    await picture(again, 'audit-provider');
  });

  test('that was begun elsewhere, or comes back with nothing, opens nothing and says so', async () => {
    for (const query of ['', '?code=x&state=y', '?error=access_denied&state=y']) {
      const answer = await fetch(`${console()}/api/oidc/callback${query}`, { redirect: 'manual' });
      expect(answer.status).toBe(302);
      expect(answer.headers.get('location')).toBe('/?signin=NO_ATTEMPT');
    }
    const page = await (await pages.newContext({ width: 768, height: 900 })).newPage();
    await page.goto(`${console()}/?signin=PROVIDER_AWAY`);
    await page.getByText('身份提供方没有响应').waitFor();
    expect(page.url()).toBe(`${console()}/`);
    const away = await fetch(`${console()}/api/oidc/start?to=//evil.example`, {
      redirect: 'manual',
    });
    expect(away.headers.get('location')).toContain(signOn?.issuer);
    expect(away.headers.get('set-cookie')).toMatch(/astrolabe_oidc=.*HttpOnly; SameSite=Lax/);
  });
});

describe('to whom an order goes', () => {
  test('is masked, and shown in full for a reason that is in the log first', async () => {
    const actor = await sellerWithOrder();
    const { sellerId } = actor.seller;
    const page = await visit(`/sellers/${sellerId}/orders/tmall/${TID}`);
    const operator = await operatorOf(actor);
    await signIn(page, operator);
    const block = page.locator('[data-block="收货人"]');
    await block.getByText('已脱敏').waitFor();
    const masked = await block.innerText();
    for (const secret of Object.values(RECEIVER)) expect(masked).not.toContain(secret);
    await block.getByRole('button', { name: '查看完整信息' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: '查看', exact: true }).click();
    await dialog.getByText('请填写原因').waitFor();
    await dialog.getByLabel('原因').fill(REASON);
    await picture(page, 'reveal-asked');
    await dialog.getByRole('button', { name: '查看', exact: true }).click();
    await block.getByText(RECEIVER.mobile).waitFor();
    expect(await block.innerText()).toContain(RECEIVER.name);
    await picture(page, 'revealed');
    await block.getByRole('button', { name: '隐藏' }).click();
    expect(await block.innerText()).not.toContain(RECEIVER.mobile);

    const revealed = (await deeds()).filter(({ action }) => action.endsWith('receiver.reveal'));
    expect(revealed).toMatchObject([
      { login: operator.login, sellerId, target: `tmall/${TID}`, reason: REASON, outcome: '' },
    ]);
  });

  test('is not revealed without a reason, nor to whom the seller is not granted', async () => {
    const [mine, others] = [await sellerWithOrder(), await sellerWithOrder()];
    const operator = await operatorAtWork(mine);
    const pathOf = ({ seller }: Actor) =>
      `/api/sellers/${seller.sellerId}/orders/tmall/${TID}/receiver`;
    const reveal = `${pathOf(mine)}/reveal`;
    for (const reason of ['', '   ', '看看', '      a']) {
      expect((await operator.post(reveal, { reason })).body).toMatchObject({
        code: 'REASON_MISSING',
      });
    }
    expect(await operator.post(`${pathOf(others)}/reveal`, { reason: REASON })).toEqual({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
    const { body } = await operator.get(pathOf(mine));
    expect(JSON.stringify(body)).not.toContain(RECEIVER.mobile);
    const shown = await operator.post(reveal, { reason: REASON });
    expect(shown.body).toMatchObject({ receiver: { mobile: RECEIVER.mobile } });
    // What is refused has an entry that says so; what was never allowed has none.
    const { sellerId } = mine.seller;
    const told = (await deeds()).filter((one) => one.sellerId === sellerId);
    expect(told.filter(({ outcome }) => outcome === 'REASON_MISSING')).toHaveLength(4);
    expect((await deeds()).some((one) => one.sellerId === others.seller.sellerId)).toBe(false);
  });
});

describe('the log', () => {
  test('is one chain, and its page shows who did what, by filters, in both languages, on a phone too', async () => {
    const actor = await sellerWithOrder();
    const { sellerId } = actor.seller;
    const clerk = actor.seller.clerks.find(({ name }) => name === '小王');
    if (!clerk) throw new Error('no clerk');
    const { login } = await actor.seller.account(clerk);
    const wrong = { login, password: 'not the password' };
    const refused = await fetch(`${console()}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(wrong),
    });
    expect(refused.status).toBe(401);
    const session = await openSession(console(), clerk);
    const body = { action: 'accept', allocation: 1, subOrderIds: [OID] };
    await session.post(`/api/orders/tmall/${TID}`, body);
    await session.logout();
    const all = await deeds();
    const end = all.reduce<ChainEnd | null>(
      (reached, one) => reached && followedDeed(reached, one),
      NO_RECORDS,
    );
    expect(end?.sequence).toBe(BigInt(all.length));
    const mine = all.filter((one) => one.login === login || one.target === login);
    expect(mine.map(({ action, outcome }) => `${action} ${outcome}`.trim()).slice(0, 4)).toEqual([
      'account.put',
      'signIn WRONG',
      'signIn',
      'orders.accept',
    ]);
    expect(mine.at(-1)?.action).toBe('logout');

    const page = await visit(`/audit?login=${login}`);
    await signIn(page, await newPlatformOperator(pages.harness));
    await page.getByText('账号或密码不正确').waitFor();
    await page.getByRole('cell', { name: '接单', exact: true }).first().waitFor();
    expect(await page.getByRole('cell', { name: sellerId, exact: true }).count()).toBeGreaterThan(
      0,
    );
    await picture(page, 'audit-1440');
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'EN' }).click();
    await page.getByRole('cell', { name: 'Accepted', exact: true }).first().waitFor();
    await page.setViewportSize({ width: 768, height: 900 });
    expect(await overflow(page)).toBe(0);
    await picture(page, 'audit-768');
    expect(await axeFindings(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await overflow(page)).toBe(0);
    await picture(page, 'audit-390');
    await page.getByLabel('Account').fill('nobody-at-all');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('None yet').waitFor();
  });

  test('has what a change replaces beside what it brings', async () => {
    const actor = await startedSeller(pages.harness);
    const { sellerId } = actor.seller;
    const operator = await operatorAtWork(actor);
    const settings = `/api/sellers/${sellerId}/mall/settings`;
    const first = { holdMinutes: 60, alertMinutes: 30, mostPieces: 500 };
    const second = { holdMinutes: 0, alertMinutes: 0, mostPieces: 7 };
    for (const body of [first, second]) {
      expect((await operator.post(settings, body)).status).toBe(200);
    }
    const told = (await deeds()).filter((one) => one.sellerId === sellerId);
    expect(told.at(-1)).toMatchObject({
      action: 'sellers.mall.settings',
      before: JSON.stringify(first),
      after: JSON.stringify(second),
    });
    await operator.logout();
  });

  test('is for operators of all sellers alone', async () => {
    const actor = await sellerWithOrder();
    const operator = await operatorAtWork(actor);
    expect((await operator.get('/api/audit')).status).toBe(403);
    const platform = await openSession(console(), await newPlatformOperator(pages.harness));
    const { status, body } = await platform.get('/api/audit?action=signIn');
    expect(status).toBe(200);
    expect((body as { entries: unknown[] }).entries.length).toBeGreaterThan(0);
    for (const query of ['from=yesterday', 'token=x', 'to=2026-13-01T00:00:00Z']) {
      expect((await platform.get(`/api/audit?${query}`)).status, query).toBe(400);
    }
  });
});
