import type { BrowserContext, Page } from 'playwright-core';

/** How much of what went wrong is kept, and how much of a page is told. */
const NOTES_MAX = 20;
const TEXT_MAX = 1_500;
/** What the page says about itself: messages, alerts and open dialogs. */
const SAYS = '.ant-message-notice, [role="alert"], [role="dialog"], [data-block]';

/** Notes what the browser of a test was refused, so that a failure on another machine can be understood from its log. */
export type PageWitness = {
  /** What was refused, and what each open page shows now. */
  tell(): Promise<string>;
};

export function witnessOf(context: BrowserContext): PageWitness {
  const notes: string[] = [];
  const note = (line: string): void => {
    notes.push(`${new Date().toISOString()} ${line}`);
    if (notes.length > NOTES_MAX) notes.shift();
  };
  context.on('response', (response) => {
    const method = response.request().method();
    const status = response.status();
    if (status >= 400 || method !== 'GET') note(`${status} ${method} ${response.url()}`);
  });
  context.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // A refresh that was overtaken by a newer one is no failure.
    if (why !== 'net::ERR_ABORTED') note(`${why} ${request.method()} ${request.url()}`);
  });
  context.on('weberror', (failure) => note(`thrown: ${failure.error().message}`));
  return {
    tell: async () => {
      const shown = await Promise.all(context.pages().map((page) => shownBy(page)));
      return [...notes, ...shown].join('\n');
    },
  };
}

async function shownBy(page: Page): Promise<string> {
  const texts = await page
    .locator(SAYS)
    .allInnerTexts()
    .catch((error: unknown) => [`not read: ${String(error)}`]);
  return `${page.url()}\n${texts.join('\n').replaceAll(/\s+/g, ' ').slice(0, TEXT_MAX)}`;
}
