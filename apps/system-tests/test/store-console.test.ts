import { tmallOrder } from '@astrolabe/kernel';
import { httpUrl } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { clerkAtWork, clerkOf } from '../src/clerk.ts';
import { SERVICES } from '../src/harness.ts';
import { pagesOf } from '../src/pages.ts';
import { askRefund, withdrawRefund } from '../src/refunds.ts';
import { OID, TID, startedSeller } from '../src/scenario.ts';
import { sandboxTmall } from '../src/sandbox.ts';
import { PHONE, card, overflow, picture, signIn } from '../src/store-page.ts';
import type { Actor } from '../src/scenario.ts';

const BROWSER_TIMEOUT_MS = 20_000;
const MODEL_A = { allocator: 'astrolabe', acceptor: 'dianzhanggui' } as const;

const pages = pagesOf({
  apps: [...SERVICES, 'console', 'sandbox'],
  // It is killed.
  apart: ['console'],
});

const address = (): string => httpUrl(pages.harness.stack, 'console');

/** A page of its own in which a clerk has signed in. */
async function signedIn(actor: Actor, name: string, viewport = PHONE): Promise<Page> {
  return await signIn(await pages.newContext(viewport), address(), await clerkOf(actor, name));
}

describe('model A: Astrolabe allocates, the store console accepts', () => {
  test('an order comes live, is accepted and shipped with a scanned number, on a phone', async () => {
    const actor = await startedSeller(pages.harness, MODEL_A);
    const tmall = await sandboxTmall(actor);
    const page = await signedIn(actor, '小王');
    await page.getByText('暂无新订单').waitFor();
    await picture(page, 'phone-empty-zh');
    await tmall.pay();
    await card(page).waitFor();
    await page.getByText('有新订单').waitFor();
    await card(page).getByText('剩余').waitFor();
    // The goods in the buyer's words, and how many orders wait.
    await card(page).getByText('包子礼盒').first().waitFor();
    await card(page).getByText('口味:鲜肉;规格:12 只').first().waitFor();
    await page.getByRole('tab', { name: '新订单 1' }).waitFor();
    expect(await overflow(page)).toBe(0);
    await picture(page, 'phone-new-zh');

    await card(page).getByRole('button', { name: '接单' }).click();
    await page.getByText('暂无新订单').waitFor();
    await actor.order('ACCEPTED');
    await actor.stockIs({ 'WH-01 C': '10/0', '1342 U': '2/0', '123 C': '3/0', '123 U': '2/0' });

    await page.getByRole('tab', { name: '待发货' }).click();
    await page.getByRole('button', { name: '拣货单' }).click();
    await page.getByRole('cell', { name: TID }).waitFor();
    await picture(page, 'phone-picklist-zh');
    await page.getByRole('button', { name: '返回' }).click();
    await card(page).getByRole('button', { name: '发货' }).click();
    // A scanner types where the cursor is, and ends with Enter.
    await eventually(async () =>
      expect(await page.getByLabel('快递单号').evaluate('document.activeElement?.id')).toBe(
        'mailNo',
      ),
    );
    await page.getByRole('dialog').getByText('张**').waitFor();
    await page.getByRole('dialog').getByText('浙江省 杭州市 西湖区').waitFor();
    expect(await overflow(page)).toBe(0);
    await picture(page, 'phone-ship-zh');
    await page.keyboard.type('SF1234567890');
    await eventually(async () =>
      expect(await page.getByLabel('快递单号').inputValue()).toBe('SF1234567890'),
    );
    // Tmall refuses: its own words are on the card, and the order is still to be shipped.
    await tmall.shipMode('refuse');
    await page.keyboard.press('Enter');
    await card(page).getByText('订单状态不是待发货，不能发货').waitFor();
    await picture(page, 'phone-ship-refused-zh');
    await actor.order('ACCEPTED');
    await tmall.shipMode('normal');
    await card(page).getByRole('button', { name: '发货' }).click();
    await page.getByLabel('快递单号').fill('SF1234567890');
    await page.keyboard.press('Enter');
    await actor.order('SHIPPED');
    const { shippedAtTmall } = await pages.harness.clients.fulfillment.call('getFulfillment', {
      orderRef: tmallOrder(actor.seller.sellerId, TID),
    });
    expect(shippedAtTmall).toBe(true);

    await page.getByRole('tab', { name: '已完成' }).click();
    await card(page).getByText('SF1234567890').waitFor();
    await page.getByRole('tab', { name: '今日' }).click();
    await eventually(async () => {
      const figures = await page.locator('.figures').innerText();
      expect(figures.replaceAll(/\s+/g, ' ')).toContain(
        '已接单 1 已拒单 0 已发货 1 已自提 0 超时应答 0',
      );
    });
    expect(await overflow(page)).toBe(0);
    await picture(page, 'phone-today-zh');
    await page.getByRole('button', { name: 'EN' }).click();
    await page.getByText('Mean minutes to accept').waitFor();
    expect(await overflow(page)).toBe(0);
    await picture(page, 'phone-today-en');
  });

  test('a refund before the shipment comes live; the clerk agrees, and the goods are back', async () => {
    const actor = await startedSeller(pages.harness, MODEL_A);
    const page = await signedIn(actor, '小王');
    await actor.pay();
    await card(page).getByRole('button', { name: '接单' }).click();
    await actor.order('ACCEPTED');
    await page.getByRole('tab', { name: '退款' }).click();
    await actor.push('taobao_refund_RefundCreated', {
      lines: [{ oid: OID, refund: 'WAIT_SELLER_AGREE' }],
    });
    await card(page).waitFor();
    expect(await overflow(page)).toBe(0);
    await picture(page, 'phone-refund-zh');
    await card(page).getByRole('button', { name: '同意退款' }).click();
    await actor.order('CLOSED');
    await actor.stockIs({ 'WH-01 C': '10/0', '1342 U': '4/0', '123 C': '3/0', '123 U': '2/0' });
  });

  test('a refund that the buyer withdraws leaves the clerk with the order as it was, live', async () => {
    const actor = await startedSeller(pages.harness, MODEL_A);
    const page = await signedIn(actor, '小王');
    await actor.pay();
    await card(page).getByRole('button', { name: '接单' }).click();
    await actor.order('ACCEPTED');
    await page.getByRole('tab', { name: '退款' }).click();
    await askRefund(actor, { refundId: '7001' });
    await card(page).getByRole('button', { name: '同意退款' }).waitFor();
    await withdrawRefund(actor, { refundId: '7001' });
    await card(page).waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: '待发货' }).click();
    await card(page).getByRole('button', { name: '发货' }).waitFor();
  });

  test('a refusal for want of stock with a count corrects the stock; the order goes elsewhere', async () => {
    const actor = await startedSeller(pages.harness, MODEL_A);
    const first = await signedIn(actor, '小王', { width: 1280, height: 800 });
    const second = await signedIn(actor, '小赵');
    await first.getByRole('button', { name: 'EN' }).click();
    await actor.pay();
    await card(first).waitFor();
    // The other store sees nothing of it.
    await second.getByText('暂无新订单').waitFor();
    await picture(first, 'desktop-new-en');
    await card(first).getByRole('button', { name: 'Refuse' }).click();
    await first.getByLabel('SKU-A').fill('1');
    await picture(first, 'desktop-refuse-en');
    await first.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click();
    await first.getByText('No new orders').waitFor();

    await card(second).waitFor();
    await eventually(async () => expect((await actor.stock())['1342 U']).toBe('1/0'));
    await card(second).getByRole('button', { name: '接单' }).click();
    await actor.order('ACCEPTED');
    await first.getByRole('tab', { name: 'Today' }).click();
    await first.getByText('Mean minutes to accept').waitFor();
    await picture(first, 'desktop-today-en');
  });

  test('a lost line is told, and what came meanwhile is there when it is back', async () => {
    const actor = await startedSeller(pages.harness, MODEL_A);
    const page = await signedIn(actor, '小王');
    await page.getByText('暂无新订单').waitFor();
    await pages.harness.stack.kill('console');
    await page.getByText('网络已断开').waitFor();
    await picture(page, 'phone-offline-zh');
    await actor.pay();
    await actor.order('ALLOCATED');
    await pages.harness.stack.start('console');
    await card(page).waitFor();
    await page.getByText('网络已断开').waitFor({ state: 'detached' });
  });
});

/** Reads the live stream from `lastEventId` on until it has said `wanted`. */
async function readUntil(cookie: string, lastEventId: string, wanted: string): Promise<string> {
  const abort = AbortSignal.timeout(BROWSER_TIMEOUT_MS);
  const response = await fetch(`${address()}/api/live`, {
    headers: { cookie, 'last-event-id': lastEventId },
    signal: abort,
  });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes(wanted)) break;
  }
  return text;
}

describe('who may do what', () => {
  test('only the own store is there: seen and changed by nobody else', async () => {
    const actor = await startedSeller(pages.harness, MODEL_A);
    const stranger = await startedSeller(pages.harness, MODEL_A);
    await actor.pay();
    await actor.order('ALLOCATED');
    const mine = await clerkAtWork(actor, '小王');
    await eventually(async () =>
      expect((await mine.get('/api/orders')).body['orders']).toMatchObject([
        { orderRef: { number: TID } },
      ]),
    );
    for (const other of [await clerkAtWork(actor, '小赵'), await clerkAtWork(stranger, '小王')]) {
      expect((await other.get('/api/orders')).body['orders']).toEqual([]);
      const refused = await other.act({ action: 'accept' });
      expect(refused).toEqual({ status: 404, body: { code: 'NOT_HERE' } });
    }
    expect((await fetch(`${address()}/api/orders`)).status).toBe(401);
    expect((await fetch(`${address()}/api/live`)).status).toBe(401);
    expect((await mine.act({ action: 'accept' }, 'forged')).status).toBe(403);
    await actor.order('ALLOCATED');

    expect((await mine.logout()).status).toBe(200);
    expect((await mine.get('/api/me')).status).toBe(401);
  });

  test('the same answer twice is one; a colleague who is slower is told who was faster', async () => {
    const actor = await startedSeller(pages.harness, MODEL_A);
    await actor.pay();
    await actor.order('ALLOCATED');
    const [wang, li] = [await clerkAtWork(actor, '小王'), await clerkAtWork(actor, '小李')];
    const accept = { action: 'accept' };
    await eventually(async () => expect((await wang.act(accept)).status).toBe(200));
    expect((await wang.act(accept)).body).toEqual({ already: true, countsRefused: [] });
    const taken = { code: 'TAKEN', by: '小王', status: 'ACCEPTED' };
    expect(await li.act(accept)).toEqual({ status: 409, body: taken });
    expect(await li.act({ action: 'refuse' })).toEqual({ status: 409, body: taken });
    expect((await li.act({ action: 'accept', allocation: 7 })).body).toEqual({ code: 'MOVED' });
    expect((await li.act({ action: 'ship', mailNo: ' ' })).body).toEqual({ code: 'MISSING_FIELD' });
    await actor.order('ACCEPTED');
  });

  test('a refusal whose answer was lost may be told again, also when the order has left', async () => {
    const actor = await startedSeller(pages.harness, MODEL_A);
    await actor.pay();
    await actor.order('ALLOCATED');
    const [wang, zhao] = [await clerkAtWork(actor, '小王'), await clerkAtWork(actor, '小赵')];
    const refuse = { action: 'refuse', reason: 'damaged' };
    await eventually(async () => expect((await wang.act(refuse)).status).toBe(200));
    await eventually(async () =>
      expect((await zhao.get('/api/orders')).body['orders']).toMatchObject([{ allocation: 2 }]),
    );
    expect((await wang.act(refuse)).body).toEqual({ already: true, countsRefused: [] });
    expect((await wang.act({ action: 'accept' })).body).toEqual({ code: 'NOT_HERE' });
    // The manager of the store reads who did it and why; a clerk does not.
    const entry = { orderRef: { number: TID }, name: '小王', action: 'refuse', reason: 'damaged' };
    expect((await wang.get('/api/journal')).body['entries']).toMatchObject([entry]);
    expect((await zhao.get('/api/journal')).status).toBe(403);
    // Without a count the shelf keeps its number.
    expect((await actor.stock())['1342 U']).toBe('4/0');
  });

  test('the stream resumes where the page was', async () => {
    const actor = await startedSeller(pages.harness, MODEL_A);
    const wang = await clerkAtWork(actor, '小王');
    await actor.pay();
    await eventually(async () =>
      expect((await wang.get('/api/orders')).body['orders']).toHaveLength(1),
    );
    const missed = await readUntil(wang.cookie, '0', 'event: news');
    expect(missed).toMatch(/id: 1\nevent: news\ndata: {"kind":"NOTIFIED"/);
    expect(await readUntil(wang.cookie, '999', 'event: reset')).toContain('id: 1\nevent: reset');
  });
});

describe('models C and D: the till answers', () => {
  test.each([
    ['C', { allocator: 'astrolabe', acceptor: 'pos' }],
    ['D', { allocator: 'isv', acceptor: 'pos' }],
  ] as const)(
    '%s: orders are shown without buttons that cannot work, and it says why',
    async (model, settings) => {
      const actor = await startedSeller(pages.harness, settings);
      await actor.pay();
      if (model === 'D') {
        await actor.order('AWAITING_ALLOCATION');
        expect(await actor.allocateTo('1342')).toMatchObject({ code: '0' });
      }
      const page = await signedIn(actor, '小王', { width: 390, height: 844 });
      await card(page).waitFor();
      await page.getByText('本商家在收银系统中接单、发货').waitFor();
      expect(await card(page).getByRole('button').count()).toBe(0);
      expect(await overflow(page)).toBe(0);
      await picture(page, `phone-till-${model}-zh`);
      // The till's answer is seen here.
      expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' });
      await page.getByRole('tab', { name: '待发货' }).click();
      await card(page).waitFor();
      expect(await card(page).getByRole('button').count()).toBe(0);
    },
  );
});
