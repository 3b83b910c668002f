import type { RefundState } from '@astrolabe/kernel';
import { tmallOrder } from '@astrolabe/kernel';
import { channelLine, channelOrder } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { refundRow, tradeRow } from '../src/adapters/mysql/rows.ts';
import { newPushedOrder } from '../src/domain/pushed-order.ts';
import type { Placement, PushedOrder, SeenOrder, StoreAnswer } from '../src/domain/pushed-order.ts';

const START = new Date('2016-09-22T02:00:00Z');
const {
  orderRef,
  hold: _hold,
  collectStoreId: _store,
  ...SHOWN
} = channelOrder(tmallOrder('21230', '1'), { lines: [] });
const ORDER: SeenOrder = { ...SHOWN, publishedAt: START };
const PLACEMENT: Placement = {
  subOrderId: '2',
  allocation: 1,
  place: { type: 'STORE', id: '1342' },
};

const shown = (placement: Placement, status?: StoreAnswer['status']): string => {
  const push: PushedOrder = {
    ...newPushedOrder(orderRef, START),
    placements: [placement],
    answers: status ? [{ subOrderId: '2', allocation: 1, status }] : [],
  };
  return tradeRow(push, ORDER, null).response;
};

test('goods that the buyer collects are no delivery, and are ready once the store has accepted', () => {
  const pickup = { ...PLACEMENT, pickup: true } as const;
  expect(shown(pickup)).toContain('orderType:STORE_COLLECT,');
  expect(shown(pickup, 'ACCEPTED')).toContain('orderState:X_COMMODITY_CONFIRM;');
  expect(shown(pickup, 'REFUSED')).toContain('orderState:X_SHOP_DENY;');
  expect(shown(PLACEMENT)).toContain('orderType:STORE_DELIVER,');
  expect(shown(PLACEMENT, 'ACCEPTED')).toContain('orderState:X_SHOP_ALLOCATION;');
});

test('states are TOP’s words; what TOP has no word for is empty', () => {
  const lines = [
    channelLine('2', { itemId: '7', refund: 'ASKED' }),
    channelLine('3', { itemId: '7', state: 'CANCELLED', refund: 'NONE' }),
    channelLine('4', { itemId: '7', state: 'OTHER', refund: 'OTHER' }),
  ];
  const push = newPushedOrder(orderRef, START);
  const row = tradeRow(push, { ...ORDER, state: 'PARTLY_SHIPPED', lines }, null);
  expect(row.status).toBe('SELLER_CONSIGNED_PART');
  const words = [...row.response.matchAll(/"((?:refund_)?status)":"([^"]*)"/g)];
  expect(words.map(([, name, word]) => `${name} ${word}`)).toEqual([
    'status SELLER_CONSIGNED_PART',
    'status WAIT_SELLER_SEND_GOODS',
    'refund_status WAIT_SELLER_AGREE',
    'status TRADE_CLOSED_BY_TAOBAO',
    'refund_status NO_REFUND',
    'status ',
    'refund_status ',
  ]);
  expect(tradeRow(push, { ...ORDER, state: 'OTHER' }, null).status).toBe('');
});

test('a refund’s state is TOP’s word', () => {
  const refund = {
    refundId: '7',
    subOrderId: '2',
    refundFeeFen: 1n,
    created: START,
    modified: START,
  };
  const push = newPushedOrder(orderRef, START);
  const statusOf = (state: RefundState) => refundRow(push, ORDER, { ...refund, state }).status;
  expect(statusOf('ASKED')).toBe('WAIT_SELLER_AGREE');
  expect(statusOf('WITHDRAWN')).toBe('CLOSED');
  expect(statusOf('PAID_BACK')).toBe('SUCCESS');
  expect(statusOf('OTHER')).toBe('');
});
