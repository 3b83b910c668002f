import { distributionOrder } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import { lifeOfDistribution, withDecision, withHistory } from './history.ts';
import type { Dispatch, DistributionOrder } from './order.ts';
import { withDispatch } from './order.ts';
import { blockedDispatch } from './plan.ts';

const NOW = new Date('2026-11-30T02:00:00Z');
const BLOCKED = blockedDispatch('D-1', ['1'], 'ITEM_MISSING', 'item X is not known');
const ORDER: DistributionOrder = {
  orderRef: distributionOrder('21230', 'D-1'),
  digest: 'd',
  lines: [
    {
      lineId: '1',
      offerId: '101',
      specId: 's',
      quantityMilli: 1_000n,
      salesChannel: 'x',
      outShopCode: 's',
      outItemCode: 'i',
    },
  ],
  placed: [],
  pricesFen: [],
  dispatches: [BLOCKED],
  createdAt: NOW,
  history: [],
};
const after = (order: DistributionOrder, change: Partial<Dispatch>): DistributionOrder =>
  withHistory(order, withDispatch(order, { ...BLOCKED, ...change }), NOW);

test('each change of a dispatch is told once, with the order that the supplier made of it', () => {
  const taken = withHistory(null, ORDER, NOW);
  expect(lifeOfDistribution(taken)).toMatchObject({
    state: 'DISPATCH_BLOCKED',
    problem: 'ITEM_MISSING',
    lines: [{ sku: '101/s' }],
    events: [
      { what: 'DISTRIBUTION_TAKEN' },
      { what: 'DISPATCH_BLOCKED', about: ['D-1'], reason: 'ITEM_MISSING' },
    ],
  });
  const sent = after(taken, { state: 'SENT', supplierId: 'A', reason: 'OLD' });
  expect(sent.history.at(-1)).toMatchObject({ about: ['D-1', 'A'], reason: '', words: '' });
  const orders = [{ orderId: '88', amountFen: 1n, postFeeFen: 0n }];
  const made = after(sent, { state: 'CREATED', supplierId: 'A', reason: '', message: '', orders });
  expect(made.history.at(-1)).toMatchObject({
    what: 'DISPATCH_CREATED',
    about: ['D-1', 'A', '88'],
  });
  expect(withHistory(made, made, NOW)).toBe(made);
});

test('own stock that is held and given back is told', () => {
  const held = after(ORDER, { held: true });
  expect(held.history.map(({ what }) => what)).toEqual(['DISPATCH_HELD']);
  expect(after(held, { held: false }).history.at(-1)).toMatchObject({ what: 'DISPATCH_RELEASED' });
});

test('who decided what stands there, with their words', () => {
  const decision = { kind: 'rejected', message: '供应商缺货' } as const;
  expect(withDecision(ORDER, 'D-1', decision, '值班', NOW).history).toMatchObject([
    { what: 'DISPATCH_DECIDED', reason: 'DECIDE_NOT_CREATED', by: '值班', words: '供应商缺货' },
  ]);
});
