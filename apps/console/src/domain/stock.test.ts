import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkHistory, freeOf, sumsOf } from './stock.ts';
import type { Counted, Moved } from './stock.ts';

const milli = fc.bigInt({ min: 0n, max: 10_000n });
const cell: fc.Arbitrary<Counted> = fc.record({
  kind: fc.constantFrom('CERTAIN' as const, 'SHARED' as const),
  quantityMilli: milli,
  heldMilli: milli,
  keptBackMilli: milli,
});
const step = fc.record({
  quantityDeltaMilli: fc.bigInt({ min: -5_000n, max: 5_000n }),
  heldDeltaMilli: fc.bigInt({ min: -5_000n, max: 5_000n }),
});

/** A history as the journal has it: newest first, from nothing on. */
function historyOf(steps: readonly { quantityDeltaMilli: bigint; heldDeltaMilli: bigint }[]) {
  const entries: Moved[] = [];
  let [quantityMilli, heldMilli] = [0n, 0n];
  for (const one of steps) {
    quantityMilli += one.quantityDeltaMilli;
    heldMilli += one.heldDeltaMilli;
    entries.unshift({ ...one, quantityMilli, heldMilli });
  }
  return { entries, now: { quantityMilli, heldMilli } };
}

const still = <T>(now: T) => ({ before: now, after: now });

test('on hand is held, buffer and free together, but for what is short', () => {
  fc.assert(
    fc.property(fc.array(cell), (cells) => {
      const fine = cells.filter((one) => one.heldMilli <= one.quantityMilli);
      for (const sums of Object.values(sumsOf(fine))) {
        if (typeof sums === 'number') continue;
        expect(sums.heldMilli + sums.bufferMilli + sums.freeMilli).toBe(sums.onHandMilli);
      }
      expect(sumsOf(cells).short).toBe(cells.length - fine.length);
    }),
  );
});

test('a place that is short takes nothing from the others', () => {
  const rest = { kind: 'CERTAIN', keptBackMilli: 1_000n } as const;
  const short: Counted = { ...rest, quantityMilli: 2_000n, heldMilli: 5_000n };
  const fine: Counted = { ...rest, quantityMilli: 9_000n, heldMilli: 3_000n };
  expect(freeOf(short)).toBe(0n);
  expect(sumsOf([short, fine]).certain.freeMilli).toBe(5_000n);
});

test('a history adds up, whole or cut; one that lacks an entry or has a wrong one does not', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1 }), fc.nat(), (steps, at) => {
      const { entries, now } = historyOf(steps);
      expect(checkHistory(entries, true, still(now)).outcome).toBe('ADDS_UP');
      const some = entries.slice(0, 1 + (at % entries.length));
      expect(checkHistory(some, false, still(now)).outcome).toBe('ADDS_UP');
      const picked = at % entries.length;
      const lacking = entries.toSpliced(picked, 1);
      const [gone] = entries.slice(picked);
      const matters = gone?.quantityDeltaMilli !== 0n || gone.heldDeltaMilli !== 0n;
      expect(checkHistory(lacking, true, still(now)).outcome).toBe(matters ? 'DIFFERS' : 'ADDS_UP');
    }),
  );
});

test('a number that moved while it was read is not judged', () => {
  const { entries, now } = historyOf([{ quantityDeltaMilli: 5n, heldDeltaMilli: 0n }]);
  const later = { ...now, heldMilli: 1n };
  expect(checkHistory(entries, true, { before: now, after: later }).outcome).toBe('MOVING');
  expect(checkHistory(entries, true, still(later)).outcome).toBe('DIFFERS');
  expect(checkHistory([], true, still({ quantityMilli: 0n, heldMilli: 0n })).outcome).toBe(
    'ADDS_UP',
  );
});
