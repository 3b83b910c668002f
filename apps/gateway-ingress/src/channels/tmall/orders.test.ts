import { decodeTmallPush } from '@astrolabe/schemas/tmall';
import { describe, expect, test } from 'vitest';
import { OID, TID, tradeJson } from '../../../test/requests.ts';
import { readOrder } from './orders.ts';

const read = (values: Parameters<typeof tradeJson>[0] = {}) => {
  const decoded = decodeTmallPush(Buffer.from(tradeJson(values)));
  if (!decoded.ok) throw new Error(decoded.error.message);
  return readOrder(decoded.value);
};

const note = (field: string): string => `${field} has a word that is not known here`;

test('a paid trade, in our words', () => {
  const paid = read({
    orders: [
      { title: '外套', total_fee: '210.00' },
      { oid: '50', omni: false, sku_id: 0 },
    ],
    trade: { total_fee: '420.00', payment: '400.00' },
  });
  expect(paid).toEqual({
    unknown: [],
    seen: {
      cause: 'PAID',
      publishedAt: new Date('2016-09-22T02:00:00Z'),
      notes: [],
      order: {
        orderRef: { channel: 'tmall', sellerId: '21230', number: TID },
        sellerNick: '甘其食旗舰店',
        buyerRef: 'AAHk5d',
        state: 'PAID',
        createdAt: new Date('2016-09-22T02:00:00Z'),
        paidAt: new Date('2016-09-22T02:00:00Z'),
        totalFeeFen: 42_000n,
        paymentFen: 40_000n,
        postFeeFen: 0n,
        receiver: { province: '浙江省', city: '杭州市', area: '西湖区' },
        collectStoreId: '',
        hold: { kind: 'CERTAIN', ttlMs: 0n },
        lines: [
          {
            subOrderId: OID,
            itemId: '9001',
            skuId: '70001',
            outerId: 'SKU-A',
            title: '外套',
            spec: null,
            picture: null,
            totalFeeFen: 21_000n,
            quantityMilli: 2_000n,
            priceFen: 10_000n,
            paymentFen: 20_000n,
            fulfilment: 'OMNI',
            state: 'PAID',
            refund: 'NONE',
            refundId: '',
            refundFeeFen: null,
            refundAmountOnly: false,
          },
          {
            subOrderId: '50',
            itemId: '9001',
            skuId: '',
            outerId: 'SKU-A',
            title: null,
            spec: null,
            picture: null,
            totalFeeFen: null,
            quantityMilli: 2_000n,
            priceFen: 10_000n,
            paymentFen: 20_000n,
            fulfilment: 'ALONG',
            state: 'PAID',
            refund: 'NONE',
            refundId: '',
            refundFeeFen: null,
            refundAmountOnly: false,
          },
        ],
      },
    },
  });
});

test.each([
  ['taobao_trade_TradeBuyerPay', 'PAID'],
  ['taobao_trade_TradeSellerShip', 'SHIPPED'],
  ['taobao_trade_TradePartlySellerShip', 'PARTLY_SHIPPED'],
  ['taobao_trade_TradeSuccess', 'COMPLETED'],
  ['taobao_trade_TradeClose', 'CLOSED'],
  ['taobao_trade_TradeChanged', 'MODIFIED'],
  ['taobao_refund_RefundCreated', 'REFUND_CHANGED'],
  ['taobao_refund_RefundBuyerModifyAgreement', 'REFUND_CHANGED'],
  ['taobao_refund_RefundSellerAgreeAgreement', 'REFUND_CHANGED'],
  ['taobao_refund_RefundSuccess', 'REFUND_CHANGED'],
  ['taobao_refund_RefundClosed', 'REFUND_WITHDRAWN'],
])('the topic %s means %s', (topic, cause) => {
  const { seen, unknown } = read({ topic });
  expect([seen.cause, unknown]).toEqual([cause, []]);
});

test.each(['taobao_trade_TradeRated', 'TradeBuyerPay', '__proto__', 'constructor', 'toString'])(
  'the topic %s is not known: OTHER, with a note; the trade is read all the same',
  (topic) => {
    const { seen, unknown } = read({ topic });
    expect(seen.cause).toBe('OTHER');
    expect(seen.order.state).toBe('PAID');
    expect(unknown).toEqual(['topic']);
    expect(seen.notes).toEqual([note('topic')]);
  },
);

test.each([
  ['TRADE_NO_CREATE_PAY', 'NOT_PAYABLE'],
  ['WAIT_BUYER_PAY', 'UNPAID'],
  ['PAY_PENDING', 'PAYMENT_PENDING'],
  ['WAIT_PRE_AUTH_CONFIRM', 'PAYMENT_RESERVED'],
  ['PAID_FORBID_CONSIGN', 'PAID_NOT_RELEASED'],
  ['WAIT_SELLER_SEND_GOODS', 'PAID'],
  ['SELLER_CONSIGNED_PART', 'PARTLY_SHIPPED'],
  ['WAIT_BUYER_CONFIRM_GOODS', 'SHIPPED'],
  ['TRADE_BUYER_SIGNED', 'DELIVERED'],
  ['TRADE_FINISHED', 'COMPLETED'],
  ['TRADE_CLOSED', 'CLOSED'],
  ['TRADE_CLOSED_BY_TAOBAO', 'CANCELLED'],
  // What begins as the closed ones do is not shipped.
  ['TRADE_CLOSED_BY_SELLER', 'CLOSED'],
])('the status %s of a trade and of its orders is %s', (status, state) => {
  const { seen, unknown } = read({ trade: { status }, orders: [{ status }] });
  // A closed trade has no open order, whatever its snapshot says.
  const ofLine = state === 'CANCELLED' ? ['CLOSED', 'CANCELLED'] : [state];
  expect(seen.order.state).toBe(state);
  expect(ofLine).toContain(seen.order.lines[0]?.state);
  expect(unknown).toEqual([]);
});

test.each([
  ['NO_REFUND', 'NONE'],
  ['WAIT_SELLER_AGREE', 'ASKED'],
  ['WAIT_BUYER_RETURN_GOODS', 'GOODS_AWAITED'],
  ['WAIT_SELLER_CONFIRM_GOODS', 'GOODS_SENT'],
  ['SELLER_REFUSE_BUYER', 'REFUSED'],
  ['CLOSED', 'WITHDRAWN'],
  ['SUCCESS', 'PAID_BACK'],
  [undefined, null],
])('the refund_status %s is %s', (refund_status, refund) => {
  const { seen, unknown } = read({ orders: [{ refund_status }] });
  expect([seen.order.lines[0]?.refund, unknown]).toEqual([refund, []]);
});

test('a status that is not known is OTHER, with one note however many there are', () => {
  const odd = { status: 'TRADE_FROZEN', refund_status: 'constructor' };
  const { seen, unknown } = read({
    trade: { status: 'toString' },
    orders: [odd, { ...odd, oid: '5' }],
  });
  expect(seen.order.state).toBe('OTHER');
  expect(seen.order.lines.map(({ state, refund }) => [state, refund])).toEqual([
    ['OTHER', 'OTHER'],
    ['OTHER', 'OTHER'],
  ]);
  expect(unknown).toEqual(['status', 'refund_status']);
  expect(seen.notes).toEqual([note('status'), note('refund_status')]);
});

describe('whose matter a sub-order is', () => {
  test.each([
    ['all are tagged', [true, true], ['OMNI', 'OMNI']],
    ['one is tagged', [false, true], ['ALONG', 'OMNI']],
    ['none is tagged', [false, false], ['OWN', 'OWN']],
  ])('%s', (_, tags, fulfilments) => {
    const { seen } = read({ orders: tags.map((omni, index) => ({ oid: `${index + 1}`, omni })) });
    expect(seen.order.lines.map(({ fulfilment }) => fulfilment)).toEqual(fulfilments);
  });
});

test('a refund has its id, its amount, and whether goods go back', () => {
  const refund = { refund_status: 'WAIT_SELLER_AGREE', refund_id: '77', refund_fee: '5.00' };
  const { seen } = read({
    orders: [
      { ...refund, refund_num: 0 },
      { ...refund, oid: '5' },
    ],
  });
  expect(
    seen.order.lines.map((line) => [line.refundId, line.refundFeeFen, line.refundAmountOnly]),
  ).toEqual([
    ['77', 500n, true],
    ['77', 500n, false],
  ]);
});

test('what the message says of its order wins over an older snapshot', () => {
  const { seen } = read({ topic: 'taobao_trade_TradeClose', content: { oid: OID } });
  expect(seen.order.lines[0]?.state).toBe('CLOSED');
});

test('the buyer’s choice of a store goes along', () => {
  const param = 'orderType:STORE_COLLECT,subOrderCode:1,targetType:STORE,targetCode:1342;';
  expect(read({ trade: { omnichannel_param: param } }).seen.order.collectStoreId).toBe('1342');
});

test('notes are few, and those about words come first', () => {
  const orders = Array.from({ length: 30 }, (_, index) => ({
    oid: `${index + 1}`,
    title: 'x'.repeat(4_001),
  }));
  const { seen } = read({ topic: 'taobao_trade_TradeRated', orders });
  expect(seen.notes).toHaveLength(20);
  expect(seen.notes[0]).toBe(note('topic'));
});
