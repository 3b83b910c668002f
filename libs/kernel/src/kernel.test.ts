import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fenFromYuan,
  formatShanghai,
  milliFromPieces,
  ok,
  parseScaled,
  parseShanghai,
  piecesFromMilli,
  printScaled,
  yuanFromFen,
} from './index.ts';

describe('scaled decimals', () => {
  test('print and parse are inverse for every int64 and scale', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }), fc.nat(6), (n, s) => {
        expect(parseScaled(printScaled(n, s), s)).toEqual(ok(n));
      }),
    );
  });

  test.each(['', ' 1', '1e3', '+1', '1.', '.5', '1,000', 'NaN', '--1', '0x10'])(
    'refuses %j',
    (text) => expect(parseScaled(text, 2).ok).toBe(false),
  );

  test('never rounds: 0.001 yuan is refused, 10.0 pieces are 10', () => {
    expect(fenFromYuan('0.001')).toEqual({ ok: false, error: 'TOO_MANY_DECIMALS' });
    expect(fenFromYuan('199.9')).toEqual(ok(19_990n));
    expect(milliFromPieces('10.0')).toEqual(ok(10_000n));
    expect(piecesFromMilli(2_500n)).toBe('2.5');
    expect(piecesFromMilli(100_000n)).toBe('100');
    expect(yuanFromFen(-5n)).toBe('-0.05');
  });
});

describe('Shanghai time', () => {
  test('is eight hours ahead of UTC', () => {
    const parsed = parseShanghai('2016-09-22 10:00:00');
    expect(parsed.ok && parsed.value.toISOString()).toBe('2016-09-22T02:00:00.000Z');
  });

  test('print and parse are inverse to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        const instant = new Date(seconds * 1000);
        expect(parseShanghai(formatShanghai(instant))).toEqual(ok(instant));
      }),
    );
  });

  test.each(['2016-02-30 10:00:00', '2016-09-22T10:00:00', '2016-9-22 10:00:00', '', '24:00'])(
    'refuses %j',
    (text) => expect(parseShanghai(text).ok).toBe(false),
  );
  test('what is read is printed as it was written', () => {
    const part = (digits: number, max: number) =>
      fc.nat(max).map((value) => String(value).padStart(digits, '0'));
    const parts = [part(4, 9_999), part(2, 13), part(2, 32), part(2, 25), part(2, 61), part(2, 61)];
    fc.assert(
      fc.property(fc.tuple(...parts), ([year, month, day, hour, minute, second]) => {
        const text = `${year}-${month}-${day} ${hour}:${minute}:${second}`;
        const read = parseShanghai(text);
        if (read.ok) expect(formatShanghai(read.value)).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });
});
