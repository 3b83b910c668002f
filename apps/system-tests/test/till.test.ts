import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ScaleLabelValue } from '@astrolabe/contracts/order';
import { formatShanghai } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { inventoryXml } from '../src/requests.ts';
import { startedSeller } from '../src/scenario.ts';
import { Tills, couponInfos, goodsDetails } from '../src/till.ts';

let harness: Harness;
const opened: Tills[] = [];

beforeAll(async () => {
  harness = await startHarness({ apps: [...SERVICES, 'sandbox'] });
});
afterAll(async () => {
  for (const tills of opened) tills.close();
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

/** A seller with the stock of the worked example: 4 shared at store 1342, 3 certain and 2 shared at 123. */
async function openTills(): Promise<Tills> {
  const tills = new Tills(await startedSeller(harness));
  opened.push(tills);
  return tills;
}

/** Stock of goods that are known by the merchant's code. */
async function stockCode(tills: Tills, code: string, quantity: string, billNum: string) {
  const added = await tills.actor.omni('taobao.scitem.add', { item_name: code, outer_code: code });
  const { item_id_str: scItemId } = added['sc_item'] as { item_id_str: string };
  const line = { place: '1342', kind: 'UNCERTAINTY', quantity, billNum, scItemId } as const;
  const xml = inventoryXml(tills.actor.seller.sellerId, [line]);
  await tills.actor.qimenOk('taobao.qimen.storeinventory.initial', xml);
  return scItemId;
}

const CARD = { pay_channel: 'BANK_CARD', buyer_id: '' };
const NO_COUPON = { coupon_infos: '' };

test('a seller without a platform: the trade is ours, its stock is gone at once, in JSON and in XML', async () => {
  const tills = await openTills();
  const sold = await tills.call();
  expect(sold).toMatchObject({ totalFen: '100', payFen: '90' });
  expect(sold.tradeNo).toMatch(/^1\d{16}$/);
  expect(await tills.actor.stock()).toMatchObject({ '1342 U': '3/0' });

  const again = await tills.call({}, { format: 'xml' });
  expect(again.text).toContain('<alibaba_omni_saas_order_create_response>');
  expect(again).toMatchObject({ tradeNo: sold.tradeNo, totalFen: '100', payFen: '90' });
  expect(await tills.actor.stock()).toMatchObject({ '1342 U': '3/0' });

  const other = await tills.call({ goods_details: goodsDetails([{ quantity: '2' }]) });
  expect(other).toMatchObject({ subCode: 'REQUEST_NO_REUSED', tradeNo: null });
  const same = await tills.call({ goods_details: goodsDetails([{ quantity: '1.000' }]) });
  expect(same.tradeNo).toBe(sold.tradeNo);
  expect(await tills.receivable()).toMatchObject({ amountFen: 90n, tradeNo: sold.tradeNo });
});

test('shared stock of the store goes first, then certain; every other channel sees it at once', async () => {
  const tills = await openTills();
  const sale = { store_id: '123', goods_details: goodsDetails([{ quantity: '4' }]) };
  expect((await tills.call(sale)).tradeNo).not.toBeNull();
  expect(await tills.actor.stock()).toMatchObject({ '123 U': '0/0', '123 C': '1/0' });
  // Ten at the warehouse and what the till has left.
  expect(await tills.actor.sellable()).toBe('11');
});

test('stock that is short is the till’s own error, nothing is held, and another number sells what is there', async () => {
  const tills = await openTills();
  const short = await tills.call({ goods_details: goodsDetails([{ quantity: '4.5' }]) });
  expect(short).toMatchObject({ subCode: 'OUT_OF_STOCK', subMsg: '库存不足' });
  expect(await tills.actor.stock()).toMatchObject({ '1342 U': '4/0' });
  expect(await tills.sale()).toMatchObject({ state: 'REJECTED', stock: 'NONE' });
  const rest = { request_no: 'REQ-2', goods_details: goodsDetails([{ quantity: '4' }]) };
  expect((await tills.call(rest)).tradeNo).not.toBeNull();
});

test('two true sales of an equal basket at one till in one second are two trades (U5)', async () => {
  const tills = await openTills();
  const [one, two] = await Promise.all([
    tills.sell({ request_no: 'REQ-A' }),
    tills.sell({ request_no: 'REQ-B' }),
  ]);
  expect(new Set([one.tradeNo, two.tradeNo]).size).toBe(2);
  expect(await tills.actor.stock()).toMatchObject({ '1342 U': '2/0' });
});

test('[T-A14] a cashier presses twice: one number, one trade, one consumption', async () => {
  const tills = await openTills();
  const replies = await Promise.all([tills.sell(), tills.sell(), tills.sell()]);
  expect(new Set(replies.map(({ tradeNo }) => tradeNo)).size).toBe(1);
  expect(await tills.actor.stock()).toMatchObject({ '1342 U': '3/0' });
});

describe('refused at the door of the till, and nothing is kept', () => {
  let tills: Tills;
  beforeAll(async () => {
    tills = await openTills();
  });

  const distinct = (count: number) =>
    goodsDetails(Array.from({ length: count }, (_, at) => ({ price: String(at + 1) })));

  test.each([
    [
      '[T-A05] 21 coupons',
      { coupon_infos: couponInfos(Array.from({ length: 21 }, () => ({ discount: 0 }))) },
      'TOO_MANY_COUPONS',
    ],
    ['[T-A15] ALIPAY without a buyer', { buyer_id: '' }, 'BUYER_REQUIRED'],
    ['[T-A17] a telephone number', { buyer_id_type: 'MOBILE' }, 'MOBILE_NOT_OPEN'],
    [
      '[T-A19] a code of a store that nobody has registered',
      { store_id_type: 'CUSTOM', store_id: 'S404' },
      'STORE_NOT_REGISTERED',
    ],
    [
      '[T-A22] coupons of 1100 on 1000',
      {
        goods_details: goodsDetails([{ quantity: '10.0' }]),
        coupon_infos: couponInfos([{ discount: 1100 }]),
      },
      'COUPONS_EXCEED_TOTAL',
    ],
    [
      'goods that nobody knows',
      { goods_details: goodsDetails([{ goods_id: '1_0' }]) },
      'UNKNOWN_GOODS',
    ],
    ['[T-A04] 21 goods lines', { goods_details: distinct(21) }, 'TOO_MANY_GOODS'],
    [
      'a payment code of 12 digits (A1)',
      { buyer_id_type: 'ALIPAY', buyer_id: '280012345678' },
      'BAD_PAYMENT_CODE',
    ],
    [
      'a code of Weixin (A1)',
      { buyer_id_type: 'ALIPAY', buyer_id: '130012345678901234' },
      'BAD_PAYMENT_CODE',
    ],
    ['an offline sale to scan (U7)', { sold_at: '2026-11-29 09:12:00' }, 'OFFLINE_NEEDS_CARD'],
    ['a number that no order can have', { request_no: 'REQ/1' }, 'BAD_REQUEST_NO'],
  ])('%s', async (_, change, code) => {
    const { subCode, tradeNo } = await tills.call({ request_no: 'REQ-NO', ...change });
    expect({ subCode, tradeNo }).toEqual({ subCode: code, tradeNo: null });
    await expect(tills.sale('REQ-NO')).rejects.toThrow('UNKNOWN_SALE');
  });

  test.each([
    ['[T-A18] ITEM_SKU that is none', goodsDetails([{ goods_id: 'GD00001' }])],
    ['[T-A23] price 1.5', goodsDetails([{ price: '1.5' }])],
    ['[T-A23] price -1', goodsDetails([{ price: '-1' }])],
    ['quantity 0 (T3)', goodsDetails([{ quantity: '0' }])],
    ['quantity -1 (T3)', goodsDetails([{ quantity: '-1' }])],
    ['quantity 0.0005 (T3)', goodsDetails([{ quantity: '0.0005' }])],
    ['quantity 1E3 (T3)', goodsDetails([{ quantity: '1E3' }])],
    ['quantity in full width (T3)', goodsDetails([{ quantity: '１.0' }])],
    ['no goods', '[]'],
  ])('%s: the line is named', async (_, details) => {
    const reply = await tills.call({ request_no: 'REQ-NO', goods_details: details });
    expect(reply.subCode).toBe('isv.invalid-parameter');
    expect(reply.subMsg).toMatch(/^goods_details/);
  });

  test.each(['"1.5"', '-100'])('a discount of %s is no whole fen (T6)', async (discount) => {
    const coupons = `[{"name":"满100减10元","discount":${discount}}]`;
    const reply = await tills.call({ request_no: 'REQ-NO', coupon_infos: coupons });
    expect(reply).toMatchObject({ subCode: 'isv.invalid-parameter' });
    expect(reply.subMsg).toMatch(/^coupon_infos\[0\]\.discount/);
  });

  test('after all of this the stock is as it was', async () => {
    expect(await tills.actor.stock()).toMatchObject({ '1342 U': '4/0' });
  });
});

describe('the arithmetic of a basket', () => {
  test('[T-A04] 20 lines are one sale', async () => {
    const tills = await openTills();
    const details = goodsDetails(Array.from({ length: 20 }, () => ({ quantity: '0.1' })));
    expect(await tills.call({ goods_details: details })).toMatchObject({ totalFen: '200' });
  });

  test('one article that was scanned 21 times is one line; two weighings stay two (T5)', async () => {
    const tills = await openTills();
    const scanned = goodsDetails(Array.from({ length: 21 }, () => ({ quantity: '0.1' })));
    expect((await tills.call({ goods_details: scanned })).subCode).toBe('TOO_MANY_GOODS');
    const many = Array.from({ length: 21 }, () => ({ goods_id: 'KG-1', id_type: 'CUSTOM' }));
    await stockCode(tills, 'KG-1', '30', 'B-31');
    const sold = await tills.call({
      request_no: 'R-21',
      goods_details: goodsDetails(many),
      ...NO_COUPON,
    });
    expect(sold.totalFen).toBe('2100');
    expect((await tills.sale('R-21')).lines).toMatchObject([{ quantityMilli: 21_000n }]);
    const weighed = { price: '199', quantity: '0.335' };
    const two = await tills.call({
      request_no: 'R-2',
      goods_details: goodsDetails([weighed, weighed]),
      ...NO_COUPON,
    });
    expect(two.totalFen).toBe('134');
  });

  test('a gift costs nothing, and a coupon may take off all of a basket (T4)', async () => {
    const tills = await openTills();
    const details = goodsDetails([{ price: '0' }, { price: '500' }]);
    const coupon_infos = couponInfos([{ discount: '500' }]);
    const sold = await tills.call({ goods_details: details, coupon_infos });
    expect(sold).toMatchObject({ totalFen: '500', payFen: '0' });
    expect(await tills.receivable()).toMatchObject({ amountFen: 0n, state: 'CLOSED' });
  });

  test('what is left of the fen of a coupon goes to the first lines (T7)', async () => {
    const tills = await openTills();
    const details = goodsDetails([{ price: '10000' }, { price: '10000' }, { price: '10000' }]);
    const coupon_infos = couponInfos([{ discount: 1000 }]);
    await tills.call({ goods_details: details, coupon_infos });
    const receivable = await tills.receivable();
    expect(receivable?.lines.map(({ amountFen }) => amountFen)).toEqual([9_666n, 9_667n, 9_667n]);
    expect(receivable?.amountFen).toBe(29_000n);
  });

  test('labels of scales: the price of a label is paid, its weight leaves the stock (T2)', async () => {
    const tills = await openTills();
    const { sellerId } = tills.actor.seller;
    const scItemId = await stockCode(tills, '12345', '2', 'B-KG');
    const { PRICE_FEN, GRAMS } = ScaleLabelValue;
    await tills.admin.call('putScaleLabels', {
      sellerId,
      labels: [
        { prefix: '21', articleDigits: 5, value: PRICE_FEN },
        { prefix: '22', articleDigits: 5, value: GRAMS },
      ],
    });
    const label = (goods_id: string) => ({
      goods_details: goodsDetails([{ goods_id, price: '12800', id_type: 'CUSTOM' }]),
      ...NO_COUPON,
    });
    const priced = await tills.call({ request_no: 'L-1', ...label('2112345010007') });
    expect(priced.totalFen).toBe('1000');
    const [line] = (await tills.sale('L-1')).lines;
    expect(line).toMatchObject({ priceFen: 1_000n, quantityMilli: 78n });
    const weighed = await tills.call({ request_no: 'L-2', ...label('2212345003358') });
    expect(weighed.totalFen).toBe('4288');
    expect((await tills.sale('L-2')).lines).toMatchObject([{ quantityMilli: 335n }]);
    const wrong = await tills.call({ request_no: 'L-3', ...label('2112345010008') });
    expect(wrong.subCode).toBe('BAD_LABEL');
    expect(scItemId).not.toBe('');
  });
});

test('an id of the merchant centre and three codes are four places (A3)', async () => {
  const tills = await openTills();
  const { actor } = tills;
  const codes = ['1342', '0012', '12'];
  const ids = await actor.createStores(codes.map((code) => ({ code })));
  const lines = ids.map((place, at) => ({
    place,
    kind: 'UNCERTAINTY' as const,
    quantity: String(at + 5),
    billNum: `B-A3-${at}`,
  }));
  await actor.initialise(lines);
  for (const [at, code] of codes.entries()) {
    const sale = { request_no: `A3-${at}`, store_id: code, store_id_type: 'CUSTOM' };
    expect((await tills.call(sale)).tradeNo, code).not.toBeNull();
  }
  expect((await tills.call({ request_no: 'A3-P' })).tradeNo).not.toBeNull();
  const stock = await actor.stock();
  expect(ids.map((id) => stock[`${id} U`])).toEqual(['4/0', '5/0', '6/0']);
  expect(stock).toMatchObject({ '1342 U': '3/0' });
});

test('an offline card sale is recorded though its goods are gone, at its price and time (U6, U7)', async () => {
  const tills = await openTills();
  const everything = { request_no: 'REQ-ALL', goods_details: goodsDetails([{ quantity: '4' }]) };
  await tills.call(everything);
  const soldAt = new Date(Math.floor(Date.now() / 1_000) * 1_000 - 5 * 3_600_000);
  const offline = { ...CARD, ...NO_COUPON, sold_at: formatShanghai(soldAt) };
  const sold = await tills.call({ goods_details: goodsDetails([{ price: '900' }]), ...offline });
  expect(sold).toMatchObject({ totalFen: '900', payFen: '900' });
  const sale = await tills.sale();
  expect(sale).toMatchObject({ state: 'CREATED', payment: 'PAID', soldAt });
  expect(sale.lines).toMatchObject([{ shortMilli: 1_000n, priceFen: 900n }]);
  expect(await tills.actor.stock()).toMatchObject({ '1342 U': '0/0' });
  expect((await tills.receivable())?.lines).toMatchObject([{ shippedAt: soldAt, amountFen: 900n }]);
});

describe('goods that come back to the store', () => {
  test('three of ten at the tier price of 9.50: 28.50, the seven stay sold, the stock has three more (T8)', async () => {
    const tills = await openTills();
    const scItemId = await stockCode(tills, 'TIER-950', '10', 'B-TIER');
    expect(scItemId).not.toBe('');
    const ten = { goods_id: 'TIER-950', id_type: 'CUSTOM', price: '950', quantity: '10' };
    const sold = await tills.call({ goods_details: goodsDetails([ten]), ...NO_COUPON });
    expect(sold).toMatchObject({ totalFen: '9500', payFen: '9500' });
    expect(await tills.receivable()).toMatchObject({ amountFen: 9_500n });

    const three = [{ lineId: '1', quantityMilli: 3_000n }];
    const taken = await tills.takeBack('R-1', three);
    expect(taken).toMatchObject({ refundFen: 2_850n, stock: 'POSTED' });
    // Pressed twice, it is the same return.
    expect(await tills.takeBack('R-1', three)).toEqual(taken);
    await eventually(async () => {
      expect(await tills.receivable()).toMatchObject({
        amountFen: 6_650n,
        credits: [{ amountFen: 2_850n, returnNo: 'R-1' }],
      });
    });
    // What came back is sold again, and no more of it than that.
    const more = { ...ten, price: '1000', quantity: '3.001' };
    const short = { request_no: 'T8-2', goods_details: goodsDetails([more]), ...NO_COUPON };
    expect(await tills.call(short)).toMatchObject({ subCode: 'OUT_OF_STOCK' });
    const again = goodsDetails([{ ...more, quantity: '3' }]);
    const resold = { request_no: 'T8-3', goods_details: again, ...NO_COUPON };
    expect(await tills.call(resold)).toMatchObject({ payFen: '3000' });

    const eight = tills.takeBack('R-2', [{ lineId: '1', quantityMilli: 8_000n }]);
    await expect(eight).rejects.toMatchObject({ reason: 'TOO_MUCH' });
    const other = tills.takeBack('R-1', [{ lineId: '1', quantityMilli: 2_000n }]);
    await expect(other).rejects.toMatchObject({ reason: 'RETURN_NO_REUSED' });
    expect((await tills.sale()).returns).toEqual([taken]);
  });

  test('three lines with a coupon, one by one: 96.66, 96.67, 96.67, and a fourth is refused (T7)', async () => {
    const tills = await openTills();
    const details = goodsDetails([{ price: '10000' }, { price: '10000' }, { price: '10000' }]);
    await tills.call({ goods_details: details, coupon_infos: couponInfos([{ discount: 1000 }]) });
    const refunds: bigint[] = [];
    for (const lineId of ['1', '2', '3']) {
      const one = [{ lineId, quantityMilli: 1_000n }];
      const { refundFen } = await tills.takeBack(`R-${lineId}`, one, { sellable: false });
      refunds.push(refundFen);
    }
    expect(refunds).toEqual([9_666n, 9_667n, 9_667n]);
    const fourth = tills.takeBack('R-4', [{ lineId: '1', quantityMilli: 1_000n }]);
    await expect(fourth).rejects.toMatchObject({ reason: 'TOO_MUCH' });
    await eventually(async () => {
      expect(await tills.receivable()).toMatchObject({ amountFen: 0n, state: 'CLOSED' });
    });
    // What is broken is not sold again.
    expect(await tills.actor.stock()).toMatchObject({ '1342 U': '1/0' });
  });
});
