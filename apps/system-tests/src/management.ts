import { httpUrl } from '@astrolabe/local-stack';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { openSession } from './api-session.ts';
import type { ApiSession } from './api-session.ts';
import { axeFindings } from './axe.ts';
import { block, openConsole } from './console-page.ts';
import { Mall } from './mall.ts';
import { newPlatformOperator } from './operator.ts';
import type { TestUser } from './operator.ts';
import type { Pages } from './pages.ts';
import { overflow, picture } from './store-page.ts';

/** What tests of the console's administration share: a mall's seller, and who looks after the platform. */
export type Management = {
  readonly mall: Mall;
  readonly platform: TestUser;
  /** A name that no earlier try of a test has taken. */
  fresh(name: string): string;
  asPlatform(): Promise<ApiSession>;
  /** A page is looked at in both languages and three widths: nothing is wider than the screen, axe finds nothing. */
  lookAt(path: string, ready: Readonly<Record<'en' | 'zh', string>>): Promise<void>;
};

/** Opens them before the tests of the file that calls this. */
export function managementOf(pages: Pages): Management {
  let opened: { readonly mall: Mall; readonly platform: TestUser } | null = null;
  const now = () => {
    if (!opened) throw new TypeError('the tests of this file have not begun');
    return opened;
  };
  let names = 0;
  beforeAll(async () => {
    const platform = await newPlatformOperator(pages.harness);
    opened = { platform, mall: await Mall.open(pages.harness) };
  });
  afterAll(() => opened?.mall.close());
  return {
    get mall() {
      return now().mall;
    },
    get platform() {
      return now().platform;
    },
    fresh: (name) => {
      names += 1;
      return `${name}-${now().mall.actor.seller.sellerId}-${names}`;
    },
    asPlatform: () => openSession(httpUrl(pages.harness.stack, 'console'), now().platform),
    lookAt: async (path, ready) => {
      for (const width of [1440, 768, 390]) {
        const page = await openConsole(pages, now().platform, path, { width, height: 1000 });
        for (const language of ['zh', 'en'] as const) {
          if (language === 'en') await page.getByRole('button', { name: 'EN' }).click();
          await block(page, ready[language]).first().waitFor();
          await page.locator('.ant-spin-spinning').first().waitFor({ state: 'detached' });
          expect(await overflow(page), `${path} ${width}`).toBe(0);
          await picture(page, `manage${path.replaceAll(/\W+/g, '-')}-${width}-${language}`);
          expect(await axeFindings(page), `${path} ${width} ${language}`).toEqual([]);
        }
        await page.close();
      }
    },
  };
}

export const dialog = (page: Page) => page.getByRole('dialog').last();

export const confirm = (page: Page): Promise<void> =>
  dialog(page)
    .getByRole('button', { name: /确\s?定|^OK$/ })
    .click();

/** A secret that is shown once, and the dialog closed that shows it. */
export async function secretOf(page: Page): Promise<string> {
  const text = await page.locator('[data-secret]').textContent();
  await page.getByRole('button', { name: '我已保存，关闭' }).click();
  await page.locator('[data-secret]').waitFor({ state: 'detached' });
  return text?.trim() ?? '';
}

/** The address of something of a seller. */
export const api = (
  { seller }: { readonly seller: { readonly sellerId: string } },
  ...path: string[]
): string => ['/api/sellers', seller.sellerId, ...path].join('/');
