import { httpUrl } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { axeFindings } from '../src/axe.ts';
import { block, openConsole, pathOf, whileHanging } from '../src/console-page.ts';
import { SERVICES } from '../src/harness.ts';
import { newPlatformOperator, operatorAtWork, operatorOf } from '../src/operator.ts';
import { openSession } from '../src/api-session.ts';
import { pagesOf } from '../src/pages.ts';
import { askRefund } from '../src/refunds.ts';
import { OID, TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { overflow, picture } from '../src/store-page.ts';

const pages = pagesOf({
  apps: [...SERVICES, 'console'],
  // It is paused.
  apart: ['fulfillment'],
});

const SHORT_TID = '2004574256073990';
const SHORT_OID = '2004574256073991';

/** A seller with one order at a store, and one that nothing can be held for. */
async function sellerWithOrders(): Promise<Actor> {
  const actor = await startedSeller(pages.harness);
  await actor.pay();
  await actor.order('ALLOCATED');
  await actor.pay({ tid: SHORT_TID, lines: [{ oid: SHORT_OID, num: 20 }] });
  await actor.order('UNFULFILLABLE', SHORT_TID);
  return actor;
}

const queue = (page: Page, name: string) => page.locator(`[data-queue="${name}"]`);
const withText = (page: Page, name: string, text: string) =>
  queue(page, name)
    .and(page.getByText(text, { exact: true }))
    .waitFor();

test('the console opens at today: what waits, how far the orders have come, and each number opens its list', async () => {
  const actor = await sellerWithOrders();
  const problems: string[] = [];
  const page = await openConsole(pages, actor, '/');
  page.on('pageerror', (error) => problems.push(error.message));
  await withText(page, 'WAITING_FOR_STORE', '1');
  await withText(page, 'UNFILLABLE', '1');
  await withText(page, 'STOCK_REFUSED', '0');
  expect(page.url()).toContain(`/sellers/${actor.seller.sellerId}/today`);
  const tmall = block(page, '今天的订单').getByRole('row', { name: /天猫/ });
  await tmall.getByRole('link', { name: '2', exact: true }).first().waitFor();
  await page.getByRole('img', { name: '今天每小时收到的订单' }).locator('svg').waitFor();
  await picture(page, 'today-zh');

  await queue(page, 'UNFILLABLE').click();
  await page.getByRole('link', { name: SHORT_TID }).waitFor();
  expect(page.url()).toContain('queue=UNFILLABLE');
  expect(await page.getByRole('link', { name: TID }).count()).toBe(0);
  await page.goBack();
  await tmall.getByRole('link', { name: '1', exact: true }).first().click();
  await page.getByRole('link', { name: TID }).waitFor();
  expect(page.url()).toContain('stage=ROUTED');
  await page.goBack();

  // A refund that the store has to answer is counted, and listed by how long it has waited.
  expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' });
  await askRefund(actor, { refundId: '7001' });
  await withText(page, 'REFUND_WAITING', '1');
  await withText(page, 'WAITING_FOR_STORE', '0');
  await queue(page, 'REFUND_WAITING').click();
  await page.getByRole('link', { name: TID }).waitFor();
  expect(page.url()).toContain('/queues/REFUND_WAITING');
  expect(problems).toEqual([]);
});

test('what one service cannot tell is not drawn as zero, and the other parts go on', async () => {
  const actor = await sellerWithOrders();
  await whileHanging(pages.harness, 'fulfillment', async () => {
    const page = await openConsole(pages, actor, pathOf(actor, 'today'));
    await withText(page, 'WAITING_FOR_STORE', '1');
    await page.getByText('服务暂时不可用').first().waitFor();
    expect(await queue(page, 'REFUND_WAITING').count()).toBe(0);
    // Deliveries are told by the service that is away.
    const tmall = block(page, '今天的订单').getByRole('row', { name: /天猫/ });
    await tmall.getByText('未知', { exact: true }).last().waitFor();
    await picture(page, 'today-away-zh');
  });
});

test('orders are found by every number of theirs, and filters combine in the address and in files', async () => {
  const actor = await sellerWithOrders();
  const { sellerId } = actor.seller;
  expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' });
  await actor.order('ACCEPTED');
  await actor.push('taobao_trade_TradeSellerShip');
  await eventually(async () =>
    expect(await actor.storeReport('consigned', '1342')).toMatchObject({ code: '0' }),
  );
  await actor.order('SHIPPED');
  const page = await openConsole(pages, actor, pathOf(actor, 'today'));
  const searched = async (q: string, part: string) => {
    await page.getByRole('searchbox').or(page.getByLabel('搜索')).first().fill(q);
    await page.keyboard.press('Enter');
    await block(page, part).getByRole('link', { name: TID }).waitFor();
    await eventually(async () => expect(page.url()).toContain(`search?q=${q}`));
  };
  await searched(TID, '按订单、商品和买家');
  await searched(OID, '按订单、商品和买家');
  await searched('70001', '按订单、商品和买家');
  await eventually(() => searched('2323232', '按运单号'), { timeoutMs: 60_000 });
  await picture(page, 'search-zh');

  const path = `${pathOf(actor, 'orders')}?state=SHIPPED&channel=tmall&place=STORE:1342`;
  const list = await openConsole(pages, actor, path);
  await list.getByRole('link', { name: TID }).waitFor();
  expect(await list.getByRole('link', { name: SHORT_TID }).count()).toBe(0);
  await picture(list, 'orders-zh');
  const address = httpUrl(pages.harness.stack, 'console');
  const { cookie } = await openSession(address, await operatorOf(actor));
  const file = async (ending: string, query: string) =>
    await fetch(`${address}/api/sellers/${sellerId}/orders.${ending}?${query}`, {
      headers: { cookie },
    });
  const csv = await (await file('csv', 'state=SHIPPED')).text();
  expect(csv).toContain(`"\t${TID}"`);
  expect(csv).not.toContain(SHORT_TID);
  const workbook = await file('xlsx', '');
  expect(workbook.headers.get('content-disposition')).toContain(`orders-${sellerId}.xlsx`);
  expect((await workbook.arrayBuffer()).byteLength).toBeGreaterThan(2_000);
  expect((await file('csv', 'from=yesterday')).status).toBe(400);
});

test('a bulk action answers for each order, and is no success if one failed', async () => {
  const actor = await sellerWithOrders();
  const operator = await operatorAtWork(actor);
  const path = `/api${pathOf(actor, 'orders', 'bulk')}`;
  const named = [TID, SHORT_TID, 'nothing'].map((number) => ({ channel: 'tmall', number }));
  const answer = await operator.post(path, { action: 'retry', orders: named });
  expect(answer).toMatchObject({
    status: 200,
    body: {
      outcomes: [
        { order: { number: TID }, code: 'NOTHING_FAILED' },
        { order: { number: SHORT_TID }, code: 'NOTHING_FOUND' },
        { order: { number: 'nothing' }, code: 'UNKNOWN_TRADE' },
      ],
    },
  });
  expect((await operator.post(path, { action: 'retry', orders: [] })).status).toBe(400);
  expect((await operator.post(path, { action: 'ship', orders: named })).status).toBe(400);

  const page = await openConsole(pages, actor, pathOf(actor, 'orders'));
  await page.getByLabel(`tmall/${TID}`).check();
  await page.getByLabel(`tmall/${SHORT_TID}`).check();
  await page.getByRole('button', { name: '重新处理' }).click();
  await page.getByRole('button', { name: '确定' }).click();
  await page.getByText('未能全部处理 0 / 2').waitFor();
  await page.getByText('订单没有失败，无需重新处理').waitFor();
  await page.getByText('暂无可用的门店或库存').waitFor();
  expect(await page.locator('.ant-alert-success').count()).toBe(0);
  await picture(page, 'bulk-zh');
});

describe.each([390, 768, 1440])('at %i pixels', (width) => {
  test.each(['中文', 'EN'])(
    'nothing is wider than the screen, and nobody is shut out, %s',
    async (language) => {
      const actor = await sellerWithOrders();
      const platform = await newPlatformOperator(pages.harness);
      const page = await openConsole(pages, platform, pathOf(actor, 'today'), {
        width,
        height: 900,
      });
      const name = language === 'EN' ? 'en' : 'zh';
      if (language === 'EN') await page.getByRole('button', { name: 'EN' }).click();
      await queue(page, 'DEAD_LETTERS').waitFor();
      // It is drawn, and its library loaded, when it is looked at.
      await page.locator('[data-block]').last().scrollIntoViewIfNeeded();
      await page.locator('.hours svg').waitFor();
      const look = async (what: string) => {
        expect(await overflow(page), what).toBe(0);
        expect(await axeFindings(page), what).toEqual([]);
        await picture(page, `${what}-${width}-${name}`);
      };
      await look('today');
      const address = httpUrl(pages.harness.stack, 'console');
      await page.goto(`${address}/#${pathOf(actor, 'orders')}`);
      await page.getByRole('link', { name: TID }).waitFor();
      await look('orders');
      await page.goto(`${address}/#${pathOf(actor, 'search')}?q=${TID}`);
      await page.getByRole('link', { name: TID }).first().waitFor();
      await look('search');
    },
  );
});
