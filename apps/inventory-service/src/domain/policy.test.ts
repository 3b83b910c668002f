import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  TestPartition,
  GOODS,
  S123,
  SELLER,
  SUB,
  WH,
  pcs,
  sellableIn,
} from '../../test/partition.ts';
import type { PolicyRule } from './policy-rules.ts';
import { rulesOf } from './policy-rules.ts';

const safety = (pieces: number | null, more: { goodsId?: string; place?: typeof WH } = {}) => ({
  rule: 'SAFETY' as const,
  goodsId: more.goodsId ?? '',
  place: more.place ?? null,
  quantity: pieces === null ? null : pcs(pieces),
});
const quota = (pieces: number, goodsId = GOODS): PolicyRule => ({
  rule: 'QUOTA',
  channel: 'tmall',
  goodsId,
  limit: { of: 'QUANTITY', quantity: pcs(pieces) },
});
const share = (tenThousandths: number): PolicyRule => ({
  rule: 'QUOTA',
  channel: 'tmall',
  goodsId: '',
  limit: { of: 'SHARE', tenThousandths },
});
const budget = (most: number | null): PolicyRule => ({
  rule: 'CHANNEL_HOLDS',
  channel: 'tmall',
  most,
});

function ten(...rules: PolicyRule[]): TestPartition {
  const partition = new TestPartition();
  partition.initialise(WH, 'CERTAIN', 10);
  if (rules.length > 0) partition.policy(...rules);
  return partition;
}

const pay = (
  partition: TestPartition,
  ref: string,
  pieces: number,
  channel: string,
  buyerRef = '',
) =>
  partition.run({
    verb: 'RESERVE',
    ref,
    channel,
    buyerRef,
    ttlMs: 0,
    lines: [{ lineId: SUB, goodsId: GOODS, quantity: pcs(pieces), place: null, kind: 'CERTAIN' }],
  });

describe('safety stock', () => {
  test('is neither sellable nor reservable', () => {
    const partition = ten(safety(3));
    expect(partition.sellable()).toBe(7);
    expect(partition.pay(8)).toMatchObject({ status: 'INSUFFICIENT', reason: 'OUT_OF_STOCK' });
    expect(partition.pay(7).status).toBe('APPLIED');
    expect(partition.sellable()).toBe(0);
  });

  test('the rule that says most wins, and an explicit 0 is a rule', () => {
    const partition = ten(safety(1), safety(2, { place: WH }));
    expect(partition.sellable()).toBe(8);
    partition.policy(safety(3, { goodsId: GOODS }));
    expect(partition.sellable()).toBe(7);
    partition.policy(safety(0, { goodsId: GOODS, place: WH }));
    expect(partition.sellable()).toBe(10);
    partition.policy(safety(null, { goodsId: GOODS, place: WH }), safety(null, { goodsId: GOODS }));
    expect(partition.sellable()).toBe(8);
  });

  test('the default location is the one with most beyond what is kept back', () => {
    const partition = ten();
    partition.initialise(S123, 'CERTAIN', 8);
    partition.policy(safety(5, { place: WH }));
    partition.pay(6);
    expect(partition.cell(S123, 'CERTAIN')).toBe('8/6');
  });

  test('a promise that was given before is routed, accepted and shipped out of it', () => {
    const partition = ten();
    partition.initialise(S123, 'CERTAIN', 4);
    partition.pay(4, 'a', { place: WH });
    partition.policy(safety(100));
    expect(partition.sellable()).toBe(0);
    expect(partition.route(S123, 'CERTAIN', 'a').status).toBe('APPLIED');
    expect(partition.accept('a').status).toBe('APPLIED');
    expect(partition.ship(0, 'a').status).toBe('APPLIED');
    expect(partition.cell(S123, 'CERTAIN')).toBe('0/0');
  });

  test('shared stock is sold where it stands: nothing is kept back of it', () => {
    const partition = ten(safety(100));
    partition.initialise(S123, 'SHARED', 2);
    expect(partition.pay(2, 'till', { place: S123, kind: 'SHARED' }).status).toBe('APPLIED');
  });
});

describe('channel quota', () => {
  test('bounds what one channel holds, and no other channel', () => {
    const partition = ten(quota(3));
    expect(pay(partition, 'a', 2, 'tmall').status).toBe('APPLIED');
    expect(pay(partition, 'b', 2, 'tmall')).toMatchObject({
      status: 'INSUFFICIENT',
      reason: 'CHANNEL_QUOTA',
      lines: [{ quantity: pcs(1), reason: 'CHANNEL_QUOTA' }],
    });
    expect(pay(partition, 'c', 5, '1688').status).toBe('APPLIED');
    expect(sellableIn(partition, 'tmall')).toBe(pcs(1));
    expect(sellableIn(partition, '1688')).toBe(pcs(3));
  });

  test('what was released, shipped or expired counts no more', () => {
    const partition = ten(quota(3));
    pay(partition, 'a', 3, 'tmall');
    partition.release('a');
    partition.pay(3, 'b', { ttlMs: 10 });
    partition.nowMs += 11;
    partition.expire('b');
    pay(partition, 'c', 3, 'tmall');
    partition.ship(1, 'c');
    expect(sellableIn(partition, 'tmall')).toBe(pcs(1));
    partition.ship(0, 'c');
    expect(pay(partition, 'd', 3, 'tmall').status).toBe('APPLIED');
  });

  test('a share is of the certain stock that stands there', () => {
    const partition = ten(share(3_000));
    expect(pay(partition, 'a', 4, 'tmall').reason).toBe('CHANNEL_QUOTA');
    expect(pay(partition, 'b', 3, 'tmall').status).toBe('APPLIED');
    partition.adjust(WH, 'CERTAIN', 'BALANCE', 10);
    expect(pay(partition, 'c', 3, 'tmall').status).toBe('APPLIED');
    expect(pay(partition, 'd', 1, 'tmall').reason).toBe('CHANNEL_QUOTA');
  });

  test('lines of one order on the same goods count together', () => {
    const partition = ten(quota(3));
    const lines = ['1', '2'].map((lineId) => ({
      lineId,
      goodsId: GOODS,
      quantity: pcs(2),
      place: WH,
      kind: 'CERTAIN' as const,
    }));
    const order = { verb: 'RESERVE' as const, channel: 'tmall', buyerRef: '', ttlMs: 0, lines };
    expect(partition.run({ ...order, ref: 'a' })).toMatchObject({ reason: 'CHANNEL_QUOTA' });
    expect(partition.cell(WH, 'CERTAIN')).toBe('10/0');
  });
});

describe('hold budgets', () => {
  test('a channel at its budget is told so, until a hold of it closes', () => {
    const partition = ten(budget(1));
    partition.pay(1, 'a');
    expect(partition.pay(1, 'b')).toMatchObject({
      status: 'OVER_BUDGET',
      reason: 'CHANNEL_HOLD_BUDGET',
    });
    expect(pay(partition, 'c', 1, '1688').status).toBe('APPLIED');
    partition.accept('a');
    expect(partition.pay(1, 'b').status).toBe('APPLIED');
  });

  test('the same order again is no second hold', () => {
    const partition = ten(budget(1));
    partition.pay(1, 'a');
    expect(partition.pay(1, 'a').status).toBe('ALREADY_DONE');
  });

  test('one buyer cannot hoard over channels; a hold without a buyer is not counted', () => {
    const partition = ten({ rule: 'BUYER_HOLDS', most: 2 });
    pay(partition, 'a', 1, 'tmall', 'buyer');
    pay(partition, 'b', 1, '1688', 'buyer');
    expect(pay(partition, 'c', 1, 'pos', 'buyer').reason).toBe('BUYER_HOLD_BUDGET');
    expect(pay(partition, 'd', 1, 'pos', 'another').status).toBe('APPLIED');
    expect(pay(partition, 'e', 1, 'pos').status).toBe('APPLIED');
  });

  test('a hold that is passed on stays one hold of its channel', () => {
    const partition = ten(budget(1));
    partition.pay(1, 'a');
    const lines = [{ lineId: SUB, newLineId: 'n', quantity: 0 }];
    expect(partition.run({ verb: 'REBIND', ref: 'a', newRef: 'po', lines }).status).toBe('APPLIED');
    expect(partition.pay(1, 'b').status).toBe('OVER_BUDGET');
    partition.release('po');
    expect(partition.pay(1, 'b').status).toBe('APPLIED');
  });
});

test('rules of one command are taken in all or none; the same rules again change nothing', () => {
  const partition = ten(quota(3), budget(2));
  const before = rulesOf(partition.state.sellers.get(SELLER)?.policy ?? expect.fail());
  expect(partition.policy(safety(1), share(10_001))).toMatchObject({ status: 'INVALID' });
  expect(partition.policy(budget(2), quota(3)).status).toBe('ALREADY_DONE');
  expect(rulesOf(partition.state.sellers.get(SELLER)?.policy ?? expect.fail())).toEqual(before);
});

const ends = {
  release: (partition: TestPartition, ref: string) => partition.release(ref),
  accept: (partition: TestPartition, ref: string) => partition.accept(ref),
  ship: (partition: TestPartition, ref: string) => partition.ship(0, ref),
  nothing: () => null,
};

test('law: no reservation leaves less than the safety stock, or more than the quota', () => {
  const step = fc.record({
    pieces: fc.integer({ min: 1, max: 6 }),
    channel: fc.constantFrom('tmall', '1688'),
    kept: fc.nat(4),
    quota: fc.nat(10),
    end: fc.constantFrom(...(['release', 'accept', 'ship', 'nothing'] as const)),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const partition = ten();
      for (const [at, each] of steps.entries()) {
        partition.policy(safety(each.kept), quota(each.quota));
        const free = sellableIn(partition, each.channel) / 1_000;
        const { status } = pay(partition, `o${at}`, each.pieces, each.channel);
        // What is told as sellable is exactly what can be reserved.
        expect(status).toBe(each.pieces <= free ? 'APPLIED' : 'INSUFFICIENT');
        if (status === 'APPLIED') ends[each.end](partition, `o${at}`);
      }
    }),
    { numRuns: 500 },
  );
});
