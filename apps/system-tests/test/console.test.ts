import { EVENTS, TOPICS } from '@astrolabe/contracts';
import { httpUrl } from '@astrolabe/local-stack';
import { createMessaging } from '@astrolabe/messaging';
import { createLogger } from '@astrolabe/service';
import { eventually } from '@astrolabe/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '../src/api-session.ts';
import { block, openConsole, pathOf, whileHanging } from '../src/console-page.ts';
import { SERVICES } from '../src/harness.ts';
import { newPlatformOperator } from '../src/operator.ts';
import type { TestUser } from '../src/operator.ts';
import { pagesOf } from '../src/pages.ts';
import { askRefund, withdrawRefund } from '../src/refunds.ts';
import { inventoryXml } from '../src/requests.ts';
import { OID, TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { overflow, picture } from '../src/store-page.ts';

const pages = pagesOf({
  apps: [...SERVICES, 'console'],
  // It is paused.
  apart: ['order-router'],
  extra: { console: { START_SELLER: '21230', START_ITEM: '9001', START_SKU: '70001' } },
});
let platform: TestUser;
let first: Actor;
beforeAll(async () => {
  platform = await newPlatformOperator(pages.harness);
  // The first seller of a run is the documents' one, which the console is configured to open at.
  first = await startedSeller(pages.harness);
});

test('where nothing is named it opens at the configured seller, and at its article', async () => {
  expect(first.seller.sellerId).toBe('21230');
  const page = await openConsole(pages, platform, '/');
  await page.waitForURL(/sellers\/21230/);
  await page.getByRole('link', { name: '库存' }).click();
  await page.getByText('线上可售').waitFor();
  await page.getByRole('row', { name: /WH-01/ }).getByText('10').first().waitFor();
});

test('an order is seen from the list to its timeline, with its stock, in both languages', async () => {
  const actor = await startedSeller(pages.harness);
  await actor.pay();
  await actor.seller.pos.received('taobao.qimen.omniorder.allocatedinfo.sync', TID);
  const problems: string[] = [];
  const page = await openConsole(pages, platform, pathOf(actor, 'today'));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));

  await page.getByRole('link', { name: '订单', exact: true }).click();
  await page.getByRole('link', { name: TID }).click();
  await page.getByText('已派给发货地', { exact: true }).first().waitFor();
  await page.getByText('时间线').waitFor();

  // The page follows the order without a reload.
  expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' });
  await block(page, '门店任务').getByText('已接单', { exact: true }).first().waitFor();

  // A refund that the buyer withdraws stays in the history, and is told to be one.
  await askRefund(actor, { refundId: '7001' });
  await block(page, '门店任务').getByText('询问门店能否取消', { exact: true }).first().waitFor();
  await withdrawRefund(actor, { refundId: '7001' });
  await page.getByText('买家已撤销').first().waitFor();
  // No text has a time of its own form: everything is the merchant's time.
  expect(await page.getByText(/\d{4}-\d{2}-\d{2}T/).count()).toBe(0);
  await picture(page, 'console-order-zh');

  await page.goto(
    `${httpUrl(pages.harness.stack, 'console')}/#${pathOf(actor, 'stock')}?item=9001&sku=70001`,
  );
  await page.getByText('线上可售').waitFor();
  await page.getByRole('row', { name: /WH-01/ }).getByText('10').first().waitFor();
  await page.getByRole('row', { name: /WH-01/ }).getByRole('button').click();
  await page.getByText('变动记录').or(page.getByText('动作')).first().waitFor();

  await page.getByRole('link', { name: '指标' }).click();
  await page.getByText('订单接单率').first().waitFor();
  await page.getByRole('row', { name: /1342/ }).getByText('100.0 % (1/1)').first().waitFor();
  await page.goBack();
  await page.getByRole('button', { name: 'EN' }).click();
  await page.getByText('Sellable online').waitFor();
  expect(problems).toEqual([]);
});

describe('lists', () => {
  test('polls do not overlap, and old numbers carry a sign until there are new ones', async () => {
    const actor = await startedSeller(pages.harness);
    await actor.pay();
    await actor.order('ALLOCATED');
    const page = await openConsole(pages, actor, pathOf(actor, 'orders'));
    await page.getByRole('link', { name: TID }).waitFor();
    expect(await page.getByText('以下不是最新数据').count()).toBe(0);
    let underWay = 0;
    let most = 0;
    page.on('request', () => (most = Math.max(most, (underWay += 1))));
    page.on('requestfinished', () => (underWay -= 1));
    page.on('requestfailed', () => (underWay -= 1));
    await whileHanging(pages.harness, 'order-router', async () => {
      await page.getByText('以下不是最新数据').waitFor();
      // The order is still there to be looked at.
      await page.getByRole('link', { name: TID }).waitFor();
      await picture(page, 'console-old-zh');
    });
    await page.getByText('以下不是最新数据').waitFor({ state: 'detached' });
    expect(most).toBe(1);
  });

  test('a link that is passed on opens the same seller, filter and order', async () => {
    const actor = await startedSeller(pages.harness);
    await actor.pay();
    await actor.order('ALLOCATED');
    const page = await openConsole(pages, actor, pathOf(actor, 'orders'));
    await page.getByLabel('状态').click();
    await page.getByTitle('ALLOCATED', { exact: true }).last().click();
    await eventually(async () => expect(page.url()).toContain('state=ALLOCATED'));
    expect(page.url()).toContain(`/sellers/${actor.seller.sellerId}/`);
    const path = page.url().split('#')[1] ?? '';
    await page.close();
    const other = await openConsole(pages, actor, path);
    await other.getByRole('link', { name: TID }).click();
    await other.getByText('时间线').waitFor();
    const order = other.url().split('#')[1] ?? '';
    await other.close();
    const shared = await openConsole(pages, actor, order);
    await block(shared, '订单信息').getByText('已派单').first().waitFor();
    await shared.close();
    const closed = await openConsole(pages, actor, path.replace('state=ALLOCATED', 'state=CLOSED'));
    await closed.getByText('暂无', { exact: true }).waitFor();
  });

  test('an order whose sale the stock refused stands in a list of its own and is not green', async () => {
    const actor = await startedSeller(pages.harness);
    await actor.pay({ lines: [{ oid: OID, num: 20 }] });
    await actor.order('UNFULFILLABLE');
    await actor.push('taobao_trade_TradeSellerShip', { lines: [{ oid: OID, num: 20 }] });
    await actor.order('SHIPPED');
    const page = await openConsole(pages, actor, pathOf(actor, 'orders?flag=STOCK_REFUSED'));
    const row = page.getByRole('row', { name: TID });
    await row.getByText('库存未扣减').waitFor();
    expect(await row.getByTitle('SHIPPED').getAttribute('class')).not.toContain('green');
    await picture(page, 'console-flag-zh');
    await page.getByRole('link', { name: TID }).click();
    await block(page, '订单信息').getByText('库存未扣减').first().waitFor();
  });

  test('a history of more than fifty entries has a next page', async () => {
    const actor = await startedSeller(pages.harness);
    for (let part = 0; part < 4; part += 1) {
      const lines = Array.from({ length: 15 }, (_, index) => ({
        place: 'WH-01',
        kind: 'CERTAINTY' as const,
        quantity: '1',
        billType: 'TAOBAO_EXCLUDED',
        billNum: `P-${part}-${index}`,
      }));
      await actor.qimenOk(
        'taobao.qimen.storeinventory.itemupdate',
        inventoryXml(actor.seller.sellerId, lines),
      );
    }
    await actor.stockIs({ 'WH-01 C': '70/0', '1342 U': '4/0', '123 C': '3/0', '123 U': '2/0' });
    const page = await openConsole(pages, actor, pathOf(actor, 'stock?item=9001&sku=70001'));
    await page.getByRole('row', { name: /WH-01/ }).getByRole('button').click();
    await page.getByText('69 → 70 (+1)').waitFor();
    expect(await page.getByText('10 → 11 (+1)').count()).toBe(0);
    await page.getByRole('button', { name: '下一页' }).click();
    await page.getByText('10 → 11 (+1)').waitFor();
    // The place, its number and the page of its entries are in the address.
    const shared = await openConsole(pages, actor, page.url().split('#')[1] ?? '');
    await shared.getByText('10 → 11 (+1)').waitFor();
  });
});

test('what the services gave up on is counted, and listed with the command that replays it', async () => {
  const { kafkaBrokers, topicPrefix } = pages.harness.stack.settings;
  const messaging = createMessaging({
    brokers: kafkaBrokers.split(','),
    clientId: 'system-test',
    topicPrefix,
    logger: createLogger({ service: 'test', level: 'silent' }),
    onFatal: () => undefined,
  });
  await messaging.component.start();
  const { name } = TOPICS.ingressOrders;
  const event = {
    id: 'gateway-ingress/nothing/1',
    type: EVENTS.orderSeen.type,
    source: 'gateway-ingress',
    subject: '21230/nothing',
    sequence: 1n,
    key: '21230/nothing',
    time: new Date(),
    payload: new Uint8Array(),
  };
  await messaging.publisher().publish(TOPICS.ingressOrders, [event]);
  await messaging.component.stop?.();
  const page = await openConsole(pages, platform, '/deadletters');
  const row = page.getByRole('row', { name: 'order-router' }).first();
  await eventually(
    async () => {
      await page.reload();
      await row.waitFor({ timeout: 2_000 });
    },
    { timeoutMs: 30_000 },
  );
  await picture(page, 'console-dead-letters');
  await row.getByRole('link').click();
  await page.getByRole('cell', { name: '21230/nothing' }).waitFor();
  await page.getByText(`--group order-router --topic ${name} --apply`).waitFor();
  const session = await openSession(httpUrl(pages.harness.stack, 'console'), platform);
  expect((await session.get('/api/deadletters/none/none')).status).toBe(404);
  const { body } = await session.get('/api/deadletters/oldest');
  expect(Date.parse(String(body['oldestSince']))).toBeLessThanOrEqual(Date.now());
});

test('the pages come compressed, and a second visit asks for the index alone', async () => {
  const page = await openConsole(pages, platform, '/sellers/21230/orders');
  const visit = async () => {
    await page.locator('nav a').first().waitFor();
    return (await page.evaluate(
      `performance.getEntriesByType('resource')
        .filter(({ name }) => name.includes('/assets/'))
        .map(({ transferSize, encodedBodySize, decodedBodySize }) =>
          ({ transferSize, encodedBodySize, decodedBodySize }))`,
    )) as { transferSize: number; encodedBodySize: number; decodedBodySize: number }[];
  };
  const first = await visit();
  const sum = (sizes: number[]): number => sizes.reduce((total, size) => total + size, 0);
  expect(sum(first.map((one) => one.decodedBodySize))).toBeGreaterThan(900_000);
  expect(sum(first.map((one) => one.transferSize))).toBeLessThan(350_000);
  await page.reload();
  const second = await visit();
  expect(sum(second.map((one) => one.decodedBodySize))).toBeGreaterThan(900_000);
  expect(sum(second.map((one) => one.transferSize))).toBe(0);
});

describe.each([390, 768, 1280])('at %i pixels', (width) => {
  test.each(['中文', 'EN'])(
    'everything is there and nothing is wider than the screen, %s',
    async (language) => {
      const actor = await startedSeller(pages.harness);
      await actor.pay();
      await actor.order('ALLOCATED');
      const page = await openConsole(pages, platform, pathOf(actor, 'orders'), {
        width,
        height: 844,
      });
      if (language === 'EN') await page.getByRole('button', { name: 'EN' }).click();
      await page.getByRole('link', { name: TID }).waitFor();
      const sections = await page.locator('nav a').all();
      expect(sections.length).toBeGreaterThanOrEqual(5);
      const menu = page.locator('.bar .menu');
      for (const [index, section] of sections.entries()) {
        // On a phone the sections are behind a button.
        if (await menu.isVisible()) await menu.click();
        const box = await section.boundingBox();
        expect(box?.width ?? 0).toBeGreaterThan(30);
        expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
        await section.click();
        // The stock page asks for an article first.
        await page.locator('[data-block], main form').first().waitFor();
        expect(await overflow(page), `${index}`).toBe(0);
        await picture(page, `console-${width}-${language === 'EN' ? 'en' : 'zh'}-${index}`);
      }
      await page.goto(
        `${httpUrl(pages.harness.stack, 'console')}/#${pathOf(actor, 'orders', 'tmall', TID)}`,
      );
      const offered = language === 'EN' ? 'Offered to the place' : '已派给发货地';
      await page.getByText(offered, { exact: true }).first().waitFor();
      expect(await overflow(page)).toBe(0);
      await picture(page, `console-${width}-${language === 'EN' ? 'en' : 'zh'}-order`);
    },
  );
});
