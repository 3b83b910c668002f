import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { startHarness } from './harness.ts';
import type { Harness, HarnessOptions } from './harness.ts';
import { witnessOf } from './page-witness.ts';
import type { PageWitness } from './page-witness.ts';
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
  let contexts: { readonly context: BrowserContext; readonly witness: PageWitness }[] = [];
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
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      for (const { witness } of contexts) process.stderr.write(`${await witness.tell()}\n`);
    }
    await Promise.all(contexts.map(({ context }) => context.close()));
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
      // Buttons that move while a dialog opens get a press, but no click.
      const context = await now().browser.newContext({ viewport, reducedMotion: 'reduce' });
      contexts.push({ context, witness: witnessOf(context) });
      return context;
    },
  };
}
