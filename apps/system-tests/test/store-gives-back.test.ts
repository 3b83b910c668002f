import { tmallOrder } from '@astrolabe/kernel';
import { httpUrl } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import { describe, expect, test } from 'vitest';
import { axeFindings } from '../src/axe.ts';
import { clerkAtWork, clerkOf } from '../src/clerk.ts';
import { SERVICES } from '../src/harness.ts';
import { operatorAtWork } from '../src/operator.ts';
import { pagesOf } from '../src/pages.ts';
import { askRefund } from '../src/refunds.ts';
import { OID, OID_2, TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { PHONE, TILL, card, overflow, picture, signIn } from '../src/store-page.ts';

const pages = pagesOf({ apps: [...SERVICES, 'console'] });

const MODEL_A = { allocator: 'astrolabe', acceptor: 'dianzhanggui' } as const;
const MODEL_B = { allocator: 'isv', acceptor: 'dianzhanggui' } as const;
const MISSING = { action: 'giveBack', reason: 'missing' };

const orderRefOf = ({ seller }: Actor) => tmallOrder(seller.sellerId, TID);

/** The order's tasks once a store has been told of it. */
const tasksOf = async (actor: Actor) =>
  (await actor.harness.clients.fulfillment.call('getFulfillment', { orderRef: orderRefOf(actor) }))
    .tasks;

const statusesAre = (actor: Actor, statuses: readonly string[]) =>
  eventually(async () =>
    expect((await tasksOf(actor)).map(({ status }) => status)).toEqual(statuses),
  );

/** An order that the clerk of store 1342 has accepted. */
async function accepted(oids: readonly string[] = [OID], settings: object = MODEL_A) {
  const actor = await startedSeller(pages.harness, settings);
  const lines = oids.map((oid) => ({ oid, num: oids.length > 1 ? 1 : 2 }));
  await actor.pay({ lines });
  await statusesAre(
    actor,
    oids.map(() => 'OFFERED'),
  );
  const clerk = await clerkAtWork(actor, '小王');
  expect(await clerk.act({ action: 'accept', subOrderIds: oids })).toMatchObject({ status: 200 });
  await actor.order('ACCEPTED');
  return { actor, clerk };
}

describe('goods that are not found while they are picked', () => {
  test.each([
    { width: 390, language: 'zh' },
    { width: 768, language: 'en' },
    { width: 1440, language: 'zh' },
  ])('the clerk gives the order back at $width in $language', async ({ width, language }) => {
    const actor = await startedSeller(pages.harness, MODEL_A);
    const isEnglish = language === 'en';
    const say = (chinese: string, english: string): string => (isEnglish ? english : chinese);
    const viewport = { ...(width < 500 ? PHONE : TILL), width };
    const address = httpUrl(pages.harness.stack, 'console');
    const page = await signIn(
      await pages.newContext(viewport),
      address,
      await clerkOf(actor, '小王'),
    );
    const other = await clerkAtWork(actor, '小赵');
    if (isEnglish) await page.getByRole('button', { name: 'EN' }).click();
    await actor.pay();
    await card(page)
      .getByRole('button', { name: say('接单', 'Accept') })
      .click();
    await actor.order('ACCEPTED');
    await page.getByRole('tab', { name: say('待发货', 'To ship') }).click();
    await card(page)
      .getByRole('button', { name: say('退回订单', 'Cannot send') })
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(say('退回后订单会改派', 'The order then goes to another')).waitFor();
    // One of the two was found.
    await dialog.getByLabel(/SKU-A/).fill('1');
    await dialog.getByLabel(say('说明（选填）', 'Note (optional)')).fill('二楼货架');
    expect(await overflow(page)).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, `give-back-${width}-${language}`);
    await dialog.getByRole('button', { name: say('退回订单', 'Cannot send') }).click();
    await card(page).waitFor({ state: 'detached' });

    // It is at the next store; here a piece less can be sold.
    await eventually(async () =>
      expect((await other.get('/api/orders')).body['orders']).toMatchObject([
        { orderRef: { number: TID }, allocation: 2 },
      ]),
    );
    await actor.stockIs({ 'WH-01 C': '10/2', '1342 U': '3/0', '123 C': '3/0', '123 U': '2/2' });
    const [task] = await tasksOf(actor);
    expect(task?.history.find(({ status }) => status === 'REFUSED')).toMatchObject({
      reason: { code: 'MISSING', text: '二楼货架' },
      givenBack: true,
      lostMilli: 1_000n,
    });
    await page.getByRole('tab', { name: say('今日', 'Today') }).click();
    await page.getByText(say('平均接单分钟', 'Mean minutes to accept')).waitFor();
  });

  test('a line alone: the rest is shipped, and people look at the line', async () => {
    const { actor, clerk } = await accepted([OID, OID_2]);
    expect(await clerk.act({ ...MISSING, subOrderIds: [OID] })).toMatchObject({ status: 200 });
    const order = await actor.order('ALLOCATE_FAILED');
    expect(order.lines.map(({ state }) => state)).toEqual(['FAILED', 'ACCEPTED']);
    await statusesAre(actor, ['REFUSED', 'ACCEPTED']);
    // The line keeps stock that is held for it elsewhere; the piece that was not found is off.
    await actor.stockIs({ 'WH-01 C': '10/1', '1342 U': '2/0', '123 C': '3/0', '123 U': '2/0' });
  });

  test('the same again changes nothing, also when the order is at the next store', async () => {
    const { actor, clerk } = await accepted();
    expect(await clerk.act(MISSING)).toMatchObject({ status: 200, body: { already: false } });
    await statusesAre(actor, ['OFFERED']);
    expect(await clerk.act(MISSING)).toMatchObject({ status: 200, body: { already: true } });
    await actor.stockIs({ 'WH-01 C': '10/2', '1342 U': '2/0', '123 C': '3/0', '123 U': '2/2' });
    expect(await clerk.act({ action: 'giveBack' })).toMatchObject({
      status: 400,
      body: { code: 'MISSING_FIELD' },
    });
  });

  test('a pick-up is not shipped from elsewhere: it waits for people', async () => {
    const actor = await startedSeller(pages.harness, MODEL_A);
    await actor.pay({ collectStore: '1342' });
    await statusesAre(actor, ['OFFERED']);
    const clerk = await clerkAtWork(actor, '小王');
    expect(await clerk.act({ action: 'accept' })).toMatchObject({ status: 200 });
    await actor.order('ACCEPTED');
    expect(await clerk.act(MISSING)).toMatchObject({ status: 200 });
    const order = await actor.order('ALLOCATE_FAILED');
    expect(order.lines.map(({ routedPlace }) => routedPlace)).toEqual([undefined]);
    await statusesAre(actor, ['REFUSED']);
    // The buyer's code opens nothing any more.
    const { codes } = await pages.harness.clients.fulfillmentAdmin.call('getPickupCode', {
      orderRef: orderRefOf(actor),
    });
    expect(codes).toEqual([]);
  });

  test("model B: the seller's router hears of the refusal and is asked anew", async () => {
    const actor = await startedSeller(pages.harness, MODEL_B);
    await actor.pay();
    await actor.order('AWAITING_ALLOCATION');
    expect(await actor.allocateTo('1342')).toMatchObject({ code: '0' });
    await statusesAre(actor, ['OFFERED']);
    const clerk = await clerkAtWork(actor, '小王');
    expect(await clerk.act({ action: 'accept' })).toMatchObject({ status: 200 });
    await actor.order('ACCEPTED');
    expect(await clerk.act(MISSING)).toMatchObject({ status: 200 });
    await actor.order('AWAITING_ALLOCATION');
    expect(await actor.allocateTo('123')).toMatchObject({ code: '0' });
    await actor.order('ALLOCATED');
    await statusesAre(actor, ['OFFERED']);
  });
});

describe('what races with it has one outcome', () => {
  test('an operator intercepts the order at the same moment', async () => {
    const { actor, clerk } = await accepted();
    const operator = await operatorAtWork(actor);
    const path = `/api/sellers/${actor.seller.sellerId}/orders/tmall/${TID}/act`;
    const body = { action: 'intercept', key: 'race-12345678', reason: '疑似欺诈', place: '' };
    const [given, intercepted] = await Promise.all([clerk.act(MISSING), operator.post(path, body)]);
    expect(intercepted).toMatchObject({ status: 200, body: { outcome: 'INTERCEPTED' } });
    // Either the operator has it, and the clerk has lost it; or the clerk has said no, which goes nowhere.
    const order = await actor.order('RESERVED');
    expect(order.flags).toEqual(['ON_HOLD']);
    if (given.status === 200) {
      await statusesAre(actor, ['REFUSED']);
      await actor.stockIs({ 'WH-01 C': '10/2', '1342 U': '2/0', '123 C': '3/0', '123 U': '2/0' });
    } else {
      expect(given).toMatchObject({ status: expect.any(Number) as number });
      expect(['MOVED', 'NOT_HERE']).toContain(given.body['code']);
      await actor.stockIs({ 'WH-01 C': '10/2', '1342 U': '4/0', '123 C': '3/0', '123 U': '2/0' });
    }
  });

  test('Tmall closes the trade at the same moment: it is shipped by nobody', async () => {
    const { actor, clerk } = await accepted();
    const [given] = await Promise.all([
      clerk.act(MISSING),
      actor.push('taobao_trade_TradeClose', { status: 'TRADE_CLOSED' }),
    ]);
    if (given.status === 200) {
      await actor.order('CLOSED');
      await actor.stockIs({ 'WH-01 C': '10/0', '1342 U': '2/0', '123 C': '3/0', '123 U': '2/0' });
    } else {
      // The store is asked where the goods are, and may say so.
      expect(['REFUND_ASKED', 'ORDER_CLOSED']).toContain(given.body['code']);
      await statusesAre(actor, ['CANCEL_ASKED']);
      expect(await clerk.act({ action: 'agreeCancel' })).toMatchObject({ status: 200 });
      await actor.order('CLOSED');
      await actor.stockIs({ 'WH-01 C': '10/0', '1342 U': '4/0', '123 C': '3/0', '123 U': '2/0' });
    }
  });

  test('a refund that the store was asked about before is answered, not given back', async () => {
    const { actor, clerk } = await accepted();
    await askRefund(actor, { refundId: '7001' });
    await statusesAre(actor, ['CANCEL_ASKED']);
    expect(await clerk.act(MISSING)).toMatchObject({
      status: 409,
      body: { code: 'REFUND_ASKED' },
    });
  });
});
