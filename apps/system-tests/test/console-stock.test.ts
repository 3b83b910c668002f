import { placeToMessage } from '@astrolabe/contracts';
import { httpUrl } from '@astrolabe/local-stack';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openSession } from '../src/api-session.ts';
import { axeFindings } from '../src/axe.ts';
import { block, openConsole, pathOf, whileHanging } from '../src/console-page.ts';
import { SERVICES } from '../src/harness.ts';
import { operatorOf } from '../src/operator.ts';
import { pagesOf } from '../src/pages.ts';
import { OID, TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { overflow, picture } from '../src/store-page.ts';

const pages = pagesOf({
  apps: [...SERVICES, 'console'],
  // They are paused.
  apart: ['inventory-service', 'catalog-sync'],
});

/** A seller with two pieces of an order held at store 1342 and at the warehouse, where three are kept back. */
async function sellerWithStock(): Promise<Actor> {
  const actor = await startedSeller(pages.harness);
  const { sellerId } = actor.seller;
  const place = placeToMessage({ type: 'WAREHOUSE', id: 'WH-01' });
  await pages.harness.clients.inventory.call('execute', {
    command: {
      operationId: 'safety',
      sellerId,
      actor: 'test',
      messageId: '',
      verb: {
        $case: 'putPolicy',
        value: {
          rules: [
            {
              rule: {
                $case: 'safetyStock',
                value: { goodsId: '', place, quantityMilli: 3_000n },
              },
            },
          ],
        },
      },
    },
  });
  await actor.pay();
  await actor.order('ALLOCATED');
  return actor;
}

const statistic = (page: Page, title: string) =>
  block(page, '合计').locator('.ant-statistic').filter({ hasText: title });
const warehouse = (page: Page) => block(page, '各地点库存').getByRole('row', { name: /WH-01/ });

test('goods are found by a name, and their stock, holds and history add up', async () => {
  const actor = await sellerWithStock();
  const problems: string[] = [];
  const page = await openConsole(pages, actor, pathOf(actor, 'stock'));
  page.on('pageerror', (error) => problems.push(error.message));
  await page.getByText('请输入商品的任一编码或名称').waitFor();
  await picture(page, 'stock-empty-zh');
  const box = page.getByRole('searchbox', { name: '查找商品' });
  await box.fill('no-such-code');
  await box.press('Enter');
  await page.getByText('目录中没有这个编码或名称').waitFor();
  await box.fill('70001');
  await box.press('Enter');
  expect(page.url()).toContain('q=70001');
  await block(page, '名称与编码').getByText('9001 / 70001').waitFor();

  // 10 at the warehouse, of which 2 are held and 3 kept back; 3 at store 123.
  await statistic(page, '确定性在库').getByText('13', { exact: true }).waitFor();
  await statistic(page, '确定性占用').getByText('2', { exact: true }).first().waitFor();
  await statistic(page, '安全库存').getByText('3', { exact: true }).waitFor();
  await statistic(page, '线上可售').getByText('8', { exact: true }).waitFor();
  const cells = await warehouse(page).first().getByRole('cell').allInnerTexts();
  expect(cells.slice(1, 7).map((text) => text.trim())).toEqual([
    '电商仓 WH-01',
    '确定性',
    '10',
    '2',
    '3',
    '5',
  ]);

  const holds = block(page, '未结占用');
  await holds.getByRole('link', { name: `tmall/${TID}` }).waitFor();
  await holds.getByText(OID).waitFor();
  await holds
    .getByText('不到一分钟')
    .or(holds.getByText(/\d+ 分/))
    .first()
    .waitFor();

  await warehouse(page).first().getByRole('button').click();
  await page.getByText('0 → 2 (+2)').waitFor();
  await page.getByText('0 → 10 (+10)').waitFor();
  await page.getByText('下单占用').waitFor();
  await page.getByRole('button', { name: '核对记录' }).click();
  await page.getByText('记录与在库一致').waitFor();
  await page.getByText(/条记录，相加得 10 \/ 2/).waitFor();
  await picture(page, 'stock-zh');
  expect(await axeFindings(page)).toEqual([]);
  await holds.getByRole('link', { name: `tmall/${TID}` }).click();
  await page.getByText('时间线').waitFor();
  expect(problems).toEqual([]);
});

test('what is shown can be kept as files, and an address that names nothing is refused', async () => {
  const actor = await sellerWithStock();
  const { sellerId } = actor.seller;
  const goods = await actor.goods('9001', '70001');
  const address = httpUrl(pages.harness.stack, 'console');
  const { cookie } = await openSession(address, await operatorOf(actor));
  const read = async (path: string, query: Record<string, string>) =>
    await fetch(
      `${address}/api/sellers/${sellerId}/${path}?${new URLSearchParams(query).toString()}`,
      {
        headers: { cookie },
      },
    );
  const lines = async (path: string, query: Record<string, string>) =>
    (await (await read(path, query)).text()).trim().split('\r\n');
  const places = await lines('stock.csv', { goods });
  expect(places).toHaveLength(1 + 4);
  expect(places).toContainEqual(expect.stringMatching(/^WAREHOUSE:WH-01,CERTAIN,10,2,3,5,0,/));
  const number = { goods, place: 'WAREHOUSE:WH-01', kind: 'CERTAIN' };
  const history = await lines('stock/history.csv', number);
  expect(history).toHaveLength(1 + 2);
  expect(history[1]).toContain(`tmall/${TID}`);
  expect((await lines('stock/holds.csv', { goods }))[1]).toContain(OID);
  for (const path of ['stock.csv', 'stock/totals', 'stock/holds', 'stock/check', 'stock/history']) {
    expect((await read(path, {})).status, path).toBe(400);
  }
  expect((await read('goods', { item: '9001', sku: 'none' })).status).toBe(404);
});

test.each([
  ['inventory-service', '名称与编码', '9001 / 70001', '合计'],
  ['catalog-sync', '各地点库存', 'WH-01', '找到的商品'],
] as const)(
  '%s is away: its parts say so, and the others go on',
  async (app, part, shown, gone) => {
    const actor = await sellerWithStock();
    const goods = await actor.goods('9001', '70001');
    await whileHanging(pages.harness, app, async () => {
      const page = await openConsole(pages, actor, pathOf(actor, `stock?goods=${goods}`));
      await block(page, part).getByText(shown).first().waitFor();
      const name = app === 'catalog-sync' ? '名称与编码' : gone;
      await block(page, name).getByText('服务暂时不可用').first().waitFor();
      await picture(page, `stock-away-${app}-zh`);
    });
  },
);

describe.each([390, 768, 1440])('at %i pixels', (width) => {
  test.each(['中文', 'EN'])(
    'nothing is wider than the screen, and nobody is shut out, %s',
    async (language) => {
      const actor = await sellerWithStock();
      const path = pathOf(actor, 'stock?q=9001');
      const page = await openConsole(pages, actor, path, { width, height: 1_000 });
      const name = language === 'EN' ? 'en' : 'zh';
      if (language === 'EN') await page.getByRole('button', { name: 'EN' }).click();
      await page.getByText(OID).waitFor();
      await page.getByRole('row', { name: /WH-01/ }).first().getByRole('button').first().click();
      await page.getByText('0 → 2 (+2)').waitFor();
      expect(await overflow(page)).toBe(0);
      expect(await axeFindings(page)).toEqual([]);
      await picture(page, `stock-${width}-${name}`);
    },
  );
});
