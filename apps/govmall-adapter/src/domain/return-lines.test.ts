import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesToReturn } from './return-lines.ts';

const line = (lineId: string, sku: string, delivered: bigint, returning = 0n) => ({
  lineId,
  sku,
  deliveredMilli: delivered,
  returningMilli: returning,
});

test('goods in two lines are taken from what each has left', () => {
  const lines = [line('1', 'A', 2_000n, 1_000n), line('2', 'B', 1_000n), line('3', 'A', 3_000n)];
  const asked = [{ sku: 'A', quantityMilli: 3_000n }];
  expect(linesToReturn(asked, lines)).toEqual({
    lines: [
      { lineId: '1', quantityMilli: 1_000n },
      { lineId: '3', quantityMilli: 2_000n },
    ],
  });
  expect(linesToReturn([...asked, { sku: 'C', quantityMilli: 1n }], lines)).toEqual({
    unknownSkus: ['C'],
  });
});

test('nothing that is asked for is lost, so that who decides sees all of it', () => {
  const quantity = fc.bigInt({ min: 0n, max: 9n });
  const own = fc.array(fc.tuple(quantity, quantity), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(own, fc.bigInt({ min: 1n, max: 40n }), (parts, wanted) => {
      const lines = parts.map(([delivered, back], i) => line(String(i), 'A', delivered, back));
      const taken = linesToReturn([{ sku: 'A', quantityMilli: wanted }], lines);
      if (!('lines' in taken)) throw new Error('the goods are known');
      expect(taken.lines.reduce((sum, one) => sum + one.quantityMilli, 0n)).toBe(wanted);
      expect(taken.lines.every((one) => one.quantityMilli > 0n)).toBe(true);
    }),
  );
});
