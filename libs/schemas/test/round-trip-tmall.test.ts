import fc from 'fast-check';
import { test } from 'vitest';
import { decodeTmallPush, encodeTmallPush } from '../src/tmall/index.ts';
import { code, fen, id, instant, milli, roundTrips, shape, some, word } from './arbitraries.ts';

test('Tmall trade push', () => {
  const line = shape(
    {
      subOrderId: id,
      itemId: id,
      skuId: id,
      outerId: code(),
      title: word(),
      quantity: milli(1),
      price: fen,
      totalFee: fen,
      payment: fen,
      status: word(),
      refundStatus: word(),
      omni: fc.boolean(),
    },
    ['subOrderId', 'itemId', 'quantity', 'price', 'payment', 'status', 'omni'],
  );
  const trade = shape(
    {
      tradeId: id,
      sellerId: id,
      sellerNick: word(),
      buyerOpenUid: word(),
      status: word(),
      paidAt: instant,
      payment: fen,
      postFee: fen,
      receiverState: word(),
      receiverCity: word(),
      receiverDistrict: word(),
      receiverAddress: word(),
      lines: some(line),
    },
    ['tradeId', 'sellerId', 'sellerNick', 'status', 'payment', 'postFee', 'lines'],
  );
  const push = fc.record({ topic: word(), publishedAt: instant, trade }).map((message) => ({
    ...message,
    content: { tradeId: message.trade.tradeId, sellerNick: message.trade.sellerNick },
  }));
  roundTrips(push, encodeTmallPush, decodeTmallPush, (sent) => ({ push: sent, notes: [] }));
});
