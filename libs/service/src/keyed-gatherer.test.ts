import { expect, test } from 'vitest';
import { createKeyedGatherer, createSharedReads } from './keyed-gatherer.ts';

/** Lets everything run that is ready to. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Runs that end when the test says so. */
function endless() {
  const ends: (() => void)[] = [];
  return {
    wait: () => new Promise<void>((resolve) => ends.push(resolve)),
    end: async () => {
      for (const end of ends.splice(0)) end();
      await settled();
      await settled();
    },
  };
}

test('what comes for a key within a turn, or while its run is under way, is one run; keys are apart', async () => {
  const runs: [string, readonly number[]][] = [];
  const { wait, end } = endless();
  const add = createKeyedGatherer<number, number>(async (key, items) => {
    runs.push([key, items]);
    await wait();
    return items.map((item) => item * 10);
  }, 10);
  const first = [add('a', 1), add('a', 2), add('b', 3)];
  await settled();
  await settled();
  const second = [add('a', 4), add('a', 5)];
  await settled();
  expect(runs).toEqual([
    ['a', [1, 2]],
    ['b', [3]],
  ]);
  await end();
  expect(await Promise.all(first)).toEqual([10, 20, 30]);
  await end();
  expect(await Promise.all(second)).toEqual([40, 50]);
  expect(runs[2]).toEqual(['a', [4, 5]]);
});

test('a run that fails fails for its items alone', async () => {
  const add = createKeyedGatherer<number, number>(async (key, items) => {
    if (items.includes(0)) throw new Error(`${key} is refused`);
    return items;
  }, 1);
  const outcomes = await Promise.allSettled([add('a', 0), add('a', 1)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
});

test('a read is shared by who asked before it began; who asks later is read for again', async () => {
  let value = 0;
  const { wait, end } = endless();
  const read = createSharedReads<{ id: string }, number>(
    ({ id }) => id,
    async () => {
      const seen = value;
      await wait();
      return seen;
    },
  );
  const early = [read({ id: 'a' }), read({ id: 'a' })];
  await settled();
  await settled();
  value = 1;
  const late = read({ id: 'a' });
  await end();
  expect(await Promise.all(early)).toEqual([0, 0]);
  await end();
  expect(await late).toBe(1);
});

test('a burst after a burst waits for company, and one caller after another for nobody', async () => {
  const begun: number[] = [];
  const slow = async (items: readonly number[]) => {
    begun.push(items.length);
    await new Promise((resolve) => setTimeout(resolve, 20));
    return items;
  };
  const ask = createKeyedGatherer<number, number>((_key, items) => slow(items), 64, {
    paced: true,
  });
  const burst = () => Promise.all([1, 2, 3, 4].map((item) => ask('S', item)));
  await burst();
  // Nobody is in the lane now; what comes before its next run is in that run.
  const late = [burst(), ask('S', 5)];
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  await Promise.all([...late, ask('S', 6)]);
  expect(begun).toEqual([4, 6]);
  for (let at = 0; at < 3; at += 1) await ask('T', at);
  expect(begun).toEqual([4, 6, 1, 1, 1]);
});
