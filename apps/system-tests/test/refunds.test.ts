import { placeFromMessage } from '@astrolabe/contracts';
import { tmallOrder } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { FULL, HELD, SOLD, askRefund, refundsOf, reportStatus } from '../src/refunds.ts';
import { inventoryXml } from '../src/requests.ts';
import { OID, OID_2, TID, startedSeller } from '../src/scenario.ts';

const REFUND_SPI = 'taobao.qimen.omniorder.customer.refund';

let harness: Harness;
let of: ReturnType<typeof refundsOf>;
beforeAll(async () => {
  harness = await startHarness();
  of = refundsOf(harness);
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

describe('before the goods have left', () => {
  test('[O-35] asked before the store accepts: when it agrees, every hold is free', async () => {
    const actor = await startedSeller(harness);
    await of.toldTo1342(actor);
    await actor.stockIs(HELD);
    await askRefund(actor);
    await of.refundIs(actor, 'WAITING_STORE', false);
    expect(await reportStatus(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('success');
    await actor.order('CLOSED');
    await actor.stockIs(FULL);
    expect(await actor.sellable()).toBe('13');
  });

  test('[O-36, O-59] allowed when the store has the goods on its shelf again, and not before', async () => {
    const actor = await startedSeller(harness);
    await of.acceptedAt1342(actor);
    await askRefund(actor);
    await of.refundIs(actor, 'WAITING_STORE', false);
    expect(await actor.stock()).toEqual(SOLD);
    expect(await reportStatus(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('success');
    await of.refundIs(actor, 'AGREED', true);
    await actor.order('CLOSED');
    await actor.stockIs(FULL);
  });

  test('[O-58] denied: no refund, and the shipment is still taken', async () => {
    const actor = await startedSeller(harness);
    await of.acceptedAt1342(actor);
    await askRefund(actor);
    await of.refundIs(actor, 'WAITING_STORE', false);
    expect(await reportStatus(actor, 'X_SHOP_CANCEL_DENIED')).toBe('success');
    await of.refundIs(actor, 'DENIED', false);
    expect(await reportStatus(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('failure');
    await of.shippedFrom1342(actor);
    expect(await actor.stock()).toEqual(SOLD);
  });

  test('[O-70] asked twice for the same sub-order: one X_SHOP_CANCEL, and the ISV is told once', async () => {
    const actor = await startedSeller(harness);
    await of.acceptedAt1342(actor);
    await askRefund(actor, { modified: new Date(Date.now() - 2_000) });
    await of.refundIs(actor, 'WAITING_STORE', false);
    await askRefund(actor);
    // Later news of the same order is taken in after the repeat.
    await actor.push('taobao_trade_TradeSellerShip');
    await of.shippedAtTmall(actor);
    const [task] = await of.tasks(actor);
    expect(task?.history.filter(({ status }) => status === 'CANCEL_ASKED')).toHaveLength(1);
    const told = await actor.seller.pos.received(REFUND_SPI, TID);
    expect(told.verified).toBe(true);
    expect(told.body['sub_order_list']).toEqual([{ sub_oid: OID, status: 'STATUS_PAID' }]);
    expect(actor.seller.pos.calls.filter(({ method }) => method === REFUND_SPI)).toHaveLength(1);
  });

  test('[O-63] one of two sub-orders: the other one stays as it is', async () => {
    const actor = await startedSeller(harness);
    await of.toldTo1342(actor, [{ oid: OID }, { oid: OID_2 }]);
    expect(await actor.storeReport('accpeted', '1342', { oids: [OID, OID_2] })).toMatchObject({
      code: '0',
    });
    await actor.stockIs({ ...FULL, '1342 U': '0/0' });
    await askRefund(actor, { all: [OID, OID_2] });
    await of.refundIs(actor, 'WAITING_STORE', false);
    expect(await reportStatus(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('success');
    await actor.stockIs(SOLD);
    await eventually(async () => {
      const order = await actor.order('ACCEPTED');
      expect(order.lines.map(({ state }) => state)).toEqual(['CLOSED', 'ACCEPTED']);
    });
    const other = (await of.tasks(actor)).find(({ subOrderId }) => subOrderId === OID_2);
    expect(other?.status).toBe('ACCEPTED');
  });

  test('asked while no store has the order: it is agreed to at once', async () => {
    const actor = await startedSeller(harness, { allocator: 'isv', acceptor: 'pos' });
    await actor.pay();
    await actor.order('AWAITING_ALLOCATION');
    await askRefund(actor);
    await of.refundIs(actor, 'AGREED', true);
    await actor.order('CLOSED');
    await actor.stockIs(FULL);
  });
});

describe('after the goods have left', () => {
  test('[O-62, O-37] X_HANDLED_CANCEL; the goods count again when the merchant reports them', async () => {
    const actor = await startedSeller(harness);
    await of.acceptedAt1342(actor);
    await of.shippedFrom1342(actor);
    await askRefund(actor);
    await of.refundIs(actor, 'WAITING_RETURN', false);
    const [task] = await of.tasks(actor);
    expect(task?.status).toBe('RETURN_EXPECTED');
    expect(task?.history.map(({ status }) => status)).not.toContain('CANCEL_ASKED');
    expect(placeFromMessage(task?.place)?.id).toBe('1342');
    const told = await actor.seller.pos.received(REFUND_SPI, TID);
    expect(told.body['sub_order_list']).toEqual([{ sub_oid: OID, status: 'STATUS_TRANSFERED' }]);

    expect(await reportStatus(actor, 'X_MATCHED')).toBe('success');
    await of.refundIs(actor, 'RETURNED', true);
    await eventually(async () => {
      const { receivable } = await harness.clients.settlement.call('getReceivable', {
        orderRef: tmallOrder(actor.seller.sellerId, TID),
      });
      const [line] = receivable?.lines ?? [];
      const { credits = [], amountFen, postFeeFen } = receivable ?? {};
      expect(credits).toMatchObject([{ subOrderId: OID, amountFen: line?.amountFen }]);
      expect(line?.amountFen).toBeGreaterThan(0n);
      expect(amountFen).toBe(postFeeFen);
      // The postage is 0.00 here, so nothing is owed any more.
      expect(receivable).toMatchObject({ amountFen: 0n, state: 'CLOSED' });
    });
    expect(await actor.stock()).toEqual(SOLD);
    const inbound = {
      place: '1342',
      kind: 'UNCERTAINTY',
      quantity: '2',
      billNum: 'B-9',
      billType: 'BALANCE',
    } as const;
    await actor.qimenOk(
      'taobao.qimen.storeinventory.itemupdate',
      inventoryXml(actor.seller.sellerId, [inbound]),
    );
    await actor.stockIs(FULL);
  });
});
