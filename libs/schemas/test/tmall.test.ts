import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  TMALL_TOPICS,
  decodeTmallPush,
  decodeTmallReply,
  encodeTmallPush,
  encodeTmallReply,
} from '../src/tmall/index.ts';

const vector = readFileSync(new URL('./vectors/tmall-push.json', import.meta.url), 'utf8');
const decode = (text: string) => decodeTmallPush(Buffer.from(text, 'utf8'));

describe('trade push', () => {
  test('reads a paid trade: fen, thousandths, instants, ids as digits', () => {
    const result = decode(vector);
    expect(result).toMatchObject({
      ok: true,
      value: {
        notes: [],
        push: {
          topic: TMALL_TOPICS.buyerPaid,
          publishedAt: new Date('2016-09-22T02:00:00Z'),
          content: { tradeId: '2004574256073903', payment: 19_900n },
          trade: {
            tradeId: '2004574256073903',
            sellerId: '21230',
            paidAt: new Date('2016-09-22T01:59:58Z'),
            payment: 19_900n,
            postFee: 0n,
            receiverDistrict: '西湖区',
            lines: [
              {
                subOrderId: '2004574256073904',
                itemId: '9001',
                skuId: '70001',
                outerId: 'SKU-A',
                quantity: 2_000n,
                price: 9_950n,
                payment: 19_900n,
                omni: true,
              },
            ],
          },
        },
      },
    });
  });

  test('prints the same document', () => {
    const result = decode(vector);
    expect(result.ok && JSON.parse(encodeTmallPush(result.value.push))).toEqual(JSON.parse(vector));
  });

  test('a line without the omni tag is no omni line; absent postage is none', () => {
    const plain = vector.replace(/,\s*"omni": true/, '').replace(/"post_fee": "0.00",/, '');
    expect(decode(plain)).toMatchObject({
      ok: true,
      value: { push: { trade: { postFee: 0n, lines: [{ omni: false }] } } },
    });
  });

  test.each([
    ['money alone', 0, 0n],
    ['all pieces', 2, 2_000n],
  ])('reads a refund of %s', (_, pieces, refundQuantity) => {
    const refund = `"num": 2, "refund_fee": "5.00", "refund_num": ${pieces}`;
    expect(decode(vector.replace('"num": 2', refund))).toMatchObject({
      ok: true,
      value: { push: { trade: { lines: [{ refundFee: 500n, refundQuantity }] } } },
    });
  });

  test.each([
    [
      'fractions of a fen',
      '"payment": "199.00",\n    "post_fee"',
      '"payment": "199.001",\n    "post_fee"',
    ],
    ['a negative amount', '"price": "99.50"', '"price": "-99.50"'],
    ['a quantity of zero', '"num": 2', '"num": 0'],
    ['another trade in the message', '"tid": 2004574256073903', '"tid": 2004574256073999'],
    ['a refund of one of two pieces', '"num": 2', '"num": 2, "refund_num": 1'],
    ['a refund of more than there is', '"num": 2', '"num": 2, "refund_num": 3'],
    ['a trade without lines', /"order": \[[^]*\]/, '"order": []'],
    ['an id beyond 2^63 - 1', /"tid": \d+/g, '"tid": 18446744073709551614'],
    ['money of no sub-order', /"payment": "199.00",(?=\s*"status")/, ''],
    [
      'a store collect that names no store',
      '"post_fee"',
      '"omnichannel_param": "orderType:STORE_COLLECT;", "post_fee"',
    ],
  ])('refuses %s', (_, from, to) => {
    expect(decode(vector.replace(from, to))).toMatchObject({
      ok: false,
      error: { code: 'isv.invalid-parameter' },
    });
  });
});

/** The vector with one line more, a gift. */
const GIFT =
  '{"oid": 2004574256073905, "num_iid": 9002, "sku_id": 0, "num": 1, "payment": null, "status": "X"}';
const withGift = vector.replace('"order": [', `"order": [${GIFT},`);

describe('what no order needs is cut or left out, with a note', () => {
  test.each([
    [
      'a long address',
      '文一西路1号',
      'x'.repeat(600),
      'trade.receiver_address is cut to 500 characters',
    ],
    [
      'a long title',
      '"num": 2',
      `"num": 2, "title": "${'x'.repeat(4_001)}"`,
      'trade.orders.order[0].title is cut',
    ],
    ['a long code', '"SKU-A"', `"${'x'.repeat(101)}"`, 'outer_sku_id is longer than 100: left out'],
    ['a date that is none', '2016-09-22 09:59:58', '2016-09-31 09:59:58', 'trade.pay_time must be'],
    ['a status of the message', '"type": "guarantee_trade"', '"type": {}', 'content.type must be'],
  ])('%s', (_, from, to, note) => {
    const read = decode(vector.replace(from, to));
    if (!read.ok) throw new Error(read.error.message);
    expect(read.value.notes).toHaveLength(1);
    expect(read.value.notes[0]).toContain(note);
  });

  test('a plain omnichannel_param, and one with commas in its values', () => {
    const param = (value: string) =>
      vector.replace('"post_fee"', `"omnichannel_param": "${value}", "post_fee"`);
    expect(decode(param('tb_o2o'))).toMatchObject({
      ok: true,
      value: { notes: ['trade.omnichannel_param holds 1 part(s) without key and value: left out'] },
    });
    const shipped = 'orderType:STORE_DELIVER,targetName:A,B,;';
    expect(decode(param(shipped))).toMatchObject({ ok: true, value: { notes: [] } });
  });
});

test('a gift without SKU, price and payment, and a time with a fraction', () => {
  const read = decode(withGift.replace('2016-09-22 09:59:58', '2016-09-22 09:59:58.0'));
  if (!read.ok) throw new Error(read.error.message);
  const { notes, push } = read.value;
  expect(notes).toEqual([]);
  expect(push.trade.paidAt).toEqual(new Date('2016-09-22T01:59:58Z'));
  const [gift] = push.trade.lines;
  expect(gift).toMatchObject({ payment: 0n, price: 0n, omni: false });
  expect(gift).not.toHaveProperty('skuId');
});

test('the answer is code "0", or a code with a message', () => {
  expect(encodeTmallReply({ code: '0', message: '' })).toBe('{"code":"0"}');
  const refused = { code: 'isv.invalid-signature', message: '签名' };
  expect(decodeTmallReply(Buffer.from(encodeTmallReply(refused)))).toEqual({
    ok: true,
    value: refused,
  });
  expect(decodeTmallReply(Buffer.from('oops')).ok).toBe(false);
});
