import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { orderKey, tmallOrder } from '@astrolabe/kernel';
import { adminAddress, httpUrl } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clerkAtWork } from '../src/clerk.ts';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { sandboxTmall } from '../src/sandbox.ts';
import { OID, TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const SHIP = 'taobao.logistics.offline.send';
const ASK = 'taobao.trade.get';
const ACCEPTED = 'taobao.qimen.omniorder.store.accpeted';
const CONSIGNED = 'taobao.qimen.omniorder.store.consigned';
const MODEL_A = { allocator: 'astrolabe', acceptor: 'dianzhanggui' } as const;
const SHIPMENT = { action: 'ship', company: '顺丰速运', mailNo: 'SF1234567890' };

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    apps: [...SERVICES, 'console', 'sandbox'],
    // These two are killed.
    apart: ['fulfillment', 'console'],
  });
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

/** A seller whose order has been paid at the sandbox's Tmall and accepted by 小王. */
async function accepted(settings: Parameters<Harness['newSeller']>[0] = MODEL_A) {
  const actor = await startedSeller(harness, settings);
  const tmall = await sandboxTmall(actor);
  await tmall.pay();
  if (settings.allocator === 'isv') {
    await actor.order('AWAITING_ALLOCATION');
    expect(await actor.allocateTo('1342')).toMatchObject({ code: '0' });
  }
  await actor.order('ALLOCATED');
  const clerk = await clerkAtWork(actor, '小王');
  await eventually(async () => expect((await clerk.act({ action: 'accept' })).status).toBe(200));
  await actor.order('ACCEPTED');
  return { actor, tmall, clerk };
}

const parcels = async (actor: Actor) => {
  const { sellerId } = actor.seller;
  return (
    await harness.clients.fulfillmentAdmin.call('getShipping', {
      orderRef: tmallOrder(sellerId, TID),
    })
  ).parcels;
};

const fulfillmentOf = (actor: Actor) =>
  harness.clients.fulfillment.call('getFulfillment', {
    orderRef: tmallOrder(actor.seller.sellerId, TID),
  });

test('to whom a parcel goes is shown to who sends it, while it is to be sent, and to nobody else', async () => {
  const actor = await startedSeller(harness, MODEL_A);
  const tmall = await sandboxTmall(actor);
  await tmall.pay();
  await actor.order('ALLOCATED');
  const clerk = await clerkAtWork(actor, '小王');
  const receiver = `/api/orders/tmall/${TID}/receiver`;
  const notHere = { status: 404, body: { code: 'NOT_HERE' } };
  expect(await clerk.get(receiver)).toEqual(notHere);
  await eventually(async () => expect((await clerk.act({ action: 'accept' })).status).toBe(200));
  await actor.order('ACCEPTED');
  expect(await clerk.get(receiver)).toEqual({
    status: 200,
    body: {
      name: '张**',
      mobile: '138****0000',
      address: ['浙江省', '杭州市', '西湖区', '文**路*号'],
    },
  });
  const revealed = await clerk.get(`${receiver}?reveal=true`);
  expect(revealed).toMatchObject({
    status: 200,
    body: { address: ['浙江省', '杭州市', '西湖区', '文**路*号'] },
  });
  const verified = execFileSync(
    process.execPath,
    [join(ROOT, 'apps/cli/src/main.ts'), 'audit', 'verify'],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        GATEWAY_ADMIN_ADDRESS: adminAddress(harness.stack, 'gateway-ingress'),
      },
    },
  );
  expect(JSON.parse(verified)).toMatchObject({ entries: '2' });
  const other = await clerkAtWork(actor, '小赵');
  expect(await other.get(receiver)).toEqual(notHere);
  expect(await clerk.get('/api/orders/tmall/1/receiver')).toEqual(notHere);
  const address = `${httpUrl(harness.stack, 'console')}${receiver}`;
  expect((await fetch(address)).status).toBe(401);
  const seen = await fetch(address, { headers: { cookie: clerk.cookie } });
  expect(seen.headers.get('cache-control')).toBe('no-store');

  expect((await clerk.act(SHIPMENT)).status).toBe(200);
  await actor.order('SHIPPED');
  expect(await clerk.get(receiver)).toEqual(notHere);
});

describe('a clerk ships: Tmall first, then consigned', () => {
  test('model A: Tmall has the number before the order is shipped here; repeats change nothing', async () => {
    const { actor, tmall, clerk } = await accepted();
    expect(await clerk.act(SHIPMENT)).toEqual({
      status: 200,
      body: { already: false, countsRefused: [] },
    });
    await actor.order('SHIPPED');
    const [sent] = await tmall.calls(SHIP);
    expect(sent).toContain(`tid=${TID}`);
    expect(sent).toContain('out_sid=SF1234567890');
    expect(sent).toContain('company_code=SF');
    expect((await fulfillmentOf(actor)).shippedAtTmall).toBe(true);
    expect(await parcels(actor)).toMatchObject([{ state: 'DONE', mailNo: 'SF1234567890' }]);

    expect((await clerk.act(SHIPMENT)).body).toMatchObject({ already: true });
    expect(await tmall.calls(SHIP)).toHaveLength(1);
  });

  test('model B: the ISV allocates, the clerk accepts and ships, the ISV hears of both', async () => {
    const { actor, tmall, clerk } = await accepted({
      allocator: 'isv',
      acceptor: 'dianzhanggui',
    });
    await actor.seller.pos.received(ACCEPTED, TID);
    expect((await clerk.act(SHIPMENT)).status).toBe(200);
    await actor.seller.pos.received(CONSIGNED, TID);
    expect(await tmall.calls(SHIP)).toHaveLength(1);
    await actor.order('SHIPPED');
    const { tasks } = await fulfillmentOf(actor);
    expect(tasks[0]?.history.map(({ status }) => status)).toEqual([
      'OFFERED',
      'ACCEPTED',
      'SHIPPED',
    ]);
    // A POS has no say in this model, and neither has the ISV for the store.
    expect((await actor.storeReport('consigned', '1342'))['code']).not.toBe('0');
  });

  test('a refusal of Tmall is shown in its own words; nothing is shipped here, and it may be repeated', async () => {
    const { actor, tmall, clerk } = await accepted();
    await tmall.shipMode('refuse');
    const refusal = await clerk.act(SHIPMENT);
    expect(refusal.status).toBe(409);
    expect(refusal.body['code']).toBe('TMALL_REFUSED');
    expect(refusal.body['message']).toContain('订单状态不是待发货，不能发货');
    await actor.order('ACCEPTED');
    const [order] = (await clerk.get('/api/orders?list=pack')).body['orders'] as unknown[];
    expect(order).toMatchObject({
      status: 'ACCEPTED',
      shipping: { state: 'REFUSED', code: 'TMALL_REFUSED', message: refusal.body['message'] },
    });
    expect((await fulfillmentOf(actor)).shippedAtTmall).toBe(false);

    await tmall.shipMode('normal');
    expect((await clerk.act(SHIPMENT)).status).toBe(200);
    await actor.order('SHIPPED');
    expect(await parcels(actor)).toMatchObject([{ state: 'REFUSED' }, { state: 'DONE' }]);
  });

  test('the answer of Tmall gets lost: Tmall is asked, and the call is not made again', async () => {
    const { actor, tmall, clerk } = await accepted();
    await tmall.shipMode('lose-answer');
    expect((await clerk.act(SHIPMENT)).body).toEqual({
      already: false,
      countsRefused: [],
      pending: true,
    });
    await actor.order('SHIPPED');
    await eventually(async () => expect(await parcels(actor)).toMatchObject([{ state: 'DONE' }]));
    expect(await tmall.calls(SHIP)).toHaveLength(1);
    expect((await tmall.calls(ASK)).length).toBeGreaterThan(0);
  });

  test.each(['fulfillment', 'console'] as const)(
    'a shipment that a clerk has asked for goes on by itself when %s is killed',
    async (app) => {
      const { actor, tmall, clerk } = await accepted();
      await tmall.shipMode('lose-answer');
      expect((await clerk.act(SHIPMENT)).body['pending']).toBe(true);
      await harness.stack.kill(app);
      await harness.stack.start(app);
      await actor.order('SHIPPED');
      expect(await tmall.calls(SHIP)).toHaveLength(1);
    },
  );

  test('the order is closed at Tmall meanwhile: refused, nothing is half done', async () => {
    const { actor, tmall, clerk } = await accepted();
    await tmall.close();
    const refusal = await clerk.act(SHIPMENT);
    expect(refusal.status).toBe(409);
    // Whoever is first: Tmall says it to the shipment, or its message has come and the store is asked about the goods.
    const codes = ['TMALL_REFUSED', 'REFUND_ASKED', 'ILLEGAL_TRANSITION'];
    expect(codes).toContain(refusal.body['code']);
    const { tasks, shippedAtTmall } = await fulfillmentOf(actor);
    expect(shippedAtTmall).toBe(false);
    expect(tasks[0]?.history.map(({ status }) => status)).not.toContain('SHIPPED');
    await actor.stockIs({ 'WH-01 C': '10/0', '1342 U': '2/0', '123 C': '3/0', '123 U': '2/0' });
  });

  test('somebody has shipped in the pages of Tmall already: the clerk only tells it here', async () => {
    const { actor, tmall, clerk } = await accepted();
    await tmall.ship();
    expect((await clerk.act(SHIPMENT)).status).toBe(200);
    await actor.order('SHIPPED');
  });

  test('a refund that is asked for while the shipment is under way cannot be agreed to', async () => {
    const { actor, tmall, clerk } = await accepted();
    await tmall.shipMode('lose-answer');
    expect((await clerk.act(SHIPMENT)).body['pending']).toBe(true);
    await actor.push('taobao_refund_RefundCreated', {
      lines: [{ oid: OID, refund: 'WAIT_SELLER_AGREE' }],
    });
    // Whoever is first: asked before the record, the store denies and it is recorded; else it is a return.
    await eventually(
      async () => {
        const { tasks } = await fulfillmentOf(actor);
        const status = tasks[0]?.status ?? '';
        if (status === 'CANCEL_ASKED') {
          const agreed = await clerk.act({ action: 'agreeCancel' });
          expect(agreed).toEqual({ status: 409, body: { code: 'SHIPPING_UNDER_WAY' } });
          await clerk.act({ action: 'denyCancel' });
        }
        expect(['SHIPPED', 'RETURN_EXPECTED']).toContain(status);
      },
      { timeoutMs: 40_000 },
    );
    await actor.order('SHIPPED');
    expect(await tmall.calls(SHIP)).toHaveLength(1);
  });

  test('a shop that is not connected: told so, unless Tmall has it as shipped', async () => {
    const { actor, tmall, clerk } = await accepted();
    const shop = {
      sellerId: actor.seller.sellerId,
      tmallUrl: '',
      appKey: '',
      secret: '',
      session: '',
    };
    await harness.clients.fulfillmentAdmin.call('putShop', { shop });
    expect(await clerk.act(SHIPMENT)).toEqual({
      status: 409,
      body: { code: 'TMALL_NOT_CONNECTED' },
    });
    await actor.order('ACCEPTED');
    await tmall.ship();
    await eventually(async () => expect((await clerk.act(SHIPMENT)).status).toBe(200));
    await actor.order('SHIPPED');
    expect(await tmall.calls(SHIP)).toEqual([]);
  });

  test('a key that Tmall does not take: refused at once, in its words', async () => {
    const { actor, tmall, clerk } = await accepted();
    const { sellerId, keys } = actor.seller;
    const shop = {
      sellerId,
      tmallUrl: httpUrl(harness.stack, 'sandbox'),
      appKey: keys.tmall.appKey,
      secret: 'not the secret',
      session: sellerId,
    };
    await harness.clients.fulfillmentAdmin.call('putShop', { shop });
    expect(await clerk.act(SHIPMENT)).toMatchObject({
      status: 409,
      // The sandbox adds the text that it signed.
      body: {
        code: 'TMALL_REFUSED',
        message: expect.stringMatching(/^25 签名错误, signed text: /),
      },
    });
    await harness.clients.fulfillmentAdmin.call('putShop', {
      shop: { ...shop, secret: keys.tmall.secret },
    });
    expect((await clerk.act(SHIPMENT)).status).toBe(200);
    await actor.order('SHIPPED');
    expect(await tmall.calls(SHIP)).toHaveLength(2);
  });

  test('a shop is connected, and its shipments are shown, on the command line', async () => {
    const { actor, clerk } = await accepted();
    const { sellerId, keys } = actor.seller;
    const empty = { tmallUrl: '', appKey: '', secret: '', session: '' };
    await harness.clients.fulfillmentAdmin.call('putShop', { shop: { sellerId, ...empty } });
    const run = (...words: string[]): string =>
      execFileSync(process.execPath, [join(ROOT, 'apps/cli/src/main.ts'), ...words], {
        encoding: 'utf8',
        env: {
          ...process.env,
          FULFILLMENT_ADMIN_ADDRESS: adminAddress(harness.stack, 'fulfillment'),
          TMALL_SECRET: keys.tmall.secret,
          TMALL_SESSION: sellerId,
        },
      });
    const { appKey } = keys.tmall;
    const tmallUrl = httpUrl(harness.stack, 'sandbox');
    const words = ['--kind', 'tmall', '--url', tmallUrl, '--key', appKey, '--actor', 'li'];
    const made = run('connection', 'create', sellerId, ...words);
    expect(JSON.parse(made)).toMatchObject({ kind: 'tmall', sellerId, url: tmallUrl, appKey });
    expect((await clerk.act(SHIPMENT)).status).toBe(200);
    await actor.order('SHIPPED');
    expect(JSON.parse(run('shop', 'shipments', orderKey(tmallOrder(sellerId, TID))))).toMatchObject(
      {
        state: 'DONE',
        mailNo: 'SF1234567890',
      },
    );
  });
});
