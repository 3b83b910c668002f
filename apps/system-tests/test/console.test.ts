import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { httpUrl } from '@astrolabe/local-stack';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { askRefund, withdrawRefund } from '../src/refunds.ts';
import { TID, startedSeller } from '../src/scenario.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const BROWSER_TIMEOUT_MS = 20_000;

let harness: Harness;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const app = join(ROOT, 'apps/console');
  if (!existsSync(join(app, 'dist/index.html'))) {
    execFileSync('npm', ['run', 'build'], { cwd: app, stdio: 'pipe' });
  }
  harness = await startHarness({ apps: [...SERVICES, 'console'] });
  browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
  page.setDefaultTimeout(BROWSER_TIMEOUT_MS);
});
afterAll(async () => {
  await browser?.close();
  await harness.stop();
});

/** Debian's browser; a machine without one fails here, with the reason. */
function chromiumPath(): string {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (path) => existsSync(path),
  );
  if (!found) throw new Error('No Chromium: apt-get install chromium');
  return found;
}

test('an order is seen from the list to its timeline, with its stock, in both languages', async () => {
  const actor = await startedSeller(harness, { sellerId: '21230' });
  await actor.pay();
  await actor.seller.pos.received('taobao.qimen.omniorder.allocatedinfo.sync', TID);
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));

  await page.goto(httpUrl(harness.stack, 'console'));
  await page.getByRole('link', { name: TID }).click();
  await page.getByText('X_ALLOCATION_NOTIFIED').first().waitFor();
  await page.getByText('时间线').waitFor();

  // The page follows the order without a reload.
  expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' });
  await page.getByText('X_SHOP_ALLOCATION').first().waitFor();

  // A refund that the buyer withdraws stays in the history, and is told to be one.
  await askRefund(actor, { refundId: '7001' });
  await page.getByText('X_SHOP_CANCEL').first().waitFor();
  await withdrawRefund(actor, { refundId: '7001' });
  await page.getByText('买家已撤销').first().waitFor();

  await page.getByRole('link', { name: '库存' }).click();
  await page.getByText('线上可售').waitFor();
  await page.getByRole('row', { name: /WH-01/ }).getByText('10').first().waitFor();
  await page.getByRole('row', { name: /WH-01/ }).getByRole('button').click();
  await page.getByText('变动记录').or(page.getByText('动作')).first().waitFor();

  await page.getByRole('link', { name: '指标' }).click();
  await page.getByText('订单接单率').first().waitFor();
  await page.getByRole('row', { name: /1342/ }).getByText('100.0 % (1/1)').first().waitFor();
  await page.getByRole('link', { name: '库存' }).click();
  await page.getByText('EN', { exact: true }).click();
  await page.getByText('Sellable online').waitFor();
  expect(problems).toEqual([]);
});

test('what cannot be read is told, and not drawn as nothing', async () => {
  await page.goto(`${httpUrl(harness.stack, 'console')}/#/orders/404`);
  await page.getByText('UNKNOWN_TRADE').waitFor();
});
