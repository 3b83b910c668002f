import { RefundState } from '@astrolabe/contracts/ingress';
import { tmallOrder } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { startRds } from '../src/rds.ts';
import type { RdsServer } from '../src/rds.ts';
import { OID, OID_2, TID, allocatedList, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';

const ALLOCATE = 'taobao.qimen.omniorder.allocate';
const GET = 'taobao.qimen.omniorder.allocatedinfo.get';
const TOLD = 'taobao.qimen.omniorder.allocatedinfo.sync';
const MODEL_B = { allocator: 'isv', acceptor: 'dianzhanggui' } as const;
const MODEL_D = { allocator: 'isv', acceptor: 'pos' } as const;

/** 555 processes no omni-channel orders; 99 belongs to somebody else. */
const APP_KEYS = ['123543', '89765', '555', '99'];
const APPLICATIONS = [
  { appKey: '123543', omni: true },
  { appKey: '89765', omni: true },
  { appKey: '555', omni: false },
];
const RETURNED = { method: 'RETURNED', onboarding: '', applications: APPLICATIONS } as const;
const push = { ...RETURNED, applications: [...APPLICATIONS] };
const onboarded = { ...push, method: 'ONBOARDING' as const, onboarding: '123543' };

let rds: RdsServer;
let harness: Harness;
beforeAll(async () => {
  rds = await startRds(APP_KEYS);
  harness = await startHarness({
    apps: [...SERVICES, 'order-push'],
    // It is killed.
    apart: ['order-push'],
    extra: {
      'order-push': {
        RDS_CONNECTIONS: rds.connections,
        ALLOCATION_WINDOW_MS: '1000',
        QUERY_RETRY_MS: '500',
        SPI_RETRY_MS: '100',
      },
    },
  });
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
  await rds.stop();
});

/** Every seller has trades of its own: the tables know the trade's number only. */
let last = BigInt(TID);
const nextTrade = (): string => String((last += 1_000n));

const answerAllocate = (appKey: string): string => JSON.stringify({ code: '0', appKey });

const receivedBy = async (tid: string): Promise<string[]> => {
  const found = await Promise.all(APP_KEYS.map((appKey) => rds.trade(appKey, tid)));
  return APP_KEYS.filter((_key, index) => found[index] !== null);
};

const pushOf = async (actor: Actor, tid: string) => {
  const name = { orderRef: tmallOrder(actor.seller.sellerId, tid) };
  const found = await harness.clients.push.call('getPush', name);
  if (!found.push) throw new Error('No push');
  return found.push;
};

describe('models B and D: the seller allocates', () => {
  test('[O-41, O-42] allocate is called before any table is written; both returned applications receive the order', async () => {
    const actor = await startedSeller(harness, { ...MODEL_B, push });
    const tid = nextTrade();
    let answerNow = (): void => {};
    const held = new Promise<void>((resolve) => (answerNow = resolve));
    actor.seller.pos.answer(ALLOCATE, async () => {
      await held;
      return answerAllocate('123543,89765');
    });
    await actor.pay({ tid });
    const call = await actor.seller.pos.received(ALLOCATE, tid);
    expect(call.verified).toBe(true);
    expect(call.body).toMatchObject({ tid, seller_nick: '甘其食旗舰店' });
    expect(String(call.body['seller_id'])).toBe(actor.seller.sellerId);
    // The order is known and the request to allocate is out, but nobody has the order yet.
    expect((await pushOf(actor, tid)).allocate).toMatchObject({ state: 'UNKNOWN', attempts: 1 });
    expect(await receivedBy(tid)).toEqual([]);
    answerNow();
    await eventually(async () => expect(await receivedBy(tid)).toEqual(['123543', '89765']));
    expect(await rds.trade('123543', tid)).toMatchObject({
      tid,
      status: 'WAIT_SELLER_SEND_GOODS',
      param: '',
    });

    expect(await actor.allocate({ [OID]: '1342' }, tid)).toMatchObject({ code: '0' });
    await eventually(async () => {
      const { param } = (await rds.trade('89765', tid)) ?? { param: '' };
      expect(param).toContain(`subOrderCode:${OID},targetType:STORE,targetCode:1342,`);
      expect(param).toContain('orderState:X_ALLOCATION_NOTIFIED');
    });
  });

  test('[O-43] method 2: only the application registered at onboarding receives it, whatever is returned', async () => {
    const actor = await startedSeller(harness, { ...MODEL_D, push: onboarded });
    const tid = nextTrade();
    actor.seller.pos.answer(ALLOCATE, () => answerAllocate('99'));
    await actor.pay({ tid });
    await eventually(async () => expect(await receivedBy(tid)).toEqual(['123543']));
    const { returnedAppKeys, problems } = await pushOf(actor, tid);
    expect(returnedAppKeys).toEqual(['99']);
    expect(problems).toEqual([]);
  });

  test('a returned key that the seller has not registered receives nothing, and is shown', async () => {
    const actor = await startedSeller(harness, { ...MODEL_B, push });
    const tid = nextTrade();
    actor.seller.pos.answer(ALLOCATE, () => answerAllocate('99,123543'));
    await actor.pay({ tid });
    await eventually(async () => expect(await receivedBy(tid)).toEqual(['123543']));
    expect((await pushOf(actor, tid)).problems).toEqual(['UNKNOWN_APP_KEY']);
  });

  test('[O-44, O-45] one omni sub-order makes an omni order; other applications get it once it is shipped', async () => {
    const actor = await startedSeller(harness, { ...MODEL_D, push });
    const tid = nextTrade();
    actor.seller.pos.answer(ALLOCATE, () => answerAllocate('123543,555'));
    const lines = [
      { oid: OID, num: 1 },
      { oid: OID_2, num: 1, omni: false },
    ];
    await actor.pay({ tid, lines });
    await eventually(async () => expect(await receivedBy(tid)).toEqual(['123543']));
    await actor.order('AWAITING_ALLOCATION', tid);
    expect(await actor.allocate({ [OID]: '1342', [OID_2]: '1342' }, tid)).toMatchObject({
      code: '0',
    });
    await actor.order('ALLOCATED', tid);
    const oids = [OID, OID_2];
    await eventually(async () =>
      expect(await actor.storeReport('accpeted', '1342', { tid, oids })).toMatchObject({
        code: '0',
      }),
    );
    await actor.order('ACCEPTED', tid);
    await eventually(async () => {
      const { param } = (await rds.trade('123543', tid)) ?? { param: '' };
      expect(param).toContain('orderState:X_SHOP_ALLOCATION');
    });
    expect(await receivedBy(tid)).toEqual(['123543']);
    await actor.push('taobao_trade_TradeSellerShip', { tid, lines });
    await eventually(async () =>
      expect(await actor.storeReport('consigned', '1342', { tid, oids })).toMatchObject({
        code: '0',
      }),
    );
    await actor.order('SHIPPED', tid);
    await eventually(async () => expect(await receivedBy(tid)).toEqual(['123543', '89765', '555']));
    expect(await rds.trade('555', tid)).toMatchObject({ status: 'WAIT_BUYER_CONFIRM_GOODS' });

    // The contrast: an order without omni-channel goods goes to everybody at once.
    const plain = nextTrade();
    await actor.pay({ tid: plain, lines: [{ oid: OID, omni: false }] });
    await eventually(async () =>
      expect(await receivedBy(plain)).toEqual(['123543', '89765', '555']),
    );
    expect(actor.seller.pos.calls.filter(({ tid: told }) => told === plain)).toEqual([]);
  });

  test('[O-50] a result that does not arrive in the window is asked for, and applied', async () => {
    const actor = await startedSeller(harness, { ...MODEL_B, push });
    const tid = nextTrade();
    actor.seller.pos.answer(ALLOCATE, () => answerAllocate('123543'));
    let asked = 0;
    actor.seller.pos.answer(GET, () => {
      asked += 1;
      const status = asked === 1 ? 'Waiting' : 'Allocated';
      const list = allocatedList(tid, { [OID]: '1342' }).replaceAll('"Allocated"', `"${status}"`);
      return `{"code":"0","tid":${tid},"status":"${status}","store_allocated_list":${list}}`;
    });
    await actor.pay({ tid });
    const query = await actor.seller.pos.received(GET, tid);
    expect(query.verified).toBe(true);
    expect(query.body).toMatchObject({ tid });
    const order = await actor.order('ALLOCATED', tid);
    expect(order.lines[0]?.routedPlace?.id).toBe('1342');
    expect(asked).toBeGreaterThanOrEqual(2);
    await eventually(async () => expect((await pushOf(actor, tid)).query?.state).toBe('DONE'));
    const methods = actor.seller.pos.calls.map(({ method }) => method);
    expect(methods.indexOf(ALLOCATE)).toBeLessThan(methods.indexOf(GET));
  });

  test('killed while the router thinks: the next process asks again and then writes the table', async () => {
    const actor = await startedSeller(harness, { ...MODEL_B, push });
    const tid = nextTrade();
    const unanswered = new Promise<string>(() => {});
    let asked = 0;
    actor.seller.pos.answer(ALLOCATE, () => {
      asked += 1;
      return asked === 1 ? unanswered : answerAllocate('123543');
    });
    await actor.pay({ tid });
    await actor.seller.pos.received(ALLOCATE, tid);
    await harness.stack.kill('order-push');
    await harness.stack.start('order-push');
    await eventually(async () => expect(await receivedBy(tid)).toEqual(['123543']), {
      timeoutMs: 40_000,
    });
    expect((await pushOf(actor, tid)).allocate).toMatchObject({ state: 'DONE', attempts: 2 });
  });

  test('a refusal asks the router again; the table then tells the new allocation', async () => {
    const actor = await startedSeller(harness, { ...MODEL_D, push });
    const tid = nextTrade();
    actor.seller.pos.answer(ALLOCATE, () => answerAllocate('123543'));
    await actor.pay({ tid });
    await actor.order('AWAITING_ALLOCATION', tid);
    expect(await actor.allocate({ [OID]: '1342' }, tid)).toMatchObject({ code: '0' });
    await actor.order('ALLOCATED', tid);
    await eventually(async () =>
      expect(await actor.storeReport('refuse', '1342', { tid })).toMatchObject({ code: '0' }),
    );
    await actor.seller.pos.received(ALLOCATE, tid, 2);
    expect(await actor.allocate({ [OID]: '123' }, tid)).toMatchObject({ code: '0' });
    await eventually(async () => {
      const { param } = (await rds.trade('123543', tid)) ?? { param: '' };
      expect(param).toContain('allocationCode:2,');
      expect(param).toContain('targetCode:123,');
    });
  });

  test('a router that answers with nothing usable is asked three times, then the table and the query are relied on', async () => {
    const actor = await startedSeller(harness, { ...MODEL_D, push: onboarded });
    const tid = nextTrade();
    actor.seller.pos.answer(ALLOCATE, () => '{"code":"5","message":"忙"}');
    actor.seller.pos.answer(GET, () => '{"code":"5","message":"忙"}');
    await actor.pay({ tid });
    await actor.seller.pos.received(ALLOCATE, tid, 3);
    await eventually(async () => expect(await receivedBy(tid)).toEqual(['123543']));
    await actor.seller.pos.received(GET, tid);
    expect((await pushOf(actor, tid)).problems).toContain('ALLOCATE_GIVEN_UP');
    expect(actor.seller.pos.calls.filter(({ method }) => method === ALLOCATE)).toHaveLength(3);
  });

  test('a seller without the mandatory SPI is an error that is shown; its orders go on once it has one', async () => {
    const spi = { appKey: '', secret: 'a-secret-of-the-isv', url: '' };
    const actor = await startedSeller(harness, { ...MODEL_B, push: onboarded, spi });
    const tid = nextTrade();
    const { sellerId } = actor.seller;
    await harness.clients.push.call('putSeller', {
      seller: { ...(await settingsOf(sellerId)), spiUrl: '' },
      spiSecret: actor.seller.spi.secret,
    });
    await actor.pay({ tid });
    await eventually(async () => {
      const { problems } = await harness.clients.push.call('getSeller', { sellerId });
      expect(problems).toEqual(['ALLOCATE_SPI_MISSING']);
    });
    const page = { size: 10, token: '' };
    const shown = { sellerId, problemsOnly: true, page };
    const listed = await harness.clients.push.call('listPushes', shown);
    expect(
      listed.pushes.map(({ orderRef, allocate }) => [orderRef?.number, allocate?.state]),
    ).toEqual([[tid, 'MISSING']]);
    expect(await receivedBy(tid)).toEqual([]);
    await harness.clients.push.call('putSeller', {
      seller: { ...(await settingsOf(sellerId)), spiUrl: actor.seller.pos.url },
      spiSecret: actor.seller.spi.secret,
    });
    await eventually(async () => expect(await receivedBy(tid)).toEqual(['123543']));
    expect(await harness.clients.push.call('listPushes', shown)).toMatchObject({ pushes: [] });
  });
});

const settingsOf = async (sellerId: string) => {
  const { seller } = await harness.clients.push.call('getSeller', { sellerId });
  if (!seller) throw new Error('No settings');
  return seller;
};

describe('model C: the platform allocates, the POS accepts', () => {
  test('[O-51] polling without an SPI: the allocation reaches the table and nothing is an error', async () => {
    const actor = await startedSeller(harness, { push: onboarded });
    const tid = nextTrade();
    const { sellerId, spi } = actor.seller;
    await harness.clients.fulfillmentAdmin.call('putConnection', {
      sellerId,
      spiUrl: '',
      appKey: spi.appKey,
      secret: spi.secret,
    });
    await harness.clients.push.call('putSeller', {
      seller: { ...(await settingsOf(sellerId)), spiUrl: '' },
      spiSecret: '',
    });
    await actor.pay({ tid });
    await actor.order('ALLOCATED', tid);
    await eventually(async () => {
      const { param } = (await rds.trade('123543', tid)) ?? { param: '' };
      expect(param).toContain(`subOrderCode:${OID},targetType:STORE,targetCode:1342,`);
    });
    expect(await receivedBy(tid)).toEqual(['123543']);
    expect((await pushOf(actor, tid)).problems).toEqual([]);
    expect((await harness.clients.push.call('getSeller', { sellerId })).problems).toEqual([]);
    expect(actor.seller.pos.calls).toEqual([]);
  });

  test('the POS is told by SPI first, then the table is written', async () => {
    const actor = await startedSeller(harness, { push: onboarded });
    const tid = nextTrade();
    let answerNow = (): void => {};
    const held = new Promise<void>((resolve) => (answerNow = resolve));
    actor.seller.pos.answer(TOLD, async () => {
      await held;
      return '{"code":"0"}';
    });
    await actor.pay({ tid });
    await actor.seller.pos.received(TOLD, tid);
    await actor.order('ALLOCATED', tid);
    expect(await receivedBy(tid)).toEqual([]);
    answerNow();
    await eventually(async () => expect(await receivedBy(tid)).toEqual(['123543']));
  });
});

test('a refund of Tmall: the SPI first, then the tables that have the order', async () => {
  const actor = await startedSeller(harness, { push: onboarded });
  const tid = nextTrade();
  await actor.pay({ tid });
  await eventually(async () => expect(await receivedBy(tid)).toEqual(['123543']));
  let atTheCall: unknown = 'not called';
  actor.seller.pos.answer('taobao.qimen.omniorder.customer.refund', async () => {
    atTheCall = await rds.refund('123543', '7002');
    return '{"code":"0"}';
  });
  await actor.push('taobao_refund_RefundCreated', {
    tid,
    lines: [{ oid: OID, refund: 'WAIT_SELLER_AGREE', refundId: '7002' }],
  });
  await eventually(async () =>
    expect(await rds.refund('123543', '7002')).toMatchObject({
      tid,
      oid: OID,
      status: 'WAIT_SELLER_AGREE',
    }),
  );
  expect(atTheCall ?? null).toBeNull();
});

test('a refund goes to the tables that have the order', async () => {
  const actor = await startedSeller(harness, { push: onboarded });
  const tid = nextTrade();
  await actor.pay({ tid });
  await eventually(async () => expect(await receivedBy(tid)).toEqual(['123543']));
  const before = await rds.trade('123543', tid);
  const at = new Date('2016-09-22T03:00:00Z');
  const refund = {
    orderRef: tmallOrder(actor.seller.sellerId, tid),
    refundId: '7001',
    subOrderId: OID,
    state: RefundState.ASKED,
    refundFeeFen: 20_000n,
    created: at,
    modified: at,
  };
  await harness.clients.push.call('pushRefund', refund);
  await eventually(async () =>
    expect(await rds.refund('123543', '7001')).toMatchObject({
      tid,
      oid: OID,
      status: 'WAIT_SELLER_AGREE',
    }),
  );
  await harness.clients.push.call('pushRefund', {
    ...refund,
    state: RefundState.WITHDRAWN,
    modified: new Date(at.getTime() + 60_000),
  });
  await eventually(async () =>
    expect(await rds.refund('123543', '7001')).toMatchObject({ status: 'CLOSED' }),
  );
  const after = await rds.trade('123543', tid);
  expect((after?.jdp_modified ?? '') >= (before?.jdp_modified ?? '')).toBe(true);
});
