import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { createGatherer } from './gatherer.ts';

afterEach(() => void vi.useRealTimers());

/** Lets everything run that is ready to. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what comes alone runs alone and at once; what comes meanwhile runs together', async () => {
  const groups: number[][] = [];
  const ends: (() => void)[] = [];
  const ask = createGatherer<number, number>(
    async (items) => {
      groups.push([...items]);
      await new Promise<void>((resolve) => ends.push(resolve));
      return items.map((item) => item * 10);
    },
    { runsMax: 1, sizeMax: 3 },
  );
  const answers = [1, 2, 3, 4, 5].map((item) => ask(item));
  expect(groups).toEqual([[1]]);
  ends[0]?.();
  await settled();
  expect(groups).toEqual([[1], [2, 3, 4]]);
  ends[1]?.();
  await settled();
  ends[2]?.();
  expect(groups).toEqual([[1], [2, 3, 4], [5]]);
  expect(await Promise.all(answers)).toEqual([10, 20, 30, 40, 50]);
});

test('an error in the place of one is that one\u2019s; a rejection is everybody\u2019s, and the next run goes on', async () => {
  let runs = 0;
  const ask = createGatherer<string, string>(
    (items) => {
      runs += 1;
      if (runs === 3) return Promise.reject(new Error('the line is down'));
      return Promise.resolve(items.map((item) => (item === 'bad' ? new Error('refused') : item)));
    },
    { runsMax: 1, sizeMax: 2 },
  );
  const outcomes = await Promise.allSettled(
    ['a', 'bad', 'b', 'c', 'd', 'e'].map((item) => ask(item)),
  );
  expect(
    outcomes.map((each) => (each.status === 'fulfilled' ? each.value : String(each.reason))),
  ).toEqual([
    'a',
    'Error: refused',
    'b',
    'Error: the line is down',
    'Error: the line is down',
    'e',
  ]);
});

test('after a run of several the next is as long in coming as it took, and after a run of few it is not', async () => {
  vi.useFakeTimers();
  const groups: number[] = [];
  const ask = createGatherer<number, number>(
    async (items) => {
      groups.push(items.length);
      await new Promise((resolve) => setTimeout(resolve, items.length === 5 ? 100 : 10));
      return items;
    },
    { runsMax: 1, sizeMax: 8, paced: true },
  );
  const asking = (count: number): void => {
    for (let n = 0; n < count; n += 1) void ask(n);
  };
  asking(1 + 4);
  await vi.advanceTimersByTimeAsync(10);
  expect(groups).toEqual([1, 4]);
  asking(2);
  await vi.advanceTimersByTimeAsync(19);
  expect(groups).toEqual([1, 4]);
  asking(3);
  await vi.advanceTimersByTimeAsync(1);
  expect(groups).toEqual([1, 4, 5]);
  asking(1);
  await vi.advanceTimersByTimeAsync(119);
  expect(groups).toEqual([1, 4, 5]);
  await vi.advanceTimersByTimeAsync(1);
  expect(groups).toEqual([1, 4, 5, 1]);
});

test('each is run once, in the order of asking, within the bounds', async () => {
  const load = fc.record({
    runsMax: fc.integer({ min: 1, max: 4 }),
    sizeMax: fc.integer({ min: 1, max: 5 }),
    bursts: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(load, async ({ runsMax, sizeMax, bursts }) => {
      const started: number[] = [];
      let [running, mostRunning, largest] = [0, 0, 0];
      const ask = createGatherer<number, number>(
        async (items) => {
          running += 1;
          mostRunning = Math.max(mostRunning, running);
          largest = Math.max(largest, items.length);
          started.push(...items);
          await settled();
          running -= 1;
          return items;
        },
        { runsMax, sizeMax },
      );
      const asked: Promise<number>[] = [];
      for (const burst of bursts) {
        for (let n = 0; n < burst; n += 1) asked.push(ask(asked.length));
        await settled();
      }
      expect(await Promise.all(asked)).toEqual(asked.map((_, index) => index));
      expect(started).toEqual(asked.map((_, index) => index));
      expect(mostRunning).toBeLessThanOrEqual(runsMax);
      expect(largest).toBeLessThanOrEqual(sizeMax);
    }),
  );
});
