import { placeToMessage } from '@astrolabe/contracts';
import { PromotionKind } from '@astrolabe/contracts/catalog';
import { GrpcCallError } from '@astrolabe/grpc';
import { formatShanghai } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { Mall, lines } from '../src/mall.ts';
import type { MallReply } from '../src/mall.ts';

let harness: Harness;
const opened: Mall[] = [];

beforeAll(async () => {
  harness = await startHarness({ apps: SERVICES });
});
afterAll(async () => {
  for (const mall of opened) mall.close();
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

async function openMall(): Promise<Mall> {
  const mall = await Mall.open(harness);
  opened.push(mall);
  return mall;
}

const refused = (reply: MallReply): void =>
  expect(reply, reply.text).toMatchObject({ status: 200, success: false, result: undefined });

/** Stock says 96 as soon as three are held; what 2.11 tells is what the inventory decides by. */
const holds = (mall: Mall, num: number) =>
  eventually(async () => expect(await mall.num()).toBe(num));

test('[G-A16] [G-A17] [G-A18] [G-A19] [G-A24] [G-A32] a pre-order holds, is known by its number, and is cancelled', async () => {
  const mall = await openMall();
  expect(await mall.num()).toBe(99);
  const order_id = await mall.ordered();
  expect(order_id).toMatch(/^\d{1,15}$/);
  await holds(mall, 96);
  // The same content in another form is the same order; another one is refused.
  const same = { sku: '[{"price":"1000.00","num":"3","sku":12345}]', order_price: '3000' };
  expect(await mall.ordered(same)).toBe(order_id);
  refused(await mall.order({ sku: lines({ num: 4 }), order_price: '4000.00' }));
  await holds(mall, 96);
  expect(await mall.state(order_id)).toMatchObject({
    order_id,
    yggc_order: 'TJ-0001',
    state: 0,
    submit_state: 0,
    deliver_state: 0,
    total_price: 3000,
    invoice_content: '明细',
    name: '王𠮷',
    address: '天津市河东区八纬路 1 号',
  });
  // Nothing is shipped before it is confirmed.
  expect(await mall.ok('track', { order_id })).toMatchObject({ track: [], parcels: [] });
  await expect(mall.ship(order_id, 'P1')).rejects.toBeInstanceOf(GrpcCallError);

  await mall.ok('cancel', { order_id });
  await holds(mall, 99);
  await mall.ok('cancel', { order_id });
  refused(await mall.call('confirm', { order_id }));
  expect(await mall.state(order_id)).toMatchObject({ cancel_state: 1, submit_state: 0 });
  await expect(mall.ship(order_id, 'P1')).rejects.toBeInstanceOf(GrpcCallError);
});

test('[G-A12] [G-A20] [G-A21] [G-A22] [field S3] what does not fit is refused, and holds nothing', async () => {
  const mall = await openMall();
  await mall.offer('scarce', '70002');
  await mall.stock('70002', '1');
  await mall.offer('dear', '70003', { agreementFen: 120_001n, marketFen: 120_000n });
  await mall.stock('70003', '9');
  const price = await mall.order({ sku: lines({ price: 999.99 }), order_price: '2999.97' });
  refused(price);
  expect(price.desc).toContain('价格不一致');
  const form = await mall.order({ sku: lines({ price: '1,000.00' }) });
  refused(form);
  expect(form.desc).not.toContain('价格不一致');
  refused(await mall.order({ order_price: '2999.99' }));
  refused(await mall.order({ freight: '10.00', order_price: '3000.00' }));
  const two = [{ num: 1 }, { sku: 'scarce', num: 2 }];
  refused(await mall.order({ sku: lines(...two), order_price: '3000.00' }));
  refused(
    await mall.order({
      sku: lines({ sku: 'dear', num: 1, price: 1200.01 }),
      order_price: '1200.01',
    }),
  );
  refused(await mall.order({ sku: lines({ sku: 'nope', num: 1 }), order_price: '1000.00' }));
  refused(await mall.order({ province: '山东省', city: '临沂市' }));
  refused(await mall.order({ province: '', city: '' }));
  refused(await mall.order({ payment: '9' }));
  await holds(mall, 99);
  const withFreight = await mall.order({
    yggc_order: 'TJ-0002',
    freight: '10.00',
    order_price: '3010.00',
  });
  expect(withFreight.text).toContain('"orderPrice":3010.00,"freight":10.00');
});

test('[field S4] [field S5] [field S8] [field F7] a number is its account’s own, and an order may be cancelled at once', async () => {
  const mall = await openMall();
  const other = await mall.another(`other-${mall.actor.seller.sellerId}`);
  opened.push(other);
  const order_id = await mall.ordered({
    remark: 'A B+C&D',
    invoice_org_code: ' 91120102301231e127 ',
  });
  const theirs = await other.ordered();
  expect(theirs).not.toBe(order_id);
  await holds(mall, 93);
  for (const params of [{ order_id }, { order_id: `"${order_id}"` }]) {
    expect(await mall.call('select', params)).toMatchObject({ success: true });
    refused(await other.call('select', params));
    refused(await other.call('confirm', params));
  }
  const replies = await Promise.all([other.call('cancel', { order_id: theirs }), holds(mall, 96)]);
  expect(replies[0]).toMatchObject({ success: true });
  const atOnce = await mall.ordered({ yggc_order: 'TJ-0002' });
  await mall.ok('cancel', { order_id: atOnce });
  await holds(mall, 96);
});

test('[field G2] an old name of a county is taken, and the order says what it is now', async () => {
  const mall = await openMall();
  const { sellerId } = mall.actor.seller;
  const places = [placeToMessage({ type: 'WAREHOUSE', id: 'WH-01' })];
  const area = { sellerId, areaId: '120118', name: '静海区', places, regionCode: '120118' };
  await mall.admin.catalog.call('putArea', area);
  const number = await mall.ordered({ county: '静海县' });
  const shown = await mall.admin.orders.call('showMallOrder', { orderRef: mall.ref(number) });
  expect(shown.order?.notes).toEqual(['静海县，现为静海区']);
  expect(shown.order?.areaId).toBe('120118');
  const plain = await mall.ordered({ yggc_order: 'TJ-0002' });
  const other = await mall.admin.orders.call('showMallOrder', { orderRef: mall.ref(plain) });
  expect(other.order?.notes).toEqual([]);
});

test('[G-A23] of two who want the last piece at once one has it', async () => {
  const mall = await openMall();
  await mall.offer('last', '70002');
  await mall.stock('70002', '1');
  const one = (yggc_order: string) =>
    mall.order({ yggc_order, sku: lines({ sku: 'last', num: 1 }), order_price: '1000.00' });
  const replies = await Promise.all([one('A'), one('B')]);
  expect(replies.filter(({ success }) => success)).toHaveLength(1);
  expect(await mall.num('last')).toBe(0);
});

test('[G-A25] [G-A27] [G-A28] [G-A42] a confirmed order is not cancelled, and confirming it again ships it once', async () => {
  const mall = await openMall();
  const order_id = await mall.ordered();
  await expect(mall.ship(order_id, 'P1')).rejects.toBeInstanceOf(GrpcCallError);
  refused(await mall.call('confirm', { order_id, sku: lines({ num: 1 }) }));
  // The mall's own number names the order too, as a caller without ours says it.
  await mall.ok('confirm', { order_id: 'TJ-0001' });
  await Promise.all([1, 2, 3].map(() => mall.ok('confirm', { order_id })));
  refused(await mall.call('cancel', { order_id }));
  await holds(mall, 96);
  await eventually(async () => await mall.ship(order_id, 'P1'));
  await eventually(async () =>
    expect(await mall.state(order_id)).toMatchObject({ submit_state: 1 }),
  );
  await expect(mall.ship(order_id, 'P2', 1_000n)).rejects.toBeInstanceOf(GrpcCallError);
  const { parcels } = (await mall.ok('track', { order_id })) as { parcels: unknown[] };
  expect(parcels).toHaveLength(1);
  refused(await mall.call('confirm', { order_id: '999' }));
});

test('[G-A26] of a confirmation and a cancellation at once exactly one succeeds, a hundred times', async () => {
  const mall = await openMall();
  await mall.offer('many', '70002');
  await mall.stock('70002', '200');
  const sku = lines({ sku: 'many', num: 1 });
  const race = async (index: number): Promise<void> => {
    const change = { yggc_order: `R-${index}`, sku, order_price: '1000.00' };
    const order_id = await mall.ordered(change);
    const [confirm, cancel] = await Promise.all([
      mall.call('confirm', { order_id }),
      mall.call('cancel', { order_id }),
    ]);
    expect([confirm.success, cancel.success].filter(Boolean)).toHaveLength(1);
    expect(await mall.state(order_id)).toMatchObject({
      submit_state: confirm.success ? 1 : 0,
      cancel_state: cancel.success ? 1 : 0,
    });
  };
  for (let at = 0; at < 100; at += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, index) => race(at + index)));
  }
}, 120_000);

test('[G-A35] [G-A36] prices of a group buy hold in their time, those of a tier from its quantity on', async () => {
  const mall = await openMall();
  const { sellerId } = mall.actor.seller;
  await mall.offer('12345', '70001', { tiers: [{ fromMilli: 10_000n, rateBp: 9_500 }] });
  const promote = async (startsAt: number, endsAt: number): Promise<void> => {
    await mall.admin.offers.call('putPromotion', {
      sellerId,
      promotion: {
        promotionId: 'G1',
        kind: PromotionKind.GROUP_BUY,
        sku: '12345',
        priceFen: 80_000n,
        quantityMilli: 50_000n,
        appliedAt: new Date(startsAt),
        startsAt: new Date(startsAt),
        endsAt: new Date(endsAt),
      },
    });
  };
  const groupBuy = (yggc_order: string) =>
    mall.order({ yggc_order, sku: lines({ num: 1, price: 800, mode: 2 }), order_price: '800.00' });
  const hour = 3_600_000;
  refused(await groupBuy('G-0'));
  await promote(Date.now() + hour, Date.now() + 2 * hour);
  refused(await groupBuy('G-1'));
  await promote(Date.now() - hour, Date.now() + hour);
  expect(await groupBuy('G-2')).toMatchObject({ success: true });
  const over = Date.now() + 1_500;
  await promote(Date.now() - hour, over);
  await eventually(async () => expect(Date.now()).toBeGreaterThan(over));
  refused(await groupBuy('G-3'));

  const tier = (yggc_order: string, num: number, price: number) =>
    mall.order({
      yggc_order,
      sku: lines({ num, price, mode: 4 }),
      order_price: (num * price).toFixed(2),
    });
  expect(await tier('T-9', 9, 1000)).toMatchObject({ success: true });
  refused(await tier('T-9b', 9, 950));
  refused(await tier('T-10', 10, 1000));
  expect(await tier('T-10b', 10, 950)).toMatchObject({ success: true });
});

test('[G-A30] [G-A31] [X-A04] [field D1] two parcels, both delivered: 已完成, and in the reconciliation of the day', async () => {
  const mall = await openMall();
  const day = formatShanghai(new Date()).slice(0, 10);
  const order_id = await mall.confirmed();
  // A pre-order that was cancelled is in no reconciliation.
  const other = await mall.ordered({ yggc_order: 'TJ-0002' });
  await mall.ok('cancel', { order_id: other });
  await eventually(async () => await mall.ship(order_id, 'P1', 2_000n));
  await mall.ship(order_id, 'P2', 1_000n);
  await eventually(async () => {
    const { parcels } = (await mall.ok('track', { order_id })) as { parcels: unknown[] };
    expect(parcels).toHaveLength(2);
  });
  await mall.admin.supplies.call('recordTrack', {
    orderRef: mall.ref(order_id),
    parcelNo: 'P1',
    step: { at: new Date(), content: '到达天津分拨中心', operator: '快递小王' },
  });
  await mall.deliver(order_id, 'P1');
  const tracked = await mall.ok('track', { order_id });
  expect(tracked).toMatchObject({
    order_id,
    parcels: [
      {
        company: '顺丰速运',
        waybill: 'SFP1',
        shipment_no: 'P1',
        skus: [{ sku: '12345', name: '台式计算机', num: 2 }],
        track: expect.arrayContaining([
          {
            operate_time: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string,
            content: '到达天津分拨中心',
            operator: '快递小王',
          },
        ]) as unknown[],
      },
      { waybill: 'SFP2', skus: [{ sku: '12345', num: 1 }] },
    ],
  });
  expect(await mall.state(order_id)).toMatchObject({ state: 0, deliver_state: 0 });
  await mall.deliver(order_id, 'P2');
  await eventually(async () =>
    expect(await mall.state(order_id)).toMatchObject({
      state: 1,
      state_desc: '已完成',
      deliver_state: 1,
    }),
  );
  await eventually(async () => {
    const reply = await mall.call('reconcile', { bdate: day, edate: day });
    expect(reply.text).toContain('"total_price":3000.00');
    expect(reply.result).toMatchObject({
      num: 1,
      orders: [{ order_id, state: 1, invoice_state: 0, total_price: 3000 }],
    });
  });
  const compact = day.replaceAll('-', '');
  expect(await mall.ok('reconcile', { bdate: compact, edate: compact })).toMatchObject({ num: 1 });
  const invoices = await mall.ok('invoices', { order_id: `${order_id},C-1` });
  expect(invoices).toMatchObject([
    { order_id, known: 1, invoice_state: 0, url: '' },
    { order_id: 'C-1', known: 0, invoice_state: 0 },
  ]);
});

test('[G-A40] [field D3] no more comes back than was delivered, and stock returns with the goods', async () => {
  const mall = await openMall();
  const order_id = await mall.confirmed();
  const back = (num: number, return_no: string) =>
    mall.call('return', {
      order_id,
      type: '4',
      sku: JSON.stringify([{ sku: '12345', num }]),
      return_no,
    });
  refused(await back(1, 'R-0'));
  await eventually(async () => await mall.ship(order_id, 'P1'));
  await mall.deliver(order_id, 'P1');
  const asked = await eventually(async () => {
    const reply = await back(2, 'R-1');
    expect(reply, reply.text).toMatchObject({ success: true });
    return reply;
  });
  expect((await back(2, 'R-1')).result).toEqual(asked.result);
  refused(await back(2, 'R-2'));
  await holds(mall, 96);
  const { order_service_id: returnId } = asked.result as { order_service_id: string };
  await mall.admin.supplies.call('receiveReturn', {
    orderRef: mall.ref(order_id),
    returnId,
    receiptNo: 'W-1',
    lines: [],
    operator: '仓库小张',
  });
  await holds(mall, 98);
  refused(await back(2, 'R-3'));
});

test('[G-A37] [G-A38] credit has a limit, is owed when the goods are there, and is paid by a transfer', async () => {
  const mall = await openMall();
  const { sellerId, mall: account } = mall.actor.seller;
  await mall.admin.money.call('putCredit', {
    sellerId,
    account: account.username,
    limitFen: 500_000n,
    periodDays: 30,
  });
  const onCredit = (yggc_order: string, num: number) =>
    mall.order({
      yggc_order,
      payment: '5',
      sku: lines({ num }),
      order_price: (num * 1000).toFixed(2),
    });
  const first = await onCredit('C-1', 3);
  expect(first, first.text).toMatchObject({ success: true });
  refused(await onCredit('C-2', 3));
  expect(await onCredit('C-3', 2)).toMatchObject({ success: true });
  await holds(mall, 94);

  const { mall_order_id: order_id } = first.result as { mall_order_id: string };
  await mall.ok('confirm', { order_id });
  await eventually(async () => await mall.ship(order_id, 'P1'));
  await mall.deliver(order_id, 'P1');
  await eventually(async () =>
    expect(await mall.state(order_id)).toMatchObject({ state: 1, payment_desc: '待付款' }),
  );
  const transfer = (transfer_no: string, amount: string) =>
    mall.call('transfer', { transfer_no, order_id, amount, payer: '天津市财政局' });
  expect((await transfer('B-1', '2999.99')).result).toMatchObject({
    state: 'rejected',
    state_desc: '核对失败',
    reason: expect.stringMatching(/.+/) as string,
  });
  expect((await transfer('B-2', '3000.00')).result).toMatchObject({ state: 'submitted' });
  await mall.admin.money.call('verifyTransfer', {
    sellerId,
    bankNumber: 'B-2',
    receivedFen: 300_000n,
    acceptExcess: false,
    actor: 'laozhang',
    reason: '',
    dryRun: false,
  });
  expect(await mall.ok('transferResult', { transfer_no: 'B-2' })).toMatchObject({
    transfers: [{ transfer_no: 'B-2', state: 'verified', amount: 3000, order_id: [order_id] }],
  });
  expect(await mall.ok('transferResult', { order_id })).toMatchObject({ payment_desc: '已付款' });
  // What was paid may be used again.
  await eventually(async () => expect(await onCredit('C-4', 3)).toMatchObject({ success: true }));
});
