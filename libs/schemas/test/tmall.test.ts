import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  TMALL_TOPICS,
  decodeTmallPush,
  decodeTmallReply,
  encodeTmallPush,
  encodeTmallReply,
} from '../src/index.ts';

const vector = readFileSync(new URL('./vectors/tmall-push.json', import.meta.url), 'utf8');
const decode = (text: string) => decodeTmallPush(Buffer.from(text, 'utf8'));

describe('trade push', () => {
  test('reads a paid trade: fen, thousandths, instants, ids as digits', () => {
    const result = decode(vector);
    expect(result).toMatchObject({
      ok: true,
      value: {
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
    });
  });

  test('prints the same document', () => {
    const result = decode(vector);
    expect(result.ok && JSON.parse(encodeTmallPush(result.value))).toEqual(JSON.parse(vector));
  });

  test('a line without the omni tag is no omni line; absent postage is none', () => {
    const plain = vector.replace(/,\s*"omni": true/, '').replace(/"post_fee": "0.00",/, '');
    expect(decode(plain)).toMatchObject({
      ok: true,
      value: { trade: { postFee: 0n, lines: [{ omni: false }] } },
    });
  });

  test.each([
    ['money alone', 0, 0n],
    ['all pieces', 2, 2_000n],
  ])('reads a refund of %s', (_, pieces, refundQuantity) => {
    const refund = `"num": 2, "refund_fee": "5.00", "refund_num": ${pieces}`;
    expect(decode(vector.replace('"num": 2', refund))).toMatchObject({
      ok: true,
      value: { trade: { lines: [{ refundFee: 500n, refundQuantity }] } },
    });
  });

  test.each([
    ['fractions of a fen', '"payment": "199.00"', '"payment": "199.001"'],
    ['a negative amount', '"price": "99.50"', '"price": "-99.50"'],
    ['a quantity of zero', '"num": 2', '"num": 0'],
    ['another trade in the message', '"tid": 2004574256073903', '"tid": 2004574256073999'],
    ['a refund of one of two pieces', '"num": 2', '"num": 2, "refund_num": 1'],
    ['a refund of more than there is', '"num": 2', '"num": 2, "refund_num": 3'],
    ['a trade without lines', /"order": \[[^]*\]/, '"order": []'],
    ['a rolled-over date', '2016-09-22 09:59:58', '2016-09-31 09:59:58'],
  ])('refuses %s', (_, from, to) => {
    expect(decode(vector.replace(from, to))).toMatchObject({
      ok: false,
      error: { code: 'isv.invalid-parameter' },
    });
  });
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
