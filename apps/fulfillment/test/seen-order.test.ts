import type { ChannelOrderLine, OrderCause } from '@astrolabe/kernel';
import { channelLine, channelOrder } from '@astrolabe/testing';
import { describe, expect, test } from 'vitest';
import { emptyFulfilment } from '../src/domain/fulfilment.ts';
import type { Fulfilment, Model } from '../src/domain/fulfilment.ts';
import { isOfConcern, seeOrder } from '../src/domain/seen-order.ts';
import { MODELS, NOW, ORDER, SUB, SUB_2, at, notified } from './orders.ts';

type Change = Partial<ChannelOrderLine>;

const see = (
  current: Fulfilment | null,
  cause: OrderCause,
  changes: readonly Change[] = [{}],
  model: Model | null = null,
) => {
  const ids = [SUB, SUB_2];
  const lines = changes.map((change, index) => channelLine(ids[index] ?? '', change));
  const seen = { cause, publishedAt: at(1), order: channelOrder(ORDER, { lines }), notes: [] };
  const result = seeOrder(current, seen, model, NOW);
  if (!result.ok) return { refused: result.error };
  const { state, events, result: told } = result.value;
  return { state, events: events.map(({ kind }) => kind), toTell: told.toTell };
};

const refund = (state: ChannelOrderLine['refund'], more: Change = {}): Change => ({
  refund: state,
  refundId: '7',
  ...more,
});

test('what changes nothing at a place is of no concern', () => {
  const causes = [
    'PAID',
    'SHIPPED',
    'PARTLY_SHIPPED',
    'COMPLETED',
    'CLOSED',
    'REFUND_CHANGED',
    'REFUND_WITHDRAWN',
    'MODIFIED',
    'OTHER',
  ] as const;
  expect(causes.filter((cause) => !isOfConcern(cause))).toEqual(['MODIFIED', 'OTHER']);
  for (const cause of ['MODIFIED', 'OTHER'] as const) {
    const state = notified();
    expect(see(state, cause, [refund('ASKED')])).toEqual({ state, events: [], toTell: false });
  }
});

test('a payment makes the sub-orders known, and no more', () => {
  const { state, events } = see(null, 'PAID', [refund('PAID_BACK'), {}]);
  expect(state?.tasks.map(({ subOrderId, status }) => [subOrderId, status])).toEqual([
    [SUB, null],
    [SUB_2, null],
  ]);
  expect(events).toEqual([]);
});

test('what the channel shows of goods is known before and after their allocation', () => {
  const shown = { title: '羊毛大衣', spec: '颜色:黑', picture: 'https://pictures.example/1.jpg' };
  const { state } = see(null, 'PAID', [shown, {}]);
  expect(state?.tasks.map((task) => task.shown)).toEqual([shown, undefined]);
  // The allocation came first: the task stays what it is, and has its words.
  const before = notified();
  const after = see(before, 'PAID', [shown]).state;
  expect(after?.tasks[0]).toEqual({ ...before.tasks[0], shown });
  expect(see(after ?? null, 'PAID', [shown]).state).toEqual(after);
});

test('an order that was closed before anything was heard of it was never paid', () => {
  expect(see(null, 'CLOSED', [{ state: 'CANCELLED' }])).toEqual({ refused: 'UNPAID' });
  expect(see(emptyFulfilment(ORDER), 'CLOSED', [{ state: 'CLOSED' }]).state?.tasks).toMatchObject([
    { subOrderId: SUB, closed: true },
  ]);
});

describe('refunds', () => {
  test.each(['ASKED', 'GOODS_AWAITED', 'GOODS_SENT'] as const)(
    '%s is asked of the store',
    (word) => {
      const { state, events } = see(notified(), 'REFUND_CHANGED', [refund(word)]);
      expect(state?.tasks[0]?.refund).toMatchObject({ refundId: '7', feeFen: 38_800n });
      expect(events).toEqual(['REFUND_ASKED']);
    },
  );

  test.each(['NONE', 'REFUSED', 'WITHDRAWN', 'OTHER', null] as const)('%s is not', (word) => {
    expect(see(notified(), 'REFUND_CHANGED', [refund(word)]).events).toEqual([]);
  });

  test.each([
    ['paid back', refund('PAID_BACK')],
    ['closed', { state: 'CLOSED' }],
    ['cancelled', { state: 'CANCELLED' }],
  ] as const)('%s is asked too, for the money is gone', (_, change) => {
    const { state, events } = see(notified(), 'REFUND_CHANGED', [change]);
    expect(state?.tasks[0]?.refund).toMatchObject({ granted: true });
    expect(events).toEqual(['REFUND_ASKED']);
  });

  test('money alone is asked of nobody', () => {
    const change = refund('PAID_BACK', { refundAmountOnly: true, refundFeeFen: 100n });
    const { state, events } = see(notified(), 'REFUND_CHANGED', [change]);
    expect(state?.tasks[0]?.refund).toMatchObject({ amountOnly: true, feeFen: 100n });
    expect(events).toEqual([]);
  });

  test('one that is withdrawn is no question any more', () => {
    const asked = see(notified(), 'REFUND_CHANGED', [refund('ASKED')]).state ?? null;
    const { state, events } = see(asked, 'REFUND_WITHDRAWN', [refund('WITHDRAWN')]);
    expect(state?.tasks[0]?.refund?.withdrawnAt).toEqual(NOW);
    expect(events).toEqual(['REFUND_WITHDRAWN']);
  });
});

test('a warehouse has shipped what the channel shows as shipped, but for what is given up', () => {
  const place = { type: 'WAREHOUSE', id: 'WH-01' } as const;
  const goods = { itemId: 'i-1', skuId: '', outerId: 'o-1', quantity: 1_000n, placeName: '' };
  const lines = [SUB, SUB_2].map((subOrderId) => ({ subOrderId, place, ...goods }));
  const allocated = notified({ lines, notify: false });
  const shipped = see(allocated, 'SHIPPED', [{}, refund('PAID_BACK')], MODELS.B);
  expect(shipped.state?.tasks.map(({ shippedAtTmall }) => shippedAtTmall)).toEqual([true, false]);
  expect(shipped.events).toEqual(['REFUND_ASKED', 'CONSIGNED']);
  expect(shipped.toTell).toBe(true);
  const partly = see(allocated, 'PARTLY_SHIPPED', [{ state: 'SHIPPED' }, {}], MODELS.A);
  expect(partly.state?.tasks.map(({ shippedAtTmall }) => shippedAtTmall)).toEqual([true, false]);
  expect(partly.events).toEqual(['CONSIGNED']);
});

test('of an order that is not ours nothing is told', () => {
  const own = { fulfilment: 'OWN' } as const;
  const { state, events } = see(notified(), 'REFUND_CHANGED', [{ ...refund('ASKED'), ...own }]);
  expect(state?.tasks[0]?.refund).toMatchObject({ refundId: '7' });
  expect(events).toEqual([]);
});
