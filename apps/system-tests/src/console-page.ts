import { httpUrl } from '@astrolabe/local-stack';
import type { AppName } from '@astrolabe/local-stack';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { openSession } from './api-session.ts';
import type { Harness } from './harness.ts';
import type { TestUser } from './operator.ts';

const BROWSER_TIMEOUT_MS = 60_000;

/** Opens one of the console's addresses in a browser where somebody has signed in and nothing is stored. */
export async function openConsole(
  browser: Browser,
  { stack }: Harness,
  user: TestUser,
  path: string,
  viewport = { width: 1280, height: 1400 },
): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ viewport });
  const address = httpUrl(stack, 'console');
  const [name = '', value = ''] = (await openSession(address, user)).cookie.split('=');
  await context.addCookies([{ name, value, url: address, httpOnly: true, sameSite: 'Strict' }]);
  const page = await context.newPage();
  page.setDefaultTimeout(BROWSER_TIMEOUT_MS);
  await page.goto(`${address}/#${path}`);
  return { page, context };
}

/** A part of a page that reads an address of its own. */
export const block = (page: Page, title: string): Locator =>
  page.locator(`[data-block="${title}"]`);

/** Runs `work` while a service does not answer: it is stopped as a whole, and goes on afterwards. */
export async function whileHanging<T>(
  { stack }: Harness,
  app: AppName,
  work: () => Promise<T>,
): Promise<T> {
  const pid = stack.pid(app);
  process.kill(pid, 'SIGSTOP');
  try {
    return await work();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}
