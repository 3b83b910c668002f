import { metricsText } from '@astrolabe/telemetry';
import { expect, test, vi } from 'vitest';
import { createWorkQueue, sweepPauseMs } from './work-queue.ts';
import { watchedDue } from './watched-due.ts';

const NOW = new Date('2016-09-22T02:00:00Z');
const before = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1_000);

/** What a queue publishes: for how long its oldest work has been due, and how much is. */
async function published(queue: string): Promise<{ oldest: number; due: number }> {
  const text = await metricsText();
  const value = (metric: string): number =>
    Number(new RegExp(`^${metric}\\{[^}]*queue="${queue}"[^}]*\\} (.+)$`, 'm').exec(text)?.[1]);
  return { oldest: value('astrolabe_queue_oldest_due_seconds'), due: value('astrolabe_queue_due') };
}

test('the age of the oldest work and the number of pieces are published, and 0 when nothing is due', async () => {
  const answers = [
    { names: ['a', 'b'], oldestAt: before(90) },
    { names: [], oldestAt: null },
  ];
  const due = watchedDue('one', async () => answers.shift() ?? { names: [], oldestAt: null });
  expect(await published('one')).toEqual({ oldest: 0, due: 0 });
  expect(await due(NOW, 10)).toEqual(['a', 'b']);
  expect(await published('one')).toEqual({ oldest: 90, due: 2 });
  expect(await due(NOW, 10)).toEqual([]);
  expect(await published('one')).toEqual({ oldest: 0, due: 0 });
});

test('while the query fails, the age of what was found last goes on growing', async () => {
  let isAway = false;
  const due = watchedDue('two', async () => {
    if (isAway) throw new Error('away');
    return { names: ['a'], oldestAt: before(5) };
  });
  await due(NOW, 10);
  isAway = true;
  const later = new Date(NOW.getTime() + 60_000);
  await expect(due(later, 10)).rejects.toThrow('away');
  expect(await published('two')).toEqual({ oldest: 65, due: 1 });
});

test('every work queue is watched by its name, also while its work fails', async () => {
  const failed = Promise.withResolvers<void>();
  const queue = createWorkQueue<string>({
    name: 'three',
    work: async () => {
      throw new Error('broken');
    },
    due: async (now) => ({ names: ['a'], oldestAt: new Date(now.getTime() - 7_000) }),
    clock: () => NOW,
    keyOf: (name) => name,
    onError: () => failed.resolve(),
    onSweepError: () => undefined,
  });
  await queue.component.start?.();
  await failed.promise;
  await queue.component.stop?.();
  expect(await published('three')).toEqual({ oldest: 7, due: 1 });
});

test('news of work that has failed is worked on at once, though sweeps leave it alone', async () => {
  const tried: string[] = [];
  const queue = createWorkQueue<string>({
    name: 'four',
    work: async (name) => {
      tried.push(name);
      throw new Error('broken');
    },
    due: async () => ({ names: [], oldestAt: null }),
    clock: () => NOW,
    keyOf: (name) => name,
    onError: () => undefined,
    onSweepError: () => undefined,
  });
  for (const turn of [1, 2, 3]) {
    queue.add('a');
    await vi.waitFor(() => expect(tried).toHaveLength(turn));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await queue.component.stop?.();
});

test('sweeps that find nothing are rarer, and frequent again when one finds something', () => {
  const pauses = [0, 9_999, 10_000, 59_999, 60_000, 3_600_000].map(sweepPauseMs);
  expect(pauses).toEqual([500, 500, 1_000, 1_000, 2_500, 2_500]);
});
