import { placeFromMessage } from '@astrolabe/contracts';
import { tmallOrder } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { startRds } from '../src/rds.ts';
import type { RdsServer } from '../src/rds.ts';
import { inventoryXml } from '../src/requests.ts';
import { Actor, OID, OID_2, TID } from '../src/scenario.ts';

const CONSIGNED = 'taobao.qimen.omniorder.store.consigned';
const UPDATE = 'taobao.qimen.storeinventory.itemupdate';
const SHIPPED = 'taobao_trade_TradeSellerShip';

/** Who allocates and who accepts: two switches, four models (catalogue 1.2). */
const MODELS = [
  ['A', 'astrolabe', 'dianzhanggui'],
  ['B', 'isv', 'dianzhanggui'],
  ['C', 'astrolabe', 'pos'],
  ['D', 'isv', 'pos'],
] as const;

/** An application that processes no omni-channel orders. */
const PLAIN = '555';
const push = {
  method: 'RETURNED' as const,
  onboarding: '',
  applications: [{ appKey: PLAIN, omni: false }],
};

let rds: RdsServer;
let harness: Harness;
beforeAll(async () => {
  rds = await startRds([PLAIN]);
  harness = await startHarness({
    apps: [...SERVICES, 'order-push'],
    extra: { 'order-push': { RDS_CONNECTIONS: rds.connections } },
  });
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
  await rds.stop();
});

/** Trades are known to the tables by their number alone. */
let last = BigInt(TID);
const nextTrade = (): string => String((last += 1_000n));

type Model = readonly [string, 'astrolabe' | 'isv', 'dianzhanggui' | 'pos'];

/** A seller whose goods lie at the warehouse: ten pieces, and none at stores 1342 and 123. */
async function sellerOf([, allocator, acceptor]: Model): Promise<Actor> {
  const actor = new Actor(harness, await harness.newSeller({ allocator, acceptor, push }));
  await actor.createStores();
  const place = 'WH-01';
  await actor.initialise([{ place, kind: 'CERTAINTY', quantity: '10', billNum: 'B-1' }]);
  return actor;
}

const taskOf = async (actor: Actor, tid: string, oid = OID) => {
  const { sellerId } = actor.seller;
  const { tasks } = await harness.clients.fulfillment.call('getFulfillment', {
    orderRef: tmallOrder(sellerId, tid),
  });
  return tasks.find(({ subOrderId }) => subOrderId === oid);
};

const receivableOf = async (actor: Actor, tid: string) => {
  const name = { orderRef: tmallOrder(actor.seller.sellerId, tid) };
  return (await harness.clients.settlement.call('getReceivable', name)).receivable;
};

/** So many seconds ago: the second that a message of Tmall names. */
const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1_000);

describe('goods that left before they were allocated', () => {
  test.each(MODELS)(
    'model %s: the shipment overtakes the payment, and nothing is allocated',
    async (...model) => {
      const actor = await sellerOf(model);
      const tid = nextTrade();
      await actor.push(SHIPPED, { tid, modified: ago(5) });
      await actor.push('taobao_trade_TradeBuyerPay', { tid, modified: ago(20) });
      const order = await actor.order('SHIPPED', tid);
      expect(order.timeline.map(({ what }) => what)).not.toContain('ALLOCATED');
      await actor.stockIs({ 'WH-01 C': '8/0' });
      await eventually(async () =>
        expect(await receivableOf(actor, tid)).toMatchObject({ amountFen: 20_000n }),
      );
      await eventually(async () => expect(await rds.trade(PLAIN, tid)).not.toBeNull());
      expect(actor.seller.pos.calls).toEqual([]);
    },
  );

  test("the seller ships at Tmall while its router is asked: nobody waits for the router's answer", async () => {
    const actor = await sellerOf(MODELS[1]);
    const tid = nextTrade();
    await actor.pay({ tid });
    await actor.order('AWAITING_ALLOCATION', tid);
    await actor.push(SHIPPED, { tid });
    await actor.order('SHIPPED', tid);
    await actor.stockIs({ 'WH-01 C': '8/0' });
    expect(await actor.allocate({ [OID]: '1342' }, tid)).not.toMatchObject({ code: '0' });
  });
});

describe("Tmall's shipment is the shipment of the warehouse", () => {
  test.each(MODELS)(
    'model %s: the hold is sold, the order is shipped and owed',
    async (...model) => {
      const actor = await sellerOf(model);
      const tid = nextTrade();
      await actor.pay({ tid });
      if (model[1] === 'isv') {
        await actor.order('AWAITING_ALLOCATION', tid);
        expect(await actor.allocate({ [OID]: 'WH-01' }, tid)).toMatchObject({ code: '0' });
      }
      await actor.order('ALLOCATED', tid);
      expect(await actor.stock()).toEqual({ 'WH-01 C': '10/2' });
      expect(await rds.trade(PLAIN, tid)).toBeNull();

      await actor.push(SHIPPED, { tid });
      await actor.order('SHIPPED', tid);
      await actor.stockIs({ 'WH-01 C': '8/0' });
      expect((await taskOf(actor, tid))?.history.map(({ status }) => status)).toEqual([
        'OFFERED',
        'SHIPPED',
      ]);
      await eventually(async () => {
        const owed = await receivableOf(actor, tid);
        expect(owed).toMatchObject({ amountFen: 20_000n });
        expect(placeFromMessage(owed?.lines[0]?.place)).toEqual({ type: 'WAREHOUSE', id: 'WH-01' });
      });
      await eventually(async () => expect(await rds.trade(PLAIN, tid)).not.toBeNull());
      if (model[1] === 'isv') await actor.seller.pos.received(CONSIGNED, tid);

      // The buyer has the goods: nothing is sold twice.
      await actor.push('taobao_trade_TradeSuccess', { tid });
      const line = { place: 'WH-01', kind: 'CERTAINTY', quantity: '-2', billNum: 'B-2' } as const;
      const bill = inventoryXml(actor.seller.sellerId, [{ ...line, billType: 'TAOBAO_INCLUDED' }]);
      await actor.qimenOk(UPDATE, bill);
      expect(await actor.sellable()).toBe('8');
      expect(await actor.stock()).toEqual({ 'WH-01 C': '8/0' });
      expect((await taskOf(actor, tid))?.history).toHaveLength(2);
    },
  );

  test('the shipment is lost, the success comes: the goods have left all the same', async () => {
    const actor = await sellerOf(MODELS[0]);
    const tid = nextTrade();
    await actor.pay({ tid });
    await actor.order('ALLOCATED', tid);
    await actor.push('taobao_trade_TradeSuccess', { tid });
    await actor.order('SHIPPED', tid);
    await actor.stockIs({ 'WH-01 C': '8/0' });
  });

  test.each([MODELS[1], MODELS[3]])(
    'model %s: of a split order the warehouse ships its part, the store its own',
    async (...model) => {
      const actor = await sellerOf(model);
      await actor.initialise([{ place: '1342', kind: 'CERTAINTY', quantity: '5', billNum: 'B-3' }]);
      const tid = nextTrade();
      const lines = [
        { oid: OID, num: 2 },
        { oid: OID_2, num: 1 },
      ];
      await actor.pay({ tid, lines });
      await actor.order('AWAITING_ALLOCATION', tid);
      const places = { [OID]: 'WH-01', [OID_2]: '1342' };
      expect(await actor.allocate(places, tid)).toMatchObject({ code: '0' });
      await actor.order('ALLOCATED', tid);
      await actor.push('taobao_trade_TradePartlySellerShip', {
        tid,
        lines: [
          { oid: OID, num: 2, status: 'WAIT_BUYER_CONFIRM_GOODS' },
          { oid: OID_2, num: 1, status: 'WAIT_SELLER_SEND_GOODS' },
        ],
      });
      await actor.stockIs({ 'WH-01 C': '8/0', '1342 C': '5/1' });
      await eventually(async () => {
        const { lines: owed } = (await receivableOf(actor, tid)) ?? { lines: [] };
        expect(owed.map(({ subOrderId }) => subOrderId)).toEqual([OID]);
      });
      expect((await taskOf(actor, tid, OID_2))?.status).toBe('OFFERED');

      // The rest is marked as shipped: the store has not reported it, and has its part still.
      await actor.push(SHIPPED, { tid, lines });
      await eventually(async () => {
        const name = { orderRef: tmallOrder(actor.seller.sellerId, tid) };
        const { shippedAtTmall } = await harness.clients.fulfillment.call('getFulfillment', name);
        expect(shippedAtTmall).toBe(true);
      });
      expect((await taskOf(actor, tid, OID_2))?.status).toBe('OFFERED');
      expect(await actor.stock()).toEqual({ 'WH-01 C': '8/0', '1342 C': '5/1' });
    },
  );
});
