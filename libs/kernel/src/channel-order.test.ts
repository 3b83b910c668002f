import { describe, expect, test } from 'vitest';
import { isClosedAtChannel, isGivenUp, isOurs, shippedAtChannel } from './channel-order.ts';
import type { ChannelOrder, ChannelOrderLine, OrderCause, SaleState } from './channel-order.ts';

type Line = Pick<ChannelOrderLine, 'subOrderId' | 'state' | 'refund' | 'refundAmountOnly'>;

const line = (subOrderId: string, state: SaleState, refund: Partial<Line> = {}): Line => ({
  subOrderId,
  state,
  refund: null,
  refundAmountOnly: false,
  ...refund,
});

const left = (cause: OrderCause, lines: readonly Line[]) =>
  shippedAtChannel({ cause, order: { lines } as unknown as ChannelOrder });

describe('which orders are ours', () => {
  test.each([
    ['sold from stores', ['OMNI'], true],
    ['sold from stores, with a gift', ['OMNI', 'ALONG'], true],
    ['the seller’s own', ['OWN', 'OWN'], false],
    ['nothing', [], false],
  ] as const)('%s', (_, fulfilments, ours) => {
    const lines = fulfilments.map((fulfilment) => ({ fulfilment }));
    expect(isOurs({ lines })).toBe(ours);
  });
});

test('closed is closed before or after the payment', () => {
  const closed = (['CLOSED', 'CANCELLED'] as const).map((state) => isClosedAtChannel({ state }));
  expect(closed).toEqual([true, true]);
  expect(isClosedAtChannel({ state: 'COMPLETED' })).toBe(false);
});

test('money that is back takes the goods out of the order, unless it is money alone', () => {
  const refund = 'PAID_BACK' as const;
  expect(isGivenUp(line('1', 'PAID', { refund }))).toBe(true);
  expect(isGivenUp(line('1', 'PAID', { refund, refundAmountOnly: true }))).toBe(false);
  expect(isGivenUp(line('1', 'PAID', { refund: 'ASKED' }))).toBe(false);
  expect(isGivenUp(line('1', 'CANCELLED', { refundAmountOnly: true }))).toBe(true);
});

describe('whose goods have left', () => {
  const lines = [
    line('paid', 'PAID'),
    line('shipped', 'SHIPPED'),
    line('delivered', 'DELIVERED'),
    line('completed', 'COMPLETED'),
    line('closed', 'CLOSED'),
    line('back', 'SHIPPED', { refund: 'PAID_BACK' }),
  ];

  test.each(['SHIPPED', 'COMPLETED'] as const)('%s: all that are not given up', (cause) => {
    expect(left(cause, lines)).toEqual(['paid', 'shipped', 'delivered', 'completed']);
  });

  test('PARTLY_SHIPPED: those that say so', () => {
    expect(left('PARTLY_SHIPPED', lines)).toEqual(['shipped', 'delivered', 'completed']);
  });

  test.each(['PAID', 'CLOSED', 'REFUND_CHANGED', 'REFUND_WITHDRAWN', 'MODIFIED', 'OTHER'] as const)(
    '%s does not speak of a shipment',
    (cause) => {
      expect(left(cause, lines)).toBeNull();
    },
  );
});
