import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpUrl } from '@astrolabe/local-stack';
import { tmallOrder } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, expect, test } from 'vitest';
import { axeFindings } from '../src/axe.ts';
import { filmCode } from '../src/camera.ts';
import type { SeenCode } from '../src/camera.ts';
import { clerkAtWork, clerkOf } from '../src/clerk.ts';
import { SERVICES } from '../src/harness.ts';
import { pagesOf } from '../src/pages.ts';
import { TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { sandboxTmall } from '../src/sandbox.ts';
import { PHONE, card, overflow, picture, signIn, startBrowser } from '../src/store-page.ts';

const MODEL_A = { allocator: 'astrolabe', acceptor: 'dianzhanggui' } as const;

const pages = pagesOf({ apps: [...SERVICES, 'console', 'sandbox'] });

const films = mkdtempSync(join(tmpdir(), 'astrolabe-camera-'));
afterAll(() => rmSync(films, { recursive: true, force: true }));

let browser: Browser | null = null;
afterEach(async () => {
  await browser?.close();
  browser = null;
});

/** A page of a clerk whose camera films a code. */
async function filming(actor: Actor, code: SeenCode): Promise<Page> {
  browser = await startBrowser(await filmCode(join(films, `${code.format}.y4m`), code));
  const context = await browser.newContext({ viewport: PHONE, reducedMotion: 'reduce' });
  const address = httpUrl(pages.harness.stack, 'console');
  return await signIn(context, address, await clerkOf(actor, '小王'));
}

/** The files that the page has loaded. */
const loaded = (page: Page): Promise<string[]> =>
  page.evaluate(`performance.getEntriesByType('resource').map(({ name }) => name)`);

test('a mail number is read off its bars, and what reads it is loaded when the camera opens', async () => {
  const actor = await startedSeller(pages.harness, MODEL_A);
  await sandboxTmall(actor);
  const page = await filming(actor, { text: 'SF1234567890', format: 'Code128' });
  await actor.pay();
  await card(page).getByRole('button', { name: '接单' }).click();
  await actor.order('ACCEPTED');
  await page.getByRole('tab', { name: '待发货' }).click();
  await card(page).getByRole('button', { name: '发货' }).click();
  expect((await loaded(page)).filter((name) => name.endsWith('.wasm'))).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: '用摄像头扫码' }).click();
  await expect
    .poll(() => page.getByLabel('快递单号').inputValue(), { timeout: 60_000 })
    .toBe('SF1234567890');
  expect((await loaded(page)).filter((name) => name.endsWith('.wasm'))).toHaveLength(1);
  expect(await page.locator('video').count()).toBe(0);
  expect(await overflow(page)).toBe(0);
  await picture(page, 'phone-scanned-zh');
});

test('goods are ticked off by the code that they carry, and a code that none has is said', async () => {
  const actor = await startedSeller(pages.harness, MODEL_A);
  const page = await filming(actor, { text: 'SKU-A', format: 'QRCode' });
  await actor.pay();
  await card(page).getByRole('button', { name: '接单' }).click();
  await actor.order('ACCEPTED');
  await page.getByRole('tab', { name: '待发货' }).click();
  await page.getByRole('button', { name: '拣货单' }).click();
  await page.getByRole('cell', { name: TID }).waitFor();
  await page.getByRole('button', { name: '扫商品条码勾选' }).click();
  await page.getByRole('checkbox', { name: 'SKU-A', checked: true }).waitFor();
  await picture(page, 'phone-picked-zh');
});

test('a buyer’s code is read off the buyer’s screen, and the goods are shown', async () => {
  const actor = await startedSeller(pages.harness, MODEL_A);
  await actor.pay({ collectStore: '1342' });
  await actor.order('ALLOCATED');
  const wang = await clerkAtWork(actor, '小王');
  await eventually(async () => expect((await wang.act({ action: 'accept' })).status).toBe(200));
  await actor.order('ACCEPTED');
  const asked = { orderRef: tmallOrder(actor.seller.sellerId, TID) };
  const { codes } = await pages.harness.clients.fulfillmentAdmin.call('getPickupCode', asked);
  expect(codes).toHaveLength(1);
  const page = await filming(actor, { text: codes[0]?.code ?? '', format: 'QRCode' });
  await page.getByRole('tab', { name: '待发货' }).click();
  await card(page).getByRole('button', { name: '自提核销' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '用摄像头扫码' }).click();
  await page.getByRole('dialog').getByText(TID).waitFor();
  expect(await page.getByRole('dialog').getByRole('checkbox').count()).toBe(1);
});

test('without a permission it says so in both languages, and the code is typed', async () => {
  const actor = await startedSeller(pages.harness, MODEL_A);
  browser = await startBrowser(['--use-fake-device-for-media-stream']);
  const viewport = { width: 390, height: 844 };
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
  // Whatever is not listed is denied.
  await context.grantPermissions([]);
  const page = await signIn(
    context,
    httpUrl(pages.harness.stack, 'console'),
    await clerkOf(actor, '小王'),
  );
  await page.getByRole('tab', { name: '待发货' }).click();
  await page.getByRole('button', { name: '自提核销' }).click();
  await page.getByRole('button', { name: '用摄像头扫码' }).click();
  await page.getByRole('alert').filter({ hasText: '没有摄像头权限' }).waitFor();
  expect(await overflow(page)).toBe(0);
  expect(await axeFindings(page)).toEqual([]);
  await picture(page, 'phone-no-camera-zh');
  await page.keyboard.press('Escape');
  await page.getByRole('alert').waitFor({ state: 'detached' });
  await page.getByLabel('取货码').fill('000000000000');
  await page.keyboard.press('Enter');
  await page.getByText('取货码不正确').waitFor();
  await page.getByRole('button', { name: '取消' }).click();
  await page.getByRole('button', { name: 'EN' }).click();
  await page.getByRole('button', { name: 'Hand over' }).click();
  await page.getByRole('button', { name: 'Scan with the camera' }).click();
  await page.getByRole('alert').filter({ hasText: 'The camera is not allowed' }).waitFor();
  await picture(page, 'phone-no-camera-en');
});
