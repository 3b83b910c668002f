import { tmallOrder } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clerkAtWork } from '../src/clerk.ts';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { FULL, HELD, SOLD, refundsOf, reportStatus } from '../src/refunds.ts';
import { OID, OID_2, TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { orderStatusXml } from '../src/requests.ts';
import { element } from '../src/wire.ts';

const REFUND_SPI = 'taobao.qimen.omniorder.customer.refund';
const OPEN = 'WAIT_SELLER_SEND_GOODS';

let harness: Harness;
let of: ReturnType<typeof refundsOf>;
beforeAll(async () => {
  harness = await startHarness({ apps: [...SERVICES, 'console'] });
  of = refundsOf(harness);
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

/** Who allocates and who accepts: two switches, four models (catalogue 1.2). */
type Model = readonly [name: string, 'astrolabe' | 'isv', 'dianzhanggui' | 'pos'];
const MODELS: [Model, Model, Model, Model] = [
  ['A', 'astrolabe', 'dianzhanggui'],
  ['B', 'isv', 'dianzhanggui'],
  ['C', 'astrolabe', 'pos'],
  ['D', 'isv', 'pos'],
];

const PAID_BACK = { oid: OID, refund: 'SUCCESS' as const, refundId: '7001' };

/** What the store system was told of refunds: trade status by sub-order. */
const spiCalls = ({ seller }: Actor) =>
  seller.pos.calls
    .filter(({ method }) => method === REFUND_SPI)
    .map(({ body }) => body['sub_order_list']);

/** A later message of the same trade is taken in, and whatever was before it. */
const takenIn = async (actor: Actor, lines: Parameters<Actor['push']>[1]) => {
  await actor.push('taobao_trade_TradeSellerShip', lines);
  await eventually(async () => {
    const found = await harness.clients.fulfillment.call('getFulfillment', {
      orderRef: tmallOrder(actor.seller.sellerId, TID),
    });
    expect(found.tasks.length).toBeGreaterThan(0);
  });
};

/** Paid, and with store 1342 in the seller's model; accepted there by whoever accepts. */
async function at1342([, allocator, acceptor]: Model, isAccepted: boolean): Promise<Actor> {
  const actor = await startedSeller(harness, { allocator, acceptor });
  await actor.pay();
  if (allocator === 'isv') {
    await actor.order('AWAITING_ALLOCATION');
    expect(await actor.allocateTo('1342')).toMatchObject({ code: '0' });
  }
  await actor.order('ALLOCATED');
  await of.givenToStore(actor);
  if (!isAccepted) return actor;
  if (acceptor === 'pos') {
    expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' });
  } else {
    const clerk = await clerkAtWork(actor, '小王');
    expect((await clerk.act({ action: 'accept' })).status).toBe(200);
  }
  await actor.order('ACCEPTED');
  return actor;
}

/** The goods are on the shelf again, in the words of the seller's model. */
async function confirmed(actor: Actor, [, allocator, acceptor]: Model) {
  if (acceptor === 'dianzhanggui') {
    const clerk = await clerkAtWork(actor, '小王');
    const list = await clerk.get('/api/orders?list=refunds');
    expect(JSON.stringify(list.body)).toContain(OID);
    expect((await clerk.act({ action: 'agreeCancel' })).status).toBe(200);
    return;
  }
  const kind = allocator === 'isv' ? 'sync' : 'update';
  const xml = orderStatusXml({
    sellerCode: actor.seller.sellerId,
    tid: TID,
    oids: [OID],
    status: 'X_SHOP_CANCEL_CONFIRM',
    storeId: '1342',
    type: 'FAHUO',
  });
  const { text } = await actor.qimen(`taobao.qimen.orderStatus.${kind}`, xml);
  expect(element(text, 'flag'), text).toBe('success');
}

describe.each(MODELS)('model %s', (...model) => {
  test('a trade is closed after the store accepted: it is asked, and its goods count again', async () => {
    const actor = await at1342(model, true);
    await actor.push('taobao_trade_TradeClose');
    await of.askedBack(actor);
    await confirmed(actor, model);
    await of.refundIs(actor, 'AGREED', true);
    await actor.order('CLOSED');
    await eventually(async () => {
      expect((await actor.stock())['1342 U']).toBe('4/0');
    });
    expect(Object.values(await actor.stock()).every((cell) => cell.endsWith('/0'))).toBe(true);
    if (model[2] === 'pos') {
      expect(spiCalls(actor)).toEqual([[{ sub_oid: OID, status: 'STATUS_REFUNDED' }]]);
    }
  });
});

describe('a quick refund: the money is back before anybody was asked', () => {
  test.each(['taobao_refund_RefundCreated', 'taobao_refund_RefundBuyerModifyAgreement'] as const)(
    '%s: X_SHOP_CANCEL once, and the stock comes back by the store’s word',
    async (topic) => {
      const actor = await startedSeller(harness);
      await of.acceptedAt1342(actor);
      await actor.push(topic, { lines: [PAID_BACK], modified: new Date(Date.now() - 3_000) });
      await of.askedBack(actor);
      await actor.seller.pos.received(REFUND_SPI, TID);
      // Tmall goes on to tell what it has done.
      await actor.push('taobao_refund_RefundSuccess', { lines: [PAID_BACK] });
      await actor.push('taobao_trade_TradeClose', { lines: [PAID_BACK] });
      await actor.push('taobao_trade_TradeSellerShip', { lines: [PAID_BACK] });
      expect((await actor.storeReport('consigned', '1342'))['code']).not.toBe('0');
      expect(await actor.stock()).toEqual(SOLD);
      expect(await reportStatus(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('success');
      await of.refundIs(actor, 'AGREED', true);
      await actor.order('CLOSED');
      await actor.stockIs(FULL);
      const [task] = await of.tasks(actor);
      expect(task?.history.filter(({ status }) => status === 'CANCEL_ASKED')).toHaveLength(1);
      expect(spiCalls(actor)).toEqual([[{ sub_oid: OID, status: 'STATUS_REFUNDED' }]]);
      expect((await actor.storeReport('consigned', '1342'))['code']).not.toBe('0');
    },
  );

  test.each(['taobao_refund_RefundSuccess', 'taobao_refund_RefundSellerAgreeAgreement'] as const)(
    '%s alone: the store is asked by it',
    async (topic) => {
      const actor = await startedSeller(harness);
      await of.acceptedAt1342(actor);
      const isPaid = topic === 'taobao_refund_RefundSuccess';
      const refund = isPaid ? ('SUCCESS' as const) : ('WAIT_BUYER_RETURN_GOODS' as const);
      await actor.push(topic, { lines: [{ oid: OID, refund, refundId: '7001' }] });
      await of.refundIs(actor, 'WAITING_STORE', false);
      const { status } = { status: isPaid ? 'STATUS_REFUNDED' : 'STATUS_PAID' };
      await actor.seller.pos.received(REFUND_SPI, TID);
      expect(spiCalls(actor)).toEqual([[{ sub_oid: OID, status }]]);
    },
  );

  test('of one line of two: the other one is shipped, and the first is not', async () => {
    const actor = await startedSeller(harness);
    const lines = [{ oid: OID }, { oid: OID_2 }];
    await of.toldTo1342(actor, lines);
    const both = { oids: [OID, OID_2] };
    expect(await actor.storeReport('accpeted', '1342', both)).toMatchObject({ code: '0' });
    await actor.order('ACCEPTED');
    // Only the shipment's own snapshot says that line 1 is closed.
    await actor.push('taobao_trade_TradeSellerShip', {
      lines: [{ oid: OID, status: 'TRADE_CLOSED' }, { oid: OID_2 }],
    });
    await of.askedBack(actor);
    expect((await actor.storeReport('consigned', '1342', both))['code']).not.toBe('0');
    expect((await actor.storeReport('consigned', '1342'))['code']).not.toBe('0');
    const other = { oids: [OID_2] };
    expect(await actor.storeReport('consigned', '1342', other)).toMatchObject({ code: '0' });
    await eventually(async () => {
      const { order } = await harness.clients.orders.call('getOrder', {
        orderRef: tmallOrder(actor.seller.sellerId, TID),
      });
      expect(order?.lines.map(({ state }) => state)).toEqual(['ACCEPTED', 'SHIPPED']);
    });
    expect(await reportStatus(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('success');
    await actor.order('SHIPPED');
    await actor.stockIs(SOLD);
  });

  test('goods that were out already: they are shipped, recalled and matched', async () => {
    const actor = await startedSeller(harness);
    await of.acceptedAt1342(actor);
    await actor.push('taobao_refund_RefundCreated', { lines: [PAID_BACK] });
    await of.askedBack(actor);
    expect(await reportStatus(actor, 'X_SHOP_CANCEL_DENIED')).toBe('success');
    // Tmall takes no shipment of a closed sub-order; the parcel is reported all the same.
    expect(await actor.storeReport('consigned', '1342')).toMatchObject({ code: '0' });
    await actor.order('SHIPPED');
    const [task] = await of.tasks(actor);
    expect(task?.status).toBe('RETURN_EXPECTED');
    await actor.seller.pos.received(REFUND_SPI, TID, 2);
    expect(spiCalls(actor)[1]).toEqual([{ sub_oid: OID, status: 'STATUS_TRANSFERED' }]);
    expect(await reportStatus(actor, 'X_MATCHED')).toBe('success');
    await of.refundIs(actor, 'RETURNED', true);
    expect(await actor.stock()).toEqual(SOLD);
  });
});

describe('closed before the store has accepted', () => {
  test('the store hears of it, cannot accept, and the holds are free', async () => {
    const actor = await startedSeller(harness);
    await of.toldTo1342(actor);
    await actor.stockIs(HELD);
    await actor.push('taobao_trade_TradeClose');
    await actor.seller.pos.received(REFUND_SPI, TID);
    expect(spiCalls(actor)).toEqual([[{ sub_oid: OID, status: 'STATUS_REFUNDED' }]]);
    await actor.order('CLOSED');
    await actor.stockIs(FULL);
    expect((await actor.storeReport('accpeted', '1342'))['code']).not.toBe('0');
    expect(await reportStatus(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('success');
    await of.refundIs(actor, 'AGREED', true);
    expect(await actor.stock()).toEqual(FULL);
  });

  test('model A: it leaves the clerk’s new orders for the refunds', async () => {
    const actor = await at1342(MODELS[0], false);
    await actor.push('taobao_trade_TradeClose');
    await actor.order('CLOSED');
    const clerk = await clerkAtWork(actor, '小王');
    await eventually(async () => {
      const list = await clerk.get('/api/orders?list=refunds');
      expect(JSON.stringify(list.body)).toContain(OID);
    });
    expect(JSON.stringify((await clerk.get('/api/orders?list=new')).body)).not.toContain(OID);
    expect((await clerk.act({ action: 'accept' })).status).not.toBe(200);
    expect((await clerk.act({ action: 'agreeCancel' })).status).toBe(200);
    expect(JSON.stringify((await clerk.get('/api/orders?list=refunds')).body)).not.toContain(OID);
  });

  test('model B: before anybody allocated, no store gets it any more', async () => {
    const actor = await startedSeller(harness, { allocator: 'isv', acceptor: 'dianzhanggui' });
    await actor.pay();
    await actor.order('AWAITING_ALLOCATION');
    await actor.push('taobao_trade_TradeClose');
    await actor.order('CLOSED');
    await actor.stockIs(FULL);
    expect((await actor.allocateTo('1342'))['code']).not.toBe('0');
  });
});

describe('a report about a sub-order that its store says is closed or not paid', () => {
  const said = (status: string) => ({
    extra: {
      sub_order_list: JSON.stringify([
        { sub_oid: OID, status },
        { sub_oid: OID_2, status: 'STATUS_PAID' },
      ]),
    },
  });

  test.each(['STATUS_REFUNDED', 'STATUS_NOT_PAY'])('%s is refused as a whole', async (status) => {
    const actor = await startedSeller(harness);
    await of.toldTo1342(actor, [{ oid: OID }, { oid: OID_2 }]);
    for (const verb of ['accpeted', 'refuse'] as const) {
      const answer = await actor.storeReport(verb, '1342', said(status));
      expect(answer).toMatchObject({ code: 'isv.invalid-sub-order-status' });
      expect(String(answer['message'])).toContain(`${OID} `);
      expect(String(answer['message'])).toContain(status);
    }
    for (const task of await of.tasks(actor)) expect(task.status).toBe('OFFERED');
    const paid = said('STATUS_PAID');
    expect(await actor.storeReport('accpeted', '1342', paid)).toMatchObject({ code: '0' });
    await actor.order('ACCEPTED');
  });
});

describe('a message that names one sub-order, with a snapshot one moment old', () => {
  const old = [{ oid: OID }, { oid: OID_2 }];

  test('TradeClose closes that line; the other is shipped', async () => {
    const actor = await startedSeller(harness);
    await of.toldTo1342(actor, old);
    await actor.push('taobao_trade_TradeClose', { lines: old, status: OPEN, about: { oid: OID } });
    await eventually(async () => {
      const order = await actor.order('ALLOCATED');
      expect(order.lines.map(({ state }) => state)).toEqual(['CLOSED', 'ALLOCATED']);
    });
    const other = { oids: [OID_2] };
    expect(await actor.storeReport('accpeted', '1342', other)).toMatchObject({ code: '0' });
    await takenIn(actor, { lines: [{ oid: OID, status: 'TRADE_CLOSED' }, { oid: OID_2 }] });
    await eventually(async () =>
      expect(await actor.storeReport('consigned', '1342', other)).toMatchObject({ code: '0' }),
    );
    await actor.order('SHIPPED');
    await actor.stockIs(SOLD);
  });

  test('without a sub-order every line is closed', async () => {
    const actor = await startedSeller(harness);
    await of.toldTo1342(actor, old);
    await actor.push('taobao_trade_TradeClose', { lines: old });
    const order = await actor.order('CLOSED');
    expect(order.lines.map(({ state }) => state)).toEqual(['CLOSED', 'CLOSED']);
    await actor.stockIs(FULL);
  });

  test.each([
    ['taobao_refund_RefundCreated', false],
    ['taobao_refund_RefundSuccess', true],
  ] as const)('%s asks the store of that line', async (topic, granted) => {
    const actor = await startedSeller(harness);
    await of.toldTo1342(actor, old);
    await actor.push(topic, { lines: old, about: { oid: OID_2, refundId: '7001' } });
    await eventually(async () => {
      const { refunds } = await harness.clients.fulfillment.call('listRefunds', {
        orderRef: tmallOrder(actor.seller.sellerId, TID),
      });
      expect(refunds).toMatchObject([{ subOrderId: OID_2, state: 'WAITING_STORE', granted }]);
    });
  });
});
