import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { httpUrl } from '@astrolabe/local-stack';
import type { AppName } from '@astrolabe/local-stack';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { Harness } from './harness.ts';

const APP = resolve(import.meta.dirname, '../../console');
const BROWSER_TIMEOUT_MS = 60_000;

/** Builds the console's pages where they are not built yet. */
export function buildConsole(): void {
  if (existsSync(join(APP, 'dist/index.html'))) return;
  execFileSync('npm', ['run', 'build'], { cwd: APP, stdio: 'pipe' });
}

/** Opens one of the console's addresses in a browser that has never been there. */
export async function openConsole(
  browser: Browser,
  harness: Harness,
  path: string,
  viewport = { width: 1280, height: 1400 },
): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  page.setDefaultTimeout(BROWSER_TIMEOUT_MS);
  await page.goto(`${httpUrl(harness.stack, 'console')}/#${path}`);
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
