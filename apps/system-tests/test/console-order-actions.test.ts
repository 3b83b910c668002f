import { httpUrl } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { axeFindings } from '../src/axe.ts';
import { block, openConsole, pathOf } from '../src/console-page.ts';
import { SERVICES } from '../src/harness.ts';
import { operatorAtWork } from '../src/operator.ts';
import { pagesOf } from '../src/pages.ts';
import { TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { overflow, picture } from '../src/store-page.ts';

const pages = pagesOf({ apps: [...SERVICES, 'console'] });

const ORDER = ['orders', 'tmall', TID];

/** An order that stands at store 1342, which has been told of it. */
async function allocated(): Promise<Actor> {
  const actor = await startedSeller(pages.harness);
  await actor.pay();
  await actor.seller.pos.received('taobao.qimen.omniorder.allocatedinfo.sync', TID);
  return actor;
}

async function choose(page: Page, action: string, menu = /操作/): Promise<void> {
  await page.getByRole('button', { name: menu }).first().click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}

const placesOf = async (actor: Actor, state: string) =>
  (await actor.order(state)).lines.map(({ routedPlace }) => routedPlace?.id);

test('an order is held, stays where its store has refused it, and goes on when it is released', async () => {
  const actor = await allocated();
  const page = await openConsole(pages, actor, pathOf(actor, ...ORDER));
  await choose(page, '暂停派单');
  const shown = page.getByRole('dialog');
  // What will change stands there before anything is done.
  await shown.getByText('订单将暂停').waitFor();
  await shown.getByText('不发消息，不动库存').waitFor();
  expect((await actor.order('ALLOCATED')).hold).toBeUndefined();
  expect(await shown.getByRole('button', { name: '执行' }).isDisabled()).toBe(true);
  // The cursor is there: nobody looks for the field first.
  await page.locator('[role=dialog] textarea:focus, [role=dialog] input:focus').waitFor();
  await shown.getByLabel('原因').fill('客户要改地址');
  expect(await axeFindings(page)).toEqual([]);
  await picture(page, 'console-hold-zh');
  await shown.getByRole('button', { name: '执行' }).click();
  await shown.getByText('已按要求执行').waitFor();
  await shown.getByRole('button', { name: '关闭窗口' }).click();
  await page.getByText('订单已暂停').first().waitFor();
  await block(page, '时间线')
    .getByText(/原因: 客户要改地址/)
    .waitFor();

  // It stands in a queue of its own, whose list says why.
  const operator = await operatorAtWork(actor);
  await eventually(async () => {
    const seller = `/api/sellers/${actor.seller.sellerId}`;
    const { body } = await operator.get(`${seller}/overview/orders`);
    expect(body['queues']).toContainEqual(expect.objectContaining({ queue: 'ON_HOLD', count: 1 }));
    expect((await operator.get(`${seller}/orders?queue=ON_HOLD`)).body['orders']).toMatchObject([
      { orderRef: { number: TID }, hold: { reason: '客户要改地址' } },
    ]);
  });

  expect(await actor.storeReport('refuse', '1342')).toMatchObject({ code: '0' });
  await actor.order('RESERVED');
  await choose(page, '恢复派单');
  await page.getByRole('dialog').getByRole('button', { name: '执行' }).click();
  await page.getByRole('dialog').getByText('已按要求执行').waitFor();
  expect(await placesOf(actor, 'ALLOCATED')).toEqual(['123']);
  expect((await actor.order('ALLOCATED')).flags).toEqual([]);
});

test('a re-route shows whom it tells, pulls the order back and sends it elsewhere', async () => {
  const actor = await allocated();
  const page = await openConsole(pages, actor, pathOf(actor, ...ORDER));
  await choose(page, '改派');
  const shown = page.getByRole('dialog');
  const plan = shown.locator('[data-plan]');
  await plan.getByText('撤回通知 门店 1342').waitFor();
  await plan.getByText('派单通知 门店 123').waitFor();
  await shown.getByLabel('原因').fill('门店停电');
  await picture(page, 'console-reroute-zh');
  await shown.getByRole('button', { name: '执行' }).click();
  await shown.locator('[data-outcome="REROUTED"]').waitFor();
  expect(await placesOf(actor, 'ALLOCATED')).toEqual(['123']);
  // The store has lost it: its answer comes too late.
  expect((await actor.storeReport('accpeted', '1342'))['code']).not.toBe('0');
  expect(await actor.storeReport('accpeted', '123')).toMatchObject({ code: '0' });
  await actor.order('ACCEPTED');
  await shown.getByRole('button', { name: '关闭窗口' }).click();
  await block(page, '操作记录').getByText('门店停电').waitFor();
  await picture(page, 'console-rerouted-zh');

  // It is stopped before it is shipped, though the store has accepted it.
  await choose(page, '拦截');
  await page.getByRole('dialog').getByLabel('原因').fill('疑似欺诈');
  await page.getByRole('dialog').getByRole('button', { name: '执行' }).click();
  await page.getByRole('dialog').locator('[data-outcome="INTERCEPTED"]').waitFor();
  await actor.order('RESERVED');
  expect((await actor.storeReport('consigned', '123'))['code']).not.toBe('0');
  await page.getByRole('dialog').getByRole('button', { name: '关闭窗口' }).click();
  await choose(page, '关闭订单');
  await page.getByRole('dialog').getByLabel('原因').fill('疑似欺诈');
  await page.getByRole('dialog').getByRole('button', { name: '执行' }).click();
  await page.getByRole('dialog').locator('[data-outcome="CLOSED"]').waitFor();
  await actor.order('CLOSED');
  await actor.stockIs({ '123 C': '3/0', '123 U': '2/0', '1342 U': '4/0', 'WH-01 C': '10/0' });
});

test('an order that is accepted while an operator re-routes it has one outcome, and the page says which', async () => {
  const actor = await allocated();
  const page = await openConsole(pages, actor, pathOf(actor, ...ORDER));
  await choose(page, '改派');
  const shown = page.getByRole('dialog');
  await shown.locator('[data-plan]').getByText('派单通知 门店 123').waitFor();
  await shown.getByLabel('原因').fill('门店太忙');
  const [answer] = await Promise.all([
    actor.storeReport('accpeted', '1342'),
    shown.getByRole('button', { name: '执行' }).click(),
  ]);
  const isAccepted = answer['code'] === '0';
  await shown.getByText(isAccepted ? /门店已接单/ : '已按要求执行').waitFor();
  expect(await placesOf(actor, isAccepted ? 'ACCEPTED' : 'ALLOCATED')).toEqual([
    isAccepted ? '1342' : '123',
  ]);
  await picture(page, 'console-race-zh');
});

test('both sides of the race come to one outcome, whoever is faster', async () => {
  const actor = await allocated();
  const operator = await operatorAtWork(actor);
  const body = { action: 'reroute', key: 'race-12345678', reason: '门店太忙', place: '' };
  const path = `/api${pathOf(actor, ...ORDER)}/act`;
  expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' });
  const { status, body: told } = await operator.post(path, body);
  // The router has heard of it already, or asks and hears it then.
  if (status === 409) expect(told).toMatchObject({ code: 'STORE_ACCEPTED' });
  else expect(told).toMatchObject({ outcome: 'STORE_ACCEPTED' });
  expect(await placesOf(actor, 'ACCEPTED')).toEqual(['1342']);
});

test.each([
  { width: 1440, language: '中文' },
  { width: 768, language: 'EN' },
  { width: 390, language: '中文' },
])(
  'why an order is where it is, and rules from draft to roll back, at $width in $language',
  async ({ width, language }) => {
    const actor = await allocated();
    const isEnglish = language === 'EN';
    const say = (chinese: string, english: string): string => (isEnglish ? english : chinese);
    const viewport = { width, height: 900 };
    const page = await openConsole(pages, actor, pathOf(actor, 'rules'), viewport);
    if (isEnglish) await page.getByRole('button', { name: 'EN' }).click();
    const name = (suffix: string) => `rules-${width}-${suffix}`;

    await page.getByRole('button', { name: say('新建草稿', 'New draft') }).click();
    await page.getByLabel(say('当日派单未满', 'the day’s cap not reached')).check();
    await page
      .getByLabel(say('门店都不行时用电商仓', 'Warehouses serve what no store can'))
      .click();
    await page.getByLabel(say('说明', 'Note')).fill('只用门店');
    await picture(page, name('draft'));
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: say('保存草稿', 'Save the draft') }).click();
    const row = page.getByRole('row', { name: /v1/ });
    await row.getByText(say('草稿', 'Draft')).waitFor();
    await row.getByRole('button', { name: say('模拟', 'Simulate') }).click();

    const tried = block(page, say('试一张订单', 'Try on one order'));
    await tried
      .getByLabel(say('订单号（渠道/订单号）', 'Order: channel/number'))
      .fill(`tmall/${TID}`);
    await page.keyboard.press('Enter');
    await tried.getByText(/结果相同|结果不同|The same place|Another place/).waitFor();
    const simulated = block(page, say('模拟', 'Simulate'));
    await simulated.getByRole('button', { name: say('开始模拟', 'Simulate') }).click();
    await simulated.getByText(say('已比较 1', 'Compared 1')).waitFor();
    await simulated.getByText(say('规则不用电商仓', 'The rules use no warehouse')).waitFor();
    expect(await overflow(page)).toBe(0);
    await picture(page, name('simulated'));
    expect(await axeFindings(page)).toEqual([]);

    const activate = async (version: string, verb: string, why: string) => {
      await page.getByRole('row', { name: version }).getByRole('button', { name: verb }).click();
      await page.getByRole('dialog').getByLabel(say('为什么', 'Why')).fill(why);
      await page
        .getByRole('dialog')
        .getByRole('button', { name: say('确定', 'OK') })
        .click();
      await page.getByRole('row', { name: version }).getByText(why).first().waitFor();
    };
    await activate('v1', say('启用', 'Activate'), '先试门店');
    await page
      .getByRole('row', { name: 'v1' })
      .getByRole('button', { name: say('复制为草稿', 'Copy to a draft') })
      .click();
    await page.getByLabel(say('说明', 'Note')).fill('第二版');
    await page.getByRole('button', { name: say('保存草稿', 'Save the draft') }).click();
    await activate('v2', say('启用', 'Activate'), '换一版');
    await activate('v1', say('回退到此版本', 'Roll back to it'), '退回');
    const { versions } = await pages.harness.clients.routing.call('getRules', {
      sellerId: actor.seller.sellerId,
      page: undefined,
    });
    expect(versions.map(({ version, status }) => [version, status])).toEqual([
      [2, 'ARCHIVED'],
      [1, 'ACTIVE'],
    ]);
    await picture(page, name('rules'));

    await page.goto(`${httpUrl(pages.harness.stack, 'console')}/#${pathOf(actor, ...ORDER)}`);
    const why = block(page, say('为什么在这里？', 'Why here?'));
    await why.getByText(say('按原始数据重算一致', 'The recorded inputs give it again')).waitFor();
    await why.getByRole('cell', { name: /1342/ }).first().waitFor();
    await why.getByLabel(say('规则版本', 'Rules')).click();
    await page.getByTitle(/^v1/).last().click();
    await why.getByText(say('结果相同', 'The same place')).waitFor();
    await eventually(async () => expect(await overflow(page)).toBe(0));
    // No code stands without its words.
    const words = await page.locator('main').innerText();
    expect(words.match(/\b[A-Z]{3,}_[A-Z_]+\b/g)).toBeNull();
    await picture(page, name('order'));
    expect(await axeFindings(page)).toEqual([]);
  },
);
