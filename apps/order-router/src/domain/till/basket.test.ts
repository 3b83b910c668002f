import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { basketText, milliOf, refusalOfBasket, totalsOf } from './basket.ts';
import type { Basket, BasketLine, Coupon } from './basket.ts';
import { planHolds } from './plan.ts';
import { readScaleLabel } from './scale-label.ts';
import { GOODS_MAX, soldLines } from './sold-lines.ts';

const ITEM = { kind: 'ITEM', itemId: '600530677643', skuId: '4103' } as const;
const line = (
  quantity: string,
  priceFen = 100n,
  goods: BasketLine['goods'] = ITEM,
): BasketLine => ({
  goods,
  priceFen,
  quantity,
});
const coupon = (discountFen: bigint | null): Coupon => ({
  name: '满100减10元',
  discountFen,
  optionId: '',
});
const basket = (change: Partial<Basket> = {}): Basket => ({
  store: { kind: 'CENTRE', id: '1047384' },
  lines: [line('10.0')],
  coupons: [],
  buyerKind: 'MEMBER',
  payment: 'ALIPAY',
  device: 'POS',
  deviceNo: 'POS001',
  operatorId: '5436457654',
  soldAt: null,
  ...change,
});
const refusal = (change: Partial<Basket>, buyerId = '79284721321', phoneBuyers = false) =>
  refusalOfBasket(basket(change), buyerId, { phoneBuyers });

describe('what a till may sell', () => {
  test('[T-A15] [T-A16] a scan needs its buyer, a card does not', () => {
    expect(refusal({}, '')).toBe('BUYER_REQUIRED');
    expect(refusal({ payment: 'CARD' }, '')).toBeNull();
  });

  test('[T-A17] telephone numbers wait for their switch', () => {
    expect(refusal({ buyerKind: 'PHONE' })).toBe('MOBILE_NOT_OPEN');
    expect(refusal({ buyerKind: 'PHONE' }, '13000000000', true)).toBeNull();
  });

  test.each([
    ['2500123456789012', null],
    ['280012345678901234', null],
    ['300012345678901234567890', null],
    ['130012345678901234', 'BAD_PAYMENT_CODE'],
    ['280012345678', 'BAD_PAYMENT_CODE'],
    ['2800123456789012345678901', 'BAD_PAYMENT_CODE'],
    ['240012345678901234', 'BAD_PAYMENT_CODE'],
  ])('the payment code %s (A1): %s', (code, expected) => {
    expect(refusal({ buyerKind: 'ALIPAY_USER' }, code)).toBe(expected);
  });

  test('[T-A05] 20 coupons, and not 21', () => {
    const coupons = Array.from({ length: 20 }, () => coupon(1n));
    expect(refusal({ coupons })).toBeNull();
    expect(refusal({ coupons: [...coupons, coupon(1n)] })).toBe('TOO_MANY_COUPONS');
  });

  test('[T-A21] [T-A22] totals: 10.0 of 100 with a coupon of 100; coupons may take off all, and no more', () => {
    expect(totalsOf([line('10.0')], [coupon(100n)])).toEqual({
      ok: true,
      value: { totalFen: 1_000n, payFen: 900n },
    });
    expect(totalsOf([line('10.0')], [coupon(1_000n), coupon(null)])).toMatchObject({
      value: { payFen: 0n },
    });
    expect(totalsOf([line('10.0')], [coupon(1_100n)])).toEqual({
      ok: false,
      error: 'COUPONS_EXCEED_TOTAL',
    });
  });
});

test('a total that no amount of a channel can hold is refused', () => {
  const most = Array.from({ length: 20 }, () => line('999999.999', 99_999_999_999n));
  expect(totalsOf(most, [])).toEqual({ ok: false, error: 'TOTAL_TOO_LARGE' });
  expect(totalsOf([line('9999', 99_999_999_999n)], [])).toMatchObject({ ok: true });
});

describe('lines that are sold', () => {
  const times = (count: number, one: BasketLine) => Array.from({ length: count }, () => one);

  test('[T-A04] 20 lines go as they are; what was scanned piece by piece is one line (T5)', () => {
    const twenty = times(GOODS_MAX, line('1'));
    expect(soldLines([], twenty)).toMatchObject({ value: twenty.map((one) => ({ line: one })) });
    expect(soldLines([], times(21, line('1')))).toMatchObject({
      value: [{ line: { quantity: '21.0' }, stockMilli: 21_000n }],
    });
    const articles = Array.from({ length: 21 }, (_, at) => line('1', BigInt(at)));
    expect(soldLines([], articles)).toEqual({ ok: false, error: 'TOO_MANY_GOODS' });
    expect(soldLines([], times(21, line('0.335')))).toMatchObject({ ok: false });
  });

  test('law: joining changes neither the total nor what leaves the stock', () => {
    const quantity = fc.integer({ min: 1, max: 99 }).map(String);
    const lines = fc.array(fc.record({ quantity, price: fc.bigInt({ min: 0n, max: 3n }) }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(lines, (read) => {
        const asked = read.map((one) => line(one.quantity, one.price));
        const sold = soldLines([], asked);
        if (!sold.ok) return;
        const total = totalsOf(
          sold.value.map((one) => one.line),
          [],
        );
        expect(total).toEqual(totalsOf(asked, []));
        const pieces = asked.reduce((all, one) => all + milliOf(one.quantity), 0n);
        expect(sold.value.reduce((all, one) => all + one.stockMilli, 0n)).toBe(pieces);
      }),
    );
  });

  const LABELS = [
    { prefix: '21', articleDigits: 5, value: 'PRICE_FEN' },
    { prefix: '22', articleDigits: 5, value: 'GRAMS' },
  ] as const;
  const labelled = (code: string, price = 12_800n) =>
    readScaleLabel(LABELS, line('1', price, { kind: 'CODE', code }));

  test('labels of scales (T2)', () => {
    const goods = { kind: 'CODE', code: '12345' };
    expect(labelled('2112345010007')).toEqual({
      ok: true,
      value: { line: { goods, priceFen: 1_000n, quantity: '1.0' }, stockMilli: 78n },
    });
    expect(labelled('2212345003358')).toEqual({
      ok: true,
      value: { line: { goods, priceFen: 12_800n, quantity: '0.335' }, stockMilli: 335n },
    });
    expect(labelled('2112345010008')).toEqual({ ok: false, error: 'BAD_LABEL' });
    expect(labelled('2112345010007', 0n)).toEqual({ ok: false, error: 'BAD_LABEL' });
    expect(labelled('6901234567892')).toMatchObject({ value: { stockMilli: 1_000n } });
  });
});

describe('the same sale', () => {
  test('is told by values: 10.0 is 10, and the order of the lines counts', () => {
    expect(basketText(basket({ lines: [line('10')] }))).toBe(basketText(basket()));
    expect(basketText(basket({ lines: [line('10.001')] }))).not.toBe(basketText(basket()));
    expect(basketText(basket({ store: { kind: 'OWN', id: '1047384' } }))).not.toBe(
      basketText(basket()),
    );
    expect(basketText(basket({ coupons: [coupon(1n)] }))).not.toBe(basketText(basket()));
  });
});

describe('which stock is taken', () => {
  const free = [{ goodsId: 'g', sharedMilli: 2_000n, certainMilli: 3_000n }];
  const want = (...quantities: bigint[]) =>
    quantities.map((quantityMilli, at) => ({
      lineId: String(at + 1),
      goodsId: 'g',
      quantityMilli,
    }));

  test('shared first, then certain; lines share what there is', () => {
    expect(planHolds(want(4_000n), free).holds).toEqual([
      { lineId: '1', goodsId: 'g', quantityMilli: 2_000n, kind: 'SHARED' },
      { lineId: '1-certain', goodsId: 'g', quantityMilli: 2_000n, kind: 'CERTAIN' },
    ]);
    expect([...planHolds(want(4_000n, 2_000n), free).short]).toEqual([['2', 1_000n]]);
  });

  test('law: what is held and what is short is what is wanted, and no more is held than is free', () => {
    const quantity = fc.bigInt({ min: 1n, max: 5_000n });
    const quantities = fc.array(quantity, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(quantities, quantity, quantity, (wanted, sharedMilli, certainMilli) => {
        const plan = planHolds(want(...wanted), [{ goodsId: 'g', sharedMilli, certainMilli }]);
        const all = (amounts: readonly bigint[]) => amounts.reduce((sum, one) => sum + one, 0n);
        const held = plan.holds.map(({ quantityMilli }) => quantityMilli);
        expect(all(held) + all([...plan.short.values()])).toBe(all(wanted));
        expect(all(held) <= sharedMilli + certainMilli).toBe(true);
        expect(held.every((one) => one > 0n)).toBe(true);
      }),
    );
  });
});
