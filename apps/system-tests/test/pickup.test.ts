import { placeFromMessage } from '@astrolabe/contracts';
import { tmallOrder } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { orderStatusXml } from '../src/requests.ts';
import { OID, TID, routedTo, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { element } from '../src/wire.ts';

const START = { 'WH-01 C': '10/0', '1342 U': '4/0', '123 C': '3/0', '123 U': '2/0' };
const SOLD_AT_123 = { ...START, '123 U': '0/0' };

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

/** A store's status of the pick-up through orderStatus.update (model C). */
async function report(actor: Actor, status: string): Promise<string> {
  const xml = orderStatusXml({
    sellerCode: actor.seller.sellerId,
    tid: TID,
    oids: [OID],
    status,
    storeId: '123',
    type: 'ZITI',
  });
  const { text } = await actor.qimen('taobao.qimen.orderStatus.update', xml);
  return element(text, 'flag') ?? '';
}

const nameOf = ({ seller }: Actor) => ({ orderRef: tmallOrder(seller.sellerId, TID) });

const consume = (actor: Actor, code: string) =>
  actor.omni('taobao.omniorder.storecollect.consume', {
    main_order_id: TID,
    code,
    operator: '小王',
  });

const query = (actor: Actor, code: string) =>
  actor.omni('taobao.omniorder.storecollect.query', { code });

const statusIs = (actor: Actor, status: string) =>
  eventually(async () => {
    const { tasks } = await harness.clients.fulfillment.call('getFulfillment', nameOf(actor));
    expect(tasks.map((task) => task.status)).toEqual([status]);
  });

/** Paid for collection at store 123, confirmed there; the code that the buyer is shown. */
async function confirmedAt123(actor: Actor): Promise<string> {
  await actor.pay({ collectStore: '123' });
  await actor.order('ALLOCATED');
  await eventually(async () => expect(await report(actor, 'X_COMMODITY_CONFIRM')).toBe('success'));
  await actor.order('ACCEPTED');
  const { codes } = await harness.clients.fulfillmentAdmin.call('getPickupCode', nameOf(actor));
  expect(codes).toHaveLength(1);
  expect(placeFromMessage(codes[0]?.place)).toEqual({ type: 'STORE', id: '123' });
  const code = codes[0]?.code ?? '';
  expect(code).toMatch(/^[0-9]{12}$/);
  return code;
}

const wrong = (code: string, by: number): string =>
  String((Number(code) + by) % 10 ** 12).padStart(12, '0');

describe('store collect', () => {
  test('paid, confirmed, wrong code, right code once, owed for like a shipment, and returned', async () => {
    const actor = await startedSeller(harness);
    const code = await confirmedAt123(actor);
    // Without the buyer's choice the order would have gone to 1342, where there is more.
    expect(routedTo((await actor.order('ACCEPTED')).lines)).toEqual(['123 SHARED']);
    await actor.stockIs(SOLD_AT_123);

    expect(await query(actor, code)).toMatchObject({ err_code: '0', main_order_id: TID });
    // As a buyer reads it out and a clerk types it.
    const grouped = ` ${code.slice(0, 4)} ${code.slice(4, 8)}\u3000${code.slice(8)}\n`;
    expect(await query(actor, grouped)).toMatchObject({ err_code: '0', main_order_id: TID });
    expect(await query(actor, wrong(code, 1))).toMatchObject({ err_code: 'WRONG_CODE' });
    expect(await consume(actor, wrong(code, 1))).toMatchObject({ err_code: 'WRONG_CODE' });
    const owed = harness.clients.settlement.call('getReceivable', nameOf(actor));
    await expect(owed).rejects.toMatchObject({ reason: 'UNKNOWN_TRADE' });

    expect(await consume(actor, code)).toMatchObject({ err_code: '0' });
    // The wire's times have whole seconds and the call its signature: another one has to differ.
    const again = await actor.omni('taobao.omniorder.storecollect.consume', {
      main_order_id: TID,
      code,
      operator: '小李',
    });
    expect(again).toMatchObject({ err_code: 'CODE_USED' });

    await actor.order('SHIPPED');
    await actor.stockIs(SOLD_AT_123);
    await eventually(async () => {
      const { receivable } = await harness.clients.settlement.call('getReceivable', nameOf(actor));
      expect(receivable).toMatchObject({ amountFen: 20_000n });
      expect(receivable?.lines.map((line) => placeFromMessage(line.place))).toEqual([
        { type: 'STORE', id: '123' },
      ]);
    });
    const { codes } = await harness.clients.fulfillmentAdmin.call('getPickupCode', nameOf(actor));
    expect(codes).toEqual([]);
    const listed = await harness.clients.fulfillment.call('listTasks', {
      sellerId: actor.seller.sellerId,
      place: undefined,
      status: 'READY',
      page: undefined,
      oldestFirst: false,
    });
    expect(listed.tasks).toEqual([]);

    // The buyer brings it back: the store expects it, has it again, and nothing is owed any more.
    await actor.push('taobao_refund_RefundCreated', {
      lines: [{ oid: OID, refund: 'WAIT_SELLER_AGREE' }],
    });
    await statusIs(actor, 'RETURN_EXPECTED');
    expect(await report(actor, 'X_MATCHED')).toBe('success');
    expect(await report(actor, 'X_MATCHED')).toBe('success');
    await eventually(async () => {
      const { receivable } = await harness.clients.settlement.call('getReceivable', nameOf(actor));
      expect(receivable).toMatchObject({ amountFen: 0n });
      expect(receivable?.credits).toMatchObject([{ subOrderId: OID, amountFen: 20_000n }]);
    });
  });

  test('[O-60, O-61] no denied cancellation and no transfer; a refund before hand-over ends the code', async () => {
    const actor = await startedSeller(harness);
    const code = await confirmedAt123(actor);
    expect(await report(actor, 'X_COMMODITY_TRANSER')).toBe('failure');
    await actor.push('taobao_refund_RefundCreated', {
      lines: [{ oid: OID, refund: 'WAIT_SELLER_AGREE' }],
    });
    await statusIs(actor, 'CANCEL_ASKED');
    expect(await report(actor, 'X_SHOP_CANCEL_DENIED')).toBe('failure');
    expect(await consume(actor, code)).toMatchObject({ err_code: 'NOT_READY' });
    expect(await report(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('success');
    await actor.order('CLOSED');
    await actor.stockIs(START);
  });

  /** Tmall has given the money back before anybody was asked. */
  const quickRefund = (actor: Actor) =>
    actor.push('taobao_refund_RefundCreated', {
      lines: [{ oid: OID, refund: 'SUCCESS', refundId: '7001' }],
    });

  test('a quick refund before the hand-over: the code ends, the goods come back by the store’s word', async () => {
    const actor = await startedSeller(harness);
    const code = await confirmedAt123(actor);
    await quickRefund(actor);
    await statusIs(actor, 'CANCEL_ASKED');
    expect(await consume(actor, code)).toMatchObject({ err_code: 'NOT_READY' });
    const { codes } = await harness.clients.fulfillmentAdmin.call('getPickupCode', nameOf(actor));
    expect(codes).toEqual([]);
    expect(await actor.stock()).toEqual(SOLD_AT_123);
    // Tmall goes on to say what it has done.
    await actor.push('taobao_trade_TradeClose');
    expect(await report(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('success');
    await actor.order('CLOSED');
    await actor.stockIs(START);
    const owed = harness.clients.settlement.call('getReceivable', nameOf(actor));
    await expect(owed).rejects.toMatchObject({ reason: 'UNKNOWN_TRADE' });
  });

  test('a quick refund after the hand-over: the goods are expected back, and nothing is owed then', async () => {
    const actor = await startedSeller(harness);
    const code = await confirmedAt123(actor);
    expect(await consume(actor, code)).toMatchObject({ err_code: '0' });
    await actor.order('SHIPPED');
    await quickRefund(actor);
    await statusIs(actor, 'RETURN_EXPECTED');
    expect(await report(actor, 'X_MATCHED')).toBe('success');
    await eventually(async () => {
      const { receivable } = await harness.clients.settlement.call('getReceivable', nameOf(actor));
      expect(receivable).toMatchObject({ amountFen: 0n });
    });
    expect(await actor.stock()).toEqual(SOLD_AT_123);
  });

  test('five wrong codes lock the order, the right one too', async () => {
    const actor = await startedSeller(harness);
    const code = await confirmedAt123(actor);
    for (let by = 1; by <= 5; by += 1) {
      expect(await consume(actor, wrong(code, by))).toMatchObject({ err_code: 'WRONG_CODE' });
    }
    expect(await consume(actor, code)).toMatchObject({ err_code: 'CODE_LOCKED' });
  });

  test('a refusal of the chosen store fails the allocation: it goes nowhere else', async () => {
    const actor = await startedSeller(harness);
    await actor.pay({ collectStore: '123' });
    await actor.order('ALLOCATED');
    await eventually(async () => expect(await report(actor, 'X_SHOP_DENY')).toBe('success'));
    const order = await actor.order('ALLOCATE_FAILED');
    expect(routedTo(order.lines)).toEqual(['nowhere -']);
    await actor.stockIs({ ...START, 'WH-01 C': '10/2' });
  });
});
