import { Role } from '@astrolabe/contracts/console';
import { adminAddress, httpUrl } from '@astrolabe/local-stack';
import { beforeAll, expect, test } from 'vitest';
import { openSession } from '../src/api-session.ts';
import { block, openConsole, pathOf, whileHanging } from '../src/console-page.ts';
import { SERVICES } from '../src/harness.ts';
import { newPlatformOperator, newUser, operatorAtWork, operatorOf } from '../src/operator.ts';
import type { TestUser } from '../src/operator.ts';
import { pagesOf } from '../src/pages.ts';
import { Actor, OID, OID_2, TID, startedSeller } from '../src/scenario.ts';
import { picture } from '../src/store-page.ts';

const MODEL_D = { allocator: 'isv', acceptor: 'pos' } as const;

const pages = pagesOf({
  apps: [...SERVICES, 'console'],
  // It is paused.
  apart: ['settlement'],
});
let platform: TestUser;
beforeAll(async () => {
  platform = await newPlatformOperator(pages.harness);
});

test('what cannot be read is told, and not drawn as nothing', async () => {
  const page = await openConsole(pages, platform, '/sellers/21230/orders/tmall/404');
  await page.getByText('没有此订单').waitFor();
  expect(await page.getByText('时间线').count()).toBe(0);
});

test('each refusal stands under the store that refused, not where the order ended', async () => {
  const actor = await startedSeller(pages.harness);
  await actor.pay();
  await actor.seller.pos.received('taobao.qimen.omniorder.allocatedinfo.sync', TID);
  expect(await actor.storeReport('refuse', '1342')).toMatchObject({ code: '0' });
  const page = await openConsole(pages, actor, pathOf(actor, 'orders', 'tmall', TID));
  const leg = (place: string) => page.locator(`[data-place="${place}"]`);
  await leg('STORE:123').getByText('已派给发货地').waitFor();
  expect(await actor.storeReport('refuse', '123')).toMatchObject({ code: '0' });
  await leg('WAREHOUSE:WH-01').getByText('已派给发货地').waitFor();
  for (const store of ['STORE:1342', 'STORE:123']) {
    expect(await leg(store).getByText('门店拒单').count(), store).toBe(1);
    expect(await leg(store).getByText('按时').count(), store).toBe(2);
  }
  expect(await leg('WAREHOUSE:WH-01').getByText('门店拒单').count()).toBe(0);
  await picture(page, 'console-refusals-zh');
});

test('the timeline and the list name all places of a split order', async () => {
  const actor = await startedSeller(pages.harness, MODEL_D);
  await actor.pay({ lines: [{ oid: OID }, { oid: OID_2 }] });
  await actor.order('AWAITING_ALLOCATION');
  const told = await actor.allocate({ [OID]: '1342', [OID_2]: '123' });
  expect(told).toMatchObject({ code: '0' });
  const page = await openConsole(pages, actor, pathOf(actor, 'orders'));
  const row = page.getByRole('row', { name: TID });
  await row.getByText('门店 1342').waitFor();
  await row.getByText('门店 123', { exact: true }).waitFor();
  await page.getByRole('link', { name: TID }).click();
  await block(page, '时间线')
    .getByText(`${OID} 在 门店 1342 非确定性库存, ${OID_2} 在 门店 123`)
    .waitFor();
  // Every time is one of Shanghai, in words and in details alike.
  expect(await page.locator('body').innerText()).not.toMatch(/\dT\d\d:\d\d|\d\d:\d\d\S*Z\b|UTC/);
});

test('a service that does not answer takes only its own part of the page', async () => {
  const actor = await startedSeller(pages.harness);
  await actor.pay();
  await actor.seller.pos.received('taobao.qimen.omniorder.allocatedinfo.sync', TID);
  await whileHanging(pages.harness, 'settlement', async () => {
    const url = `/api${pathOf(actor, 'orders', 'tmall', TID)}`;
    const operator = await operatorAtWork(actor);
    expect((await operator.get(`${url}/receivable`)).status).toBe(503);
    expect((await operator.get(`${url}/tasks`)).status).toBe(200);
    const page = await openConsole(pages, actor, pathOf(actor, 'orders', 'tmall', TID));
    await block(page, '结算').getByText('服务暂时不可用').waitFor();
    await block(page, '订单信息').getByText('已派单').first().waitFor();
    await block(page, '门店任务').getByText('已派给发货地', { exact: true }).first().waitFor();
    await picture(page, 'console-away-zh');
    pages.harness.stack.signal('settlement', 'SIGCONT');
    await block(page, '结算').getByRole('button', { name: '重试' }).click();
    await block(page, '结算').getByText('暂无').waitFor();
  });
});

test('an operator has a failed order looked at again and takes a flag away; a reader may not', async () => {
  const actor = await startedSeller(pages.harness);
  const { sellerId } = actor.seller;
  await actor.pay({ lines: [{ oid: OID, num: 20 }] });
  await actor.order('UNFULFILLABLE');
  const page = await openConsole(pages, actor, pathOf(actor, 'orders', 'tmall', TID));
  await page.getByRole('button', { name: /操作/ }).click();
  await page.getByRole('menuitem', { name: '重新处理' }).click();
  // What would be done is tried first: there is nothing to do.
  await page.getByText('没有门店或仓可发货').waitFor();
  await picture(page, 'console-retry-zh');
  await page.getByRole('button', { name: '取消' }).click();

  await actor.push('taobao_trade_TradeSellerShip', { lines: [{ oid: OID, num: 20 }] });
  await actor.order('SHIPPED');
  const path = `/api${pathOf(actor, 'orders', 'tmall', TID)}/clear`;
  const body = { flag: 'STOCK_REFUSED', note: '已盘点' };
  const reader = await newUser(adminAddress(pages.harness.stack, 'console'), [
    { role: Role.READER, sellerId },
  ]);
  const reads = await openSession(httpUrl(pages.harness.stack, 'console'), reader);
  expect(await reads.post(path, body)).toEqual({ status: 403, body: { code: 'FORBIDDEN' } });
  const operator = await operatorAtWork(actor);
  expect((await operator.post(path, body, 'guess')).body).toEqual({ code: 'BAD_CSRF_TOKEN' });
  expect((await operator.post(path, { ...body, note: '' })).status).toBe(400);
  const readersPage = await openConsole(pages, reader, pathOf(actor, 'orders', 'tmall', TID));
  await block(readersPage, '订单信息').getByText('库存未扣减').first().waitFor();
  expect(await readersPage.getByRole('button', { name: /已处理|操作/ }).count()).toBe(0);

  await page.getByRole('button', { name: /标记为已处理/ }).click();
  await page.getByRole('button', { name: '确定' }).click();
  await page.getByText('请填写处理说明').waitFor();
  await page.getByLabel('处理说明').fill('已盘点');
  await picture(page, 'console-clear-zh');
  await page.getByRole('button', { name: '确定' }).click();
  const { name, login } = await operatorOf(actor);
  await page.getByText(`操作人: ${name} (${login}) 原因: 已盘点`).waitFor();
  expect((await actor.order('SHIPPED')).flags).toEqual([]);
  // Somebody else was faster: the answer says what stands now.
  expect(await operator.post(path, body)).toMatchObject({
    status: 409,
    body: { code: 'NOT_FLAGGED' },
  });
});

test('where goods of a warehouse are is said in the console, after a look at what that comes to', async () => {
  const actor = new Actor(pages.harness, await pages.harness.newSeller());
  await actor.initialise([{ place: 'WH-01', kind: 'CERTAINTY', quantity: '10', billNum: 'B-1' }]);
  await actor.pay();
  await actor.order('ALLOCATED');
  await actor.push('taobao_refund_RefundCreated', {
    lines: [{ oid: OID, refund: 'WAIT_SELLER_AGREE' }],
  });
  const page = await openConsole(pages, actor, pathOf(actor, 'orders', 'tmall', TID));
  const refunds = block(page, '退款');
  await refunds.getByRole('button', { name: `货已发出 ${OID}` }).waitFor();
  await refunds.getByRole('button', { name: `货已回架 ${OID}` }).click();
  const asked = page.getByRole('dialog');
  await asked.getByText('WH-01').waitFor();
  await asked.getByText('已同意').waitFor();
  await asked.getByText('不能撤回').waitFor();
  await picture(page, 'console-refund-answer-zh');
  await asked.getByRole('button', { name: /确\s?定|确\s?认/ }).click();
  await refunds.getByText('可以退款', { exact: true }).waitFor();
  expect(await refunds.getByRole('button', { name: OID }).count()).toBe(0);
  await actor.order('CLOSED');
  await actor.stockIs({ 'WH-01 C': '10/0' });
});
