import { tmallOrder } from '@astrolabe/kernel';
import { channelOrder } from '@astrolabe/testing';
import { describe, expect, test } from 'vitest';
import type { Settings } from '../src/domain/audience.ts';
import { recordOrder } from '../src/domain/news.ts';
import { newPushedOrder } from '../src/domain/pushed-order.ts';
import type { PushedOrder, SeenOrder } from '../src/domain/pushed-order.ts';
import {
  WRITES_MAX,
  leaseJob,
  recordJob,
  retried,
  withoutReceiver,
} from '../src/domain/schedule.ts';

const NAME = tmallOrder('21230', '2004574256073903');
const START = new Date('2016-09-22T02:00:00Z');
const TIMES = { retryMs: 1_000, windowMs: 240_000, queryMs: 15_000 };
const SETTINGS: Settings = {
  spiUrl: '',
  method: 'RETURNED',
  onboardingAppKey: '',
  applications: [{ appKey: '555', omni: false }],
};

/** The seller's own: everybody gets it at once. */
const shown = (publishedAt: Date): SeenOrder => ({
  ...channelOrder(NAME, { lines: [] }),
  publishedAt,
});

describe('a row whose receiver cannot be asked for', () => {
  const later = (ms: number) => new Date(START.getTime() + ms);
  const fresh = () => recordOrder(newPushedOrder(NAME, START), shown(START), START);
  const step = (push: PushedOrder, now: Date) => {
    const { push: claimed, job: task } = leaseJob(push, SETTINGS, () => true, now);
    if (task?.kind !== 'write') throw new Error('no write is due');
    return { claimed, task };
  };
  const problem = { code: 'UNAVAILABLE', message: 'receiver: UNAVAILABLE' };
  const away = { kind: 'unanswered', problem } as const;
  const partial = { kind: 'succeeded', lacking: problem } as const;

  /** As if the gateway stayed away, until the row stands without the receiver. */
  const standing = () => {
    let push = fresh();
    let now = START;
    for (;;) {
      const { claimed, task } = step(push, now);
      const decision = withoutReceiver(claimed, task);
      push = recordJob(claimed, task, decision === 'wait' ? away : partial, TIMES, now);
      if (decision === 'write') return { push, now };
      expect(decision).toBe('wait');
      now = push.nextAt ?? now;
    }
  };

  test('is held back for two tries, then it is written and goes on waiting', () => {
    const { push, now } = standing();
    expect(now).toEqual(later(3_000));
    expect(push.rows).toMatchObject([{ state: 'UNANSWERED', written: 1, attempts: 3, problem }]);
    const { claimed, task } = step(push, push.nextAt ?? now);
    expect(withoutReceiver(claimed, task)).toBe('stands');
    const done = recordJob(claimed, task, { kind: 'succeeded' }, TIMES, now);
    expect(done.rows).toMatchObject([{ state: 'SUCCEEDED', problem: null }]);
    expect(done.nextAt).toBeNull();
  });

  test('news does not wait for it', () => {
    const { push, now } = standing();
    const news = recordOrder(push, shown(now), now);
    const { task, claimed } = step(news, now);
    expect(task).toMatchObject({ revision: 2 });
    expect(claimed.rows).toMatchObject([{ attempts: 1, wanted: 2 }]);
  });

  test('is not waited for without end', () => {
    let { push, now } = standing();
    for (let tries = 3; tries < WRITES_MAX; tries += 1) {
      now = push.nextAt ?? now;
      const { claimed, task } = step(push, now);
      push = recordJob(claimed, task, partial, TIMES, now);
    }
    expect(push.rows).toMatchObject([{ state: 'UNANSWERED', nextAt: null, written: 1 }]);
    expect(push.problems).toEqual(['WRITE_GIVEN_UP']);
    expect(retried(push, now).rows).toMatchObject([{ state: 'PLANNED', attempts: 0, nextAt: now }]);
  });
});
