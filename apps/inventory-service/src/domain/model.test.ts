import type { Place, StockKind } from '@astrolabe/kernel';
import { placeKey } from '@astrolabe/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TestPartition, GOODS, S123, S1342, SELLER, SUB, WH, pcs } from '../../test/partition.ts';
import { Reference } from '../../test/reference.ts';
import type { BillType } from './commands.ts';

const PLACES: readonly Place[] = [WH, S1342, S123];
const KINDS: readonly StockKind[] = ['CERTAIN', 'SHARED'];
const TYPES: readonly BillType[] = ['TAOBAO_INCLUDED', 'TAOBAO_EXCLUDED', 'BALANCE'];

const ref = fc.constantFrom('a', 'b', 'c', 'd');
const place = fc.constantFrom(...PLACES);
const kind = fc.constantFrom(...KINDS);
/** When the merchant counted; the engine's time is 1. */
const second = fc.nat(5);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('reserve' as const), ref, n: fc.nat(4), place }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('route' as const), ref, place, kind }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(...(['accept', 'refuse', 'release', 'ship', 'giveBack'] as const)),
      ref,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('policy' as const),
      safety: fc.nat(3),
      quota: fc.option(fc.nat(8)),
      budget: fc.option(fc.nat(4)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('adjust' as const),
      bill: fc.constantFrom('u1', 'u2', 'u3', 'u4', 'u5', 'u6'),
      type: fc.constantFrom(...TYPES),
      place,
      kind,
      delta: fc.integer({ min: -6, max: 6 }),
      second,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('count' as const),
      bill: fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5', 'c6'),
      place,
      kind,
      quantity: fc.nat(6),
      second,
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function both(): { partition: TestPartition; reference: Reference } {
  const partition = new TestPartition();
  const reference = new Reference();
  for (const at of PLACES) {
    for (const of of KINDS) {
      partition.initialise(at, of, 4, `B-${placeKey(at)}-${of}`);
      reference.quantity.set(`${placeKey(at)}/${of}`, 4);
      reference.reported.set(`${placeKey(at)}/${of}`, 1);
    }
  }
  return { partition, reference };
}

function take(partition: TestPartition, reference: Reference, step: Step): [string, string] {
  switch (step.do) {
    case 'reserve': {
      const n = step.n + 1;
      const status = partition.pay(n, step.ref, { place: step.place }).status;
      const expected = reference.reserve(step.ref, n, step.place);
      // Whether a known hold is the same order or another one is tested by example.
      return expected === 'KNOWN' ? [status, status] : [status, expected];
    }
    case 'route':
      return [
        partition.route(step.place, step.kind, step.ref).status,
        reference.route(step.ref, step.place, step.kind),
      ];
    case 'adjust': {
      const { bill, place: at, kind: of, type, delta, second: when } = step;
      const known = partition.state.bills.young.get(`${SELLER}|item.update|${bill}`);
      const status = partition.adjust(at, of, type, delta, { bill, at: when * 1_000 }).status;
      const expected = reference.adjust(bill, at, of, type, delta, when);
      return [status === 'CONFLICT' && known !== undefined ? 'ALREADY_DONE' : status, expected];
    }
    case 'count': {
      const { bill, place: at, kind: of, quantity, second: when } = step;
      const known = partition.state.bills.young.get(`${SELLER}|item.initial|${bill}`);
      const status = partition.initialise(at, of, quantity, bill, { at: when * 1_000 }).status;
      const expected = reference.count(bill, at, of, quantity, when);
      return [status === 'CONFLICT' && known !== undefined ? 'ALREADY_DONE' : status, expected];
    }
    case 'policy': {
      const { safety, quota, budget } = step;
      Object.assign(reference.rules, {
        safety,
        quota: quota ?? Infinity,
        budget: budget ?? Infinity,
      });
      const limit = quota === null ? null : { of: 'QUANTITY' as const, quantity: pcs(quota) };
      const { status } = partition.policy(
        { rule: 'SAFETY', goodsId: '', place: null, quantity: pcs(safety) },
        { rule: 'QUOTA', channel: 'tmall', goodsId: GOODS, limit },
        { rule: 'CHANNEL_HOLDS', channel: 'tmall', most: budget },
      );
      return [status === 'ALREADY_DONE' ? 'APPLIED' : status, 'APPLIED'];
    }
    case 'ship':
      return [partition.ship(0, step.ref).status, reference.ship(step.ref)];
    case 'accept':
    case 'refuse':
    case 'release':
    case 'giveBack':
      return [partition[step.do](step.ref).status, reference[step.do](step.ref)];
  }
}

function cells(partition: TestPartition, reference: Reference): [unknown, unknown] {
  const goods = partition.state.sellers.get(SELLER)?.goods.get(GOODS)?.cells ?? [];
  const names = goods.map((cell) => `${placeKey(cell.place)}/${cell.kind}`);
  return [
    goods.map(({ quantity, held, unreported, reportedAtMs }) => [
      quantity,
      held,
      unreported,
      reportedAtMs,
    ]),
    names.map((cell) => [
      pcs(reference.quantity.get(cell) ?? 0),
      pcs(reference.held(cell)),
      pcs(reference.unreported.get(cell) ?? 0),
      1_000 * (reference.reported.get(cell) ?? 0),
    ]),
  ];
}

test('the engine agrees with the reference model after every command of 2,000 sequences', () => {
  let longest = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }), (steps) => {
      const { partition, reference } = both();
      longest = Math.max(longest, steps.length);
      for (const each of steps) {
        const [found, expected] = take(partition, reference, each);
        expect(`${each.do} ${found}`).toBe(`${each.do} ${expected}`);
        const [real, wanted] = cells(partition, reference);
        expect(real).toEqual(wanted);
      }
    }),
    { numRuns: 2_000 },
  );
  expect(longest).toBeGreaterThan(40);
});

test('no order is granted beyond what is there, however lines are put together', () => {
  const line = fc.record({ n: fc.integer({ min: 1, max: 5 }), place: fc.option(place) });
  const order = fc.array(line, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(order, { minLength: 1, maxLength: 12 }), (orders) => {
      const { partition } = both();
      let granted = 0;
      orders.forEach((lines, at) => {
        const outcome = partition.run({
          verb: 'RESERVE',
          ref: `order-${at}`,
          channel: 'tmall',
          ttlMs: 0,
          buyerRef: '',
          lines: lines.map(({ n, place: asked }, nth) => ({
            lineId: `${SUB}-${nth}`,
            goodsId: GOODS,
            quantity: pcs(n),
            place: asked,
            kind: 'CERTAIN' as const,
          })),
        });
        if (outcome.status === 'APPLIED') granted += lines.reduce((sum, { n }) => sum + n, 0);
      });
      expect(granted).toBeLessThanOrEqual(4 * PLACES.length);
      expect(partition.sellable()).toBe(4 * PLACES.length - granted);
    }),
  );
});
