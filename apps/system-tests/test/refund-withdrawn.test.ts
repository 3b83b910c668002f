import { tmallOrder } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { startRds } from '../src/rds.ts';
import type { RdsServer } from '../src/rds.ts';
import {
  FULL,
  HELD,
  SOLD,
  askRefund,
  refundsOf,
  reportStatus,
  withdrawRefund,
} from '../src/refunds.ts';
import { OID, OID_2, TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';

const TOLD = 'taobao.qimen.omniorder.allocatedinfo.sync';
const REFUND_SPI = 'taobao.qimen.omniorder.customer.refund';

let rds: RdsServer;
let harness: Harness;
let of: ReturnType<typeof refundsOf>;
beforeAll(async () => {
  rds = await startRds(['123543']);
  harness = await startHarness({
    apps: [...SERVICES, 'order-push'],
    extra: { 'order-push': { RDS_CONNECTIONS: rds.connections } },
  });
  of = refundsOf(harness);
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
  await rds.stop();
});

const statusIs = (actor: Actor, status: string) =>
  eventually(async () => expect((await of.tasks(actor))[0]?.status).toBe(status));

/** By another clerk: the same request within a second is one, and gets the first one's answer. */
const acceptedAgain = (actor: Actor, oids = [OID]) =>
  actor.storeReport('accpeted', '1342', { oids, extra: { operator: '小李' } });

const ratiosAre = (actor: Actor, ratios: Awaited<ReturnType<typeof of.ratios>>) =>
  eventually(async () => expect(await of.ratios(actor)).toEqual(ratios));

describe('a refund that the buyer withdraws (taobao_refund_RefundClosed)', () => {
  test('before the store has answered: the order goes on where it was, and the store hears of it', async () => {
    const actor = await startedSeller(harness);
    await of.toldTo1342(actor);
    await askRefund(actor, { refundId: '7001' });
    await of.refundIs(actor, 'WAITING_STORE', false);
    await actor.seller.pos.received(REFUND_SPI, TID);
    await withdrawRefund(actor, { refundId: '7001' });
    await of.refundIs(actor, 'WITHDRAWN', false);
    await statusIs(actor, 'OFFERED');
    expect(await actor.stock()).toEqual(HELD);
    const again = await actor.seller.pos.received(TOLD, TID, 2);
    expect(again.verified).toBe(true);
    expect(again.body['store_allocated_list']).toMatchObject([
      { store_id: '1342', sub_oid: OID, status: 'Allocated' },
    ]);
    // The question is void, and so is an answer to it.
    expect(await reportStatus(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('failure');
    expect(await reportStatus(actor, 'X_SHOP_CANCEL_DENIED')).toBe('failure');
    expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' });
    await actor.order('ACCEPTED');
    await actor.stockIs(SOLD);
    await of.shippedFrom1342(actor);
    await actor.stockIs(SOLD);
    await ratiosAre(actor, { orderAccept: '1/1', storeDispatch: '1/1', storeAccept: '1/1' });
  });

  test('after the store has agreed: held, allocated and told again, then shipped', async () => {
    const actor = await startedSeller(harness);
    await of.acceptedAt1342(actor);
    await askRefund(actor, { refundId: '7001' });
    await of.refundIs(actor, 'WAITING_STORE', false);
    expect(await reportStatus(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('success');
    await of.refundIs(actor, 'AGREED', true);
    await actor.order('CLOSED');
    await actor.stockIs(FULL);
    await withdrawRefund(actor, { refundId: '7001' });
    await of.refundIs(actor, 'WITHDRAWN', false);
    await of.givenToStore(actor, TID, 2);
    await actor.order('ALLOCATED');
    await actor.stockIs(HELD);
    expect(await acceptedAgain(actor)).toMatchObject({ code: '0' });
    await actor.order('ACCEPTED');
    await actor.stockIs(SOLD);
    await of.shippedFrom1342(actor);
    expect(await actor.stock()).toEqual(SOLD);
    // The store has accepted twice; it is one order, told to one store.
    await ratiosAre(actor, { orderAccept: '2/1', storeDispatch: '1/1', storeAccept: '1/1' });
  });

  test('for one of two sub-orders after the store agreed: it goes back to where the other one is', async () => {
    const actor = await startedSeller(harness);
    const both = [OID, OID_2];
    await of.toldTo1342(actor, [{ oid: OID }, { oid: OID_2 }]);
    expect(await actor.storeReport('accpeted', '1342', { oids: both })).toMatchObject({
      code: '0',
    });
    await actor.stockIs({ ...FULL, '1342 U': '0/0' });
    await askRefund(actor, { all: both, refundId: '7001' });
    await of.refundIs(actor, 'WAITING_STORE', false);
    expect(await reportStatus(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('success');
    await actor.stockIs(SOLD);
    await withdrawRefund(actor, { all: both, refundId: '7001' });
    await actor.stockIs({ ...FULL, 'WH-01 C': '10/2', '1342 U': '2/2' });
    await eventually(async () =>
      expect((await of.tasks(actor)).map(({ status, allocation }) => [status, allocation])).toEqual(
        [
          ['OFFERED', 2],
          ['ACCEPTED', 1],
        ],
      ),
    );
    expect(await acceptedAgain(actor, both)).toMatchObject({ code: '0' });
    await actor.order('ACCEPTED');
    await actor.stockIs({ ...FULL, '1342 U': '0/0' });
  });

  test('after the store has denied: the goods are out, and their shipment is taken', async () => {
    const actor = await startedSeller(harness);
    await of.acceptedAt1342(actor);
    await askRefund(actor, { refundId: '7001' });
    await of.refundIs(actor, 'WAITING_STORE', false);
    expect(await reportStatus(actor, 'X_SHOP_CANCEL_DENIED')).toBe('success');
    await withdrawRefund(actor, { refundId: '7001' });
    await of.refundIs(actor, 'WITHDRAWN', false);
    await of.shippedFrom1342(actor);
    expect(await actor.stock()).toEqual(SOLD);
  });

  test('after the shipment: nothing is to come back, and nothing is credited', async () => {
    const actor = await startedSeller(harness);
    await of.acceptedAt1342(actor);
    await of.shippedFrom1342(actor);
    await askRefund(actor, { refundId: '7001' });
    await of.refundIs(actor, 'WAITING_RETURN', false);
    await withdrawRefund(actor, { refundId: '7001' });
    await of.refundIs(actor, 'WITHDRAWN', false);
    await statusIs(actor, 'SHIPPED');
    expect(await reportStatus(actor, 'X_MATCHED')).toBe('failure');
    const name = { orderRef: tmallOrder(actor.seller.sellerId, TID) };
    await eventually(async () => {
      const { receivable } = await harness.clients.settlement.call('getReceivable', name);
      expect(receivable).toMatchObject({ credits: [], amountFen: 20_000n });
    });
    expect(await actor.stock()).toEqual(SOLD);
    // A later refund is another one.
    await askRefund(actor, { refundId: '7002', modified: new Date(Date.now() + 2_000) });
    await of.refundIs(actor, 'WAITING_RETURN', false);
    const later = new Date(Date.now() + 1_000);
    expect(await reportStatus(actor, 'X_MATCHED', [OID], later)).toBe('success');
    await of.refundIs(actor, 'RETURNED', true);
    await eventually(async () => {
      const { receivable } = await harness.clients.settlement.call('getReceivable', name);
      expect(receivable?.credits).toHaveLength(1);
    });
  });

  test('told before the refund itself: nobody is asked', async () => {
    const actor = await startedSeller(harness);
    await of.acceptedAt1342(actor);
    await withdrawRefund(actor, { refundId: '7001' });
    await askRefund(actor, { refundId: '7001' });
    // Later news of the same order is taken in after both.
    await actor.push('taobao_trade_TradeSellerShip');
    await of.shippedAtTmall(actor);
    expect(await of.refunds(actor)).toEqual([]);
    expect((await of.tasks(actor))[0]?.status).toBe('ACCEPTED');
    expect(actor.seller.pos.calls.filter(({ method }) => method === REFUND_SPI)).toEqual([]);
  });
});

test('the seller allocates anew while the store is asked: that waits, and is taken up when the refund is withdrawn', async () => {
  const actor = await startedSeller(harness, { allocator: 'isv', acceptor: 'pos' });
  await actor.pay();
  await actor.order('AWAITING_ALLOCATION');
  expect(await actor.allocateTo('1342')).toMatchObject({ code: '0' });
  await of.givenToStore(actor);
  await askRefund(actor, { refundId: '7001' });
  await of.refundIs(actor, 'WAITING_STORE', false);
  expect(await actor.allocateTo('123')).toMatchObject({ code: '0' });
  await actor.stockIs({ ...FULL, 'WH-01 C': '10/2', '123 U': '2/2' });
  await withdrawRefund(actor, { refundId: '7001' });
  await of.givenToStore(actor, TID, 2);
  expect(await actor.storeReport('accpeted', '123')).toMatchObject({ code: '0' });
  await actor.order('ACCEPTED');
  await actor.stockIs({ ...FULL, '123 U': '0/0' });
});

test('the tables show a withdrawn refund as CLOSED, and its order again', async () => {
  const tid = String(BigInt(TID) + 9_000n);
  const applications = [{ appKey: '123543', omni: true }];
  const actor = await startedSeller(harness, {
    allocator: 'isv',
    acceptor: 'pos',
    push: { method: 'ONBOARDING', onboarding: '123543', applications },
  });
  await actor.pay({ tid });
  await actor.order('AWAITING_ALLOCATION', tid);
  await askRefund(actor, { tid, refundId: '7003' });
  await eventually(async () =>
    expect(await rds.refund('123543', '7003')).toMatchObject({ status: 'WAIT_SELLER_AGREE' }),
  );
  await actor.order('CLOSED', tid);
  await withdrawRefund(actor, { tid, refundId: '7003' });
  await eventually(async () =>
    expect(await rds.refund('123543', '7003')).toMatchObject({ tid, oid: OID, status: 'CLOSED' }),
  );
  await actor.order('AWAITING_ALLOCATION', tid);
  // The seller's router is asked once more.
  await actor.seller.pos.received('taobao.qimen.omniorder.allocate', tid, 2);
  expect(await actor.allocateTo('123', tid)).toMatchObject({ code: '0' });
  await actor.order('ALLOCATED', tid);
  await actor.stockIs({ ...FULL, 'WH-01 C': '10/2', '123 U': '2/2' });
});
