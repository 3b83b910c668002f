import { tmallOrder } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { ISV_SHIPMENT, reportToIsv, sellerWithIsv, connectIsv } from '../src/isv.ts';
import type { IsvClient } from '../src/isv.ts';
import { startRds } from '../src/rds.ts';
import type { RdsServer } from '../src/rds.ts';
import { askRefund, refundsOf, withdrawRefund } from '../src/refunds.ts';
import { OID, TID, routedTo } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';

const FULL = { '1342 C': '5/0', '123 U': '8/0' };
const HELD = { '1342 C': '5/2', '123 U': '8/2' };
const SOLD = { '1342 C': '5/0', '123 U': '6/0' };
const LONG = { timeoutMs: 30_000 };

/** The keys that the harness gives to the POS role of its first sellers. */
const APP_KEYS = Array.from({ length: 8 }, (_, index) => `${21_230 + index}1`);

let rds: RdsServer;
let harness: Harness;
let isv: IsvClient;
let of: ReturnType<typeof refundsOf>;
beforeAll(async () => {
  rds = await startRds(APP_KEYS);
  const tables = { RDS_CONNECTIONS: rds.connections, RDS_INTERVAL_MS: '200' };
  harness = await startHarness({
    apps: [...SERVICES, 'order-push', 'isv-allocator'],
    extra: { 'order-push': tables, 'isv-allocator': tables },
  });
  isv = connectIsv(harness);
  of = refundsOf(harness);
});
afterAll(async () => {
  isv.close();
  expect(harness.crashes).toEqual([]);
  await harness.stop();
  await rds.stop();
});

const refundsAtIsv = async (actor: Actor) => {
  const { sellerId } = actor.seller;
  const { refunds } = await isv.call('getAllocation', { orderRef: tmallOrder(sellerId, TID) });
  return refunds.map(({ refundId, state, afterSale }) => ({ refundId, state, afterSale }));
};

/** Waits until the application knows one refund as told. */
const isvHas = (actor: Actor, state: string, afterSale = false, refundId = '7001') =>
  eventually(
    async () => expect(await refundsAtIsv(actor)).toEqual([{ refundId, state, afterSale }]),
    LONG,
  );

/** The application has sent the order to 123, and the store has accepted it. */
async function acceptedAt123(actor: Actor): Promise<void> {
  await actor.pay();
  const order = await actor.order('ALLOCATED');
  expect(routedTo(order.lines)).toEqual(['123 SHARED']);
  await of.givenToStore(actor);
  await reportToIsv(isv, actor, 'ACCEPTED');
  await actor.order('ACCEPTED');
  await actor.stockIs(SOLD);
}

test('a quick refund: the application hears that the money is back, and answers where the goods are', async () => {
  const actor = await sellerWithIsv(harness, isv);
  await acceptedAt123(actor);
  await actor.push('taobao_refund_RefundCreated', {
    lines: [{ oid: OID, refund: 'SUCCESS', refundId: '7001' }],
  });
  await of.askedBack(actor);
  const row = () => rds.refund(actor.seller.keys.pos.appKey, '7001');
  await eventually(async () => expect(await row()).toMatchObject({ status: 'SUCCESS' }), LONG);
  await isvHas(actor, 'OVER');
  await reportToIsv(isv, actor, 'CANCEL_AGREED');
  await of.refundIs(actor, 'AGREED', true);
  await actor.order('CLOSED');
  await actor.stockIs(FULL);
});

test('the store agrees: the application answers the platform, and the goods are free', async () => {
  const actor = await sellerWithIsv(harness, isv);
  await acceptedAt123(actor);
  await askRefund(actor, { refundId: '7001', modified: new Date(Date.now() - 2_000) });
  await of.refundIs(actor, 'WAITING_STORE', false);
  await isvHas(actor, 'ASKED');
  // Tmall repeats itself; nothing is asked twice.
  await askRefund(actor, { refundId: '7001' });
  expect(await reportToIsv(isv, actor, 'CANCEL_AGREED')).toEqual({ already: false });
  await of.refundIs(actor, 'AGREED', true);
  await actor.order('CLOSED');
  await actor.stockIs(FULL);
  await isvHas(actor, 'AGREED');
  expect(await reportToIsv(isv, actor, 'CANCEL_AGREED')).toEqual({ already: true });
});

test('the store denies: the platform blocks the refund, and the shipment follows', async () => {
  const actor = await sellerWithIsv(harness, isv);
  await acceptedAt123(actor);
  await expect(reportToIsv(isv, actor, 'CANCEL_DENIED')).rejects.toThrow('NO_OPEN_REFUND');
  await askRefund(actor, { refundId: '7001' });
  await isvHas(actor, 'ASKED');
  await reportToIsv(isv, actor, 'CANCEL_DENIED');
  await of.refundIs(actor, 'DENIED', false);
  await actor.push('taobao_trade_TradeSellerShip');
  await of.shippedAtTmall(actor);
  await reportToIsv(isv, actor, 'SHIPPED', ISV_SHIPMENT);
  await actor.order('SHIPPED');
  expect(await actor.stock()).toEqual(SOLD);
});

test('withdrawn before the store answers: the table says so, and the place stands', async () => {
  const actor = await sellerWithIsv(harness, isv);
  await acceptedAt123(actor);
  await askRefund(actor, { refundId: '7001' });
  await isvHas(actor, 'ASKED');
  await withdrawRefund(actor, { refundId: '7001' });
  await isvHas(actor, 'WITHDRAWN');
  await expect(reportToIsv(isv, actor, 'CANCEL_AGREED')).rejects.toThrow('NO_OPEN_REFUND');
  await of.refundIs(actor, 'WITHDRAWN', false);
  await actor.push('taobao_trade_TradeSellerShip');
  await of.shippedAtTmall(actor);
  await reportToIsv(isv, actor, 'SHIPPED', ISV_SHIPMENT);
  await actor.order('SHIPPED');
});

test('withdrawn after the store agreed: the application allocates the order again', async () => {
  const actor = await sellerWithIsv(harness, isv);
  await acceptedAt123(actor);
  await askRefund(actor, { refundId: '7001' });
  await isvHas(actor, 'ASKED');
  await reportToIsv(isv, actor, 'CANCEL_AGREED');
  await actor.order('CLOSED');
  await actor.stockIs(FULL);
  await withdrawRefund(actor, { refundId: '7001' });
  await isvHas(actor, 'WITHDRAWN');
  const order = await eventually(() => actor.order('ALLOCATED'), LONG);
  expect(routedTo(order.lines)).toEqual(['123 SHARED']);
  await actor.stockIs(HELD);
  // The very same words as before, and heard: they are not told within the same second.
  await reportToIsv(isv, actor, 'ACCEPTED');
  await actor.order('ACCEPTED');
  await actor.stockIs(SOLD);
});

test('asked together with the payment: whoever is first, nothing stays held; withdrawn, it is allocated', async () => {
  const actor = await sellerWithIsv(harness, isv);
  await Promise.all([actor.pay(), askRefund(actor, { refundId: '7001' })]);
  await eventually(async () => {
    const [refund] = await of.refunds(actor);
    // The allocation may have been faster: then there is a store to ask, and it agrees.
    if (refund?.state === 'WAITING_STORE') {
      await reportToIsv(isv, actor, 'CANCEL_AGREED');
    }
    expect(refund).toMatchObject({ state: 'AGREED', allowed: true });
  }, LONG);
  await actor.order('CLOSED');
  await actor.stockIs(FULL);
  // The table may not have the order yet; the application knows of the refund by the SPI.
  await eventually(
    async () => expect(await refundsAtIsv(actor)).toMatchObject([{ state: 'AGREED' }]),
    LONG,
  );
  await withdrawRefund(actor, { refundId: '7001' });
  await isvHas(actor, 'WITHDRAWN');
  await eventually(() => actor.order('ALLOCATED'), LONG);
  await actor.stockIs(HELD);
});

test('after the shipment: the application tells when the goods are back', async () => {
  const actor = await sellerWithIsv(harness, isv);
  await acceptedAt123(actor);
  await actor.push('taobao_trade_TradeSellerShip');
  await of.shippedAtTmall(actor);
  await reportToIsv(isv, actor, 'SHIPPED', ISV_SHIPMENT);
  await actor.order('SHIPPED');
  await askRefund(actor, { refundId: '7001' });
  await of.refundIs(actor, 'WAITING_RETURN', false);
  await isvHas(actor, 'ASKED', true);
  await reportToIsv(isv, actor, 'RETURNED');
  await of.refundIs(actor, 'RETURNED', true);
  await isvHas(actor, 'RETURNED', true);
});
