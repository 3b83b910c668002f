import { daysAfter, mallOrder } from '@astrolabe/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cameBack, cancelled, confirmed, parcelEnded, placedAs } from './facts.ts';
import { noMoney } from './money.ts';
import type { MallMoney, Placed } from './money.ts';
import { standingOf } from './standing.ts';
import { bound, overdueBefore, paymentOf, settledBy } from './transfer.ts';

const AT = new Date('2026-10-01T02:00:00Z');
const told = { actor: 'tjzfcg', message: 'm', at: AT };
const TRANSFER = { account: 'tjzfcg', bankNumber: 'N1' };
const lines = [{ lineId: '1', quantityMilli: 1_000n }];
const placed = (payment: string): Placed => ({
  account: 'tjzfcg',
  lines: [
    {
      lineId: '1',
      goodsId: 'g',
      name: '复印纸',
      quantityMilli: 1_000n,
      unitPriceFen: 100n,
      amountFen: 100n,
      taxRate: 13,
      isTaxExempt: false,
      taxCode: '1060201010000000000',
    },
  ],
  freightFen: 0n,
  totalFen: 100n,
  payment,
  wish: { kind: 'PLAIN', content: 'ITEMISED', title: '某局', taxNumber: '' },
  preorderedAt: AT,
});

type Fact = (money: MallMoney) => MallMoney;
const ended =
  (state: 'REJECTED' | 'VERIFIED'): Fact =>
  (money) =>
    settledBy(money, { ...TRANSFER, state, reason: '' }, told);
const binding: Fact = (money) => {
  const next = bound(money, TRANSFER);
  return next.ok ? next.value : money;
};
const facts: readonly Fact[] = [
  (money) => confirmed(money, told),
  (money) => cancelled(money, told),
  (money) => parcelEnded(money, { parcelNo: 'p', rejected: false, lines, at: AT }, told),
  (money) => cameBack(money, { key: 'r', lines, at: AT }, told),
  binding,
  ended('REJECTED'),
  ended('VERIFIED'),
];

test('what is due and overdue for queries is what the payment of the order says, on every day', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('CREDIT', 'ONLINE'),
      fc.array(fc.constantFrom(...facts), { maxLength: 8 }),
      fc.integer({ min: 0, max: 70 }),
      fc.integer({ min: 1, max: 60 }),
      (payment, steps, days, periodDays) => {
        const start = placedAs(noMoney(mallOrder('21230', '1')), placed(payment), told);
        const money = steps.reduce((state, step) => step(state), start);
        const now = daysAfter(AT, days);
        const { state, dueFen } = paymentOf(money, periodDays, now);
        const standing = standingOf(money);
        const { dueSince } = standing;
        const isOverdue = dueSince !== null && dueSince < overdueBefore(periodDays, now);
        expect(isOverdue).toBe(state === 'OVERDUE');
        const isDue = ['AWAITING_TRANSFER', 'OVERDUE', 'REJECTED'].includes(state) && dueFen > 0n;
        expect(dueSince !== null).toBe(isDue);
        expect(standing.dueFen).toBe(isDue ? dueFen : 0n);
      },
    ),
  );
});

test('invoices are marked by colour and state, each once', () => {
  const start = placedAs(noMoney(mallOrder('21230', '1')), placed('CREDIT'), told);
  const asked = parcelEnded(start, { parcelNo: 'p', rejected: false, lines, at: AT }, told);
  expect(standingOf(asked)).toMatchObject({ invoices: ['BLUE/REQUESTED'], redAskedAt: null });
});
