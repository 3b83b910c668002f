import { isOurs, tmallOrder } from '@astrolabe/kernel';
import { channelLine, channelOrder } from '@astrolabe/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { audience, isAnnounced } from '../src/domain/audience.ts';
import type { Settings } from '../src/domain/audience.ts';
import {
  recordAllocated,
  recordAnswer,
  recordAwaiting,
  recordClosed,
  recordNotified,
  recordRefund,
  recordReopened,
  recordShipped,
  recordRefundNotice,
  recordOrder,
} from '../src/domain/news.ts';
import { isGivenUp } from '@astrolabe/outbound';
import { isOpen, isShipped, newPushedOrder } from '../src/domain/pushed-order.ts';
import type { PushedOrder, SeenOrder } from '../src/domain/pushed-order.ts';
import {
  ALLOCATE_TRIES_MAX,
  QUERIES_MAX,
  WRITES_MAX,
  leaseJob,
  recordJob,
  retried,
} from '../src/domain/schedule.ts';
import type { Job, JobOutcome } from '../src/domain/schedule.ts';

const NAME = tmallOrder('21230', '2004574256073903');
const START = new Date('2016-09-22T02:00:00Z');
const SUBS = ['2004574256073904', '2004574256073905'] as const;
const TIMES = { retryMs: 1_000, windowMs: 240_000, queryMs: 15_000 };
const SETTINGS: Settings = {
  spiUrl: 'https://isv.example/spi',
  method: 'RETURNED',
  onboardingAppKey: '',
  applications: [
    { appKey: '123543', omni: true },
    { appKey: '89765', omni: true },
    { appKey: '555', omni: false },
  ],
};
const ALL = (): boolean => true;

const shown = (omni: readonly boolean[], publishedAt = START): SeenOrder => {
  const plain = omni.some((flag) => flag) ? ('ALONG' as const) : ('OWN' as const);
  const lines = omni.map((flag, index) =>
    channelLine(SUBS[index] ?? '', { fulfilment: flag ? 'OMNI' : plain }),
  );
  return { ...channelOrder(NAME, { lines }), publishedAt };
};

const at = (ms: number): Date => new Date(START.getTime() + ms);
const awaiting = (): PushedOrder =>
  recordAwaiting(recordOrder(newPushedOrder(NAME, START), shown([true, true]), START), SUBS, START);
const given = (
  allocation: number,
  allocator: 'isv' | 'astrolabe',
  ids: readonly string[] = SUBS,
) => ({
  allocation,
  allocator,
  acceptor: 'pos' as const,
  placements: ids.map((subOrderId) => ({
    subOrderId,
    allocation,
    place: { type: 'STORE' as const, id: '1342' },
  })),
});

/** Does all that is due at a moment; returns what was done. */
function drive(
  push: PushedOrder,
  now: Date,
  answer: (task: Job) => JobOutcome,
  settings: Settings | null = SETTINGS,
): { push: PushedOrder; done: Job[] } {
  const done: Job[] = [];
  let state = push;
  for (;;) {
    const claimed = leaseJob(state, settings, ALL, now);
    state = claimed.push;
    if (!claimed.job) return { push: state, done };
    if (!claimed.isSpent) done.push(claimed.job);
    const outcome = claimed.isSpent ? NO_ANSWER : answer(claimed.job);
    state = recordJob(state, claimed.job, outcome, TIMES, now);
  }
}

const problem = { code: 'AWAY', message: 'no answer' };
const NO_ANSWER = { kind: 'unknown', problem } as const;
const WROTE = { kind: 'succeeded' } as const;
const returned =
  (...appKeys: string[]) =>
  (task: Job): JobOutcome =>
    task.kind === 'write' ? WROTE : { kind: 'succeeded', appKeys };
const lost = (task: Job): JobOutcome => (task.kind === 'write' ? WROTE : NO_ANSWER);

test('the request to allocate goes out before any write', () => {
  const { push, done } = drive(awaiting(), START, returned('123543', '89765'));
  expect(done.map((task) => (task.kind === 'write' ? task.appKey : task.kind))).toEqual([
    'allocate',
    '123543',
    '89765',
  ]);
  expect(push.rows.map((row) => row.state)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  // The result is waited for, and then asked for.
  expect(push.nextAt).toEqual(at(TIMES.windowMs));
});

test('a lost answer is asked again after 1 and 4 seconds, then given up and the query relied on', () => {
  let push = awaiting();
  const onboarded = { ...SETTINGS, method: 'ONBOARDING', onboardingAppKey: '89765' } as const;
  for (const ms of [0, 1_000, 5_000]) {
    expect(push.nextAt).toEqual(at(ms));
    push = drive(push, at(ms), lost, onboarded).push;
  }
  expect(push.allocate).toMatchObject({
    state: 'UNKNOWN',
    nextAt: null,
    attempts: ALLOCATE_TRIES_MAX,
  });
  expect(push.problems).toEqual(['ALLOCATE_GIVEN_UP']);
  expect(push.rows.map(({ appKey, state }) => [appKey, state])).toEqual([['89765', 'SUCCEEDED']]);
  let asked = 0;
  while (push.nextAt) {
    const { push: next, done } = drive(push, push.nextAt, lost, onboarded);
    asked += done.length;
    push = next;
  }
  expect(asked).toBe(QUERIES_MAX);
  expect(push.problems).toEqual(['ALLOCATE_GIVEN_UP', 'RESULT_MISSING']);
  const settled = retried(recordAllocated(push, given(1, 'isv'), at(8_000_000)), at(8_000_000));
  expect(settled.problems).toEqual([]);
  expect(isOpen(settled.allocate)).toBe(false);
  const again = retried(push, at(9_000_000));
  expect(again.problems).toEqual([]);
  expect(drive(again, at(9_000_000), lost, onboarded).done[0]).toMatchObject({ kind: 'allocate' });
});

test('a crash after the claim leaves a try that is taken up when its lease ends', () => {
  const { push, job: task } = leaseJob(awaiting(), SETTINGS, ALL, START);
  expect(task).toMatchObject({ kind: 'allocate' });
  expect(leaseJob(push, SETTINGS, ALL, at(14_999)).job).toBeNull();
  expect(leaseJob(push, SETTINGS, ALL, at(15_000)).job).toMatchObject({ kind: 'allocate' });
});

test('attempts that are lost with their process are bounded as well, and the tables follow', () => {
  let push = awaiting();
  for (let crash = 1; crash <= ALLOCATE_TRIES_MAX; crash += 1) {
    const lease = leaseJob(push, SETTINGS, ALL, at((crash - 1) * 15_000));
    expect(lease).toMatchObject({ job: { kind: 'allocate', attempts: crash }, isSpent: false });
    push = lease.push;
  }
  const { push: after, done } = drive(push, at(45_000), returned());
  expect(done).toEqual([]);
  expect(after.problems).toEqual(['ALLOCATE_GIVEN_UP']);
  expect(isAnnounced(after)).toBe(true);
});

test('an attempt whose lease was taken over brings its answer, and its failure changes nothing', () => {
  const first = leaseJob(awaiting(), SETTINGS, ALL, START);
  const second = leaseJob(first.push, SETTINGS, ALL, at(15_000));
  if (!first.job || !second.job) throw new Error('no request');
  const late = (outcome: JobOutcome) =>
    recordJob(second.push, first.job as Job, outcome, TIMES, at(15_001));
  expect(late(NO_ANSWER)).toBe(second.push);
  const answered = late(returned('123543')(first.job));
  expect(answered).toMatchObject({ returned: ['123543'], allocate: { state: 'SUCCEEDED' } });
  expect(recordJob(answered, second.job, NO_ANSWER, TIMES, at(15_002))).toBe(answered);
});

test('a paused connection is no try, but not for ever', () => {
  let push = awaiting();
  let pauses = 0;
  while (isOpen(push.allocate) && push.nextAt) {
    push = drive(push, push.nextAt, () => ({ kind: 'withheld', problem })).push;
    pauses += 1;
  }
  expect(pauses).toBe(21);
  expect(push.allocate && isGivenUp(push.allocate)).toBe(true);
  expect(push.allocate).toMatchObject({ attempts: 1, problem });
});

test('without an SPI the order waits and tells; with one it goes on', () => {
  const { push, done } = drive(awaiting(), START, lost, { ...SETTINGS, spiUrl: '' });
  expect(done).toEqual([]);
  expect(push).toMatchObject({ problems: ['ALLOCATE_SPI_MISSING'], rows: [], nextAt: null });
  expect(drive(retried(push, START), START, returned('123543')).done).toHaveLength(2);
});

test('an answer that a re-allocation has overtaken is void', () => {
  const first = leaseJob(awaiting(), SETTINGS, ALL, START);
  const allocated = recordAllocated(first.push, given(1, 'isv'), START);
  const again = recordAwaiting(allocated, [SUBS[0]], START);
  if (first.job?.kind !== 'allocate') throw new Error('no request');
  const late = recordJob(again, first.job, returned('89765')(first.job), TIMES, START);
  expect(late).toBe(again);
  expect(isAnnounced(late)).toBe(false);
});

test('a result that comes in time ends the wait; some of it leaves the rest awaited', () => {
  const asked = drive(awaiting(), START, returned('123543')).push;
  const half = recordAllocated(asked, given(1, 'isv', [SUBS[0]]), at(10));
  expect(half.waiting).toEqual([SUBS[1]]);
  expect(isOpen(half.query)).toBe(true);
  const whole = recordAllocated(half, given(2, 'isv', [SUBS[1]]), at(20));
  expect(isOpen(whole.query)).toBe(false);
  expect(isOpen(recordClosed(asked, SUBS, at(30)).query)).toBe(false);
});

test('a write that fails is tried with growing waits, and given up in the end', () => {
  let push = drive(awaiting(), START, returned()).push;
  push = drive(push, START, returned()).push;
  push = { ...push, returned: ['123543'], planAt: START, nextAt: START };
  push = { ...push, query: null };
  let tries = 0;
  for (let now = START; push.nextAt; now = push.nextAt ?? now) {
    const driven = drive(push, push.nextAt, () => NO_ANSWER);
    tries += driven.done.length;
    push = driven.push;
  }
  expect(tries).toBe(WRITES_MAX);
  expect(push.problems).toEqual(['WRITE_GIVEN_UP']);
  // News are tried again.
  const news = recordShipped(push, SUBS, at(10_000_000));
  expect(drive(news, at(10_000_000), returned()).push.problems).toEqual([]);
});

test('an older refund, or the same again, changes nothing', () => {
  const refund = {
    refundId: '1',
    subOrderId: SUBS[0],
    state: 'ASKED' as const,
    refundFeeFen: 5n,
    created: START,
    modified: at(1_000),
  };
  const once = recordRefund(awaiting(), refund, START);
  expect(recordRefund(once, refund, START)).toBe(once);
  expect(recordRefund(once, { ...refund, state: 'WITHDRAWN', modified: START }, START)).toBe(once);
  expect(
    recordRefund(once, { ...refund, state: 'WITHDRAWN', modified: at(2_000) }, START).refunds,
  ).toEqual([{ ...refund, state: 'WITHDRAWN', modified: at(2_000) }]);
});

test('a withdrawn refund is newer than itself, in the same second too', () => {
  const told = { refundId: '1', subOrderId: SUBS[0], refundFeeFen: 5n, at: START };
  const asked = recordRefundNotice(awaiting(), { ...told, state: 'ASKED' }, START);
  expect(recordRefundNotice(asked, { ...told, state: 'ASKED', at: at(9_000) }, START)).toBe(asked);
  const [closed] = recordRefundNotice(asked, { ...told, state: 'WITHDRAWN' }, START).refunds;
  expect(closed).toMatchObject({ state: 'WITHDRAWN', created: START, modified: at(1_000) });
});

test('a sub-order that comes back after a refund is asked for again', () => {
  const closed = recordClosed(awaiting(), SUBS, START);
  expect(recordAwaiting(closed, SUBS, START)).toBe(closed);
  const back = recordAwaiting(recordReopened(closed, SUBS, START), SUBS, START);
  expect(back.waiting).toEqual(SUBS);
});

/** Anything that can happen to an order, in any order. */
const happening = fc.oneof(
  fc.record({
    kind: fc.constant('trade' as const),
    omni: fc.array(fc.boolean(), { minLength: 2, maxLength: 2 }),
  }),
  fc.record({ kind: fc.constant('awaiting' as const), ids: fc.subarray([...SUBS]) }),
  fc.record({
    kind: fc.constant('allocated' as const),
    allocation: fc.integer({ min: 1, max: 4 }),
    allocator: fc.constantFrom('isv' as const, 'astrolabe' as const),
  }),
  fc.record({ kind: fc.constant('notified' as const), allocation: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('answer' as const), allocation: fc.integer({ min: 1, max: 4 }) }),
  fc.record({
    kind: fc.constantFrom('shipped' as const, 'closed' as const),
    ids: fc.subarray([...SUBS]),
  }),
  fc.record({
    kind: fc.constant('drive' as const),
    outcome: fc.constantFrom('done', 'unanswered', 'unknown', 'withheld', 'crash'),
    wrote: fc.boolean(),
  }),
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

function apply(
  push: PushedOrder,
  one: Exclude<Happening, { kind: 'drive' }>,
  now: Date,
): PushedOrder {
  switch (one.kind) {
    case 'trade':
      return recordOrder(push, shown(one.omni, now), now);
    case 'awaiting':
      return recordAwaiting(push, one.ids, now);
    case 'allocated':
      return recordAllocated(push, given(one.allocation, one.allocator), now);
    case 'notified':
      return recordNotified(push, one.allocation, now);
    case 'answer':
      return recordAnswer(
        push,
        [{ subOrderId: SUBS[0], allocation: one.allocation, status: 'ACCEPTED' }],
        now,
      );
    case 'shipped':
      return recordShipped(push, one.ids, now);
    case 'closed':
      return recordClosed(push, one.ids, now);
  }
}

function endOf(task: Job, { outcome, wrote }: Extract<Happening, { kind: 'drive' }>): JobOutcome {
  if (task.kind === 'write' ? wrote : outcome === 'done') return returned('123543', '99')(task);
  return { kind: outcome === 'done' || outcome === 'crash' ? 'unknown' : outcome, problem };
}

test('whatever happens: no write before the SPI, none to strangers, revisions only grow', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => {
      let push = newPushedOrder(NAME, START);
      let now = START;
      for (const one of happenings) {
        const before = push;
        now = new Date(Math.max(now.getTime() + 500, push.nextAt?.getTime() ?? 0));
        if (one.kind !== 'drive') push = apply(push, one, now);
        else {
          const { push: claimed, job: task } = leaseJob(push, SETTINGS, ALL, now);
          push = claimed;
          if (task?.kind === 'write') {
            const { order: known } = push;
            const free = known && (!isOurs(known) || isShipped(push));
            expect(free || isAnnounced(push)).toBe(true);
            expect(audience(push, SETTINGS)).toContain(task.appKey);
          }
          if (task && one.outcome !== 'crash')
            push = recordJob(push, task, endOf(task, one), TIMES, now);
        }
        expect(push.revision).toBeGreaterThanOrEqual(before.revision);
        expect(push.modifiedAt.getTime()).toBeGreaterThanOrEqual(before.modifiedAt.getTime());
        for (const row of push.rows) {
          expect(row.written).toBeLessThanOrEqual(push.revision);
          const old = before.rows.find(({ appKey }) => appKey === row.appKey);
          expect(row.written).toBeGreaterThanOrEqual(old?.written ?? 0);
          expect(row.appKey).not.toBe('99');
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('whatever happened, in the end everybody who may has the newest revision', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 25 }), (happenings) => {
      let push = newPushedOrder(NAME, START);
      let now = START;
      for (const one of happenings) {
        now = new Date(Math.max(now.getTime() + 500, push.nextAt?.getTime() ?? 0));
        push =
          one.kind === 'drive' ? leaseJob(push, SETTINGS, ALL, now).push : apply(push, one, now);
      }
      for (let round = 0; round < 200 && push.nextAt; round += 1) {
        now = new Date(Math.max(now.getTime(), push.nextAt.getTime()));
        push = drive(push, now, returned('123543')).push;
      }
      expect(push.nextAt).toBeNull();
      for (const appKey of audience(push, SETTINGS)) {
        const row = push.rows.find((one) => one.appKey === appKey);
        expect(row).toMatchObject({ state: 'SUCCEEDED', written: push.revision });
      }
    }),
    { numRuns: 500 },
  );
});
