import { tmallOrder } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Allocation } from './allocation.ts';
import { decided } from './decide.ts';
import { allocateAsked, storeConsigned, tradeRead } from './notices.ts';
import { refundOf, refundRead, refundTold } from './refund.ts';
import type { ReadRefund, RefundStanding } from './refund.ts';
import { storeReported } from './report.ts';
import { newAllocation } from './allocation-rounds.ts';

const NAME = tmallOrder('21230', '2004574256073903');
const SUB = '2004574256073904';
const NOW = new Date('2016-09-22T02:00:00Z');
const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);

/** At store 1342, which the platform knows of. */
const placed = (): Allocation => ({
  ...newAllocation(NAME, NOW),
  round: 1,
  decisions: 1,
  status: 'ALLOCATED',
  lines: [
    {
      subOrderId: SUB,
      goods: { itemId: '9001', skuId: '70001', outerId: 'SKU-A' },
      quantityMilli: 2_000n,
      deducted: null,
      place: { type: 'STORE', id: '1342' },
      kind: 'SHARED',
      told: true,
      refusedBy: [],
      missed: [],
    },
  ],
});

const told = (state: Allocation, standing: RefundStanding = 'ASKED') =>
  refundTold(state, NAME, [{ subOrderId: SUB, standing }], NOW);
const row = (standing: ReadRefund['standing'], seconds: number, refundId = '7001'): ReadRefund => ({
  orderRef: NAME,
  refundId,
  subOrderId: SUB,
  feeFen: 20_000n,
  modifiedAt: at(seconds),
  standing,
});
const read = (state: Allocation, one: ReadRefund) => refundRead(state, one, NOW) ?? state;
const answer = (state: Allocation, status: string) =>
  storeReported(
    state,
    { subOrderIds: [SUB], status, operator: '小王', happenedAt: NOW, logistics: null },
    false,
    NOW,
  );
const answered = (state: Allocation, status: string): Allocation => {
  const taken = answer(state, status);
  if (!taken.ok) throw new Error(taken.error);
  return taken.value.allocation;
};
const refund = (state: Allocation) => refundOf(state, SUB)?.state;

describe('a refund before the shipment', () => {
  test('waits for the store; the SPI and the table are one refund', () => {
    const state = read(told(placed()), row('ASKED', 0));
    expect(state.refunds).toMatchObject([{ refundId: '7001', state: 'ASKED', feeFen: 20_000n }]);
    expect(state).toMatchObject({ progress: 'RELEASED', refunded: [SUB] });
    expect(told(state)).toBe(state);
    expect(refundRead(state, row('ASKED', 0), NOW)).toBeNull();
  });

  test('the store agrees: the platform is told once', () => {
    const state = answered(told(placed()), 'CANCEL_AGREED');
    expect(refund(state)).toBe('AGREED');
    expect(state.effects).toMatchObject([
      { kind: 'STATUS', report: { status: 'CANCEL_AGREED', place: { id: '1342' } } },
    ]);
    expect(answer(state, 'CANCEL_AGREED')).toMatchObject({ value: { already: true } });
    expect(answer(state, 'CANCEL_DENIED')).toMatchObject({ error: 'NO_OPEN_REFUND' });
  });

  test('the store denies: the order goes on, and a new refund is denied as well', () => {
    const state = answered(read(told(placed()), row('ASKED', 0)), 'CANCEL_DENIED');
    expect(state).toMatchObject({ progress: 'OPEN', refunded: [] });
    expect(state.lines[0]?.place?.id).toBe('1342');
    expect(refund(read(state, row('ASKED', 9, '7002')))).toBe('DENIED');
    expect(told(state)).toBe(state);
  });

  test('of what no store has been told: nobody is asked', () => {
    const state = told(newAllocation(NAME, NOW));
    expect(refund(state)).toBe('AGREED');
    expect(answer(state, 'CANCEL_AGREED')).toMatchObject({ error: 'UNKNOWN_SUB_ORDER' });
  });
});

describe('a refund that is withdrawn', () => {
  test('before the store answers: the place stands', () => {
    const state = read(told(placed()), row('WITHDRAWN', 5));
    expect(state).toMatchObject({ progress: 'OPEN', refunded: [], decision: null });
    expect(state.lines[0]?.place?.id).toBe('1342');
    expect(answer(state, 'CANCEL_AGREED')).toMatchObject({ error: 'NO_OPEN_REFUND' });
  });

  test('after the store agreed: it is allocated again', () => {
    const agreed = answered(read(told(placed()), row('ASKED', 0)), 'CANCEL_AGREED');
    const state = read(agreed, row('WITHDRAWN', 5));
    expect(state).toMatchObject({ progress: 'OPEN', round: 2, decision: { cause: 'ASKED' } });
    expect(state.lines[0]?.place).toBeNull();
  });

  test('the platform asks for it while, or after, a decision saw it closed: decided again', () => {
    const agreed = answered(read(told(placed()), row('ASKED', 0)), 'CANCEL_AGREED');
    const deciding = read(agreed, row('WITHDRAWN', 5));
    const [line] = placed().lines;
    if (!line) throw new TypeError('a line');
    const { goods, quantityMilli } = line;
    const closed = { subOrderId: SUB, goods, quantityMilli, target: null, state: 'CLOSED' };
    const ended = decided(deciding, [{ ...closed, deducted: null }], [], NOW);
    expect(ended).toMatchObject({ progress: 'RELEASED', decision: null });
    for (const state of [deciding, ended]) {
      const asked = allocateAsked(state, NAME, NOW);
      expect(asked).toMatchObject({
        value: { progress: 'OPEN', round: state.round + 1, decision: { cause: 'ASKED' } },
      });
    }
  });

  test('and asked for anew: the store answers anew', () => {
    const again = told(read(told(placed()), row('WITHDRAWN', 5)));
    expect(refund(again)).toBe('ASKED');
    const state = answered(again, 'CANCEL_AGREED');
    expect(state.refunds?.map((one) => one.state)).toEqual(['WITHDRAWN', 'AGREED']);
  });
});

test('after the shipment the goods come back, and the store says when they are there', () => {
  const shipped = storeConsigned(placed());
  if (!shipped.ok) throw new Error(shipped.error);
  const state = read(told(shipped.value, 'COMES_BACK'), row('ASKED', 0));
  expect(state).toMatchObject({ progress: 'SHIPPED', refunded: [] });
  expect(answer(state, 'CANCEL_AGREED')).toMatchObject({ error: 'NO_OPEN_REFUND' });
  expect(refund(answered(state, 'RETURNED'))).toBe('RETURNED');
});

test('the buyer has the money before the place was asked: it says where the goods are', () => {
  const state = told(placed(), 'OVER');
  expect(state).toMatchObject({ progress: 'RELEASED', refunded: [SUB] });
  const back = answered(state, 'CANCEL_AGREED');
  expect(refund(back)).toBe('AGREED');
  expect(back).toMatchObject({ progress: 'RELEASED', refunded: [SUB] });
  const out = answered(state, 'CANCEL_DENIED');
  expect(refund(out)).toBe('DENIED');
});

test('a row of a closed trade asks the places that have its goods', () => {
  const closed = {
    orderRef: NAME,
    modifiedAt: NOW,
    standing: 'CLOSED' as const,
    omni: true,
    refunded: [],
    refusals: [],
  };
  const state = tradeRead(placed(), closed, NOW);
  if (!state) throw new Error('nothing was read');
  expect(state.progress).toBe('RELEASED');
  expect(refund(answered(state, 'CANCEL_AGREED'))).toBe('AGREED');
});

const NEWS = ['told', 'ASKED', 'WITHDRAWN', 'OVER', 'CONFIRM', 'DENIED', 'allocate'] as const;

test('told, read, answered and asked to allocate in any order, repeated: only legal states', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(fc.tuple(fc.constantFrom(...NEWS), fc.nat(20)), { maxLength: 15 }),
      (isPlaced, plan) => {
        let state = isPlaced ? placed() : newAllocation(NAME, NOW);
        let newest = -1;
        let standing: string | null = null;
        for (const [news, seconds] of plan) {
          if (news === 'told') state = told(state);
          else if (news === 'allocate') {
            const asked = allocateAsked(state, NAME, NOW);
            if (asked.ok) state = asked.value;
          } else if (news === 'CONFIRM' || news === 'DENIED') {
            const taken = answer(state, `CANCEL_${news}`);
            if (taken.ok) state = taken.value.allocation;
          } else {
            state = read(state, row(news, seconds));
            if (seconds > newest) standing = news;
            newest = Math.max(newest, seconds);
          }
          const now = refundOf(state, SUB);
          const isLost = now !== undefined && ['ASKED', 'AGREED', 'OVER'].includes(now.state);
          expect(state.refunded.includes(SUB)).toBe(isLost);
          if (state.progress === 'RELEASED') expect(isLost).toBe(true);
          const known = state.refunds?.find(({ refundId }) => refundId === '7001');
          if (standing === 'WITHDRAWN') expect(known?.state).toBe('WITHDRAWN');
          // The buyer has the money; its place may still say where the goods are.
          if (standing === 'OVER') expect(['OVER', 'AGREED', 'DENIED']).toContain(known?.state);
        }
        const ids = (state.refunds ?? []).map(({ refundId }) => refundId).filter(Boolean);
        expect(new Set(ids).size).toBe(ids.length);
      },
    ),
    { numRuns: 2_000 },
  );
});
