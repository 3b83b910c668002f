import { readFileSync } from 'node:fs';
import { distributionOrder } from '@astrolabe/kernel';
import { decodeCrate } from '@astrolabe/schemas/fenxiao';
import { expect, test } from 'vitest';
import { readOrder } from './orders.ts';

const vector = new URL('../../../../../libs/schemas/test/vectors/fenxiao.json', import.meta.url);
const { request } = JSON.parse(readFileSync(vector, 'utf8')) as { request: object };
const AT = new Date('2026-11-30T02:00:00Z');

const seen = (isOwn: boolean) => {
  const read = decodeCrate(JSON.stringify(request));
  if (!read.ok) throw new TypeError(read.error);
  const orders = [{ orderId: '1', amountFen: 9_800n, postFeeFen: 9_200n }];
  const order = distributionOrder('21230', 'bxg-1003');
  const context = { sellerNick: 'b2b-1624961122', at: AT };
  return readOrder(order, read.value, { orders, pricesFen: [600n], isOwn }, context);
};

test('a placed order is a paid one, without name, telephone and street of its receiver', () => {
  expect(seen(true)).toEqual({
    cause: 'PAID',
    publishedAt: AT,
    notes: [],
    order: {
      orderRef: { channel: 'fenxiao', sellerId: '21230', number: 'bxg-1003' },
      sellerNick: 'b2b-1624961122',
      buyerRef: '',
      state: 'PAID',
      createdAt: AT,
      paidAt: AT,
      totalFeeFen: 600n,
      paymentFen: 9_800n,
      postFeeFen: 9_200n,
      receiver: { province: '上海', city: '上海市', area: '浦东新区' },
      collectStoreId: '',
      hold: { kind: 'CERTAIN', ttlMs: 0n },
      lines: [
        {
          subOrderId: '1',
          itemId: '902719378311',
          skuId: '3304a52052baafcbd679efd04e8589a5',
          outerId: '902993428771',
          quantityMilli: 1_000n,
          priceFen: 600n,
          paymentFen: 600n,
          fulfilment: 'OMNI',
          state: 'PAID',
          refund: null,
          refundId: '',
          refundFeeFen: null,
          refundAmountOnly: false,
          title: null,
          spec: null,
          picture: null,
          totalFeeFen: 600n,
        },
      ],
    },
  });
});

test('what a supplier ships is the seller’s own matter', () => {
  expect(seen(false).order.lines.map(({ fulfilment }) => fulfilment)).toEqual(['OWN']);
});
