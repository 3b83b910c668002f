import { tmallOrder } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Receivable, Return, Shipment } from './receivable.ts';
import { check, credit, creditParts, discrepancyOf, record } from './receivable.ts';

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

describe('a sale that a platform counts otherwise', () => {
  const ours = { totalFen: 1_000n, payFen: 900n };
  const found = (platformTotalFen: bigint | null, platformPayFen: bigint | null) =>
    discrepancyOf({ ...ours, platformTotalFen, platformPayFen }, NOW);

  test.each([
    ['the same', 1_000n, 900n, null],
    ['[T-A21] 10000 and 9000', 10_000n, 9_000n, { kind: 'PAYMENT', differenceFen: 8_100n }],
    ['950 (A5)', 1_000n, 950n, { kind: 'PAYMENT', differenceFen: 50n }],
    ['880 (A5)', 1_000n, 880n, { kind: 'PAYMENT', differenceFen: -20n }],
    ['nothing (A5)', 1_000n, null, { kind: 'AMOUNT_MISSING', differenceFen: 0n }],
    ['the total alone (T1)', 999n, 900n, { kind: 'TOTAL', differenceFen: -1n }],
    ['no total', null, 900n, null],
    ['0, which is an amount (T4)', 1_000n, 0n, { kind: 'PAYMENT', differenceFen: -900n }],
  ])('%s', (_, total, pay, expected) => {
    if (expected) expect(found(total, pay)).toMatchObject(expected);
    else expect(found(total, pay)).toBeNull();
  });

  test('it is part of the receivable, and stays when goods come back', () => {
    const discrepancy = found(1_000n, 950n);
    const atPlatform = { tradeNo: '10309483976732423', discrepancy };
    const sold = recorded(null, shipment({ '1': 950n }, { atPlatform }));
    expect(sold).toMatchObject(atPlatform);
    expect(recorded(sold, shipment({ '1': 950n }, { atPlatform }))).toBe(sold);
    const told = { orderRef: sold.orderRef, traceId: 't', subOrderIds: ['1'], returnedAt: NOW };
    expect(credit(sold, told, NOW)).toMatchObject({ ...atPlatform, amountFen: 0n });
  });
});

test('three lines with a coupon that are returned one by one: 96.66, 96.67, 96.67, and no fourth (T7)', () => {
  let state = recorded(null, shipment({ '1': 9_666n, '2': 9_667n, '3': 9_667n }));
  const owed = [state.amountFen];
  for (const subOrderId of ['1', '2', '3', '3']) {
    const told = {
      orderRef: state.orderRef,
      traceId: 't',
      subOrderIds: [subOrderId],
      returnedAt: NOW,
    };
    state = credit(state, told, NOW);
    owed.push(state.amountFen);
  }
  expect(owed).toEqual([29_000n, 19_334n, 9_667n, 0n, 0n]);
  expect(state.credits.map(({ amountFen }) => amountFen)).toEqual([9_666n, 9_667n, 9_667n]);
});

describe('parts of a line that come back to a till', () => {
  const sold = recorded(null, shipment({ '1': 9_500n, '2': 100n }));
  const back = (returnNo: string, amountFen: bigint, subOrderId = '1') => ({
    orderRef: sold.orderRef,
    traceId: 't',
    returnNo,
    lines: [{ subOrderId, amountFen }],
    returnedAt: NOW,
  });
  const taken = (state: Receivable | null, told: ReturnType<typeof back>): Receivable => {
    const result = creditParts(state, told, NOW);
    if (!result.ok) throw new Error(result.error);
    check(result.value);
    return result.value;
  };

  test('three of ten are credited once, the others stay owed (T8)', () => {
    const after = taken(sold, back('R-1', 2_850n));
    expect(after).toMatchObject({ amountFen: 6_750n, status: 'OPEN' });
    expect(after.credits).toMatchObject([{ subOrderId: '1', amountFen: 2_850n, returnNo: 'R-1' }]);
    expect(taken(after, back('R-1', 2_850n))).toBe(after);
    // The sale told again, as a replay does, changes neither lines nor credits.
    expect(recorded(after, shipment({ '1': 9_500n, '2': 100n }))).toBe(after);
    const whole = taken(taken(after, back('R-2', 6_650n)), back('R-3', 100n, '2'));
    expect(whole).toMatchObject({ amountFen: 0n, status: 'CLOSED' });
  });

  test('more than its line, a line that is not there and a sale that was not told are refused', () => {
    const after = taken(sold, back('R-1', 9_000n));
    expect(creditParts(after, back('R-2', 501n), NOW)).toEqual({
      ok: false,
      error: 'CREDIT_TOO_LARGE',
    });
    expect(creditParts(sold, back('R-1', 1n, '3'), NOW)).toEqual({
      ok: false,
      error: 'CREDIT_TOO_LARGE',
    });
    expect(creditParts(null, back('R-1', 1n), NOW)).toEqual({ ok: false, error: 'UNKNOWN_SALE' });
  });
});
