import type { ChannelOrderLine, OrderSeen } from '@astrolabe/kernel';
import { tmallOrder } from '@astrolabe/kernel';
import { describe, expect, test } from 'vitest';
import {
  LineFulfilment,
  OrderCause,
  RefundState,
  SaleState,
} from './gen/astrolabe/ingress/v1/ingress_events.ts';
import { EVENTS, orderSeenFromMessage, orderSeenToMessage } from './index.ts';

const LINE: ChannelOrderLine = {
  subOrderId: '2004574256073904',
  itemId: '60',
  skuId: '',
  outerId: 'A-1',
  quantityMilli: 1_000n,
  priceFen: 9_007_199_254_740_993n,
  paymentFen: 1_000n,
  fulfilment: 'OMNI',
  state: 'PAID',
  refund: null,
  refundId: '',
  refundFeeFen: null,
  refundAmountOnly: false,
  title: null,
  spec: null,
  picture: null,
  totalFeeFen: null,
};

const SEEN: OrderSeen = {
  cause: 'PAID',
  publishedAt: new Date('2016-09-22T02:00:00Z'),
  order: {
    orderRef: tmallOrder('21230', '2004574256073903'),
    sellerNick: 'shop',
    buyerRef: 'AAE',
    state: 'PAID',
    createdAt: null,
    paidAt: new Date('2016-09-22T01:59:00Z'),
    totalFeeFen: null,
    paymentFen: 1_000n,
    postFeeFen: 0n,
    receiver: { province: '浙江省', city: '杭州市', area: '余杭区' },
    collectStoreId: '',
    hold: { kind: 'CERTAIN', ttlMs: 0n },
    lines: [
      LINE,
      {
        ...LINE,
        subOrderId: '2004574256073905',
        fulfilment: 'ALONG',
        state: 'CLOSED',
        refund: 'PAID_BACK',
        refundId: '7',
        refundFeeFen: 0n,
        refundAmountOnly: true,
        title: 'Coat',
        spec: '颜色:黑;尺码:M',
        picture: 'https://pictures.example/coat.jpg',
        totalFeeFen: 1n,
      },
    ],
  },
  notes: ['trade.title was cut'],
};

/** Over the wire and back. */
const again = (seen: OrderSeen) =>
  orderSeenFromMessage(EVENTS.orderSeen.decode(EVENTS.orderSeen.encode(orderSeenToMessage(seen))));

test('what is seen of an order is read as it was written', () => {
  expect(again(SEEN)).toEqual({ ok: true, value: SEEN });
});

const words = <T extends object>(numbers: T) =>
  Object.entries(numbers).filter(([word]) => word !== 'UNSPECIFIED') as [string, number][];

describe('every word of the contract is read, and written as the same number', () => {
  const message = orderSeenToMessage(SEEN);
  const order = message.order ?? { lines: [] };
  const [line] = order.lines;
  const reread = (changed: object, ofLine: object = {}) => {
    const lines = [{ ...line, ...ofLine }];
    const read = orderSeenFromMessage({
      ...message,
      ...changed,
      order: { ...order, ...(changed as { order?: object }).order, lines },
    } as typeof message);
    if (!read.ok) throw new Error(read.error);
    return orderSeenToMessage(read.value);
  };

  test.each(words(OrderCause))('cause %s', (_, cause) => {
    expect(reread({ cause }).cause).toBe(cause);
  });
  test.each(words(SaleState))('state %s', (_, state) => {
    const written = reread({ order: { state } }, { state });
    expect(written.order?.state).toBe(state);
    expect(written.order?.lines[0]?.state).toBe(state);
  });
  test.each(words(RefundState))('refund %s', (_, refund) => {
    expect(reread({}, { refund }).order?.lines[0]?.refund).toBe(refund);
  });
  test.each(words(LineFulfilment))('fulfilment %s', (_, fulfilment) => {
    expect(reread({}, { fulfilment }).order?.lines[0]?.fulfilment).toBe(fulfilment);
  });
});

describe('what cannot be read is refused', () => {
  const message = orderSeenToMessage(SEEN);
  const order = message.order ?? { lines: [] };
  const withLine = (change: object) => ({
    order: { ...order, lines: order.lines.map((line) => ({ ...line, ...change })) },
  });

  test.each([
    ['no order', { order: undefined }, 'INCOMPLETE_ORDER'],
    ['no time', { publishedAt: undefined }, 'INCOMPLETE_ORDER'],
    ['no name', { order: { ...order, orderRef: undefined } }, 'INCOMPLETE_ORDER'],
    ['no sub-orders', { order: { ...order, lines: [] } }, 'INCOMPLETE_ORDER'],
    ['no policy', { order: { ...order, hold: undefined } }, 'INCOMPLETE_ORDER'],
    ['no cause', { cause: 0 }, 'UNKNOWN_WORD'],
    ['a cause of a newer version', { cause: 99 }, 'UNKNOWN_WORD'],
    ['a state of a newer version', { order: { ...order, state: 99 } }, 'UNKNOWN_WORD'],
    ['a line’s state of a newer version', withLine({ state: 99 }), 'UNKNOWN_WORD'],
    ['a refund of a newer version', withLine({ refund: 99 }), 'UNKNOWN_WORD'],
    ['a fulfilment of a newer version', withLine({ fulfilment: 99 }), 'UNKNOWN_WORD'],
    [
      'a kind of stock of a newer version',
      { order: { ...order, hold: { kind: 99, ttlMs: 0n } } },
      'UNKNOWN_WORD',
    ],
  ])('%s', (_, change, reason) => {
    const read = orderSeenFromMessage({ ...message, ...change } as typeof message);
    expect(read).toEqual({ ok: false, error: reason });
  });
});
