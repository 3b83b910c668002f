import { fenFromYuan } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactOf, instantOf, printInstant } from '../src/procurement/index.ts';

const exact = (number: string) => {
  const read = exactOf(number);
  return read.ok ? read.value : read.error;
};

describe('decimals', () => {
  test.each([
    ['1E+1', '10'],
    ['10.00', '10'],
    ['10', '10'],
    ['9E+1', '90'],
    ['9.0E1', '90'],
    ['2.50', '2.5'],
    ['1e-05', '0.00001'],
    ['0.0000001', '0.0000001'],
    ['10.0000000000000001', '10.0000000000000001'],
    ['-0.0', '0'],
    ['0012', '12'],
    ['0E+9', '0'],
  ])('[field S1] %s is %s', (number, plain) => expect(exact(number)).toBe(plain));

  test.each(['', ' ', 'x', '1.', '.5', '+1', '1e', '1E+999999999', '0x10', '1,000', 'NaN', '１'])(
    '%j is no number',
    (number) => expect(exact(number)).toBe('must be a number'),
  );

  test('too many digits are refused, those that an exponent makes included', () => {
    expect(exact('1E+24')).toBe(`1${'0'.repeat(24)}`);
    expect(exact('1E+25')).toBe('has too many digits');
    expect(exact('1E-26')).toBe('has too many digits');
  });

  test('law: however the point is moved and undone by an exponent, the number is the same', () => {
    const digits = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(digits, fc.nat(8), fc.nat(8), (units, scale, zeros) => {
        const text = units.toString();
        const moved = exact(`${text}E-${scale}`);
        expect(exact(moved)).toBe(moved);
        expect(exact(`${text}${'0'.repeat(zeros)}E-${scale + zeros}`)).toBe(moved);
        expect(exact(`${moved.includes('.') ? moved : `${moved}.`}${'0'.repeat(zeros + 1)}`)).toBe(
          moved,
        );
        expect(exact(`-${text}E-${scale}`)).toBe(units === 0n ? '0' : `-${moved}`);
      }),
    );
  });

  test('[field R3] yuan to fen: part of a fen is refused, not rounded', () => {
    for (const number of ['90.00', '90.0', '9E+1']) {
      expect(fenFromYuan(exact(number))).toEqual({ ok: true, value: 9_000n });
    }
    expect(fenFromYuan(exact('90.005'))).toEqual({ ok: false, error: 'TOO_MANY_DECIMALS' });
  });
});

describe('instants', () => {
  test.each([
    '20211215101010000+0800',
    '20211215101010+0800',
    '20211215021010000+0000',
    '2021-12-15 10:10:10',
    '2021-12-15 10:10:10.0',
    '1639534210000',
    '2021-12-15T10:10:10+08:00',
    '2021-12-15T02:10:10.000Z',
  ])('[field R1] %s is one instant', (text) =>
    expect(instantOf(text)?.toISOString()).toBe('2021-12-15T02:10:10.000Z'),
  );

  test.each(['2021-12-15', '20211315101010000+0800', '2021-02-30 10:10:10', '1639534210', ''])(
    '[field R1] %j is another form',
    (text) => expect(instantOf(text)).toBeNull(),
  );

  test('[field W4] an instant is written in China’s time with a clock of 24 hours', () => {
    const instant = new Date('2026-12-15T05:10:10Z');
    expect(printInstant(instant)).toBe('20261215131010000+0800');
    expect(instantOf(printInstant(instant))).toEqual(instant);
  });
});
