import { expect, test } from 'vitest';
import {
  REFUND_STATES,
  TRADE_STATES,
  refundStateOf,
  refundStatusOf,
  saleStateOf,
  tradeStatusOf,
} from './words.ts';

test.each(Object.entries(TRADE_STATES))('%s is the status %s, and back', (state, status) => {
  expect(saleStateOf(status)).toBe(state);
  expect(tradeStatusOf(saleStateOf(status))).toBe(status);
});

test.each(Object.entries(REFUND_STATES))(
  '%s is the refund status %s, and back',
  (state, status) => {
    expect(refundStateOf(status)).toBe(state);
    expect(refundStatusOf(refundStateOf(status))).toBe(status);
  },
);

test('no two states share a word', () => {
  for (const words of [Object.values(TRADE_STATES), Object.values(REFUND_STATES)]) {
    expect(new Set(words).size).toBe(words.length);
  }
});

test('what TOP has no word for has none', () => {
  expect(tradeStatusOf('OTHER')).toBeNull();
  expect(refundStatusOf('OTHER')).toBeNull();
});
