import fc from 'fast-check';
import { expect, test } from 'vitest';
import { owing, take, untake, usedFen } from './credit.ts';
import type { CreditAccount } from './credit.ts';

const account = (limitFen: bigint, taken: CreditAccount['taken'] = []): CreditAccount => ({
  sellerId: '21230',
  account: 'tjzfcg',
  limitFen,
  periodDays: 30,
  taken,
  ended: [],
});

test('limit 5000.00, 3000.00 used: 3000.00 more is refused, 2000.00 is taken', () => {
  const used = account(500_000n, [{ number: '1', amountFen: 300_000n }]);
  expect(take(used, '2', 300_000n)).toEqual({ ok: false, error: 'CREDIT_EXCEEDED' });
  const taken = take(used, '2', 200_000n);
  expect(taken.ok && usedFen(taken.value)).toBe(500_000n);
  // The same again is the same; another amount is another order.
  expect(taken.ok && take(taken.value, '2', 200_000n)).toEqual(taken);
  expect(taken.ok && take(taken.value, '2', 1n)).toEqual({ ok: false, error: 'AMOUNT_CHANGED' });
});

test('[field V2] what is cancelled, came back or was paid is free again, and taken by nobody twice', () => {
  const full = account(300_000n, [
    { number: '1', amountFen: 100_000n },
    { number: '2', amountFen: 200_000n },
  ]);
  const cancelled = owing(full, '1', 0n);
  expect(usedFen(cancelled)).toBe(200_000n);
  expect(take(cancelled, '1', 100_000n)).toEqual({ ok: false, error: 'CREDIT_FREED' });
  const returned = owing(cancelled, '2', 150_000n);
  expect(usedFen(returned)).toBe(150_000n);
  // Told late, what an order owed before makes nothing grow.
  expect(owing(returned, '2', 200_000n)).toBe(returned);
  expect(take(untake(full, '1'), '1', 100_000n).ok).toBe(true);
});

type Step =
  | {
      readonly kind: 'end' | 'take' | 'untake';
      readonly number: string;
      readonly amountFen: bigint;
    }
  | { readonly kind: 'limit'; readonly amountFen: bigint };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom('end' as const, 'take' as const, 'untake' as const),
      number: fc.constantFrom('1', '2', '3', '4', '5'),
      amountFen: fc.bigInt({ min: 0n, max: 900n }),
    }),
    fc.record({
      kind: fc.constant('limit' as const),
      amountFen: fc.bigInt({ min: 0n, max: 2_000n }),
    }),
  ),
  { maxLength: 60 },
);

test('law: whatever comes, nothing is taken beyond the limit of its moment, and each order counts once', () => {
  fc.assert(
    fc.property(steps, (all) => {
      let now = account(1_000n);
      for (const step of all) {
        if (step.kind === 'limit') now = { ...now, limitFen: step.amountFen };
        else if (step.kind === 'untake') now = untake(now, step.number);
        else if (step.kind === 'end') now = owing(now, step.number, step.amountFen);
        else {
          const before = usedFen(now);
          const next = take(now, step.number, step.amountFen);
          if (next.ok) {
            now = next.value;
            expect(usedFen(now) === before || usedFen(now) <= now.limitFen).toBe(true);
          }
        }
        const numbers = now.taken.map(({ number }) => number);
        expect(new Set(numbers).size).toBe(numbers.length);
      }
    }),
  );
});
