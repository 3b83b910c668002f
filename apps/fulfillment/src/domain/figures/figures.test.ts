import { tmallOrder } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fact, OrderFacts, Step } from './facts.ts';
import { noFacts, withFact } from './facts.ts';
import type { Figures } from './figures.ts';
import { addOrder, figuresOf, newTally } from './figures.ts';
import { daysOf, dayOf } from './period.ts';

const PAID_AT = Date.parse('2016-09-22T02:00:00Z');
const after = (seconds: number): Date => new Date(PAID_AT + seconds * 1_000);
const orderOf = (facts: readonly Fact[]): OrderFacts =>
  facts.reduce(withFact, noFacts(tmallOrder('21230', '2004574256073903')));

function figuresOfAll(orders: readonly OrderFacts[], storeId: string | null = null): Figures {
  const tally = newTally(storeId);
  for (const order of orders) addOrder(tally, order);
  return figuresOf(tally);
}

const paid: Fact = { kind: 'PAID', at: after(0) };
const step = (
  name: Step,
  seconds: number,
  { subs = ['1'], store = '1342', allocation = 1, toldAfter = 0 } = {},
): Fact => ({
  kind: 'STEP',
  step: name,
  allocation,
  place: { type: 'STORE', id: store },
  subOrderIds: subs,
  at: after(seconds),
  toldAt: after(seconds + toldAfter),
});

const anyStep = fc.record({
  kind: fc.constant('STEP' as const),
  step: fc.constantFrom<Step[]>(
    'ALLOCATED',
    'NOTIFIED',
    'ACCEPTED',
    'REFUSED',
    'GIVEN_BACK',
    'CONSIGNED',
  ),
  allocation: fc.integer({ min: 1, max: 80 }),
  place: fc.record({
    type: fc.constantFrom('STORE' as const, 'WAREHOUSE' as const),
    id: fc.constantFrom('1342', '123'),
  }),
  subOrderIds: fc.subarray(['1', '2', '3'], { minLength: 1 }),
  at: fc.integer({ min: 0, max: 900 }).map(after),
  toldAt: fc.integer({ min: 0, max: 1_800 }).map(after),
});
const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  { weight: 8, arbitrary: anyStep },
  fc.record({
    kind: fc.constant('PAID' as const),
    at: fc.integer({ min: 0, max: 9 }).map(after),
  }),
  fc.record({
    kind: fc.constant('SIGNED' as const),
    subOrderIds: fc.subarray(['1', '2', '3'], { minLength: 1 }),
    at: fc.integer({ min: 0, max: 9_999 }).map(after),
  }),
);

describe('facts', () => {
  test('any order and repetition of the same facts gives the same facts and figures', () => {
    const told = fc
      .array(anyFact, { minLength: 1, maxLength: 120 })
      .chain((facts) =>
        fc.tuple(
          fc.constant(facts),
          fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2 }),
        ),
      );
    fc.assert(
      fc.property(told, ([once, shuffled]) => {
        const [a, b] = [orderOf(once), orderOf(shuffled)];
        expect(b).toEqual(a);
        expect(figuresOfAll([b])).toEqual(figuresOfAll([a]));
      }),
    );
  });

  test('what is known already leaves the same object, so that nothing is written', () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 40 }), (facts) => {
        const order = orderOf(facts);
        expect(facts.reduce(withFact, order)).toBe(order);
      }),
    );
  });
});

describe('figures', () => {
  test('the stages of a split order: sub-orders, operations and their longest waits', () => {
    const order = orderOf([
      paid,
      step('ALLOCATED', 60, { subs: ['1', '2'] }),
      step('ALLOCATED', 120, { subs: ['3'], store: '123' }),
      step('NOTIFIED', 70, { subs: ['1', '2'] }),
      step('NOTIFIED', 130, { subs: ['3'], store: '123' }),
      step('ACCEPTED', 170, { subs: ['1', '2'] }),
      step('CONSIGNED', 470, { subs: ['1', '2'] }),
      { kind: 'SIGNED', subOrderIds: ['1'], at: after(90_470) },
    ]);
    expect(figuresOfAll([order])).toMatchObject({
      allocationTime: { count: 3n, sumMs: 240_000n, maxMs: 120_000n },
      acceptTime: { count: 1n, sumMs: 100_000n, maxMs: 100_000n },
      shipTime: { count: 1n, sumMs: 300_000n, maxMs: 300_000n },
      deliveryTime: { count: 1n, sumMs: 90_000_000n, maxMs: 90_000_000n },
      orderAcceptRate: { numerator: 1n, denominator: 1n },
      storeAcceptRate: { numerator: 1n, denominator: 2n },
    });
    expect(figuresOfAll([order], '123')).toMatchObject({
      allocationTime: { count: 1n, sumMs: 120_000n },
      acceptTime: { count: 0n },
      orderAcceptRate: { numerator: 0n, denominator: 1n },
    });
  });

  test('a second allocation does not change when the order was allocated', () => {
    const order = orderOf([
      paid,
      step('ALLOCATED', 60),
      step('NOTIFIED', 60),
      step('REFUSED', 90),
      step('ALLOCATED', 100, { store: '123', allocation: 2 }),
      step('NOTIFIED', 101, { store: '123', allocation: 2 }),
      step('ACCEPTED', 111, { store: '123', allocation: 2 }),
    ]);
    expect(figuresOfAll([order])).toMatchObject({
      allocationTime: { count: 1n, sumMs: 60_000n },
      acceptTime: { count: 1n, sumMs: 10_000n },
      storeAcceptRate: { numerator: 1n, denominator: 2n },
    });
  });

  test('late is five minutes and more after the action, not after the receipt', () => {
    const lateness = (toldAfter: number) =>
      figuresOfAll([orderOf([paid, step('ACCEPTED', 0, { toldAfter })])]).lateReports;
    expect(lateness(299)).toEqual({ numerator: 0n, denominator: 1n });
    expect(lateness(300)).toEqual({ numerator: 1n, denominator: 1n });
  });

  test.each(['ACCEPTED', 'REFUSED'] as const)(
    '%s five minutes after the notice is late',
    (answer) => {
      const lateness = (seconds: number) =>
        figuresOfAll([
          orderOf([paid, step('ALLOCATED', 0), step('NOTIFIED', 0), step(answer, seconds)]),
        ]).lateReports;
      expect(lateness(299)).toEqual({ numerator: 0n, denominator: 2n });
      expect(lateness(356)).toEqual({ numerator: 1n, denominator: 2n });
    },
  );

  test('an order without omni-channel goods is in no figure', () => {
    const plain = orderOf([step('ALLOCATED', 60), step('NOTIFIED', 60)]);
    expect(figuresOfAll([plain]).storeDispatchRate).toEqual({ numerator: 0n, denominator: 0n });
  });
});

test('days are those of Asia/Shanghai; a period has 1 to 31 of them', () => {
  expect(dayOf(new Date('2016-09-21T16:00:00Z'))).toBe('2016-09-22');
  expect(dayOf(new Date('2016-09-21T15:59:59Z'))).toBe('2016-09-21');
  expect(daysOf('2016-09-30', '2016-10-01')).toMatchObject({ value: ['2016-09-30', '2016-10-01'] });
  for (const [from, to] of [
    ['2016-09-22', '2016-09-21'],
    ['2016-09-01', '2016-10-02'],
    ['2016-02-30', '2016-03-01'],
    ['', ''],
  ] as const) {
    expect(daysOf(from, to)).toMatchObject({ ok: false, error: 'INVALID_PERIOD' });
  }
});
