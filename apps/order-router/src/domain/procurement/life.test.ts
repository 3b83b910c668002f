import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Life, OrderReading, OrderedLine, RequisitionReading } from './life.ts';
import { afterOrder, afterRequisition, answerDue, placesOf, stateOf } from './life.ts';

const line = (ordered: bigint, change: Partial<OrderedLine> = {}): OrderedLine => ({
  lineId: 'A',
  goodsId: 'A',
  ordered,
  sent: 0n,
  received: 0n,
  settled: 0n,
  ...change,
});
const requisition = (
  quantity: bigint,
  status: RequisitionReading['status'] = 'PASSED',
  reading = 1,
): RequisitionReading => ({ reading, status, lines: [{ lineId: '1', goodsId: 'A', quantity }] });
const order = (
  lineOfA: OrderedLine,
  status: OrderReading['status'] = 'APPROVED',
  reading = 1,
): OrderReading => ({ reading, status, lines: [lineOfA] });
const placeOf = (life: Life, isClosed = false) => placesOf(life, isClosed).get('A');

describe('where stock belongs', () => {
  test('a requisition keeps its stock, and a rejected one none, whichever was read first', () => {
    const asked = requisition(10n, 'IN_APPROVAL');
    expect(placeOf({ requisition: asked, orders: [] })).toMatchObject({ held: 10n });
    const rejected = afterRequisition(
      requisition(10n, 'REJECTED', 2),
      requisition(10n, 'PENDING', 3),
    );
    expect(placeOf({ requisition: rejected, orders: [] })).toMatchObject({ held: 0n });
  });

  test('a smaller order: its part is bound; the rest is free when no further order is expected', () => {
    const life = { requisition: requisition(10n), orders: [order(line(6n))] };
    expect(placeOf(life)).toEqual({ held: 4n, bound: 6n, consumed: 0n });
    expect(placeOf(life, true)).toEqual({ held: 0n, bound: 6n, consumed: 0n });
    const two = { ...life, orders: [order(line(6n)), order(line(4n))] };
    expect(placeOf(two)).toEqual({ held: 0n, bound: 10n, consumed: 0n });
  });

  test('a cancel when 6 of 10 are sent: 6 are gone, nothing is kept', () => {
    const cancelled = order(line(10n, { sent: 6n }), 'CANCELLED');
    const life = { requisition: requisition(10n), orders: [cancelled] };
    expect(placeOf(life)).toEqual({ held: 0n, bound: 0n, consumed: 6n });
  });

  test('a cancel that overtakes the reading of a shipment: what was sent stays sent', () => {
    const cancelled = order(line(10n), 'CANCELLED', 2);
    const late = afterOrder(cancelled, order(line(10n, { sent: 6n }), 'APPROVED', 3));
    expect(late).toMatchObject({ status: 'CANCELLED', lines: [{ sent: 6n }] });
  });

  test('an order that was approved does not wait for us again', () => {
    const approved = order(line(10n), 'APPROVED', 2);
    expect(afterOrder(approved, order(line(9n), 'AWAITS_SUPPLIER', 3))).toMatchObject({
      status: 'APPROVED',
      reading: 3,
      lines: [{ ordered: 9n }],
    });
  });
});

describe('an order', () => {
  test.each([
    ['AWAITS_SUPPLIER', true, 'CONFIRM'],
    ['AWAITS_SUPPLIER', false, 'RETURN'],
    ['APPROVED', true, 'NONE'],
    ['APPROVED', false, 'ALERT'],
    ['CANCELLED', false, 'NONE'],
    ['RETURNED', true, 'NONE'],
  ] as const)('in %s, covered %s: %s', (status, isCovered, due) =>
    expect(answerDue(order(line(1n), status), isCovered)).toBe(due),
  );

  test.each([
    ['EXECUTING', {}],
    ['PARTIALLY_SHIPPED', { sent: 6n }],
    ['SHIPPED', { sent: 10n }],
    ['PARTIALLY_RECEIVED', { sent: 10n, received: 9n }],
    ['RECEIVED', { sent: 10n, received: 10n }],
    ['SETTLING', { sent: 10n, received: 10n, settled: 9n }],
    ['SETTLED', { sent: 10n, received: 10n, settled: 10n }],
  ])('%s is told from the quantities', (state, change) => {
    expect(stateOf(order(line(10n, change)))).toBe(state);
    expect(stateOf(order(line(10n, change), 'AWAITS_SUPPLIER'))).toBe('AWAIT_OUR_CONFIRM');
    expect(stateOf(order(line(10n, change), 'CANCELLED'))).toBe('CANCELLED');
    expect(stateOf(order(line(10n, change), 'RETURNED'))).toBe('RETURNED');
  });

  test('a receipt that is taken back: the state is that of the later reading', () => {
    const received = order(line(10n, { sent: 10n, received: 9n }));
    const reversed = afterOrder(received, order(line(10n, { sent: 10n }), 'APPROVED', 2));
    expect(stateOf(reversed)).toBe('SHIPPED');
  });
});

describe('laws', () => {
  const milli = fc.bigInt({ min: 0n, max: 20n });
  const orderRead: fc.Arbitrary<OrderReading> = fc.record({
    reading: fc.constant(0),
    status: fc.constantFrom('AWAITS_SUPPLIER', 'APPROVED', 'CANCELLED', 'RETURNED'),
    lines: fc.uniqueArray(
      fc.record({
        lineId: fc.constantFrom('1', '2'),
        goodsId: fc.constant('A'),
        ordered: milli,
        sent: milli,
        received: milli,
        settled: milli,
      }),
      { selector: ({ lineId }) => lineId, maxLength: 2 },
    ),
  });
  const seen = (all: readonly OrderReading[]) => {
    const last = all.reduce<OrderReading | null>(afterOrder, null);
    const lines = last?.lines.toSorted((a, b) => a.lineId.localeCompare(b.lineId));
    return last && { ...last, lines };
  };

  test('readings in any order, and each twice, come to the same life', () => {
    const shuffled = fc
      .array(orderRead, { minLength: 1, maxLength: 6 })
      .map((all) => all.map((read, reading) => ({ ...read, reading })))
      .chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([all, others]) => {
        expect(seen(others)).toEqual(seen(all));
      }),
      { numRuns: 2_000 },
    );
  });
});
