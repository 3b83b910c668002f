import { placeFromMessage } from '@astrolabe/contracts';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { inventoryXml, orderStatusXml } from '../src/requests.ts';
import { OID, OID_2, TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { element } from '../src/wire.ts';

const REFUND_SPI = 'taobao.qimen.omniorder.customer.refund';
const START = { 'WH-01 C': '10/0', '1342 U': '4/0', '123 C': '3/0', '123 U': '2/0' };
const SOLD = { ...START, '1342 U': '2/0' };

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

/** A store's status through orderStatus.update (model C). */
async function report(actor: Actor, status: string, oids = [OID]): Promise<string> {
  const xml = orderStatusXml({
    sellerCode: actor.seller.sellerId,
    tid: TID,
    oids,
    status,
    storeId: '1342',
    type: 'FAHUO',
  });
  const { text } = await actor.qimen('taobao.qimen.orderStatus.update', xml);
  return element(text, 'flag') ?? '';
}

const ask = (actor: Actor, oids = [OID], all = [OID], modified = new Date()) =>
  actor.push('taobao_refund_RefundCreated', {
    lines: all.map((oid) => ({
      oid,
      refund: oids.includes(oid) ? ('WAIT_SELLER_AGREE' as const) : ('NO_REFUND' as const),
    })),
    modified,
  });

async function refunds(actor: Actor) {
  const { sellerId } = actor.seller;
  const answer = await harness.clients.fulfillment.call('listRefunds', { sellerId, tradeId: TID });
  return answer.refunds.map(({ subOrderId, state, allowed }) => ({ subOrderId, state, allowed }));
}

const refundIs = (actor: Actor, state: string, allowed: boolean) =>
  eventually(async () =>
    expect(await refunds(actor)).toEqual([{ subOrderId: OID, state, allowed }]),
  );

async function tasks(actor: Actor) {
  const { sellerId } = actor.seller;
  const found = await harness.clients.fulfillment.call('getFulfillment', {
    sellerId,
    tradeId: TID,
  });
  return found.tasks;
}

/** Paid, routed to store 1342, and accepted there. */
async function acceptedAt1342(actor: Actor): Promise<void> {
  await actor.pay();
  await actor.order('ALLOCATED');
  expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' });
  await actor.order('ACCEPTED');
  await actor.stockIs(SOLD);
}

async function shippedFrom1342(actor: Actor): Promise<void> {
  await actor.push('taobao_trade_TradeSellerShip');
  await eventually(async () =>
    expect(await actor.storeReport('consigned', '1342')).toMatchObject({ code: '0' }),
  );
  await actor.order('SHIPPED');
}

describe('before the goods have left', () => {
  test('[O-35] asked before the store accepts: when it agrees, every hold is free', async () => {
    const actor = await startedSeller(harness);
    await actor.pay();
    await actor.order('ALLOCATED');
    await actor.stockIs({ ...START, 'WH-01 C': '10/2', '1342 U': '4/2' });
    await ask(actor);
    await refundIs(actor, 'WAITING_STORE', false);
    expect(await report(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('success');
    await actor.order('CLOSED');
    await actor.stockIs(START);
    expect(await actor.sellable()).toBe('13');
  });

  test('[O-36, O-59] allowed when the store has the goods on its shelf again, and not before', async () => {
    const actor = await startedSeller(harness);
    await acceptedAt1342(actor);
    await ask(actor);
    await refundIs(actor, 'WAITING_STORE', false);
    expect(await actor.stock()).toEqual(SOLD);
    expect(await report(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('success');
    await refundIs(actor, 'AGREED', true);
    await actor.order('CLOSED');
    await actor.stockIs(START);
  });

  test('[O-58] denied: no refund, and the shipment is still taken', async () => {
    const actor = await startedSeller(harness);
    await acceptedAt1342(actor);
    await ask(actor);
    await refundIs(actor, 'WAITING_STORE', false);
    expect(await report(actor, 'X_SHOP_CANCEL_DENIED')).toBe('success');
    await refundIs(actor, 'DENIED', false);
    expect(await report(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('failure');
    await shippedFrom1342(actor);
    expect(await actor.stock()).toEqual(SOLD);
  });

  test('[O-70] asked twice for the same sub-order: one X_SHOP_CANCEL, and the ISV is told once', async () => {
    const actor = await startedSeller(harness);
    await acceptedAt1342(actor);
    await ask(actor, [OID], [OID], new Date(Date.now() - 2_000));
    await refundIs(actor, 'WAITING_STORE', false);
    await ask(actor);
    // Later news of the same order is taken in after the repeat.
    await actor.push('taobao_trade_TradeSellerShip');
    await eventually(async () => {
      const { sellerId } = actor.seller;
      const found = await harness.clients.fulfillment.call('getFulfillment', {
        sellerId,
        tradeId: TID,
      });
      expect(found.shippedAtTmall).toBe(true);
    });
    const [task] = await tasks(actor);
    expect(task?.history.filter(({ status }) => status === 'X_SHOP_CANCEL')).toHaveLength(1);
    const told = await actor.seller.pos.received(REFUND_SPI, TID);
    expect(told.verified).toBe(true);
    expect(told.body['sub_order_list']).toEqual([{ sub_oid: OID, status: 'STATUS_PAID' }]);
    expect(actor.seller.pos.calls.filter(({ method }) => method === REFUND_SPI)).toHaveLength(1);
  });

  test('[O-63] one of two sub-orders: the other one stays as it is', async () => {
    const actor = await startedSeller(harness);
    await actor.pay({ lines: [{ oid: OID }, { oid: OID_2 }] });
    await actor.order('ALLOCATED');
    expect(await actor.storeReport('accpeted', '1342', { oids: [OID, OID_2] })).toMatchObject({
      code: '0',
    });
    await actor.stockIs({ ...START, '1342 U': '0/0' });
    await ask(actor, [OID], [OID, OID_2]);
    await refundIs(actor, 'WAITING_STORE', false);
    expect(await report(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('success');
    await actor.stockIs(SOLD);
    await eventually(async () => {
      const order = await actor.order('ACCEPTED');
      expect(order.lines.map(({ state }) => state)).toEqual(['CLOSED', 'ACCEPTED']);
    });
    const other = (await tasks(actor)).find(({ subOrderId }) => subOrderId === OID_2);
    expect(other?.status).toBe('X_SHOP_ALLOCATION');
  });

  test('asked while no store has the order: it is agreed to at once', async () => {
    const actor = await startedSeller(harness, { allocator: 'isv', acceptor: 'pos' });
    await actor.pay();
    await actor.order('AWAITING_ALLOCATION');
    await ask(actor);
    await refundIs(actor, 'AGREED', true);
    await actor.order('CLOSED');
    await actor.stockIs(START);
  });
});

describe('after the goods have left', () => {
  test('[O-62, O-37] X_HANDLED_CANCEL; the goods count again when the merchant reports them', async () => {
    const actor = await startedSeller(harness);
    await acceptedAt1342(actor);
    await shippedFrom1342(actor);
    await ask(actor);
    await refundIs(actor, 'WAITING_RETURN', false);
    const [task] = await tasks(actor);
    expect(task?.status).toBe('X_HANDLED_CANCEL');
    expect(task?.history.map(({ status }) => status)).not.toContain('X_SHOP_CANCEL');
    expect(placeFromMessage(task?.place)?.id).toBe('1342');
    const told = await actor.seller.pos.received(REFUND_SPI, TID);
    expect(told.body['sub_order_list']).toEqual([{ sub_oid: OID, status: 'STATUS_TRANSFERED' }]);

    expect(await report(actor, 'X_MATCHED')).toBe('success');
    await refundIs(actor, 'RETURNED', true);
    await eventually(async () => {
      const { receivable } = await harness.clients.settlement.call('getReceivable', {
        sellerId: actor.seller.sellerId,
        tradeId: TID,
      });
      const [line] = receivable?.lines ?? [];
      const { credits = [], amountFen, postFeeFen } = receivable ?? {};
      expect(credits).toMatchObject([{ subOrderId: OID, amountFen: line?.amountFen }]);
      expect(line?.amountFen).toBeGreaterThan(0n);
      expect(amountFen).toBe(postFeeFen);
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
    await actor.stockIs(START);
  });
});
