import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { FULL, askRefund, refundsOf } from '../src/refunds.ts';
import { OID, OID_2, TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';

/** TOP's `modified` has whole seconds: several true messages about one trade share it. */

const REFUND_SPI = 'taobao.qimen.omniorder.customer.refund';
const BOTH = [{ oid: OID }, { oid: OID_2 }];

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

/** Both sub-orders accepted at store 1342. */
async function accepted(): Promise<Actor> {
  const actor = await startedSeller(harness);
  await of.toldTo1342(actor, BOTH);
  const oids = [OID, OID_2];
  expect(await actor.storeReport('accpeted', '1342', { oids })).toMatchObject({ code: '0' });
  await actor.order('ACCEPTED');
  return actor;
}

test('two refunds of one second: the store is asked about both', async () => {
  const actor = await accepted();
  const modified = new Date();
  const all = [OID, OID_2];
  await askRefund(actor, { oids: [OID], all, refundId: '7201', modified });
  await askRefund(actor, { oids: [OID_2], all, refundId: '7202', modified });
  await askRefund(actor, { oids: [OID], all, refundId: '7201', modified });
  await eventually(async () =>
    expect(await of.refunds(actor)).toEqual([
      { subOrderId: OID, state: 'WAITING_STORE', allowed: false },
      { subOrderId: OID_2, state: 'WAITING_STORE', allowed: false },
    ]),
  );
  await eventually(() => {
    const calls = actor.seller.pos.calls.filter(({ method }) => method === REFUND_SPI);
    const asked = calls.map(({ body }) => JSON.stringify(body['sub_order_list']));
    expect(asked.filter((list) => list.includes(OID))).toHaveLength(1);
    expect(asked.filter((list) => list.includes(OID_2))).toHaveLength(1);
  });
});

test('two packages that Tmall ships within one second: the store reports both', async () => {
  const actor = await accepted();
  const modified = new Date();
  const shipped = 'WAIT_BUYER_CONFIRM_GOODS';
  const waiting = 'WAIT_SELLER_SEND_GOODS';
  for (const second of [waiting, shipped]) {
    const lines = [
      { oid: OID, status: shipped },
      { oid: OID_2, status: second },
    ];
    await actor.push('taobao_trade_TradePartlySellerShip', { lines, modified });
  }
  for (const oid of [OID, OID_2]) {
    await eventually(async () =>
      expect(await actor.storeReport('consigned', '1342', { oids: [oid] })).toMatchObject({
        code: '0',
      }),
    );
  }
  await actor.order('SHIPPED');
});

test('two sub-orders closed within one second: both are closed, both holds released', async () => {
  const actor = await startedSeller(harness);
  await of.toldTo1342(actor, BOTH);
  const modified = new Date();
  const closed = 'TRADE_CLOSED';
  const open = 'WAIT_SELLER_SEND_GOODS';
  for (const second of [open, closed]) {
    const lines = [
      { oid: OID, status: closed },
      { oid: OID_2, status: second },
    ];
    await actor.push('taobao_trade_TradeClose', { lines, modified, status: open });
  }
  const order = await actor.order('CLOSED', TID);
  expect(order.lines.map(({ state }) => state)).toEqual(['CLOSED', 'CLOSED']);
  await actor.stockIs(FULL);
});
