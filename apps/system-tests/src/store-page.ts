import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoClerk } from '@astrolabe/local-stack';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { TID } from './scenario.ts';

const BROWSER_TIMEOUT_MS = 60_000;

export const PHONE = { width: 360, height: 740 };
export const TILL = { width: 1280, height: 800 };

/** A real browser, headless; `more` are arguments of its own. */
export async function startBrowser(more: readonly string[] = []): Promise<Browser> {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) =>
    existsSync(path),
  );
  if (!executablePath) throw new Error('No Chromium: apt-get install chromium');
  const args = ['--no-sandbox', '--disable-dev-shm-usage', ...more];
  return await chromium.launch({ executablePath, args });
}

/** A page of its own at `address` in which a clerk has signed in. */
export async function signIn(
  context: BrowserContext,
  address: string,
  { login, password }: DemoClerk,
): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(BROWSER_TIMEOUT_MS);
  await page.goto(address);
  await page.getByLabel('账号').waitFor();
  await picture(page, `login-${page.viewportSize()?.width}`);
  await page.getByLabel('账号').fill(login);
  await page.getByLabel('密码').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '退出' }).waitFor();
  return page;
}

/** Nothing may be wider than the screen. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - window.innerWidth');

/** For looking at by people: pictures are kept where SCREENSHOTS says. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (!folder) return;
  await page.evaluate(
    `Promise.allSettled(document.getAnimations()
      .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
      .map((one) => one.finished))`,
  );
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

export const card = (page: Page, trade = TID): Locator => page.locator(`[data-trade="${trade}"]`);
