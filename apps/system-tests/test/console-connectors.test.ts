import { httpUrl } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSession } from '../src/api-session.ts';
import { axeFindings } from '../src/axe.ts';
import { block, openConsole } from '../src/console-page.ts';
import { SERVICES } from '../src/harness.ts';
import { newPlatformOperator } from '../src/operator.ts';
import type { TestUser } from '../src/operator.ts';
import { pagesOf } from '../src/pages.ts';
import { ProcurementUnderTest } from '../src/procurement.ts';
import { overflow, picture } from '../src/store-page.ts';

const pages = pagesOf({ apps: [...SERVICES, 'console', 'sandbox'] });
let platform: TestUser;
let one: ProcurementUnderTest;
beforeAll(async () => {
  platform = await newPlatformOperator(pages.harness);
  one = await ProcurementUnderTest.start(pages.harness, 10n);
});
afterAll(() => one.close());

const path = (): string => `/sellers/${one.seller.sellerId}/connectors`;
const dialog = (page: Page) => page.getByRole('dialog').last();
const confirm = (page: Page) =>
  dialog(page)
    .getByRole('button', { name: /确\s?定|^OK$/ })
    .click();
const asPlatform = () => openSession(httpUrl(pages.harness.stack, 'console'), platform);

test('what came is seen with its time; what is not connected and what nobody knows is no zero', async () => {
  const page = await openConsole(pages, platform, path());
  await block(page, '分销上游').getByText('该卖家未连接').waitFor();
  const row = (name: string) => block(page, '收到的消息').getByRole('row', { name });
  await row('天猫订单推送').getByText('暂无记录').first().waitFor();
  await one.putRequisition('901', 1);
  expect(await one.say('REQUISITION_CREATED', '901')).toBe(200);
  await row('1688 消息').getByText('正常 ×').waitFor();
  await block(page, '1688 企业采购').getByText('访问令牌到期').waitFor();
  await block(page, '1688 企业采购').getByText('未知，平台没有告知').waitFor();
  await picture(page, 'connectors-known');
});

test('a connector is paused with a reason and resumed, and messages are asked for since a time', async () => {
  const page = await openConsole(pages, platform, path());
  const frame = block(page, '1688 企业采购');
  await frame.getByRole('button', { name: '补取消息' }).click();
  await dialog(page).getByLabel('起始时间').fill('昨天');
  await confirm(page);
  await dialog(page).getByText('不是有效的时间').waitFor();
  await dialog(page).getByLabel('起始时间').fill('2026-11-30 08:00');
  await picture(page, 'connectors-replay');
  await eventually(async () => {
    const { body } = await (
      await asPlatform()
    ).get(`/api/sellers/${one.seller.sellerId}/connectors/1688`);
    expect(body).toMatchObject({ connector: { enabled: true } });
  });
  await confirm(page);
  await dialog(page).waitFor({ state: 'detached' });
  await frame.getByText('正常 ×').waitFor();
  await frame.getByRole('button', { name: /停\s?用/ }).click();
  await dialog(page).getByLabel('原因').fill('对账');
  await dialog(page).getByRole('row', { name: /状态/ }).getByText('已停用').waitFor();
  await confirm(page);
  await frame.getByText('对账').waitFor();
  await frame.getByText(platform.login).waitFor();
  await picture(page, 'connectors-paused');
  await frame.getByRole('button', { name: /启\s?用/ }).click();
  await confirm(page);
  await frame.getByText('运行中').waitFor();
});

test('calls of other services are in the figures of the connection too', async () => {
  const two = await ProcurementUnderTest.start(pages.harness, 10n);
  // The router alone reads requisitions.
  await two.faults('requisition', [{ kind: 'refusal', code: 'SYSTEM_ERROR' }]);
  await two.putRequisition('902', 1);
  expect(await two.say('REQUISITION_CREATED', '902')).toBe(200);
  const session = await asPlatform();
  const codes = async (): Promise<string[]> => {
    const { body } = await session.get(`/api/sellers/${two.seller.sellerId}/connectors/1688`);
    const { connector } = body as { connector: { calls?: { counts?: { code?: string }[] } } };
    return (connector.calls?.counts ?? []).map(({ code = '' }) => code);
  };
  await eventually(async () => expect(await codes()).toContain('SYSTEM_ERROR'), {
    timeoutMs: 30_000,
  });
  await two.untilStock('10/1');
  await eventually(async () => expect(await codes()).toContain(''), { timeoutMs: 30_000 });
  await session.logout();
  two.close();
});

test('a platform that was called too often is left alone, and until when is said', async () => {
  const session = await asPlatform();
  const { sellerId } = one.seller;
  await one.faults('messages', [
    { kind: 'status', status: 429, retryAfter: 900 },
    { kind: 'status', status: 429, retryAfter: 900 },
  ]);
  const replay = `/api/onboarding/connections/1688/${sellerId}/replay`;
  expect((await session.post(replay, { since: 'soon' })).status).toBe(400);
  const since = '2026-11-30T00:00:00Z';
  // The regular run may be at it, and be told so instead.
  await eventually(async () => {
    await session.post(replay, { since });
    const { body } = await session.get(`/api/sellers/${sellerId}/connectors/1688`);
    expect(body).toMatchObject({ connector: { calls: { waitsUntil: expect.any(String) } } });
  });
  const page = await openConsole(pages, platform, path());
  await block(page, '1688 企业采购').getByText('对方限流，暂停调用至').waitFor();
  await picture(page, 'connectors-limited');
  await session.logout();
});

test('a part that cannot be read leaves the others alone', async () => {
  const page = await openConsole(pages, platform, '/sellers/nobody/connectors');
  await page.route('**/connectors/till', (route) =>
    route.fulfill({ status: 503, json: { code: 'UNAVAILABLE', message: '' } }),
  );
  await page.reload();
  await block(page, '收银交易').getByRole('alert').waitFor();
  await block(page, '门店系统').getByText('该卖家未连接').waitFor();
  await picture(page, 'connectors-part-away');
});

test('it looks right at every width, in both languages', async () => {
  for (const width of [1440, 768, 390]) {
    const page = await openConsole(pages, platform, path(), { width, height: 1200 });
    for (const language of ['zh', 'en']) {
      if (language === 'en') await page.getByRole('button', { name: 'EN' }).click();
      await block(page, language === 'zh' ? '分销上游' : 'Supplier')
        .getByText(language === 'zh' ? '该卖家未连接' : 'The seller is not connected')
        .waitFor();
      await page.locator('.ant-spin-spinning').first().waitFor({ state: 'detached' });
      expect(await overflow(page), `${width}`).toBe(0);
      await picture(page, `connectors-${width}-${language}`);
      expect(await axeFindings(page), `${width} ${language}`).toEqual([]);
    }
    await page.close();
  }
});
