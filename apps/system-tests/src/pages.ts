import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { startHarness } from './harness.ts';
import type { Harness, HarnessOptions } from './harness.ts';
import { startBrowser } from './store-page.ts';

/** The platform with its pages, and a real browser, while the tests of a file run. */
export type Pages = {
  readonly harness: Harness;
  /** A browser in which nobody has signed in; it is closed when the test ends. */
  newContext(viewport: { width: number; height: number }): Promise<BrowserContext>;
};

/** Starts them before the tests of the file that calls this, and ends them afterwards: nothing has crashed. */
export function pagesOf(options: HarnessOptions): Pages {
  let running: { readonly harness: Harness; readonly browser: Browser } | null = null;
  let contexts: BrowserContext[] = [];
  const now = () => {
    if (!running) throw new TypeError('the tests of this file have not begun');
    return running;
  };
  beforeAll(async () => {
    const harness = await startHarness(options);
    try {
      running = { harness, browser: await startBrowser() };
    } catch (error) {
      await harness.stop();
      throw error;
    }
  });
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    contexts = [];
  });
  afterAll(async () => {
    if (!running) return;
    const { browser, harness } = running;
    await browser.close();
    await harness.stop();
    expect(harness.crashes).toEqual([]);
  });
  return {
    get harness() {
      return now().harness;
    },
    newContext: async (viewport) => {
      const context = await now().browser.newContext({ viewport });
      contexts.push(context);
      return context;
    },
  };
}
