import { expect, test } from 'vitest';
import { invoiceWords, paymentWords, toldState, transferWords } from './order-state.ts';

const order = (state: string, changes: { delivered?: boolean; returning?: boolean } = {}) => ({
  state,
  delivered: false,
  returning: false,
  ...changes,
});

test.each([
  [order('PRE_ORDERED'), 'NEW', '待确认'],
  [order('CONFIRMED'), 'NEW', '待发货'],
  [order('SHIPPED'), 'NEW', '已发货'],
  [order('SHIPPED', { delivered: true }), 'COMPLETED', '已完成'],
  [order('COMPLETED', { delivered: true }), 'COMPLETED', '已完成'],
  [order('COMPLETED', { delivered: true, returning: true }), 'RETURNING', '退换货中'],
  [order('REJECTED'), 'REJECTED', '拒收'],
  [order('CANCELLED'), 'NEW', '已取消'],
  [order('OF_A_LATER_VERSION'), 'NEW', '处理中'],
])('[G-A30] %o is told as %s %s', (one, state, text) => {
  expect(toldState(one)).toEqual({ state, text });
});

test('[G-A38] a credit order that was received waits for its payment', () => {
  expect(paymentWords('AWAITING_TRANSFER')).toBe('待付款');
  expect(paymentWords('REJECTED')).toBe('待付款');
  expect(paymentWords('NOT_ON_CREDIT')).toBe('');
  expect(transferWords('VERIFIED')).toBe('核对成功');
});

test('[G-A32] an invoice is itemised unless something else was asked for', () => {
  expect(['', 'ITEMISED', '办公用品'].map(invoiceWords)).toEqual(['明细', '明细', '办公用品']);
});
