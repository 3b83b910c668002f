import { mallOrder } from '@astrolabe/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cameBack, cancelled, confirmed, parcelEnded, placedAs } from './facts.ts';
import { sumsOf } from './invoice.ts';
import { deliveredAt, noMoney, owedFen, returnedFen, stateOf } from './money.ts';
import type { MallMoney, Placed } from './money.ts';
import { blueOf } from './red.ts';
import { bound, decided, dueDayOf, paymentOf, settledBy } from './transfer.ts';
import type { Transfer } from './transfer.ts';

const ORDER = mallOrder('21230', '202611290000123');
const AT = new Date('2026-11-29T02:00:00Z');
const told = { actor: 'tjzfcg', message: 'm-1', at: AT };
const tax = { taxRate: 13, isTaxExempt: false, taxCode: '1060201010000000000' };
const placed: Placed = {
  account: 'tjzfcg',
  lines: [
    {
      lineId: '1',
      goodsId: 'g-1',
      name: '复印纸',
      quantityMilli: 3_000n,
      unitPriceFen: 100_000n,
      amountFen: 300_000n,
      ...tax,
    },
  ],
  freightFen: 0n,
  totalFen: 300_000n,
  payment: 'CREDIT',
  wish: { kind: 'PLAIN', content: 'ITEMISED', title: '某局', taxNumber: '' },
  preorderedAt: AT,
};
const piece = (lineId: string, quantityMilli: bigint) => ({ lineId, quantityMilli });
const parcel = (parcelNo: string, quantityMilli: bigint, rejected = false) => ({
  parcelNo,
  rejected,
  lines: [piece('1', quantityMilli)],
  at: AT,
});
const delivered = (): MallMoney =>
  parcelEnded(confirmed(placedAs(noMoney(ORDER), placed, told), told), parcel('p1', 3_000n), told);

test('the state follows from the facts, and each entry says what it adds', () => {
  const money = cameBack(delivered(), { key: 'r1/1', lines: [piece('1', 1_000n)], at: AT }, told);
  expect(stateOf(money)).toBe('DELIVERED');
  expect(owedFen(money)).toBe(200_000n);
  expect(money.entries.map(({ cause, amountFen }) => [cause, amountFen])).toEqual([
    ['ORDERED', 300_000n],
    ['CONFIRMED', 0n],
    ['DELIVERED', 0n],
    ['RETURNED', -100_000n],
  ]);
  expect(stateOf(cancelled(placedAs(noMoney(ORDER), placed, told), told))).toBe('CANCELLED');
  // What was taken by the buyer stays owed, whatever is said later.
  expect(owedFen(cancelled(delivered(), told))).toBe(300_000n);
});

test('[field D1] two parcels, one taken: not received yet; one not taken: its goods are not owed', () => {
  const first = parcelEnded(placedAs(noMoney(ORDER), placed, told), parcel('p1', 2_000n), told);
  expect([stateOf(first), deliveredAt(first)]).toEqual(['CONFIRMED', null]);
  const both = parcelEnded(first, parcel('p2', 1_000n, true), told);
  expect([stateOf(both), owedFen(both)]).toEqual(['DELIVERED', 200_000n]);
  const none = parcelEnded(
    placedAs(noMoney(ORDER), placed, told),
    parcel('p1', 3_000n, true),
    told,
  );
  expect([stateOf(none), owedFen(none)]).toEqual(['REJECTED', 0n]);
});

type Fact = (money: MallMoney) => MallMoney;
const facts: readonly Fact[] = [
  (money) => placedAs(money, placed, told),
  (money) => confirmed(money, told),
  (money) => parcelEnded(money, parcel('p1', 1_000n), told),
  (money) => parcelEnded(money, parcel('p2', 2_000n), told),
  (money) => cameBack(money, { key: 'r1/1', lines: [piece('1', 1_000n)], at: AT }, told),
];

test('law: facts in any order and doubled come to the same money, and the entries add up to it', () => {
  const order = fc
    .tuple(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), fc.array(fc.nat(4)))
    .map(([all, again]) => [...all, ...again]);
  fc.assert(
    fc.property(order, (indexes) => {
      const end = indexes.reduce<MallMoney>(
        (money, index) => facts[index]?.(money) ?? money,
        noMoney(ORDER),
      );
      expect([stateOf(end), owedFen(end)]).toEqual(['DELIVERED', 200_000n]);
      expect(end.entries.reduce((sum, { amountFen }) => sum + amountFen, 0n)).toBe(200_000n);
      expect(end.entries).toHaveLength(5);
      const blue = blueOf(end.invoices);
      expect(blue && sumsOf(blue.lines).totalFen).toBe(200_000n);
    }),
  );
});

test('law: what came back in any parts is what was paid for it', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10_000n }),
      fc.array(fc.bigInt({ min: 1n, max: 5n }), { minLength: 1, maxLength: 8 }),
      (amountFen, parts) => {
        const pieces = parts.reduce((sum, part) => sum + part, 0n);
        const line = { ...placed.lines[0], quantityMilli: pieces * 1_000n, amountFen };
        const one = { ...placed, totalFen: amountFen, lines: [line as Placed['lines'][number]] };
        let money = placedAs(noMoney(ORDER), one, told);
        money = parcelEnded(money, parcel('p1', pieces * 1_000n), told);
        for (const [index, part] of parts.entries()) {
          const before = returnedFen(money);
          money = cameBack(
            money,
            { key: String(index), lines: [piece('1', part * 1_000n)], at: AT },
            told,
          );
          expect(returnedFen(money)).toBeGreaterThanOrEqual(before);
        }
        expect(returnedFen(money)).toBe(amountFen);
      },
    ),
  );
});

const transfer: Transfer = {
  sellerId: '21230',
  account: 'tjzfcg',
  bankNumber: 'B-1',
  orders: [ORDER],
  amountFen: 300_000n,
  transferredAt: null,
  payerName: '',
  remark: '',
  submittedAt: AT,
  state: 'OPENING',
  reason: '',
  dueFen: 0n,
  receivedFen: null,
  decidedAt: null,
  decidedBy: '',
  dueAt: AT,
};

test('a transfer of the exact amount, of less, of more; an order is in one at a time', () => {
  const said = (saidFen: bigint, acceptExcess = false) =>
    decided(transfer, { dueFen: 300_000n, saidFen, exact: 'VERIFIED', acceptExcess }, AT);
  expect(said(300_000n).state).toBe('VERIFIED');
  expect(said(299_999n)).toMatchObject({
    state: 'REJECTED',
    reason: '2999.99 is less than the 3000.00 that is due',
  });
  expect(said(300_001n).state).toBe('EXCESS');
  expect(said(300_001n, true).state).toBe('VERIFIED');

  const inOne = bound(delivered(), transfer);
  if (!inOne.ok) throw new Error(inOne.error);
  expect(bound(inOne.value, { ...transfer, bankNumber: 'B-2' })).toEqual({
    ok: false,
    error: 'IN_ANOTHER_TRANSFER',
  });
  expect(bound(placedAs(noMoney(ORDER), placed, told), transfer)).toEqual({
    ok: false,
    error: 'NOT_RECEIVED',
  });
  const rejected = settledBy(
    inOne.value,
    { ...transfer, state: 'REJECTED', reason: 'short' },
    told,
  );
  expect(paymentOf(rejected, 30, AT)).toMatchObject({
    state: 'REJECTED',
    reason: 'short',
    dueFen: 300_000n,
  });
  const again = bound(rejected, { ...transfer, bankNumber: 'B-2' });
  if (!again.ok) throw new Error(again.error);
  const paid = settledBy(again.value, { ...transfer, bankNumber: 'B-2', state: 'VERIFIED' }, told);
  expect(paymentOf(paid, 30, AT)).toMatchObject({ state: 'VERIFIED', dueFen: 0n });
  expect(paid.entries.at(-1)).toMatchObject({
    cause: 'PAID',
    message: 'B-2',
    amountFen: -300_000n,
  });
});

test('[field V4] received 2026-01-31, 30 days: due 2026-03-02, overdue from 2026-03-03 in Beijing', () => {
  const at = new Date('2026-01-31T06:00:00Z');
  expect(dueDayOf(at, 30)).toBe('2026-03-02');
  const money = parcelEnded(
    placedAs(noMoney(ORDER), placed, told),
    { ...parcel('p1', 3_000n), at },
    told,
  );
  const on = (now: string) => paymentOf(money, 30, new Date(now)).state;
  expect(on('2026-03-02T15:59:59.999Z')).toBe('AWAITING_TRANSFER');
  expect(on('2026-03-02T16:00:00.000Z')).toBe('OVERDUE');
});
