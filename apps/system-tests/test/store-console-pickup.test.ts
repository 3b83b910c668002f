import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { orderKey, tmallOrder } from '@astrolabe/kernel';
import { adminAddress, httpUrl } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { clerkAtWork, clerkOf } from '../src/clerk.ts';
import { SERVICES } from '../src/harness.ts';
import { pagesOf } from '../src/pages.ts';
import { OID, TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { sandboxTmall } from '../src/sandbox.ts';
import { PHONE, TILL, card, overflow, picture, signIn } from '../src/store-page.ts';

const CLI = resolve(import.meta.dirname, '../../cli/src/main.ts');
const MODEL_A = { allocator: 'astrolabe', acceptor: 'dianzhanggui' } as const;

const pages = pagesOf({ apps: [...SERVICES, 'console', 'sandbox'] });

async function signedIn(actor: Actor, viewport: typeof PHONE): Promise<Page> {
  const context = await pages.newContext(viewport);
  return await signIn(
    context,
    httpUrl(pages.harness.stack, 'console'),
    await clerkOf(actor, '小王'),
  );
}

/** The code that the buyer's channel shows. */
async function buyersCode(actor: Actor): Promise<string> {
  const { sellerId } = actor.seller;
  const asked = { orderRef: tmallOrder(sellerId, TID) };
  const { codes } = await pages.harness.clients.fulfillmentAdmin.call('getPickupCode', asked);
  expect(codes).toHaveLength(1);
  return codes[0]?.code ?? '';
}

/** What `astrolabe order code` prints. */
function codeFromCommandLine(actor: Actor, trade: string): string {
  const words = ['order', 'code', orderKey(tmallOrder(actor.seller.sellerId, trade))];
  const address = adminAddress(pages.harness.stack, 'fulfillment');
  const env = { ...process.env, FULFILLMENT_ADMIN_ADDRESS: address };
  return execFileSync(process.execPath, [CLI, ...words], { encoding: 'utf8', env });
}

async function typeCode(page: Page, code: string): Promise<void> {
  await page.getByRole('tab', { name: '待发货' }).click();
  await page.getByRole('button', { name: '自提核销' }).first().click();
  await page.getByRole('dialog').getByLabel('取货码').fill(code);
  await page.keyboard.press('Enter');
}

const wrong = (code: string): string => String((Number(code) + 1) % 10 ** 12).padStart(12, '0');

/** As the buyer reads it out. */
const spoken = (code: string): string => code.replaceAll(/(\d{4})(?=\d)/g, '$1 ');

describe('a buyer comes for the goods', () => {
  test('on a phone: wrong code, right code, goods ticked off, handed over once', async () => {
    const actor = await startedSeller(pages.harness, MODEL_A);
    const page = await signedIn(actor, PHONE);
    await page.getByText('暂无新订单').waitFor();
    await actor.pay({ collectStore: '1342' });
    await card(page).getByText('到店自提').waitFor();
    await card(page).getByRole('button', { name: '接单' }).click();
    await actor.order('ACCEPTED');
    const code = await buyersCode(actor);

    await page.getByRole('tab', { name: '待发货' }).click();
    await card(page).getByText('待自提').waitFor();
    await picture(page, 'phone-pickup-list-zh');
    await card(page).getByRole('button', { name: '自提核销' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('取货码').fill(wrong(code));
    await page.keyboard.press('Enter');
    await dialog.getByText('取货码不正确').waitFor();
    await picture(page, 'phone-pickup-wrong-zh');
    await dialog.getByLabel('取货码').fill(spoken(code));
    await page.keyboard.press('Enter');
    await dialog.getByText(TID).waitFor();
    const button = dialog.getByRole('button', { name: '自提核销' });
    expect(await button.isDisabled()).toBe(true);
    await picture(page, 'phone-pickup-goods-zh');
    for (const box of await dialog.getByRole('checkbox').all()) await box.check();
    expect(await overflow(page)).toBe(0);
    await button.click();
    await page.getByText('已交给买家').waitFor();
    await card(page).waitFor({ state: 'detached' });
    await actor.order('SHIPPED');

    await page.getByRole('tab', { name: '今日' }).click();
    await eventually(async () => {
      const figures = (await page.locator('.figures').innerText()).replaceAll(/\s+/g, ' ');
      expect(figures).toContain('已发货 0 已自提 1');
    });
    await picture(page, 'phone-pickup-today-zh');

    // Whoever shows the code again gets nothing, here or at another store.
    const [here, there] = [await clerkAtWork(actor, '小王'), await clerkAtWork(actor, '小赵')];
    expect(await here.post('/api/pickups', { code })).toMatchObject({
      status: 409,
      body: { code: 'CODE_USED' },
    });
    const again = { code, messageId: 'again', subOrderIds: [OID] };
    expect(await here.post(`/api/pickups/tmall/${TID}`, again)).toMatchObject({
      status: 409,
      body: { code: 'CODE_USED' },
    });
    expect(await there.post('/api/pickups', { code })).toMatchObject({
      status: 409,
      body: { code: 'OTHER_STORE' },
    });
    expect(await here.post('/api/pickups', { code: '12' })).toMatchObject({
      status: 409,
      body: { code: 'WRONG_CODE' },
    });
  });

  test('a trade of the sandbox, its code from the command line; another store, and too many guesses', async () => {
    const actor = await startedSeller(pages.harness, MODEL_A);
    const tmall = await sandboxTmall(actor);
    const page = await signedIn(actor, PHONE);
    await tmall.payToCollect('1342');
    await card(page).getByText('到店自提').waitFor();
    expect(codeFromCommandLine(actor, TID)).toBe('');
    await card(page).getByRole('button', { name: '接单' }).click();
    await actor.order('ACCEPTED');
    const shown = JSON.parse(codeFromCommandLine(actor, TID)) as { code: string };
    expect(shown).toMatchObject({ code: expect.stringMatching(/^\d{12}$/), place: { id: '1342' } });

    const elsewhere = await pages.newContext(PHONE);
    const there = await signIn(
      elsewhere,
      httpUrl(pages.harness.stack, 'console'),
      await clerkOf(actor, '小赵'),
    );
    await typeCode(there, shown.code);
    await there.getByRole('dialog').getByText('商品在另一家门店').waitFor();

    await typeCode(page, shown.code);
    const dialog = page.getByRole('dialog');
    await dialog.getByText(TID).waitFor();
    for (const box of await dialog.getByRole('checkbox').all()) await box.check();
    const here = await clerkAtWork(actor, '小王');
    for (let guess = 1; guess <= 5; guess += 1) {
      const asked = { code: wrong(shown.code), messageId: `guess-${guess}`, subOrderIds: [OID] };
      expect((await here.post(`/api/pickups/tmall/${TID}`, asked)).body).toEqual({
        code: 'WRONG_CODE',
      });
    }
    await dialog.getByRole('button', { name: '自提核销' }).click();
    await dialog.getByText('错误次数过多').waitFor();
    await picture(page, 'phone-pickup-locked-zh');
    await actor.order('ACCEPTED');
  });

  test('at a till in English: a refund that is asked for meanwhile keeps the goods back', async () => {
    const actor = await startedSeller(pages.harness, MODEL_A);
    const page = await signedIn(actor, TILL);
    await page.getByRole('button', { name: 'EN' }).click();
    await actor.pay({ collectStore: '1342' });
    await card(page).getByRole('button', { name: 'Accept' }).click();
    await actor.order('ACCEPTED');
    const code = await buyersCode(actor);
    await page.getByRole('tab', { name: 'To ship' }).click();
    await card(page).getByRole('button', { name: 'Hand over', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Pick-up code').fill(code);
    await page.keyboard.press('Enter');
    await dialog.getByText(TID).waitFor();
    for (const box of await dialog.getByRole('checkbox').all()) await box.check();
    await picture(page, 'till-pickup-goods-en');

    await actor.push('taobao_refund_RefundCreated', {
      lines: [{ oid: OID, refund: 'WAIT_SELLER_AGREE' }],
    });
    await eventually(async () => {
      const { sellerId } = actor.seller;
      const asked = { orderRef: tmallOrder(sellerId, TID) };
      const { tasks } = await pages.harness.clients.fulfillment.call('getFulfillment', asked);
      expect(tasks.map((task) => task.status)).toEqual(['CANCEL_ASKED']);
    });
    await dialog.getByRole('button', { name: 'Hand over' }).click();
    await dialog.getByText('a refund was asked for').waitFor();
    await picture(page, 'till-pickup-refused-en');
    await actor.order('ACCEPTED');
  });
});
