import { tmallOrder } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import { tradeRow } from '../src/adapters/mysql/rows.ts';
import { newPushedOrder } from '../src/domain/pushed-order.ts';
import type { Placement, PushedOrder, Trade } from '../src/domain/pushed-order.ts';

const START = new Date('2016-09-22T02:00:00Z');
const TRADE: Trade = {
  sellerNick: 'nick',
  buyerRef: 'b',
  status: 'WAIT_SELLER_SEND_GOODS',
  publishedAt: START,
  paidAt: START,
  paymentFen: 20_000n,
  postFeeFen: 0n,
  receiver: { province: '', city: '', area: '' },
  lines: [],
};
const PLACEMENT: Placement = {
  subOrderId: '2',
  allocation: 1,
  place: { type: 'STORE', id: '1342' },
};

const shown = (placement: Placement, orderState?: string): string => {
  const push: PushedOrder = {
    ...newPushedOrder(tmallOrder('21230', '1'), START),
    placements: [placement],
    answers: orderState ? [{ subOrderId: '2', allocation: 1, orderState }] : [],
  };
  return tradeRow(push, TRADE, null).response;
};

test('goods that the buyer collects are no delivery, and are ready once the store has accepted', () => {
  const pickup = { ...PLACEMENT, pickup: true } as const;
  expect(shown(pickup)).toContain('orderType:STORE_COLLECT,');
  expect(shown(pickup, 'X_SHOP_ALLOCATION')).toContain('orderState:X_COMMODITY_CONFIRM;');
  expect(shown(pickup, 'X_SHOP_DENY')).toContain('orderState:X_SHOP_DENY;');
  expect(shown(PLACEMENT)).toContain('orderType:STORE_DELIVER,');
  expect(shown(PLACEMENT, 'X_SHOP_ALLOCATION')).toContain('orderState:X_SHOP_ALLOCATION;');
});
