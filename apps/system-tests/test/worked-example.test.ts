import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatShanghai, tmallOrder } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { inventoryXml, itemQueryXml } from '../src/requests.ts';
import { OID, TID, routedTo, startedSeller } from '../src/scenario.ts';
import { element, elements, post } from '../src/wire.ts';

let harness: Harness;
beforeAll(async () => {
  // The whole flow as a cluster runs it: a process for each.
  harness = await startHarness({ apart: 'all' });
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

const NOTIFY = 'taobao.qimen.omniorder.allocatedinfo.sync';

describe('model C: Astrolabe allocates, the POS accepts', () => {
  test('the worked example, accepted at once: stock follows the table at every step', async () => {
    const actor = await startedSeller(harness);
    const { pos } = actor.seller;
    await actor.stockIs({ 'WH-01 C': '10/0', '1342 U': '4/0', '123 C': '3/0', '123 U': '2/0' });
    expect(await actor.sellable()).toBe('13');

    await actor.pay();
    const call = await pos.received(NOTIFY, TID);
    expect(call.verified).toBe(true);
    expect(call.body).toMatchObject({ status: 'Allocated' });
    expect(JSON.stringify(call.body)).toContain('"1342"');
    await actor.stockIs({ 'WH-01 C': '10/2', '1342 U': '4/2', '123 C': '3/0', '123 U': '2/0' });
    expect(await actor.sellable()).toBe('11');
    expect(routedTo((await actor.order('ALLOCATED')).lines)).toEqual(['1342 SHARED']);

    expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' });
    await actor.stockIs({ 'WH-01 C': '10/0', '1342 U': '2/0', '123 C': '3/0', '123 U': '2/0' });
    expect(await actor.sellable()).toBe('13');

    expect((await actor.storeReport('consigned', '1342'))['code']).not.toBe('0');
    await actor.push('taobao_trade_TradeSellerShip');
    await eventually(async () =>
      expect(await actor.storeReport('consigned', '1342')).toMatchObject({ code: '0' }),
    );
    await actor.order('SHIPPED');
    await actor.stockIs({ 'WH-01 C': '10/0', '1342 U': '2/0', '123 C': '3/0', '123 U': '2/0' });

    const { receivable } = await eventually(() =>
      harness.clients.settlement.call('getReceivable', {
        orderRef: tmallOrder(actor.seller.sellerId, TID),
      }),
    );
    expect(receivable).toMatchObject({ amountFen: 20_000n, state: 'OPEN' });
    expect(receivable?.lines).toMatchObject([{ subOrderId: OID, quantityMilli: 2_000n }]);
  });

  test('refused first: re-routed to 123, the guarantee hold untouched in between', async () => {
    const actor = await startedSeller(harness);
    const { pos } = actor.seller;
    await actor.pay();
    await pos.received(NOTIFY, TID, 1);
    expect(await actor.storeReport('refuse', '1342')).toMatchObject({ code: '0' });
    const second = await pos.received(NOTIFY, TID, 2);
    expect(JSON.stringify(second.body)).toContain('"123"');
    await actor.stockIs({ 'WH-01 C': '10/2', '1342 U': '4/0', '123 C': '3/0', '123 U': '2/2' });

    const goodsId = await actor.goods('9001', '70001');
    const { entries } = await harness.clients.inventory.call('listHistory', {
      sellerId: actor.seller.sellerId,
      goodsId,
      place: { type: 2, id: 'WH-01' },
      kind: 1,
      page: undefined,
    });
    const heldChanges = entries.filter((entry) => entry.heldDeltaMilli !== 0n);
    expect(heldChanges.map((entry) => entry.heldDeltaMilli)).toEqual([2_000n]);

    expect((await actor.storeReport('accpeted', '1342'))['code']).not.toBe('0');
    expect(await actor.storeReport('accpeted', '123')).toMatchObject({ code: '0' });
    await actor.stockIs({ 'WH-01 C': '10/0', '1342 U': '4/0', '123 C': '3/0', '123 U': '0/0' });
    await actor.push('taobao_trade_TradeSellerShip');
    await eventually(async () =>
      expect(await actor.storeReport('consigned', '123')).toMatchObject({ code: '0' }),
    );
    await actor.order('SHIPPED');
  });

  test('every number on the wire is the number that the government mall sees', async () => {
    const actor = await startedSeller(harness);
    await harness.clients.catalogAdmin.call('mapGoods', {
      sellerId: actor.seller.sellerId,
      from: { key: { $case: 'itemSku', value: { itemId: '9001', skuId: '70001' } } },
      alias: { key: { $case: 'mallSku', value: '12345' } },
    });
    const { createHash } = await import('node:crypto');
    const { username, password } = actor.seller.mall;
    const timestamp = formatShanghai(new Date());
    const sign = createHash('md5')
      .update(username + password + timestamp + password)
      .digest('hex');
    const form = 'application/x-www-form-urlencoded';
    const granted = await post(
      `${harness.mallUrl}/api/auth2/access_token`,
      form,
      new URLSearchParams({ username, timestamp, sign }).toString(),
    );
    const token = (JSON.parse(granted.text) as { access_token: string }).access_token;
    const mallStock = async () => {
      const answer = await post(
        `${harness.mallUrl}/api/product/stock`,
        form,
        new URLSearchParams({ access_token: token, sku: '12345', area: '1000000' }).toString(),
      );
      return JSON.parse(answer.text) as { success: boolean; result: { num: number }[] };
    };
    expect(await mallStock()).toMatchObject({ success: true, result: [{ num: 10 }] });
    await actor.pay();
    await actor.order('ALLOCATED');
    expect(await mallStock()).toMatchObject({ success: true, result: [{ num: 8 }] });

    const text = await actor.qimenOk(
      'taobao.qimen.storeinventory.itemquery',
      itemQueryXml(actor.seller.sellerId, ['WH-01']),
    );
    expect(elements(text, 'quantity')).toContain('10');
  });
});

describe('inventory on the wire', () => {
  const INITIAL = 'taobao.qimen.storeinventory.iteminitial';
  const line = { place: 'WH-01', kind: 'CERTAINTY', quantity: '10', billNum: 'B-1' } as const;
  const shown = async (actor: Awaited<ReturnType<typeof startedSeller>>) =>
    elements(
      await actor.qimenOk(
        'taobao.qimen.storeinventory.itemquery',
        itemQueryXml(actor.seller.sellerId, ['WH-01']),
      ),
      'quantity',
    );

  test('[O-10, O-11, O-12] CERTAINTY is initialised once: shown, replayed without effect, refused with another bill', async () => {
    const actor = await startedSeller(harness);
    expect(await shown(actor)).toEqual(['10']);

    await actor.qimenOk(INITIAL, inventoryXml(actor.seller.sellerId, [line]));
    expect(await shown(actor)).toEqual(['10']);

    const again = { ...line, quantity: '20', billNum: 'B-20' };
    const { text } = await actor.qimen(INITIAL, inventoryXml(actor.seller.sellerId, [again]));
    expect(element(text, 'flag')).toBe('failure');
    expect(element(text, 'failedBillNum')).toBe('B-20');
    expect(await shown(actor)).toEqual(['10']);
  });
});
