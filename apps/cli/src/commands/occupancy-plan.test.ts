import { PlaceType, StockKind } from '@astrolabe/contracts/common';
import type { Divergence } from '@astrolabe/contracts/inventory';
import { expect, test } from 'vitest';
import { itemsIn, lineOf } from './occupancy-plan.ts';

const SHORT: Divergence = {
  kinds: ['SHORT'],
  place: { type: PlaceType.WAREHOUSE, id: 'WH-01' },
  goodsId: 'g-1',
  stockKind: StockKind.CERTAIN,
  quantityMilli: 3_000n,
  heldMilli: 6_500n,
  unreportedMilli: 0n,
  reportedAtMs: 1_480_000_000_000n,
  proposedMilli: 6_500n,
};

test('a number that differs is a line, and the line is the item that settles it', () => {
  const line = lineOf(SHORT);
  expect(line).toEqual({
    kinds: ['SHORT'],
    place: 'WAREHOUSE:WH-01',
    goodsId: 'g-1',
    stockKind: 'CERTAIN',
    quantity: '3',
    held: '6.5',
    unreported: '0',
    reportedAt: '2016-11-24T15:06:40.000Z',
    adjust: '6.5',
  });
  expect(itemsIn(`${JSON.stringify(line)}\n\n{"release":"tmall:1"}\n`)).toEqual([
    {
      item: {
        $case: 'quantity',
        value: {
          place: SHORT.place,
          goodsId: 'g-1',
          stockKind: StockKind.CERTAIN,
          expectedQuantityMilli: 3_000n,
          expectedHeldMilli: 6_500n,
          quantityMilli: 6_500n,
        },
      },
    },
    { item: { $case: 'releaseHoldRef', value: 'tmall:1' } },
  ]);
});

test('what only a report can settle asks for nothing', () => {
  const line = lineOf({
    ...SHORT,
    kinds: ['UNREPORTED'],
    proposedMilli: undefined,
    reportedAtMs: 0n,
  });
  expect(line).not.toHaveProperty('reportedAt');
  expect(itemsIn(JSON.stringify(line))).toEqual([]);
});

test.each([
  ['no JSON', 'x'],
  ['a list', '[]'],
  ['another object', '{"a":1}'],
  ['no place', JSON.stringify({ ...lineOf(SHORT), place: 'WH-01' })],
  ['no kind', JSON.stringify({ ...lineOf(SHORT), stockKind: 'ALL' })],
  ['no number', JSON.stringify({ ...lineOf(SHORT), adjust: 'six' })],
  ['a part of a thousandth', JSON.stringify({ ...lineOf(SHORT), adjust: '1.0005' })],
])('%s is no line of a plan', (_, text) => {
  expect(() => itemsIn(`{"release":"a"}\n${text}`)).toThrow(/line 2/);
});
