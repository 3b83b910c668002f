import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TestPartition, GOODS, S123, SELLER, SUB, WH, pcs } from '../../test/partition.ts';
import type { PolicyRule } from './policy-rules.ts';
import { rulesOf } from './policy-rules.ts';
import { sellable } from './read.ts';

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
  const given = new TestPartition();
  given.initialise(WH, 'CERTAIN', 10);
  if (rules.length > 0) given.policy(...rules);
  return given;
}

const pay = (given: TestPartition, ref: string, pieces: number, channel: string, buyerRef = '') =>
  given.run({
    verb: 'RESERVE',
    ref,
    channel,
    buyerRef,
    ttlMs: 0,
    lines: [{ lineId: SUB, goodsId: GOODS, quantity: pcs(pieces), place: null, kind: 'CERTAIN' }],
  });

describe('safety stock', () => {
  test('is neither sellable nor reservable', () => {
    const given = ten(safety(3));
    expect(given.sellable()).toBe(7);
    expect(given.pay(8)).toMatchObject({ status: 'INSUFFICIENT', reason: 'OUT_OF_STOCK' });
    expect(given.pay(7).status).toBe('APPLIED');
    expect(given.sellable()).toBe(0);
  });

  test('the rule that says most wins, and an explicit 0 is a rule', () => {
    const given = ten(safety(1), safety(2, { place: WH }));
    expect(given.sellable()).toBe(8);
    given.policy(safety(3, { goodsId: GOODS }));
    expect(given.sellable()).toBe(7);
    given.policy(safety(0, { goodsId: GOODS, place: WH }));
    expect(given.sellable()).toBe(10);
    given.policy(safety(null, { goodsId: GOODS, place: WH }), safety(null, { goodsId: GOODS }));
    expect(given.sellable()).toBe(8);
  });

  test('the default location is the one with most beyond what is kept back', () => {
    const given = ten();
    given.initialise(S123, 'CERTAIN', 8);
    given.policy(safety(5, { place: WH }));
    given.pay(6);
    expect(given.cell(S123, 'CERTAIN')).toBe('8/6');
  });

  test('a promise that was given before is routed, accepted and shipped out of it', () => {
    const given = ten();
    given.initialise(S123, 'CERTAIN', 4);
    given.pay(4, 'a', { place: WH });
    given.policy(safety(100));
    expect(given.sellable()).toBe(0);
    expect(given.route(S123, 'CERTAIN', 'a').status).toBe('APPLIED');
    expect(given.accept('a').status).toBe('APPLIED');
    expect(given.ship(0, 'a').status).toBe('APPLIED');
    expect(given.cell(S123, 'CERTAIN')).toBe('0/0');
  });

  test('shared stock is sold where it stands: nothing is kept back of it', () => {
    const given = ten(safety(100));
    given.initialise(S123, 'SHARED', 2);
    expect(given.pay(2, 'till', { place: S123, kind: 'SHARED' }).status).toBe('APPLIED');
  });
});

describe('channel quota', () => {
  test('bounds what one channel holds, and no other channel', () => {
    const given = ten(quota(3));
    expect(pay(given, 'a', 2, 'tmall').status).toBe('APPLIED');
    expect(pay(given, 'b', 2, 'tmall')).toMatchObject({
      status: 'INSUFFICIENT',
      reason: 'CHANNEL_QUOTA',
      lines: [{ quantity: pcs(1), reason: 'CHANNEL_QUOTA' }],
    });
    expect(pay(given, 'c', 5, '1688').status).toBe('APPLIED');
    expect(sellable(given.state, SELLER, GOODS, [], 'tmall')).toBe(pcs(1));
    expect(sellable(given.state, SELLER, GOODS, [], '1688')).toBe(pcs(3));
  });

  test('what was released, shipped or expired counts no more', () => {
    const given = ten(quota(3));
    pay(given, 'a', 3, 'tmall');
    given.release('a');
    given.pay(3, 'b', { ttlMs: 10 });
    given.nowMs += 11;
    given.expire('b');
    pay(given, 'c', 3, 'tmall');
    given.ship(1, 'c');
    expect(sellable(given.state, SELLER, GOODS, [], 'tmall')).toBe(pcs(1));
    given.ship(0, 'c');
    expect(pay(given, 'd', 3, 'tmall').status).toBe('APPLIED');
  });

  test('a share is of the certain stock that stands there', () => {
    const given = ten(share(3_000));
    expect(pay(given, 'a', 4, 'tmall').reason).toBe('CHANNEL_QUOTA');
    expect(pay(given, 'b', 3, 'tmall').status).toBe('APPLIED');
    given.adjust(WH, 'CERTAIN', 'BALANCE', 10);
    expect(pay(given, 'c', 3, 'tmall').status).toBe('APPLIED');
    expect(pay(given, 'd', 1, 'tmall').reason).toBe('CHANNEL_QUOTA');
  });

  test('lines of one order on the same goods count together', () => {
    const given = ten(quota(3));
    const lines = ['1', '2'].map((lineId) => ({
      lineId,
      goodsId: GOODS,
      quantity: pcs(2),
      place: WH,
      kind: 'CERTAIN' as const,
    }));
    const order = { verb: 'RESERVE' as const, channel: 'tmall', buyerRef: '', ttlMs: 0, lines };
    expect(given.run({ ...order, ref: 'a' })).toMatchObject({ reason: 'CHANNEL_QUOTA' });
    expect(given.cell(WH, 'CERTAIN')).toBe('10/0');
  });
});

describe('hold budgets', () => {
  test('a channel at its budget is told so, until a hold of it closes', () => {
    const given = ten(budget(1));
    given.pay(1, 'a');
    expect(given.pay(1, 'b')).toMatchObject({
      status: 'OVER_BUDGET',
      reason: 'CHANNEL_HOLD_BUDGET',
    });
    expect(pay(given, 'c', 1, '1688').status).toBe('APPLIED');
    given.accept('a');
    expect(given.pay(1, 'b').status).toBe('APPLIED');
  });

  test('the same order again is no second hold', () => {
    const given = ten(budget(1));
    given.pay(1, 'a');
    expect(given.pay(1, 'a').status).toBe('ALREADY_DONE');
  });

  test('one buyer cannot hoard over channels; a hold without a buyer is not counted', () => {
    const given = ten({ rule: 'BUYER_HOLDS', most: 2 });
    pay(given, 'a', 1, 'tmall', 'buyer');
    pay(given, 'b', 1, '1688', 'buyer');
    expect(pay(given, 'c', 1, 'pos', 'buyer').reason).toBe('BUYER_HOLD_BUDGET');
    expect(pay(given, 'd', 1, 'pos', 'another').status).toBe('APPLIED');
    expect(pay(given, 'e', 1, 'pos').status).toBe('APPLIED');
  });

  test('a hold that is passed on stays one hold of its channel', () => {
    const given = ten(budget(1));
    given.pay(1, 'a');
    const lines = [{ lineId: SUB, newLineId: 'n', quantity: 0 }];
    expect(given.run({ verb: 'REBIND', ref: 'a', newRef: 'po', lines }).status).toBe('APPLIED');
    expect(given.pay(1, 'b').status).toBe('OVER_BUDGET');
    given.release('po');
    expect(given.pay(1, 'b').status).toBe('APPLIED');
  });
});

test('rules of one command are taken in all or none; the same rules again change nothing', () => {
  const given = ten(quota(3), budget(2));
  const before = rulesOf(given.state.sellers.get(SELLER)?.policy ?? expect.fail());
  expect(given.policy(safety(1), share(10_001))).toMatchObject({ status: 'INVALID' });
  expect(given.policy(budget(2), quota(3)).status).toBe('ALREADY_DONE');
  expect(rulesOf(given.state.sellers.get(SELLER)?.policy ?? expect.fail())).toEqual(before);
});

const ends = {
  release: (given: TestPartition, ref: string) => given.release(ref),
  accept: (given: TestPartition, ref: string) => given.accept(ref),
  ship: (given: TestPartition, ref: string) => given.ship(0, ref),
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
      const given = ten();
      for (const [at, each] of steps.entries()) {
        given.policy(safety(each.kept), quota(each.quota));
        const free = sellable(given.state, SELLER, GOODS, [], each.channel) / 1_000;
        const { status } = pay(given, `o${at}`, each.pieces, each.channel);
        // What is told as sellable is exactly what can be reserved.
        expect(status).toBe(each.pieces <= free ? 'APPLIED' : 'INSUFFICIENT');
        if (status === 'APPLIED') ends[each.end](given, `o${at}`);
      }
    }),
    { numRuns: 500 },
  );
});
