import { httpUrl } from '@astrolabe/local-stack';
import type { AppName } from '@astrolabe/local-stack';
import type { Locator, Page } from 'playwright-core';
import { openSession } from './api-session.ts';
import type { Harness } from './harness.ts';
import { operatorOf } from './operator.ts';
import type { TestUser } from './operator.ts';
import type { Pages } from './pages.ts';
import type { Actor } from './scenario.ts';

const BROWSER_TIMEOUT_MS = 60_000;

/** Opens one of the console's addresses where somebody has signed in: a seller's operator, or who is named. */
export async function openConsole(
  pages: Pages,
  who: Actor | TestUser,
  path: string,
  viewport = { width: 1280, height: 1400 },
): Promise<Page> {
  const user = 'seller' in who ? await operatorOf(who) : who;
  const context = await pages.newContext(viewport);
  const address = httpUrl(pages.harness.stack, 'console');
  const [name = '', value = ''] = (await openSession(address, user)).cookie.split('=');
  await context.addCookies([{ name, value, url: address, httpOnly: true, sameSite: 'Strict' }]);
  const page = await context.newPage();
  page.setDefaultTimeout(BROWSER_TIMEOUT_MS);
  await page.goto(`${address}/#${path}`);
  return page;
}

/** A path of a seller in the console. */
export const pathOf = (actor: Actor, ...path: string[]): string =>
  ['/sellers', actor.seller.sellerId, ...path].join('/');

/** A part of a page that reads an address of its own. */
export const block = (page: Page, title: string): Locator =>
  page.locator(`[data-block="${title}"]`);

/** Runs `work` while a service does not answer: it is stopped as a whole, and goes on afterwards. */
export async function whileHanging<T>(
  { stack }: Harness,
  app: AppName,
  work: () => Promise<T>,
): Promise<T> {
  stack.signal(app, 'SIGSTOP');
  try {
    return await work();
  } finally {
    stack.signal(app, 'SIGCONT');
  }
}
