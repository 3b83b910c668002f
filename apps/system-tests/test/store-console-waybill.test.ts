import { httpUrl } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { axeFindings } from '../src/axe.ts';
import { clerkAtWork, clerkOf } from '../src/clerk.ts';
import { SERVICES } from '../src/harness.ts';
import { pagesOf } from '../src/pages.ts';
import { OID, TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { sandboxTmall } from '../src/sandbox.ts';
import type { SandboxTmall } from '../src/sandbox.ts';
import { card, overflow, picture, signIn } from '../src/store-page.ts';

const MODEL_A = { allocator: 'astrolabe', acceptor: 'dianzhanggui' } as const;
const ASK = 'taobao.omniorder.store.getconsignmailcode';
const CANCEL = 'cainiao.waybill.ii.cancel';
const PHONE = { width: 390, height: 844 };

const pages = pagesOf({ apps: [...SERVICES, 'console', 'sandbox'] });

/** An order that the store has accepted, at a shop that is connected to the sandbox's Tmall. */
async function accepted(): Promise<{ actor: Actor; tmall: SandboxTmall }> {
  const actor = await startedSeller(pages.harness, MODEL_A);
  const tmall = await sandboxTmall(actor);
  await tmall.pay();
  await actor.order('ALLOCATED');
  const wang = await clerkAtWork(actor, '小王');
  await eventually(async () => expect((await wang.act({ action: 'accept' })).status).toBe(200));
  await actor.order('ACCEPTED');
  return { actor, tmall };
}

async function shipping(actor: Actor): Promise<Page> {
  const context = await pages.newContext(PHONE);
  const address = httpUrl(pages.harness.stack, 'console');
  const page = await signIn(context, address, await clerkOf(actor, '小王'));
  await page.getByRole('tab', { name: '待发货' }).click();
  await card(page).getByRole('button', { name: '发货' }).click();
  return page;
}

const WAYBILL = `/api/orders/tmall/${TID}/waybill`;
const PARCEL = { allocation: 1, subOrderIds: [OID] };

test('a number is asked for, its label printed, given back, asked for again, and shipped under', async () => {
  const { actor, tmall } = await accepted();
  const page = await shipping(actor);
  await page.getByRole('button', { name: '取面单号' }).click();
  const number = page.getByLabel('快递单号');
  await expect.poll(() => number.inputValue(), { timeout: 60_000 }).toMatch(/^7730\d{11}$/);
  const first = await number.inputValue();
  expect(await page.getByLabel('快递公司').inputValue()).toBe('申通快递');
  expect(await overflow(page)).toBe(0);
  expect(await axeFindings(page)).toEqual([]);
  await picture(page, 'phone-waybill-zh');

  await page.getByRole('button', { name: '打印面单' }).click();
  await page.getByRole('article', { name: '电子面单' }).getByText('杭州 西湖').waitFor();
  await page
    .getByRole('img', { name: first })
    .locator('rect')
    .first()
    .waitFor({ state: 'attached' });
  await page.getByText('张**').waitFor();
  expect(await overflow(page)).toBe(0);
  expect(await axeFindings(page)).toEqual([]);
  await picture(page, 'phone-label-zh');
  await page.emulateMedia({ media: 'print' });
  await picture(page, 'phone-label-print');
  await page.emulateMedia({ media: 'screen' });
  await page.getByRole('button', { name: '返回' }).click();

  await page.getByRole('button', { name: '取消面单' }).click();
  await page.getByRole('button', { name: '取面单号' }).waitFor();
  await expect.poll(() => number.inputValue()).toBe('');
  await page.getByRole('button', { name: '取面单号' }).click();
  await expect.poll(() => number.inputValue(), { timeout: 60_000 }).toMatch(/^7730\d{11}$/);
  const second = await number.inputValue();
  expect(second).not.toBe(first);
  expect(await tmall.calls(ASK)).toHaveLength(2);
  await page.getByRole('dialog').getByRole('button', { name: '发货' }).click();
  await actor.order('SHIPPED');
  await page.getByRole('tab', { name: '已完成' }).click();
  await card(page).getByText(second).waitFor();
  const wang = await clerkAtWork(actor, '小王');
  const refused = await wang.post(`${WAYBILL}/cancel`, { id: 2 });
  expect(refused).toEqual({ status: 409, body: { code: 'SHIPPING_UNDER_WAY' } });
});

test('a number whose answer is lost is found again, and the platform is not asked twice', async () => {
  const { actor, tmall } = await accepted();
  await tmall.shipMode('lose-answer');
  const wang = await clerkAtWork(actor, '小王');
  const li = await clerkAtWork(actor, '小李');
  const asked = await Promise.all([wang.post(WAYBILL, PARCEL), li.post(WAYBILL, PARCEL)]);
  expect(asked.map(({ status }) => status)).toEqual([200, 200]);
  await eventually(
    async () => {
      const { waybills } = (await wang.get(`${WAYBILL}s`)).body as {
        waybills: { state: string; mailNo: string }[];
      };
      expect(waybills).toMatchObject([{ state: 'READY', mailNo: expect.stringMatching(/^7730/) }]);
    },
    { timeoutMs: 60_000 },
  );
  expect(await tmall.calls(ASK)).toHaveLength(1);
  // Another store sees nothing of it, and gets none.
  const zhao = await clerkAtWork(actor, '小赵');
  expect((await zhao.get(`${WAYBILL}s`)).body).toEqual({ waybills: [] });
  expect((await zhao.post(WAYBILL, PARCEL)).body).toEqual({ code: 'MOVED' });
  expect((await zhao.post(`${WAYBILL}/label`, { id: 1 })).body).toEqual({ code: 'NO_WAYBILL' });
  expect((await wang.post(WAYBILL, { allocation: 1, subOrderIds: [] })).status).toBe(400);
});

test('an order that a store gives back has its number given back, and the next store gets its own', async () => {
  const { actor, tmall } = await accepted();
  const [wang, zhao] = [await clerkAtWork(actor, '小王'), await clerkAtWork(actor, '小赵')];
  expect((await wang.post(WAYBILL, PARCEL)).status).toBe(200);
  const numberOf = async (clerk: typeof wang, state: string): Promise<string> => {
    let mailNo = '';
    await eventually(
      async () => {
        const { waybills } = (await clerk.get(`${WAYBILL}s`)).body as {
          waybills: { state: string; mailNo: string }[];
        };
        expect(waybills).toMatchObject([{ state, mailNo: expect.stringMatching(/^7730/) }]);
        mailNo = waybills[0]?.mailNo ?? '';
      },
      { timeoutMs: 60_000 },
    );
    return mailNo;
  };
  const first = await numberOf(wang, 'READY');
  const givenBack = await wang.act({ action: 'giveBack', reason: 'missing' });
  expect(givenBack).toMatchObject({ status: 200 });
  await eventually(async () =>
    expect((await zhao.get('/api/orders')).body['orders']).toMatchObject([{ allocation: 2 }]),
  );
  expect(await numberOf(wang, 'CANCELLED')).toBe(first);
  expect(await tmall.calls(CANCEL)).toHaveLength(1);
  await eventually(async () =>
    expect((await zhao.act({ action: 'accept', allocation: 2 })).status).toBe(200),
  );
  const asked = await zhao.post(WAYBILL, { ...PARCEL, allocation: 2 });
  expect(asked.status).toBe(200);
  expect(await numberOf(zhao, 'READY')).not.toBe(first);
});

test('what the platform refuses is told in its words, in both languages, and a number can be typed', async () => {
  const { actor, tmall } = await accepted();
  await tmall.shipMode('refuse');
  const page = await shipping(actor);
  await page.getByRole('button', { name: '取面单号' }).click();
  await page.getByText('订单状态不是待发货，不能取号').waitFor();
  expect(await overflow(page)).toBe(0);
  await picture(page, 'phone-waybill-refused-zh');
  await page.getByRole('dialog').getByRole('button', { name: '取消', exact: true }).click();
  await page.getByRole('button', { name: 'EN' }).click();
  await card(page).getByRole('button', { name: 'Ship' }).click();
  await page.getByText('The platform gave no number').waitFor();
  await picture(page, 'phone-waybill-refused-en');
  await tmall.shipMode('normal');
  await page.getByLabel('Mail number').fill('SF1234567890');
  await page.keyboard.press('Enter');
  await actor.order('SHIPPED');
});
