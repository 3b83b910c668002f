import { expect, test } from 'vitest';
import { decodeJdpRefund, encodeJdpRefund, encodeJdpTrade } from './response.ts';
import { printOmnichannelParam, readOmnichannelPairs } from './omnichannel-param.ts';

const TRADE = {
  tradeId: '41171611600046273',
  sellerId: '21230',
  sellerNick: '甘其食旗舰店',
  status: 'WAIT_SELLER_SEND_GOODS',
  payment: 20_000n,
  postFee: 0n,
  lines: [
    {
      subOrderId: '41171611600046274',
      itemId: '9001',
      quantity: 2000n,
      price: 10_000n,
      payment: 20_000n,
      status: 'WAIT_SELLER_SEND_GOODS',
      omni: true,
    },
  ],
};

test('a trade keeps every digit; the allocation is in omnichannel_param, and only when there is one', () => {
  const param = printOmnichannelParam([
    {
      subOrderId: '41171611600046274',
      allocation: 1,
      place: { type: 'STORE', id: '1342' },
      orderState: 'OFFERED',
    },
  ]);
  expect(param).toBe(
    'orderType:STORE_DELIVER,allocationCode:1,subOrderCode:41171611600046274,targetType:STORE,' +
      'targetCode:1342,orderState:X_ALLOCATION_NOTIFIED;',
  );
  const json = encodeJdpTrade(TRADE, param);
  expect(json).toContain('{"trade_fullinfo_get_response":{"trade":{"tid":41171611600046273,');
  expect(json).toContain(`"omnichannel_param":"${param}"`);
  expect(encodeJdpTrade(TRADE, '')).not.toContain('omnichannel_param');
});

test('a separator inside a value does not end it', () => {
  const param = printOmnichannelParam([
    {
      subOrderId: '1',
      allocation: 1,
      place: { type: 'WAREHOUSE', id: '华东;1,仓:A' },
      orderState: 'OFFERED',
    },
  ]);
  expect(param.split(';')).toHaveLength(2);
  expect(param).toContain('targetCode:华东 1 仓:A,');
});

test('attributes keep every character, and none of them passes for a key of the grammar', () => {
  const param = printOmnichannelParam([
    {
      subOrderId: '1',
      allocation: 1,
      place: { type: 'STORE', id: '1342' },
      orderState: 'OFFERED',
      attributes: [
        ['gift', '围巾,红;100%'],
        ['targetCode', '9'],
        ['a:b', '10:30'],
      ],
    },
  ]);
  expect(param).toContain(
    'targetCode:1342,orderState:X_ALLOCATION_NOTIFIED,gift:围巾%2C红%3B100%25,attributes.targetCode:9,a%3Ab:10:30;',
  );
  const pairs = new Map(readOmnichannelPairs(param).subOrders[0]);
  expect(decodeURIComponent(pairs.get('gift') ?? '')).toBe('围巾,红;100%');
});

test('a refund has its fee in yuan and its times in Shanghai', () => {
  const at = new Date('2016-09-22T03:00:00Z');
  const refund = {
    refundId: '7',
    tradeId: TRADE.tradeId,
    subOrderId: '41171611600046274',
    sellerNick: TRADE.sellerNick,
    status: 'WAIT_SELLER_AGREE',
    refundFee: 20_000n,
    createdAt: at,
    modifiedAt: at,
  };
  const json = encodeJdpRefund(refund);
  expect(decodeJdpRefund(json)).toEqual({ ok: true, value: refund });
  const ofMoney = { ...refund, refundQuantity: 0n };
  expect(decodeJdpRefund(encodeJdpRefund(ofMoney))).toEqual({ ok: true, value: ofMoney });
  expect(decodeJdpRefund('{}').ok).toBe(false);
  expect(json).toContain('"refund_fee":"200.00","created":"2016-09-22 11:00:00"');
});
