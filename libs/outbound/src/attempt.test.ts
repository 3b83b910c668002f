import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  abandoned,
  achieved,
  begun,
  ended,
  isDoubtful,
  isGivenUp,
  isOpen,
  planned,
  postponed,
  standingOf,
  waitMs,
  wordsOf,
} from './index.ts';
import type { OutboundCall, Outcome, Policy } from './index.ts';

const NOW = new Date('2016-09-22T02:00:00Z');
const problem = { code: 'AWAY', message: 'no answer' };
const at = (ms: number): Date => new Date(NOW.getTime() + ms);

const policies: fc.Arbitrary<Policy> = fc.record({
  attemptsMax: fc.integer({ min: 1, max: 20 }),
  firstWaitMs: fc.integer({ min: 1, max: 60_000 }),
  factor: fc.integer({ min: 1, max: 8 }),
  waitMaxMs: fc.integer({ min: 1, max: 300_000 }),
  leaseMs: fc.integer({ min: 1, max: 60_000 }),
  withheld: fc.record({ max: fc.integer({ min: 0, max: 4 }), waitMs: fc.constant(15_000) }),
});
const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constant({ kind: 'succeeded' } as const),
  fc
    .constantFrom('refused', 'unanswered', 'unknown', 'withheld')
    .map((kind) => ({ kind, problem }) as const),
);
const POLICY: Policy = {
  attemptsMax: 3,
  firstWaitMs: 1_000,
  factor: 4,
  waitMaxMs: 10_000,
  leaseMs: 5_000,
};

function attemptOf(call: OutboundCall, now: Date): OutboundCall {
  const attempt = begun(call, now, POLICY);
  if (!attempt) throw new TypeError('nothing is due');
  return attempt.call;
}

/** Makes attempts when they are due until the call is over; `null`: the process dies during the attempt. */
function lived(policy: Policy, ends: readonly (Outcome | null)[]): OutboundCall[] {
  const seen = [planned(NOW)];
  for (const end of ends) {
    const call = seen.at(-1);
    const attempt = (call?.nextAt && begun(call, call.nextAt, policy)?.call) || null;
    if (!attempt?.nextAt) break;
    seen.push(end ? ended(attempt, attempt, end, attempt.nextAt, policy) : attempt);
  }
  return seen;
}

test('the wait never exceeds its maximum, and never gets shorter', () => {
  fc.assert(
    fc.property(policies, fc.integer({ min: 1, max: 10_000 }), (policy, attempts) => {
      const wait = waitMs(policy, attempts);
      expect(wait).toBeLessThanOrEqual(policy.waitMaxMs);
      expect(waitMs(policy, attempts + 1)).toBeGreaterThanOrEqual(wait);
    }),
  );
});

test('attempts that end are bounded, and the call is over after the last one', () => {
  fc.assert(
    fc.property(policies, fc.array(outcomes, { minLength: 24, maxLength: 30 }), (policy, ends) => {
      const last = lived(policy, ends).at(-1);
      expect(last?.nextAt).toBeNull();
      expect(last?.attempts).toBeLessThanOrEqual(policy.attemptsMax);
    }),
  );
});

test('a call that is over stays as it is', () => {
  fc.assert(
    fc.property(
      policies,
      fc.array(outcomes, { minLength: 24, maxLength: 30 }),
      outcomes,
      (policy, ends, late) => {
        const last = lived(policy, ends).at(-1) ?? planned(NOW);
        expect(begun(last, at(1e9), policy)).toBeNull();
        expect(ended(last, last, late, NOW, policy)).toBe(last);
        expect(abandoned(last, problem)).toBe(last);
      },
    ),
  );
});

test('of many who see the same call one begins it; the lease that ran out is taken by one', () => {
  fc.assert(
    fc.property(policies, fc.integer({ min: 2, max: 9 }), (policy, processes) => {
      let call = planned(NOW);
      for (const now of [NOW, at(policy.leaseMs)]) {
        const before = call.attempts;
        let taken = 0;
        for (let process = 0; process < processes; process += 1) {
          const attempt = begun(call, now, policy);
          if (attempt) taken += 1;
          call = attempt?.call ?? call;
        }
        expect(taken).toBe(1);
        expect(call).toMatchObject({ state: 'BEGUN', attempts: before + 1 });
      }
    }),
  );
});

test('an end that comes after the lease was taken over is not that of the present attempt', () => {
  const first = attemptOf(planned(NOW), NOW);
  const second = attemptOf(first, at(5_000));
  expect(ended(second, first, { kind: 'succeeded' }, at(5_001), POLICY)).toBe(second);
  expect(ended(second, second, { kind: 'succeeded' }, at(5_001), POLICY).state).toBe('SUCCEEDED');
});

test.each([
  ['unanswered', 'UNANSWERED', false],
  ['unknown', 'UNKNOWN', true],
] as const)('%s: tried again, and given up as %s', (kind, state, doubtful) => {
  const calls = lived(
    POLICY,
    Array.from({ length: 9 }, () => ({ kind, problem })),
  );
  expect(calls.map(({ attempts }) => attempts)).toEqual([0, 1, 2, 3]);
  expect(calls.map(isOpen)).toEqual([true, true, true, false]);
  expect(calls.at(-1)).toEqual({ state, attempts: 3, nextAt: null, problem });
  expect(calls.map(isGivenUp)).toEqual([false, false, false, true]);
  expect(calls.map(standingOf)).toEqual(['PLANNED', state, state, 'GIVEN_UP']);
  expect(calls.map(wordsOf)).toEqual(['', 'no answer', 'no answer', 'no answer']);
  expect(calls.map(isDoubtful).at(-1)).toBe(doubtful);
});

test('abandoned under way it may have had its effect, and its end brings it back no more', () => {
  expect(abandoned(planned(NOW), problem)).toMatchObject({ state: 'PLANNED', nextAt: null });
  const attempt = attemptOf(planned(NOW), NOW);
  const left = abandoned(attempt, problem);
  expect(left).toMatchObject({ state: 'UNKNOWN', nextAt: null, problem });
  expect(ended(left, attempt, { kind: 'succeeded' }, at(1), POLICY)).toBe(left);
});

test('a withheld attempt is none, until it was withheld too often', () => {
  const withheld = { kind: 'withheld', problem } as const;
  const unanswered = { kind: 'unanswered', problem } as const;
  const policy = { ...POLICY, withheld: { max: 2, waitMs: 15_000 } };
  const calls = lived(policy, [unanswered, withheld, withheld, unanswered, unanswered]);
  expect(calls.map(({ attempts }) => attempts)).toEqual([0, 1, 1, 1, 2, 3]);
  expect(calls[2]?.nextAt?.getTime()).toBe((calls[1]?.nextAt?.getTime() ?? 0) + 5_000 + 15_000);
  const tooOften = lived(policy, [withheld, withheld, withheld, unanswered]);
  expect(tooOften.map(isGivenUp)).toEqual([false, false, false, true]);
  // Who has no such policy makes an attempt of it.
  expect(
    lived(
      POLICY,
      Array.from({ length: 9 }, () => withheld),
    ),
  ).toHaveLength(4);
});

test('what has come about by another way is over, and its own end changes nothing', () => {
  const attempt = attemptOf(planned(NOW), NOW);
  const over = achieved(attempt);
  expect(over).toMatchObject({ state: 'SUCCEEDED', nextAt: null, problem: null });
  expect(ended(over, attempt, { kind: 'unknown', problem }, at(1), POLICY)).toBe(over);
});

test('a call for what may have been done before begins in doubt', () => {
  expect(isDoubtful(planned(NOW, true))).toBe(true);
  expect(isDoubtful(planned(NOW))).toBe(false);
});

test('a call whose last attempt was lost with its process is looked up, and sent no more', () => {
  let call = planned(NOW);
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const next = begun(call, call.nextAt ?? NOW, POLICY);
    expect(next).toMatchObject({ isDoubtful: attempt > 1, isSpent: attempt > 3 });
    call = next?.call ?? call;
  }
  const over = ended(call, call, { kind: 'unknown', problem }, NOW, POLICY);
  expect(over).toMatchObject({ state: 'UNKNOWN', nextAt: null });
});

test('a call that is paused is put off only when it is due, and loses no attempt and no doubt', () => {
  fc.assert(
    fc.property(fc.constantFrom('PLANNED', 'UNANSWERED', 'UNKNOWN', 'BEGUN'), (state) => {
      const call: OutboundCall = { state, attempts: 2, nextAt: NOW, problem };
      expect(postponed(call, at(-1))).toBe(call);
      const waits = postponed(call, NOW);
      expect(waits).toMatchObject({ state, attempts: 2, problem });
      expect(begun(waits, NOW, POLICY)).toBeNull();
      expect(isDoubtful(waits)).toBe(isDoubtful(call));
      const later = waits.nextAt ?? NOW;
      expect(begun(waits, later, POLICY)?.isDoubtful).toBe(isDoubtful(call));
    }),
  );
  const over = achieved(planned(NOW));
  expect(postponed(over, at(1e9))).toBe(over);
});
