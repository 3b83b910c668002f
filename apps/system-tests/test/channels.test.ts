import { EVENTS, TOPICS } from '@astrolabe/contracts';
import { holdRef, orderKey, tmallOrder } from '@astrolabe/kernel';
import type { OrderRef } from '@astrolabe/kernel';
import { createMessaging } from '@astrolabe/messaging';
import { createLogger } from '@astrolabe/service';
import { channelLine, channelOrder, eventually, orderSeenPayload } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { clerkAtWork } from '../src/clerk.ts';
import { openConsole } from '../src/console-page.ts';
import { SERVICES } from '../src/harness.ts';
import { pagesOf } from '../src/pages.ts';
import { inventoryXml } from '../src/requests.ts';
import { sandboxTmall } from '../src/sandbox.ts';
import { OID, TID, startedSeller } from '../src/scenario.ts';

const MODEL_A = { allocator: 'astrolabe', acceptor: 'dianzhanggui' } as const;
const SHIP_AT_TMALL = 'taobao.logistics.offline.send';
const WAIT = { timeoutMs: 60_000 };

const pages = pagesOf({ apps: [...SERVICES, 'console', 'sandbox'] });

/** Publishes a paid order of one piece, as a channel's door would: the channel has none of its own yet. */
async function payElsewhere(orderRef: OrderRef): Promise<void> {
  const { kafkaBrokers, topicPrefix } = pages.harness.stack.settings;
  const messaging = createMessaging({
    brokers: kafkaBrokers.split(','),
    clientId: 'system-test',
    topicPrefix,
    logger: createLogger({ service: 'test', level: 'silent' }),
    onFatal: () => undefined,
  });
  await messaging.component.start();
  const subject = orderKey(orderRef);
  const now = new Date();
  const goods = { itemId: '9001', skuId: '70001', outerId: 'SKU-A' };
  const lines = [channelLine(OID, { ...goods, priceFen: 7_700n, paymentFen: 7_700n })];
  const order = channelOrder(orderRef, { lines, paidAt: now, paymentFen: 7_700n, postFeeFen: 0n });
  const event = {
    id: `gateway-ingress/${subject}/1`,
    type: EVENTS.orderSeen.type,
    source: 'gateway-ingress',
    subject,
    sequence: 1n,
    key: subject,
    time: now,
    payload: orderSeenPayload(order, { publishedAt: now }),
  };
  await messaging.publisher().publish(TOPICS.ingressOrders, [event]);
  await messaging.component.stop?.();
}

test('two channels with the same seller and the same digits are two orders, from hold to receivable', async () => {
  const actor = await startedSeller(pages.harness, MODEL_A);
  const tmall = await sandboxTmall(actor);
  const { sellerId } = actor.seller;
  const ofTmall = tmallOrder(sellerId, TID);
  const elsewhere = { ...ofTmall, channel: 'pos' };
  const both = [ofTmall, elsewhere];
  const { orders, inventory, fulfillment, settlement } = pages.harness.clients;
  const reaches = (orderRef: OrderRef, state: string) =>
    eventually(async () => {
      const { order } = await orders.call('getOrder', { orderRef });
      expect(order).toMatchObject({ orderRef, state });
      return order;
    }, WAIT);

  // The store has more than the other one for whichever order comes second, too.
  const more = { kind: 'UNCERTAINTY', quantity: '10', billType: 'TAOBAO_EXCLUDED' } as const;
  const body = inventoryXml(sellerId, [{ place: '1342', billNum: 'MORE-1', ...more }]);
  await actor.qimenOk('taobao.qimen.storeinventory.itemupdate', body);
  await tmall.pay();
  await payElsewhere(elsewhere);

  // Two orders in the router, each with its own trace and its own hold in the inventory.
  const traces: (string | undefined)[] = [];
  for (const orderRef of both) {
    const order = await reaches(orderRef, 'ALLOCATED');
    traces.push(order?.traceId);
    expect(order?.lines.map((line) => line.holdRef)).toEqual([holdRef(orderRef)]);
    const asked = { sellerId, holdRef: holdRef(orderRef) };
    const { hold } = await inventory.call('getHold', asked);
    expect(hold).toMatchObject({ holdRef: holdRef(orderRef), lines: [{ lineId: OID }] });
  }
  expect(new Set(traces).size).toBe(2);
  expect(
    (await orders.call('listOrders', { sellerId, state: '', page: undefined })).orders,
  ).toHaveLength(2);

  // Two tasks at the store: one answer is no answer to the other.
  const clerk = await clerkAtWork(actor, '小王');
  const cards = async () => {
    const { body } = await clerk.get('/api/orders');
    return (body['orders'] as { orderRef: OrderRef }[]).map(({ orderRef }) => orderRef.channel);
  };
  await eventually(async () => expect((await cards()).toSorted()).toEqual(['pos', 'tmall']), WAIT);
  const act = (orderRef: OrderRef, body: object) =>
    clerk.post(`/api/orders/${orderRef.channel}/${orderRef.number}`, {
      allocation: 1,
      subOrderIds: [OID],
      ...body,
    });
  expect((await act(elsewhere, { action: 'accept' })).status).toBe(200);
  await reaches(elsewhere, 'ACCEPTED');
  await reaches(ofTmall, 'ALLOCATED');
  expect(await cards()).toEqual(['tmall']);
  expect((await act(ofTmall, { action: 'accept' })).status).toBe(200);
  await reaches(ofTmall, 'ACCEPTED');

  // What is shipped of one is not shipped of the other, and only Tmall's is shipped at Tmall.
  const shipment = { action: 'ship', company: '顺丰速运', mailNo: 'SF1234567890' };
  expect((await act(elsewhere, shipment)).status).toBe(200);
  await reaches(elsewhere, 'SHIPPED');
  await reaches(ofTmall, 'ACCEPTED');
  expect(await tmall.calls(SHIP_AT_TMALL)).toEqual([]);
  expect((await act(ofTmall, shipment)).status).toBe(200);
  await reaches(ofTmall, 'SHIPPED');
  expect(await tmall.calls(SHIP_AT_TMALL)).toHaveLength(1);
  for (const orderRef of both) {
    const { tasks } = await fulfillment.call('getFulfillment', { orderRef });
    expect(tasks).toMatchObject([{ orderRef, subOrderId: OID, status: 'SHIPPED' }]);
  }

  // Two receivables, of what each buyer paid.
  const owed = await eventually(async () => {
    const found = await Promise.all(
      both.map((orderRef) => settlement.call('getReceivable', { orderRef })),
    );
    return found.map(({ receivable }) => receivable);
  }, WAIT);
  expect(owed).toMatchObject([{ orderRef: ofTmall }, { orderRef: elsewhere, amountFen: 7_700n }]);
  expect(owed[0]?.amountFen).not.toBe(7_700n);

  // And a page each; the list names the channel.
  const page = await openConsole(pages, actor, `/sellers/${sellerId}/orders`);
  for (const { channel } of both) {
    await page.getByRole('link', { name: `${channel}/${TID}`, exact: true }).click();
    await page.getByRole('heading', { name: `/ ${channel}/${TID}` }).waitFor();
    await page.getByText(traces[channel === 'tmall' ? 0 : 1] ?? 'no trace').waitFor();
    await page.goBack();
  }
});
