import { eventually } from '@astrolabe/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFindings } from '../src/axe.ts';
import { block, openConsole } from '../src/console-page.ts';
import { Distribution } from '../src/distribution.ts';
import { SERVICES } from '../src/harness.ts';
import { Mall } from '../src/mall.ts';
import { newPlatformOperator } from '../src/operator.ts';
import type { TestUser } from '../src/operator.ts';
import { pagesOf } from '../src/pages.ts';
import { startedSeller } from '../src/scenario.ts';
import { overflow, picture } from '../src/store-page.ts';
import { Warehouse } from '../src/supplies.ts';
import { Tills } from '../src/till.ts';

const pages = pagesOf({
  apps: [...SERVICES, 'console', 'sandbox'],
  extra: {
    fulfillment: { SUPPLY_RETRY_MS: '200' },
    'order-router': { PROCUREMENT_RETRY_MS: '200', UPSTREAM_RETRY_MS: '200' },
  },
});
let platform: TestUser;
const opened: { close(): void }[] = [];
beforeAll(async () => {
  platform = await newPlatformOperator(pages.harness);
});
afterAll(() => {
  for (const one of opened) one.close();
});

const opening = <T extends { close(): void }>(one: T): T => {
  opened.push(one);
  return one;
};

const timeline = (page: Page, title = '时间线') => block(page, title);

/** A code that nobody has put into words, e.g. PARCEL_SHIPPED. */
const RAW = /[A-Z]{3,}_[A-Z_]+/;

/** All of it stands there in words, in both languages; nothing is wider than the screen, axe finds nothing. */
async function tells(
  page: Page,
  name: string,
  words: readonly (readonly [zh: string, en: string])[],
): Promise<void> {
  for (const [at, title] of ['时间线', 'Timeline'].entries()) {
    if (at === 1) await page.getByRole('button', { name: 'EN' }).click();
    for (const pair of words) {
      await timeline(page, title)
        .getByText(pair[at] ?? '', { exact: true })
        .first()
        .waitFor();
    }
    expect(await timeline(page, title).textContent()).not.toMatch(RAW);
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 1400 });
      expect(await overflow(page), `${name} ${width}`).toBe(0);
      await picture(page, `life-${name}-${width}-${at === 0 ? 'zh' : 'en'}`);
    }
    expect(await axeFindings(page)).toEqual([]);
  }
}

const pathOf = (sellerId: string, channel: string, number: string): string =>
  `/sellers/${sellerId}/orders/${channel}/${number}`;

test('an order of enterprise procurement: its requisition, its stock, its parcel and its receipt are one timeline', async () => {
  const one = opening(await Warehouse.open(pages.harness));
  const { sellerId } = one.platform.seller;
  await one.confirmed('5001');
  expect(await one.ship('5001', 'A', 6n)).toBe('SHIPPED');
  await one.received({ receiptId: '881', orderId: '5001' }, 6, 'approved', ['CONFIRM']);
  const page = await openConsole(pages, platform, pathOf(sellerId, '1688', '5001'));
  await tells(page, 'procurement', [
    ['收到采购申请', 'Requisition heard of'],
    ['已占库存', 'Stock held'],
    ['订单归入申请', 'The order came to its requisition'],
    ['占用转给订单', 'What was held went to the order'],
    ['通知仓库发货', 'The warehouse was told to ship'],
    ['仓库收到订单', 'The warehouse has the order'],
    ['仓库发货', 'Sent off by the warehouse'],
    ['包裹已发出', 'The parcel has left'],
    ['平台收货单', 'Received, as the platform says'],
  ]);
  // The requisition leads to its order, and knows the same.
  await page.getByRole('link', { name: 'r75001' }).click();
  await page.getByRole('link', { name: '5001', exact: true }).waitFor();
  await timeline(page, 'Timeline').getByText('Requisition heard of', { exact: true }).waitFor();
});

test('an order of a government mall: confirmed, sent off and delivered', async () => {
  const mall = opening(await Mall.open(pages.harness));
  const { sellerId } = mall.actor.seller;
  const number = await eventually(() => mall.confirmed({ yggc_order: 'LIFE-1' }), {
    timeoutMs: 60_000,
  });
  await eventually(() => mall.ship(number, 'P1'), { timeoutMs: 30_000 });
  await eventually(() => mall.deliver(number, 'P1'), { timeoutMs: 30_000 });
  const page = await openConsole(pages, platform, pathOf(sellerId, 'govmall', number));
  await tells(page, 'mall', [
    ['商城提交预下单', 'Submitted by the mall'],
    ['已预占，待确认', 'Held, to be confirmed'],
    ['已确认', 'Confirmed'],
    ['仓库收到订单', 'The warehouse has the order'],
    ['包裹已发出', 'The parcel has left'],
    ['包裹已签收', 'Delivered'],
  ]);
  await timeline(page, 'Timeline').getByText('仓库小张').first().waitFor();
});

test('a sale of a till, and goods of it that came back', async () => {
  const tills = opening(new Tills(await startedSeller(pages.harness)));
  const { sellerId } = tills.actor.seller;
  const { tradeNo } = await tills.sell();
  await eventually(async () => expect((await tills.sale()).stock).toBe('CONSUMED'));
  await tills.takeBack('R-1', [{ lineId: '1', quantityMilli: 1_000n }]);
  const page = await openConsole(pages, platform, pathOf(sellerId, 'pos', 'REQ-3436967'));
  await tells(page, 'till', [
    ['收银台开单', 'Rung up at the till'],
    ['已占库存', 'Stock held'],
    ['成交', 'Sold'],
    ['库存已扣减', 'Stock taken out'],
    ['顾客退货', 'Goods came back'],
    ['退货已入库', 'Returned goods are in the stock'],
  ]);
  await timeline(page, 'Timeline').getByText(String(tradeNo)).first().waitFor();
});

test('an order of distribution: refused by its supplier in the supplier’s own words', async () => {
  const one = opening(new Distribution(pages.harness, await pages.harness.newSeller()));
  const { sellerId } = one.seller;
  await one.connect();
  await one.register();
  await one.modes('spec-no-exist');
  expect(await one.crate({ outOrderId: 'LIFE-D1' })).toMatchObject({ code: 0 });
  await eventually(
    async () =>
      expect((await one.dispatchesOf('LIFE-D1')).map(({ state }) => state)).toEqual(['REJECTED']),
    { timeoutMs: 30_000 },
  );
  const page = await openConsole(pages, platform, pathOf(sellerId, 'fenxiao', 'LIFE-D1'));
  await tells(page, 'distribution', [
    ['收到分销订单', 'Distribution order taken'],
    ['准备向供应商下单', 'To be sent to the supplier'],
    ['已向供应商下单', 'Sent to the supplier'],
    ['供应商拒单', 'The supplier refused'],
    ['没有此规格', 'No such specification'],
  ]);
  // What the supplier has written about it is in the supplier's words.
  await timeline(page, 'Timeline')
    .getByText(/不属于同一卖家/)
    .waitFor();
  // Who searches does not know of which kind it is.
  const search = await openConsole(pages, platform, `/sellers/${sellerId}/search?q=LIFE-D1`);
  await search.getByRole('link', { name: 'fenxiao/LIFE-D1' }).click();
  await timeline(search).getByText('供应商拒单', { exact: true }).waitFor();
  await search.getByLabel('搜索').first().fill('fenxiao/NONE');
  await search.keyboard.press('Enter');
  await search.getByText('没有此订单').waitFor();
});
