import { tmallOrder } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { askRefund, refundsOf } from '../src/refunds.ts';
import { orderStatusXml } from '../src/requests.ts';
import { Actor, OID, TID } from '../src/scenario.ts';
import { element } from '../src/wire.ts';

const SHIPPED = 'taobao_trade_TradeSellerShip';
const SYNC = 'taobao.qimen.orderStatus.sync';
const STATUS_METHODS = [SYNC, 'taobao.qimen.orderStatus.update'] as const;
type StatusMethod = (typeof STATUS_METHODS)[number];

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

type Model = { allocator: 'astrolabe' | 'isv'; acceptor: 'dianzhanggui' | 'pos' };
const MODELS = {
  A: { allocator: 'astrolabe', acceptor: 'dianzhanggui' },
  B: { allocator: 'isv', acceptor: 'dianzhanggui' },
  C: { allocator: 'astrolabe', acceptor: 'pos' },
  D: { allocator: 'isv', acceptor: 'pos' },
} as const satisfies Record<string, Model>;

/** A paid order that stands at warehouse WH-01, which has ten pieces. */
async function atWarehouse(model: Model): Promise<Actor> {
  const actor = new Actor(harness, await harness.newSeller(model));
  const place = 'WH-01';
  await actor.initialise([{ place, kind: 'CERTAINTY', quantity: '10', billNum: 'B-1' }]);
  await actor.pay();
  if (model.allocator === 'isv') {
    await actor.order('AWAITING_ALLOCATION');
    expect(await actor.allocateTo('WH-01')).toMatchObject({ code: '0' });
  }
  await actor.order('ALLOCATED');
  await eventually(async () => expect((await taskOf(actor))?.status).toBe('OFFERED'));
  return actor;
}

const taskOf = async (actor: Actor) => {
  const name = { orderRef: tmallOrder(actor.seller.sellerId, TID) };
  return (await harness.clients.fulfillment.call('getFulfillment', name)).tasks[0];
};

const byStatus = async (
  actor: Actor,
  method: StatusMethod,
  status: string,
): Promise<string | null> => {
  const { text } = await actor.qimen(
    method,
    orderStatusXml({
      sellerCode: actor.seller.sellerId,
      tid: TID,
      oids: [OID],
      status,
      storeId: 'WH-01',
      type: 'FAHUO',
    }),
  );
  return element(text, 'flag') === 'success' ? 'success' : element(text, 'code');
};

const type = 'Warehouse';
const taken = { code: '0' };

describe.each(['C', 'D'] as const)('model %s: a warehouse speaks as a POS does', (model) => {
  test('it accepts, and ships after Tmall has the shipment', async () => {
    const actor = await atWarehouse(MODELS[model]);
    expect(await actor.storeReport('accpeted', 'WH-01', { type })).toMatchObject(taken);
    await actor.stockIs({ 'WH-01 C': '8/0' });
    expect(await actor.storeReport('consigned', 'WH-01', { type })).not.toMatchObject(taken);
    await actor.push(SHIPPED);
    await actor.order('SHIPPED');
    // What Tmall has told stands; the warehouse adds its waybill.
    await eventually(async () =>
      expect(await actor.storeReport('consigned', 'WH-01', { type })).toMatchObject(taken),
    );
    const task = await taskOf(actor);
    expect(task?.history.map(({ status }) => status)).toEqual(['OFFERED', 'ACCEPTED', 'SHIPPED']);
    expect(task?.logistics).toMatchObject({ mailNo: '2323232' });
    expect(await actor.stock()).toEqual({ 'WH-01 C': '8/0' });
  });

  test('a store of the same id is not it', async () => {
    const actor = await atWarehouse(MODELS[model]);
    expect(await actor.storeReport('accpeted', 'WH-01')).not.toMatchObject(taken);
    expect((await taskOf(actor))?.status).toBe('OFFERED');
  });
});

describe.each([
  ['B', 'taobao.qimen.orderStatus.sync'],
  ['C', 'taobao.qimen.orderStatus.update'],
  ['D', 'taobao.qimen.orderStatus.sync'],
] as const)('model %s: a warehouse speaks through %s', (model, method) => {
  test('it accepts and ships', async () => {
    const actor = await atWarehouse(MODELS[model]);
    expect(await byStatus(actor, method, 'X_SHOP_ALLOCATION')).toBe('success');
    await actor.order('ACCEPTED');
    await actor.stockIs({ 'WH-01 C': '8/0' });
    expect(await byStatus(actor, method, 'X_SHOP_HANDLED')).not.toBe('success');
    await actor.push(SHIPPED);
    await actor.order('SHIPPED');
    // Reported before fulfillment knows of the shipment, it is refused, and decided again.
    await eventually(async () =>
      expect(await byStatus(actor, method, 'X_SHOP_HANDLED')).toBe('success'),
    );
    expect((await taskOf(actor))?.history).toHaveLength(3);
  });

  test('it refuses: the guarantee stays, and the order goes on or waits', async () => {
    const actor = await atWarehouse(MODELS[model]);
    expect(await byStatus(actor, method, 'X_SHOP_DENY')).toBe('success');
    await actor.order(
      MODELS[model].allocator === 'isv' ? 'AWAITING_ALLOCATION' : 'ALLOCATE_FAILED',
    );
    expect(await actor.stock()).toEqual({ 'WH-01 C': '10/2' });
  });
});

describe("interfaces that are not the model's", () => {
  test.each(['A', 'B'] as const)('model %s: store.* is the POS’s alone', async (model) => {
    const actor = await atWarehouse(MODELS[model]);
    for (const verb of ['accpeted', 'refuse'] as const) {
      const answer = await actor.storeReport(verb, 'WH-01', { type });
      expect(answer).not.toMatchObject(taken);
    }
    expect((await taskOf(actor))?.status).toBe('OFFERED');
  });

  test('model A: no status interface; Tmall ships for the warehouse', async () => {
    const actor = await atWarehouse(MODELS.A);
    for (const method of STATUS_METHODS) {
      expect(await byStatus(actor, method, 'X_SHOP_ALLOCATION')).not.toBe('success');
    }
    await actor.push(SHIPPED);
    await actor.order('SHIPPED');
  });

  test('model B: of a store the ISV has nothing to say', async () => {
    const actor = new Actor(harness, await harness.newSeller(MODELS.B));
    await actor.createStores();
    await actor.initialise();
    await actor.pay();
    await actor.order('AWAITING_ALLOCATION');
    expect(await actor.allocateTo('1342')).toMatchObject(taken);
    await actor.order('ALLOCATED');
    const { text } = await actor.qimen(
      SYNC,
      orderStatusXml({
        sellerCode: actor.seller.sellerId,
        tid: TID,
        oids: [OID],
        status: 'X_SHOP_ALLOCATION',
        storeId: '1342',
        type: 'FAHUO',
      }),
    );
    expect(element(text, 'flag')).toBe('failure');
  });
});

/** White paper 6.5: who allocates uses `sync`; where we do and the seller's system accepts, it is `update`. */
describe.each([
  ['B', 'taobao.qimen.orderStatus.sync', 'taobao.qimen.orderStatus.update'],
  ['C', 'taobao.qimen.orderStatus.update', 'taobao.qimen.orderStatus.sync'],
  ['D', 'taobao.qimen.orderStatus.sync', 'taobao.qimen.orderStatus.update'],
] as const)('model %s: the seller’s system answers a refund of its warehouse by %s', (...it) => {
  const [model, method, other] = it;

  test('goods that have not left are put back, and only then are they sold again', async () => {
    const actor = await atWarehouse(MODELS[model]);
    await askRefund(actor);
    await of.refundIs(actor, 'WAITING_STORE', false);
    expect(await byStatus(actor, other, 'X_SHOP_CANCEL_CONFIRM')).not.toBe('success');
    expect(await actor.stock()).toEqual({ 'WH-01 C': '10/2' });
    expect(await byStatus(actor, method, 'X_SHOP_CANCEL_CONFIRM')).toBe('success');
    await of.refundIs(actor, 'AGREED', true);
    await actor.order('CLOSED');
    await actor.stockIs({ 'WH-01 C': '10/0' });
  });

  test('goods that are out are denied; asked for again after the shipment, they come back', async () => {
    const actor = await atWarehouse(MODELS[model]);
    await askRefund(actor);
    await of.refundIs(actor, 'WAITING_STORE', false);
    expect(await byStatus(actor, method, 'X_SHOP_CANCEL_DENIED')).toBe('success');
    await of.refundIs(actor, 'DENIED', false);
    await actor.push(SHIPPED);
    await actor.order('SHIPPED');
    // The buyer's first wish has ended with the denial.
    expect(await byStatus(actor, method, 'X_MATCHED')).not.toBe('success');
    await askRefund(actor, { refundId: '7002' });
    await of.refundIs(actor, 'WAITING_RETURN', false);
    expect(await byStatus(actor, method, 'X_MATCHED')).toBe('success');
    await of.refundIs(actor, 'RETURNED', true);
    // They count again when the merchant reports them (catalogue 3.5).
    expect(await actor.stock()).toEqual({ 'WH-01 C': '8/0' });
  });
});
