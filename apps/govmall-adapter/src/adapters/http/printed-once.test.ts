import { GOV_METHODS, byteText, encodeGovEntries, govStockRows } from '@astrolabe/schemas/govmall';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printedOnce } from './printed-once.ts';

const NAMES = new Map([
  ['sku', 'goods_no'],
  ['price', 'agreement "price"'],
  ['num', 'amount'],
  ['area_id', 'region_id'],
]);
const sku = fc.oneof(
  fc.stringMatching(/^[\w.-]{1,20}$/),
  fc.string({ minLength: 1, unit: 'grapheme' }),
);
const telling = fc.record(
  {
    desc: fc.string({ unit: 'grapheme' }),
    moneyAs: fc.constantFrom('number' as const, 'text' as const),
    names: fc.constantFrom(NAMES, new Map<string, string>()),
  },
  { requiredKeys: [] },
);

test('prices that were printed before are told like prices that were not', () => {
  const print = printedOnce(GOV_METHODS.prices.encodeEntry);
  const fen = fc.bigInt({ min: 1n, max: 10n ** 13n });
  const prices = fc.array(fc.record({ sku, agreementFen: fen, marketFen: fen }), { maxLength: 5 });
  fc.assert(
    fc.property(prices, fc.array(telling, { minLength: 1, maxLength: 4 }), (rows, tellings) => {
      for (const one of [...tellings, ...tellings]) {
        expect(print(rows, one).toString()).toBe(GOV_METHODS.prices.encodeAnswer(rows, one));
      }
    }),
  );
});

test('an entry is printed once for each way of telling it', () => {
  const printed: string[] = [];
  const print = printedOnce<{ sku: string }>(({ sku: code }) => {
    printed.push(code);
    return byteText(`"${code}"`);
  });
  const [a, b] = [{ sku: 'a' }, { sku: 'b' }];
  expect(String(print([a, b, a], {}))).toBe('{"success":true,"desc":"","result":["a","b","a"]}');
  print([b], { desc: 'another hint' });
  print([b], { moneyAs: 'text' });
  print([b], { names: NAMES });
  expect(printed).toEqual(['a', 'b', 'b', 'b']);
});

test('stock is told as its codec tells it', () => {
  const quantity = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const rows = fc.array(fc.record({ sku, quantity: fc.oneof(quantity, fc.bigInt(-1n, 5_000n)) }));
  const place = fc.record({ areaId: sku, area: sku }, { requiredKeys: ['areaId'] });
  fc.assert(
    fc.property(rows, place, telling, (stock, where, one) => {
      const print = govStockRows(where, one);
      const told = encodeGovEntries(
        stock.map((row) => print(row.sku, row.quantity)),
        one,
      );
      const whole = stock.map((row) => ({ ...row, ...where }));
      expect(told.toString()).toBe(GOV_METHODS.stock.encodeAnswer(whole, one));
    }),
  );
});
