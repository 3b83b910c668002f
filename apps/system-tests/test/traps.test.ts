import { tmallOrder } from '@astrolabe/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '@astrolabe/testing';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { bandingXml, orderStatusXml, storeXml } from '../src/requests.ts';
import { OID, TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { callTop, element } from '../src/wire.ts';

/** Traps of the catalogue (chapter 8) that no acceptance statement covers; docs/traps.md has them all. */

const MODEL_C = { allocator: 'astrolabe', acceptor: 'pos' } as const;
const MODEL_D = { allocator: 'isv', acceptor: 'pos' } as const;
const NOTIFY = 'taobao.qimen.omniorder.allocatedinfo.sync';
const SYNC = 'taobao.qimen.orderStatus.sync';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

const top = async (actor: Actor, method: string): Promise<string> => {
  const { keys, sellerId } = actor.seller;
  return (await callTop(harness.gateway, keys.pos, sellerId, method, { tid: TID })).text;
};

const taskOf = async (actor: Actor) => {
  const { sellerId } = actor.seller;
  const found = await harness.clients.fulfillment.call('getFulfillment', {
    orderRef: tmallOrder(sellerId, TID),
  });
  return found.tasks[0];
};

/** An order at 1342 that its POS has accepted. */
async function acceptedAt1342(): Promise<Actor> {
  const actor = await startedSeller(harness, MODEL_C);
  await actor.pay();
  await actor.seller.pos.received(NOTIFY, TID);
  await eventually(async () =>
    expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' }),
  );
  await actor.order('ACCEPTED');
  return actor;
}

describe('words of the wire', () => {
  test('trap 12: corrected spellings are unknown methods', async () => {
    const actor = await startedSeller(harness, MODEL_C);
    for (const method of [
      'taobao.omniorder.store.accepted',
      'taobao.omniorder.store.refused',
      'taobao.omniorder.store.consign',
    ]) {
      expect(await top(actor, method), method).toContain('"code":22');
    }
  });

  test('trap 13: what Astrolabe calls at the merchant is not served by Astrolabe', async () => {
    const actor = await startedSeller(harness, MODEL_C);
    for (const suffix of ['store.accpeted', 'store.refused', 'store.consigned', 'allocate']) {
      const answer = await top(actor, `taobao.qimen.omniorder.${suffix}`);
      expect(answer, suffix).toContain('error_response');
    }
  });

  test('traps 11 and 14: a type in the words of another interface is refused; code is a text', async () => {
    const actor = await startedSeller(harness, MODEL_C);
    await actor.pay();
    await actor.seller.pos.received(NOTIFY, TID);
    for (const type of ['STORE', 'FAHUO']) {
      expect((await actor.storeReport('accpeted', '1342', { type }))['code']).not.toBe('0');
    }
    const answer = await actor.storeReport('accpeted', '1342');
    expect(answer['code']).toBe('0');
    expect(answer['code']).not.toBe(0);
  });

  test('trap 26: a deletion names one store; a page tells no total', async () => {
    const actor = await startedSeller(harness, MODEL_C);
    const body = '<request><storeId>1342</storeId><storeId>123</storeId></request>';
    const { text } = await actor.qimen('taobao.qimen.store.delete', body);
    expect(element(text, 'flag'), text).toBe('failure');
    const page = '<request><itemId>9001</itemId><page>1</page></request>';
    const found = await actor.qimenOk('taobao.qimen.itemstore.query', page);
    expect(found).toContain('1342');
    expect(found).toContain('123');
    expect(found.toLowerCase()).not.toContain('total');
  });
});

describe('states', () => {
  test('traps 16, 23 and 29: notified by both generations is one entry, at the time of Shanghai', async () => {
    const actor = await startedSeller(harness, MODEL_D);
    await actor.pay();
    await actor.order('AWAITING_ALLOCATION');
    expect(await actor.allocateTo('1342')).toMatchObject({ code: '0' });
    await actor.order('ALLOCATED');
    await eventually(async () => expect((await taskOf(actor))?.status).toBe('OFFERED'));
    const report = orderStatusXml({
      sellerCode: actor.seller.sellerId,
      tid: TID,
      oids: [OID],
      status: 'X_ALLOCATION_NOTIFIED',
      storeId: '1342',
      type: 'FAHUO',
    });
    await actor.qimenOk(SYNC, report);
    const step = orderStatusXml({
      sellerCode: actor.seller.sellerId,
      tid: TID,
      oids: [OID],
      status: 'X_SERVICE_AUDITED',
    });
    await actor.qimenOk(SYNC, step);
    const history = (await taskOf(actor))?.history ?? [];
    const told = history.filter(({ status }) => status === 'OFFERED');
    expect(told).toHaveLength(1);
    const audited = history.find(({ status }) => status === 'CHECKED_BY_SERVICE');
    const sent = element(step, 'actionTime') ?? '';
    expect(audited?.actionTime?.toISOString()).toBe(
      new Date(`${sent.replace(' ', 'T')}+08:00`).toISOString(),
    );
  });

  test('trap 32: a store on HOLD finishes what it has accepted', async () => {
    const actor = await acceptedAt1342();
    await actor.qimenOk(
      'taobao.qimen.store.update',
      storeXml({ storeId: '1342', storeCode: 'S001', shopId: '60001', storeStatus: 'HOLD' }),
    );
    await actor.push('taobao_trade_TradeSellerShip');
    await eventually(async () =>
      expect(await actor.storeReport('consigned', '1342')).toMatchObject({ code: '0' }),
    );
    await actor.order('SHIPPED');
    await actor.stockIs({ 'WH-01 C': '10/0', '1342 U': '2/0', '123 C': '3/0', '123 U': '2/0' });
  });

  test('trap 33: an item that is unbound from a store keeps the holds there', async () => {
    const actor = await startedSeller(harness, MODEL_C);
    await actor.pay();
    await actor.seller.pos.received(NOTIFY, TID);
    const held = { 'WH-01 C': '10/2', '1342 U': '4/2', '123 C': '3/0', '123 U': '2/0' };
    await actor.stockIs(held);
    await actor.qimenOk('taobao.qimen.itemstore.banding', bandingXml('DELETE', '9001', ['1342']));
    expect(await actor.stock()).toEqual(held);
    await eventually(async () =>
      expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' }),
    );
    await actor.order('ACCEPTED');
    await actor.stockIs({ 'WH-01 C': '10/0', '1342 U': '2/0', '123 C': '3/0', '123 U': '2/0' });
  });

  test('trap 35: another allocation that races with the shipment moves no goods that have left', async () => {
    const actor = await startedSeller(harness, MODEL_D);
    await actor.pay();
    await actor.order('AWAITING_ALLOCATION');
    expect(await actor.allocateTo('123')).toMatchObject({ code: '0' });
    await actor.order('ALLOCATED');
    await eventually(async () =>
      expect(await actor.storeReport('accpeted', '123')).toMatchObject({ code: '0' }),
    );
    await actor.order('ACCEPTED');
    await actor.push('taobao_trade_TradeSellerShip');
    await eventually(async () => {
      const { shippedAtTmall } = await harness.clients.fulfillment.call('getFulfillment', {
        orderRef: tmallOrder(actor.seller.sellerId, TID),
      });
      expect(shippedAtTmall).toBe(true);
    });
    const [consigned] = await Promise.all([
      actor.storeReport('consigned', '123'),
      actor.allocateTo('1342'),
    ]);
    const task = await taskOf(actor);
    if (consigned['code'] === '0') {
      expect(task).toMatchObject({ status: 'SHIPPED', place: { id: '123' } });
      await actor.order('SHIPPED');
    } else {
      expect(task?.status).not.toBe('SHIPPED');
    }
    expect(await actor.allocateTo('1342')).not.toMatchObject({ code: '0' });
    expect((await taskOf(actor))?.place?.id).toBe(task?.place?.id);
  });
});
