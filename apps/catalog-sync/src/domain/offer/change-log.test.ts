import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createChangeLog } from './change-log.ts';

test('tells what was seen after a turn, each SKU once', () => {
  const log = createChangeLog(5n);
  for (const [turn, sku] of [
    [7n, 'a'],
    [7n, 'b'],
    [9n, 'a'],
  ] as const) {
    log.add(turn, sku);
  }
  expect(new Set(log.since(5n))).toEqual(new Set(['a', 'b']));
  expect(log.since(7n)).toEqual(['a']);
  expect(log.since(9n)).toEqual([]);
  expect(log.since(4n)).toBeNull();
});

test('never passes over a change, however many it has forgotten', () => {
  const steps = fc.array(fc.record({ by: fc.nat(2), sku: fc.constantFrom('a', 'b', 'c', 'd') }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 9 }), fc.nat(80), (changes, most, asked) => {
      const log = createChangeLog(3n, most);
      const seen: { turn: bigint; sku: string }[] = [];
      let turn = 3n;
      for (const { by, sku } of changes) {
        turn += BigInt(by);
        log.add(turn, sku);
        seen.push({ turn, sku });
      }
      const told = log.since(BigInt(asked));
      const due = seen.filter((one) => one.turn > BigInt(asked)).map(({ sku }) => sku);
      // Who is up to date is always told that nothing has changed.
      if (told === null) expect(BigInt(asked)).toBeLessThan(turn);
      else expect(new Set(told)).toEqual(new Set(due));
    }),
  );
});
