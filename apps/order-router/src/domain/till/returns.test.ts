import { posOrder } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineAmount, sum } from './amounts.ts';
import { saleEvents } from './events.ts';
import { refundOf, takenBack } from './returns.ts';
import type { WishedReturn } from './returns.ts';
import { created, newSale, nextStep, owedReturn, putBack, stockSettled } from './sale.ts';
import type { Sale } from './sale.ts';

const NOW = new Date('2026-11-29T04:00:00Z');

type Sold = { readonly milli: bigint; readonly priceFen: bigint };

/** A sale whose goods have left, of these lines, for so much. */
function sold(lines: readonly Sold[], payFen?: bigint): Sale {
  const counted = lines.map(({ milli, priceFen }, at) => ({
    lineId: String(at + 1),
    goodsId: `g-${at + 1}`,
    quantityMilli: milli,
    priceFen,
    amountFen: lineAmount(priceFen, milli),
    shortMilli: 0n,
  }));
  const totalFen = sum(counted.map(({ amountFen }) => amountFen));
  const basket = {
    store: { kind: 'CENTRE', id: '1342' },
    lines: [],
    coupons: [],
    buyerKind: 'MEMBER',
    payment: 'CARD',
    device: '',
    deviceNo: '',
    operatorId: '',
    soldAt: null,
  } as const;
  const sale = newSale({
    orderRef: posOrder('21230', 'REQ-1'),
    basket,
    digest: 'd',
    place: { type: 'STORE', id: '1342' },
    soldAt: NOW,
    receivedAt: NOW,
    lines: counted,
    totalFen,
    payFen: payFen ?? totalFen,
    ownTradeNo: '10000000000000001',
    request: null,
  });
  const trade = { tradeNo: '10000000000000001', totalFen, payFen: payFen ?? totalFen };
  return stockSettled(created({ ...sale, stock: 'HELD' }, trade, NOW), 'CONSUMED', NOW);
}

const wish = (returnNo: string, quantities: Record<string, bigint>, change = {}): WishedReturn => ({
  returnNo,
  lines: Object.entries(quantities).map(([lineId, quantityMilli]) => ({ lineId, quantityMilli })),
  isSellable: true,
  by: 'li',
  ...change,
});

const back = (sale: Sale, wished: WishedReturn): Sale => {
  const result = takenBack(sale, wished, NOW);
  if (!result.ok) throw new Error(result.error);
  return result.value;
};

const refunds = (sale: Sale): bigint[] => sale.returns.map(refundOf);

test('three of ten at 9.50 come to 28.50, whatever they cost today; the seven are as they were (T8)', () => {
  const sale = sold([{ milli: 10_000n, priceFen: 950n }]);
  const after = back(sale, wish('R-1', { '1': 3_000n }));
  expect(refunds(after)).toEqual([2_850n]);
  expect(after).toMatchObject({ lines: sale.lines, payFen: 9_500n, totalFen: 9_500n });
});

test('three lines of 100.00 with a coupon, one by one: 96.66, 96.67, 96.67, and no fourth (T7)', () => {
  const line = { milli: 1_000n, priceFen: 10_000n };
  let sale = sold([line, line, line], 29_000n);
  for (const id of ['1', '2', '3']) sale = back(sale, wish(`R-${id}`, { [id]: 1_000n }));
  expect(refunds(sale)).toEqual([9_666n, 9_667n, 9_667n]);
  expect(takenBack(sale, wish('R-4', { '1': 1n }), NOW)).toEqual({ ok: false, error: 'TOO_MUCH' });
});

test('its goods are put back once, when its own have left', () => {
  const sale = sold([{ milli: 2_000n, priceFen: 100n }]);
  const after = back(sale, wish('R-1', { '1': 1_000n }));
  expect(nextStep({ ...after, stock: 'HELD' })).toBe('CONSUME');
  expect(nextStep(after)).toBe('PUT_BACK');
  expect(owedReturn(after)?.returnNo).toBe('R-1');
  const posted = putBack(after, 'R-1', 'POSTED', NOW);
  expect(nextStep(posted)).toBeNull();
  expect(putBack(posted, 'R-1', 'REFUSED', NOW).returns).toEqual(posted.returns);
  const broken = back(posted, wish('R-2', { '1': 1_000n }, { isSellable: false }));
  expect(nextStep(broken)).toBeNull();
});

test('a return is told once', () => {
  const sale = sold([{ milli: 2_000n, priceFen: 100n }]);
  const after = back(sale, wish('R-1', { '1': 1_000n }));
  expect(saleEvents(sale, after)).toMatchObject([{ kind: 'returned', back: { returnNo: 'R-1' } }]);
  const again = back(after, wish('R-1', { '1': 1_000n }));
  expect(again).toBe(after);
  expect(saleEvents(after, again)).toEqual([]);
  expect(saleEvents(after, putBack(after, 'R-1', 'POSTED', NOW))).toEqual([]);
});

describe('refused, and nothing is recorded', () => {
  const sale = back(sold([{ milli: 3_000n, priceFen: 100n }]), wish('R-1', { '1': 1_000n }));
  test.each([
    ['RETURN_NO_REUSED', sale, wish('R-1', { '1': 2_000n })],
    ['RETURN_NO_REUSED', sale, wish('R-1', { '1': 1_000n }, { isSellable: false })],
    ['TOO_MUCH', sale, wish('R-2', { '1': 2_001n })],
    ['UNKNOWN_LINE', sale, wish('R-2', { '2': 1n })],
    ['BAD_QUANTITY', sale, wish('R-2', { '1': 0n })],
    ['BAD_QUANTITY', sale, wish('R-2', {})],
    ['NOT_SOLD', { ...sale, state: 'MANUAL' as const }, wish('R-2', { '1': 1n })],
  ])('%s', (error, state, wished) => {
    expect(takenBack(state, wished, NOW)).toEqual({ ok: false, error });
  });
});

test('however a line comes back in parts, the refunds of all of it are what was paid for it', () => {
  const part = fc.bigInt({ min: 1n, max: 5_000n });
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 12 }),
      fc.bigInt({ min: 0n, max: 100_000n }),
      fc.bigInt({ min: 0n, max: 10_000n }),
      (parts, priceFen, off) => {
        const whole = sold([{ milli: sum(parts), priceFen }]);
        const payFen = whole.totalFen > off ? whole.totalFen - off : 0n;
        let sale = sold([{ milli: sum(parts), priceFen }], payFen);
        for (const [at, milli] of parts.entries()) {
          sale = back(sale, wish(`R-${at}`, { '1': milli }));
          expect(refunds(sale).every((fen) => fen >= 0n)).toBe(true);
        }
        expect(sum(refunds(sale))).toBe(payFen);
      },
    ),
  );
});
