import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { halfUp, lineAmount, sharesOf, sum } from './amounts.ts';

const fen = fc.bigInt({ min: 0n, max: 99_999_999_999n });
const milli = fc.bigInt({ min: 1n, max: 999_999_999n });

describe('what a line comes to', () => {
  test('[T-A20] price 199, quantity 0.335: 66.665 is 67 fen', () => {
    expect(lineAmount(199n, 335n)).toBe(67n);
  });

  test('three such lines are 201: a rounded sum would be 200 (T1)', () => {
    expect(sum([1, 2, 3].map(() => lineAmount(199n, 335n)))).toBe(201n);
    expect(lineAmount(199n, 1_005n)).toBe(200n);
  });

  test('law: never further from the exact amount than half a fen, and at exactly half above it', () => {
    fc.assert(
      fc.property(fen, milli, (price, quantity) => {
        const off = lineAmount(price, quantity) * 1_000n - price * quantity;
        expect(off > -500n && off <= 500n).toBe(true);
      }),
    );
  });

  test('law: whole pieces are exact, and more pieces are never cheaper', () => {
    fc.assert(
      fc.property(fen, milli, milli, (price, a, b) => {
        expect(lineAmount(price, a * 1_000n)).toBe(price * a);
        expect(lineAmount(price, a + b) >= lineAmount(price, a)).toBe(true);
      }),
    );
  });

  test('half up', () => {
    expect([halfUp(1n, 2n), halfUp(2n, 4n), halfUp(1n, 3n), halfUp(5n, 2n)]).toEqual([
      1n,
      1n,
      0n,
      3n,
    ]);
  });
});

describe('shares of what is paid', () => {
  test('100.00 three times, coupon 10.00: 96.66, 96.67, 96.67 (T7)', () => {
    expect(sharesOf([10_000n, 10_000n, 10_000n], 29_000n)).toEqual([9_666n, 9_667n, 9_667n]);
  });

  const amounts = fc.array(fc.bigInt({ min: 0n, max: 10_000_000n }), {
    minLength: 1,
    maxLength: 20,
  });

  test('law: they add up to what is paid, whatever the platform says', () => {
    fc.assert(
      fc.property(amounts, fc.bigInt({ min: 0n, max: 500_000_000n }), (lines, paid) => {
        expect(sum(sharesOf(lines, paid))).toBe(paid);
      }),
    );
  });

  test('law: a discount makes no line negative and none dearer; without one each pays its own', () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: 100 }), (lines, percent) => {
        const paid = (sum(lines) * BigInt(percent)) / 100n;
        const shares = sharesOf(lines, paid);
        if (sum(lines) > 0n) {
          expect(shares.every((share, at) => share >= 0n && share <= (lines[at] ?? 0n))).toBe(true);
          expect(sharesOf(lines, sum(lines))).toEqual(lines);
        }
      }),
    );
  });
});
