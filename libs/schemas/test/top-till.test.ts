import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTillOrder } from '../src/top/index.ts';
import { code, id, roundTrips, word } from './arbitraries.ts';

const form = (change: Record<string, string> = {}) =>
  new Map(
    Object.entries({
      goods_details:
        '[{"goods_id":"600530677643_0","price":"100","quantity":"10.0","id_type":"ITEM_SKU"}]',
      buyer_id_type: 'TAOBAO',
      store_id: '1047384',
      pay_channel: 'BANK_CARD',
      store_id_type: 'PLACE',
      request_no: 'REQ-3436967',
      ...change,
    }),
  );
const goods = (change: object): string =>
  JSON.stringify([
    { goods_id: '600530677643_0', price: '100', quantity: '10.0', id_type: 'ITEM_SKU', ...change },
  ]);
const read = (change: Record<string, string> = {}) => createTillOrder.decodeRequest(form(change));

describe('alibaba.omni.saas.order.create', () => {
  test.each([
    ['600530677643_0', { kind: 'ITEM', itemId: '600530677643', skuId: '' }],
    ['600530677643_4103', { kind: 'ITEM', itemId: '600530677643', skuId: '4103' }],
  ])('[T-A18] %s is an item', (goods_id, named) => {
    expect(read({ goods_details: goods({ goods_id }) })).toMatchObject({
      ok: true,
      value: { goods: [{ goods: named }] },
    });
  });

  test.each(['GD00001', '600530677643', '600530677643_', '_0', '1_2_3', '0_1', '1_00'])(
    '[T-A18] %s is none; as a code of the merchant it is one',
    (goods_id) => {
      const refused = read({ goods_details: goods({ goods_id }) });
      expect(refused).toMatchObject({ ok: false, error: { subCode: 'isv.invalid-parameter' } });
      expect(read({ goods_details: goods({ goods_id, id_type: 'CUSTOM' }) })).toMatchObject({
        ok: true,
      });
    },
  );

  test.each(['1.5', '-1', '1E3', '１００', '', '123456789012'])(
    '[T-A23] the price %s is no whole fen',
    (price) => {
      expect(read({ goods_details: goods({ price }) }).ok).toBe(false);
    },
  );

  test.each(['0', '-1', '0.0005', '1E3', '１.0', '.5', '1.', '1234567'])(
    'the quantity %s (T3)',
    (quantity) => {
      expect(read({ goods_details: goods({ quantity }) }).ok).toBe(false);
    },
  );

  test.each(['0.001', '10.000', '1', '999999.999'])(
    'the quantity %s stays as it is written (T3)',
    (quantity) => {
      expect(read({ goods_details: goods({ quantity }) })).toMatchObject({
        value: { goods: [{ quantity }] },
      });
    },
  );

  test('numbers as texts and texts as numbers are read; a line end of a scanner is no part of a code (A1)', () => {
    const details = '[{"goods_id":"1_0","price":100,"quantity":10.0,"id_type":"ITEM_SKU"}]';
    expect(read({ goods_details: details })).toMatchObject({
      value: { goods: [{ priceFen: 100n, quantity: '10.0' }] },
    });
    expect(read({ coupon_infos: '[{"discount":"100"}]' })).toMatchObject({
      value: { coupons: [{ discountFen: 100n }] },
    });
    expect(read({ buyer_id: '280012345678901234\r\n' })).toMatchObject({
      value: { buyerId: '280012345678901234' },
    });
  });

  test.each([
    'buyer_id_type',
    'store_id',
    'pay_channel',
    'store_id_type',
    'request_no',
    'goods_details',
  ])('without %s it is no request', (name) => {
    expect(read({ [name]: '' })).toMatchObject({
      ok: false,
      error: { code: 40, subCode: 'isv.missing-parameter' },
    });
  });

  test('law: requests and answers come back as they were, every digit of them', () => {
    const fen = fc.bigInt({ min: 0n, max: 99_999_999_999n });
    const named = fc.oneof(
      fc.record({
        kind: fc.constant('ITEM' as const),
        itemId: id,
        skuId: fc.oneof(id, fc.constant('')),
      }),
      fc.record({ kind: fc.constant('CODE' as const), code: code(20) }),
    );
    const quantity = fc.constantFrom('1', '10.0', '0.335', '999999.999');
    const request = fc.record({
      goods: fc.array(fc.record({ goods: named, priceFen: fen, quantity }), {
        minLength: 1,
        maxLength: 20,
      }),
      buyerKind: fc.constantFrom('ALIPAY_USER' as const, 'MEMBER' as const, 'PHONE' as const),
      storeId: code(20),
      payment: fc.constantFrom('ALIPAY' as const, 'CARD' as const),
      coupons: fc.array(fc.record({ name: word(20), discountFen: fen, optionId: word(20) }), {
        minLength: 1,
      }),
      storeKind: fc.constantFrom('CENTRE' as const, 'OWN' as const),
      requestNo: code(20),
    });
    fc.assert(
      fc.property(request, (sent) => {
        const form = createTillOrder.encodeRequest(sent);
        expect(createTillOrder.decodeRequest(form)).toEqual({ ok: true, value: sent });
      }),
    );
    const answer = fc.record({ tradeNo: id, totalFen: fen, payFen: fen });
    roundTrips(
      answer.map((value) => ({ ok: true as const, message: '', value })),
      (reply) => createTillOrder.encodeReply(reply, 'json', 'r'),
      createTillOrder.decodeReply,
    );
  });
});
