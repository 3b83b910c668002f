import { EVENTS, TOPICS } from '@astrolabe/contracts';
import { Role } from '@astrolabe/contracts/console';
import { adminAddress, httpUrl } from '@astrolabe/local-stack';
import { createMessaging } from '@astrolabe/messaging';
import { createLogger } from '@astrolabe/service';
import { eventually } from '@astrolabe/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '../src/api-session.ts';
import { block, openConsole, whileHanging } from '../src/console-page.ts';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { newPlatformOperator, newUser, operatorAtWork, operatorOf } from '../src/operator.ts';
import type { TestUser } from '../src/operator.ts';
import { askRefund, withdrawRefund } from '../src/refunds.ts';
import { inventoryXml } from '../src/requests.ts';
import { OID, OID_2, TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { buildPages, overflow, picture, startBrowser } from '../src/store-page.ts';

const MODEL_D = { allocator: 'isv', acceptor: 'pos' } as const;

let harness: Harness;
let browser: Browser;
let platform: TestUser;
let contexts: BrowserContext[] = [];

beforeAll(async () => {
  buildPages();
  harness = await startHarness({
    apps: [...SERVICES, 'console'],
    extra: { console: { START_SELLER: '21230', START_ITEM: '9001', START_SKU: '70001' } },
  });
  browser = await startBrowser();
  platform = await newPlatformOperator(harness);
});
afterAll(async () => {
  await browser?.close();
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});
afterEach(async () => {
  await Promise.all(contexts.map((context) => context.close()));
  contexts = [];
});

/** A page of its own for somebody: the operator of a seller, or who looks after all. */
async function open(
  who: Actor | TestUser,
  path: string,
  viewport?: { width: number; height: number },
): Promise<Page> {
  const user = 'seller' in who ? operatorOf(who) : who;
  const { page, context } = await openConsole(browser, harness, user, path, viewport);
  contexts.push(context);
  return page;
}

const address = (actor: Actor, ...path: string[]): string =>
  ['/sellers', actor.seller.sellerId, ...path].join('/');

test('an order is seen from the list to its timeline, with its stock, in both languages', async () => {
  // The first seller of a run is the documents' one, which the console is configured to open at.
  const actor = await startedSeller(harness);
  expect(actor.seller.sellerId).toBe('21230');
  await actor.pay();
  await actor.seller.pos.received('taobao.qimen.omniorder.allocatedinfo.sync', TID);
  const problems: string[] = [];
  // Nothing is named: the configured seller, and on its stock page the configured article.
  const page = await open(platform, '/');
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));

  await page.getByRole('link', { name: TID }).click();
  await page.getByText('OFFERED', { exact: true }).first().waitFor();
  await page.getByText('时间线').waitFor();

  // The page follows the order without a reload.
  expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' });
  await block(page, '门店任务').getByText('ACCEPTED', { exact: true }).first().waitFor();

  // A refund that the buyer withdraws stays in the history, and is told to be one.
  await askRefund(actor, { refundId: '7001' });
  await block(page, '门店任务').getByText('CANCEL_ASKED', { exact: true }).first().waitFor();
  await withdrawRefund(actor, { refundId: '7001' });
  await page.getByText('买家已撤销').first().waitFor();
  // No text has a time of its own form: everything is the merchant's time.
  expect(await page.getByText(/\d{4}-\d{2}-\d{2}T/).count()).toBe(0);
  await picture(page, 'console-order-zh');

  await page.getByRole('link', { name: '库存' }).click();
  await page.getByText('线上可售').waitFor();
  await page.getByRole('row', { name: /WH-01/ }).getByText('10').first().waitFor();
  await page.getByRole('row', { name: /WH-01/ }).getByRole('button').click();
  await page.getByText('变动记录').or(page.getByText('动作')).first().waitFor();

  await page.getByRole('link', { name: '指标' }).click();
  await page.getByText('订单接单率').first().waitFor();
  await page.getByRole('row', { name: /1342/ }).getByText('100.0 % (1/1)').first().waitFor();
  await page.getByRole('link', { name: '库存' }).click();
  await page.getByRole('button', { name: 'EN' }).click();
  await page.getByText('Sellable online').waitFor();
  expect(problems).toEqual([]);
});

describe('the order page', () => {
  test('what cannot be read is told, and not drawn as nothing', async () => {
    const page = await open(platform, '/sellers/21230/orders/tmall/404');
    await page.getByText('没有此订单').waitFor();
    expect(await page.getByText('时间线').count()).toBe(0);
  });

  test('each refusal stands under the store that refused, not where the order ended', async () => {
    const actor = await startedSeller(harness);
    await actor.pay();
    await actor.seller.pos.received('taobao.qimen.omniorder.allocatedinfo.sync', TID);
    expect(await actor.storeReport('refuse', '1342')).toMatchObject({ code: '0' });
    const page = await open(actor, address(actor, 'orders', 'tmall', TID));
    const leg = (place: string) => page.locator(`[data-place="${place}"]`);
    await leg('STORE:123').getByText('OFFERED').waitFor();
    expect(await actor.storeReport('refuse', '123')).toMatchObject({ code: '0' });
    await leg('WAREHOUSE:WH-01').getByText('OFFERED').waitFor();
    for (const store of ['STORE:1342', 'STORE:123']) {
      expect(await leg(store).getByText('REFUSED').count(), store).toBe(1);
      expect(await leg(store).getByText('按时').count(), store).toBe(2);
    }
    expect(await leg('WAREHOUSE:WH-01').getByText('REFUSED').count()).toBe(0);
    await picture(page, 'console-refusals-zh');
  });

  test('the timeline and the list name all places of a split order', async () => {
    const actor = await startedSeller(harness, MODEL_D);
    await actor.pay({ lines: [{ oid: OID }, { oid: OID_2 }] });
    await actor.order('AWAITING_ALLOCATION');
    const line = (oid: string, store: string) => ({
      store_id: store,
      tid: TID,
      sub_oid: oid,
      type: 'Store',
      status: 'Allocated',
    });
    const told = await actor.omni('taobao.omniorder.allocatedinfo.sync', {
      tid: TID,
      status: 'Allocated',
      store_allocated_list: JSON.stringify([line(OID, '1342'), line(OID_2, '123')]),
    });
    expect(told).toMatchObject({ code: '0' });
    const page = await open(actor, address(actor, 'orders'));
    const row = page.getByRole('row', { name: TID });
    await row.getByText('门店 1342').waitFor();
    await row.getByText('门店 123', { exact: true }).waitFor();
    await page.getByRole('link', { name: TID }).click();
    await block(page, '时间线')
      .getByText(`${OID} at STORE:1342 SHARED, ${OID_2} at STORE:123`)
      .waitFor();
  });

  test('a service that does not answer takes only its own part of the page', async () => {
    const actor = await startedSeller(harness);
    await actor.pay();
    await actor.seller.pos.received('taobao.qimen.omniorder.allocatedinfo.sync', TID);
    await whileHanging(harness, 'settlement', async () => {
      const url = `/api${address(actor, 'orders', 'tmall', TID)}`;
      const operator = await operatorAtWork(actor);
      expect((await operator.get(`${url}/receivable`)).status).toBe(503);
      expect((await operator.get(`${url}/tasks`)).status).toBe(200);
      const page = await open(actor, address(actor, 'orders', 'tmall', TID));
      await block(page, '结算').getByText('服务暂时不可用').waitFor();
      await block(page, '订单信息').getByText('ALLOCATED').first().waitFor();
      await block(page, '门店任务').getByText('OFFERED', { exact: true }).first().waitFor();
      await picture(page, 'console-away-zh');
      process.kill(harness.stack.pid('settlement'), 'SIGCONT');
      await block(page, '结算').getByRole('button', { name: '重试' }).click();
      await block(page, '结算').getByText('暂无').waitFor();
    });
  });
});

describe('lists', () => {
  test('polls do not overlap, and old numbers carry a sign until there are new ones', async () => {
    const actor = await startedSeller(harness);
    await actor.pay();
    await actor.order('ALLOCATED');
    const page = await open(actor, address(actor, 'orders'));
    await page.getByRole('link', { name: TID }).waitFor();
    expect(await page.getByText('以下不是最新数据').count()).toBe(0);
    let underWay = 0;
    let most = 0;
    page.on('request', () => (most = Math.max(most, (underWay += 1))));
    page.on('requestfinished', () => (underWay -= 1));
    page.on('requestfailed', () => (underWay -= 1));
    await whileHanging(harness, 'order-router', async () => {
      await page.getByText('以下不是最新数据').waitFor();
      // The order is still there to be looked at.
      await page.getByRole('link', { name: TID }).waitFor();
      await picture(page, 'console-old-zh');
    });
    await page.getByText('以下不是最新数据').waitFor({ state: 'detached' });
    expect(most).toBe(1);
  });

  test('a link that is passed on opens the same seller, filter and order', async () => {
    const actor = await startedSeller(harness);
    await actor.pay();
    await actor.order('ALLOCATED');
    const page = await open(actor, address(actor, 'orders'));
    await page.getByLabel('状态').click();
    await page.getByTitle('ALLOCATED', { exact: true }).last().click();
    await eventually(async () => expect(page.url()).toContain('state=ALLOCATED'));
    expect(page.url()).toContain(`/sellers/${actor.seller.sellerId}/`);
    const path = page.url().split('#')[1] ?? '';
    await page.close();
    const other = await open(actor, path);
    await other.getByRole('link', { name: TID }).click();
    await other.getByText('时间线').waitFor();
    const order = other.url().split('#')[1] ?? '';
    await other.close();
    const shared = await open(actor, order);
    await block(shared, '订单信息').getByText('ALLOCATED').first().waitFor();
    await shared.close();
    const closed = await open(actor, path.replace('state=ALLOCATED', 'state=CLOSED'));
    await closed.getByText('暂无', { exact: true }).waitFor();
  });

  test('an order whose sale the stock refused stands in a list of its own and is not green', async () => {
    const actor = await startedSeller(harness);
    await actor.pay({ lines: [{ oid: OID, num: 20 }] });
    await actor.order('UNFULFILLABLE');
    await actor.push('taobao_trade_TradeSellerShip', { lines: [{ oid: OID, num: 20 }] });
    await actor.order('SHIPPED');
    const page = await open(actor, address(actor, 'orders?flag=STOCK_REFUSED'));
    const row = page.getByRole('row', { name: TID });
    await row.getByText('库存未扣减').waitFor();
    expect(await row.getByText('SHIPPED', { exact: true }).getAttribute('class')).not.toContain(
      'green',
    );
    await picture(page, 'console-flag-zh');
    await page.getByRole('link', { name: TID }).click();
    await block(page, '订单信息').getByText('库存未扣减').first().waitFor();
  });

  test('a history of more than fifty entries has a next page', async () => {
    const actor = await startedSeller(harness);
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
    const page = await open(actor, address(actor, 'stock?item=9001&sku=70001'));
    await page.getByRole('row', { name: /WH-01/ }).getByRole('button').click();
    await page.getByText('70 / 0').waitFor();
    expect(await page.getByText('10 / 0', { exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: '下一页' }).click();
    await page.getByText('10 / 0', { exact: true }).waitFor();
    // The place, its number and the page of its entries are in the address.
    const shared = await open(actor, page.url().split('#')[1] ?? '');
    await shared.getByText('10 / 0', { exact: true }).waitFor();
  });
});

test('an operator has a failed order looked at again and takes a flag away; a reader may not', async () => {
  const actor = await startedSeller(harness);
  const { sellerId } = actor.seller;
  await actor.pay({ lines: [{ oid: OID, num: 20 }] });
  await actor.order('UNFULFILLABLE');
  const page = await open(actor, address(actor, 'orders', 'tmall', TID));
  await page.getByRole('button', { name: '重新处理' }).click();
  await picture(page, 'console-retry-zh');
  await page.getByRole('button', { name: '确定' }).click();
  await page.getByText('暂无可用的门店或库存').waitFor();

  await actor.push('taobao_trade_TradeSellerShip', { lines: [{ oid: OID, num: 20 }] });
  await actor.order('SHIPPED');
  const path = `/api${address(actor, 'orders', 'tmall', TID)}/clear`;
  const body = { flag: 'STOCK_REFUSED', note: '已盘点' };
  const reader = await newUser(adminAddress(harness.stack, 'console'), [
    { role: Role.READER, sellerId },
  ]);
  const reads = await openSession(httpUrl(harness.stack, 'console'), reader);
  expect(await reads.post(path, body)).toEqual({ status: 403, body: { code: 'FORBIDDEN' } });
  const operator = await operatorAtWork(actor);
  expect((await operator.post(path, body, 'guess')).body).toEqual({ code: 'BAD_CSRF_TOKEN' });
  expect((await operator.post(path, { ...body, note: '' })).status).toBe(400);
  const readersPage = await open(reader, address(actor, 'orders', 'tmall', TID));
  await block(readersPage, '订单信息').getByText('库存未扣减').first().waitFor();
  expect(await readersPage.getByRole('button', { name: /已处理|重新处理/ }).count()).toBe(0);

  await page.getByRole('button', { name: /标记为已处理/ }).click();
  await page.getByRole('button', { name: '确定' }).click();
  await page.getByText('请填写处理说明').waitFor();
  await page.getByLabel('处理说明').fill('已盘点');
  await picture(page, 'console-clear-zh');
  await page.getByRole('button', { name: '确定' }).click();
  const { name, login } = operatorOf(actor);
  await page.getByText(`STOCK_REFUSED by ${name} (${login}): 已盘点`).waitFor();
  expect((await actor.order('SHIPPED')).flags).toEqual([]);
  // Somebody else was faster: the answer says what stands now.
  expect(await operator.post(path, body)).toMatchObject({
    status: 409,
    body: { code: 'NOT_FLAGGED' },
  });
});

test('what the services gave up on is counted, and listed with the command that replays it', async () => {
  const { kafkaBrokers, topicPrefix } = harness.stack.settings;
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
  const page = await open(platform, '/deadletters');
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
  const session = await openSession(httpUrl(harness.stack, 'console'), platform);
  expect((await session.get('/api/deadletters/none/none')).status).toBe(404);
});

test('the pages come compressed, and a second visit asks for the index alone', async () => {
  const page = await open(platform, '/sellers/21230/orders');
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
      const actor = await startedSeller(harness);
      await actor.pay();
      await actor.order('ALLOCATED');
      const page = await open(platform, address(actor, 'orders'), { width, height: 844 });
      if (language === 'EN') await page.getByRole('button', { name: 'EN' }).click();
      await page.getByRole('link', { name: TID }).waitFor();
      const sections = await page.locator('nav a').all();
      expect(sections).toHaveLength(5);
      for (const [index, section] of sections.entries()) {
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
        `${httpUrl(harness.stack, 'console')}/#${address(actor, 'orders', 'tmall', TID)}`,
      );
      await page.getByText('OFFERED', { exact: true }).first().waitFor();
      expect(await overflow(page)).toBe(0);
      await picture(page, `console-${width}-${language === 'EN' ? 'en' : 'zh'}-order`);
    },
  );
});
