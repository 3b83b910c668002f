import { tmallOrder } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Receivable, Return, Shipment } from './receivable.ts';
import { check, credit, record } from './receivable.ts';

const NOW = new Date('2016-09-22T04:00:00Z');

const shipment = (
  amounts: Readonly<Record<string, bigint>>,
  change: Partial<Shipment> = {},
): Shipment => ({
  orderRef: tmallOrder('21230', '2004574256073903'),
  traceId: 't',
  postFeeFen: 0n,
  lines: Object.entries(amounts).map(([subOrderId, amountFen]) => ({
    subOrderId,
    goodsId: 'g-1',
    quantityMilli: 2000n,
    amountFen,
    shippedAt: NOW,
    place: { type: 'STORE', id: '1342' },
  })),
  ...change,
});

const recorded = (state: Receivable | null, told: Shipment): Receivable => {
  const result = record(state, told, NOW);
  if (!result.ok) throw new Error(result.error);
  return result.value;
};

test('lines and postage add up', () => {
  const first = recorded(null, shipment({ '1': 100n, '2': 250n }, { postFeeFen: 1000n }));
  expect(first).toMatchObject({ amountFen: 1350n, postFeeFen: 1000n, status: 'OPEN' });
  expect(recorded(first, shipment({ '3': 1n })).amountFen).toBe(1351n);
});

test('the same shipment again gives the same object back', () => {
  const told = shipment({ '1': 100n }, { postFeeFen: 10n });
  const state = recorded(null, told);
  expect(recorded(state, told)).toBe(state);
});

describe('refusals leave everything as it is', () => {
  const state = recorded(null, shipment({ '1': 100n }, { postFeeFen: 10n }));
  test.each([
    ['NO_LINES', shipment({})],
    ['NEGATIVE_AMOUNT', shipment({ '2': -1n })],
    ['NEGATIVE_AMOUNT', shipment({ '2': 1n }, { postFeeFen: -1n })],
    ['AMOUNT_CHANGED', shipment({ '1': 101n, '2': 5n })],
    ['AMOUNT_CHANGED', shipment({ '2': 5n }, { postFeeFen: 11n })],
    [
      'DUPLICATE_LINE',
      {
        ...shipment({ '2': 1n }),
        lines: [...shipment({ '2': 1n }).lines, ...shipment({ '2': 1n }).lines],
      },
    ],
  ])('%s', (code, told) => {
    expect(record(state, told, NOW)).toEqual({ ok: false, error: code });
  });
});

test('any order and repetition of shipments ends in the same sum', () => {
  const told = [
    shipment({ '1': 100n, '2': 7n }, { postFeeFen: 1000n }),
    shipment({ '3': 20n }),
    shipment({ '4': 0n }),
  ];
  const plan = fc
    .array(fc.nat(2), { maxLength: 12 })
    .chain((more) => fc.shuffledSubarray([0, 1, 2, ...more], { minLength: 3 + more.length }));
  fc.assert(
    fc.property(plan, (order) => {
      let state: Receivable | null = null;
      for (const index of order) {
        const next = told[index];
        if (next) state = recorded(state, next);
      }
      if (!state) throw new Error('nothing recorded');
      check(state);
      expect(state.amountFen).toBe(1127n);
      expect(state.lines).toHaveLength(4);
    }),
  );
});

const back = (...subOrderIds: string[]): Return => ({
  orderRef: tmallOrder('21230', '2004574256073903'),
  traceId: 't',
  subOrderIds,
  returnedAt: NOW,
});

describe('goods that came back', () => {
  const state = recorded(null, shipment({ '1': 100n, '2': 250n }, { postFeeFen: 1000n }));

  test('reverse the line of their sub-order; the postage stays owed', () => {
    const credited = credit(state, back('2'), NOW);
    expect(credited).toMatchObject({
      amountFen: 1100n,
      credits: [{ subOrderId: '2', amountFen: 250n, returnedAt: NOW }],
    });
    expect(credited.lines).toEqual(state.lines);
    expect(credit(credited, back('1'), NOW).amountFen).toBe(1000n);
  });

  test('all of them close it: nothing is owed; a later shipment is owed again', () => {
    const whole = recorded(null, shipment({ '1': 100n, '2': 250n }));
    expect(credit(whole, back('1'), NOW)).toMatchObject({ amountFen: 250n, status: 'OPEN' });
    const closed = credit(whole, back('1', '2'), NOW);
    expect(closed).toMatchObject({ amountFen: 0n, status: 'CLOSED' });
    expect(recorded(closed, shipment({ '3': 5n }))).toMatchObject({ status: 'OPEN' });
    expect(credit(state, back('1', '2'), NOW)).toMatchObject({ amountFen: 1000n, status: 'OPEN' });
  });

  test('a gift for nothing was never owed', () => {
    expect(recorded(null, shipment({ '1': 0n })).status).toBe('CLOSED');
  });

  test('told again, they change nothing', () => {
    const credited = credit(state, back('2', '2'), NOW);
    expect(credited.credits).toHaveLength(1);
    expect(credit(credited, back('2'), NOW)).toBe(credited);
  });

  test('shipments and returns in any order and number end in the same sum', () => {
    const steps = [
      (before: Receivable | null) => recorded(before, shipment({ '1': 100n }, { postFeeFen: 7n })),
      (before: Receivable | null) => recorded(before, shipment({ '2': 250n })),
      (before: Receivable | null) => credit(before, back('2'), NOW),
    ];
    const plan = fc
      .array(fc.nat(2), { maxLength: 10 })
      .chain((more) => fc.shuffledSubarray([0, 1, 2, ...more], { minLength: 3 + more.length }));
    fc.assert(
      fc.property(plan, (order) => {
        let state: Receivable | null = null;
        for (const index of order) state = steps[index]?.(state) ?? state;
        if (!state) throw new Error('nothing recorded');
        check(state);
        expect(state.amountFen).toBe(107n);
      }),
    );
  });
});
