import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

const STAYS = new AbortController().signal;

/** Works that end when they are told to, and the order in which they began. */
function works() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    work: (name: string) => () => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    },
    end: async (name: string) => {
      ends.get(name)?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('known devices go first, the others in the order they came', async () => {
  const turns = createTurns({ atOnce: 1, waitingMax: 2, waitMaxMs: 10_000 });
  const { begun, work, end } = works();
  const all = [
    turns.take(work('a'), { first: false, signal: STAYS }),
    turns.take(work('b'), { first: false, signal: STAYS }),
    turns.take(work('c'), { first: false, signal: STAYS }),
    turns.take(work('known'), { first: true, signal: STAYS }),
  ];
  for (const name of ['a', 'known', 'b', 'c']) await end(name);
  expect(begun).toEqual(['a', 'known', 'b', 'c']);
  expect(await Promise.all(all)).toEqual(
    ['a', 'b', 'c', 'known'].map((value) => ({ kind: 'done', value })),
  );
});

test('beyond a few waiting it is busy, also when others fill the places of the unknown', async () => {
  const turns = createTurns({ atOnce: 1, waitingMax: 2, waitMaxMs: 10_000 });
  const { begun, work, end } = works();
  const first = turns.take(work('a'), { first: false, signal: STAYS });
  const waiting = ['b', 'c'].map((name) => turns.take(work(name), { first: false, signal: STAYS }));
  expect(await turns.take(work('d'), { first: false, signal: STAYS })).toEqual({ kind: 'BUSY' });
  const known = turns.take(work('known'), { first: true, signal: STAYS });
  for (const name of ['a', 'known', 'b', 'c']) await end(name);
  await Promise.all([first, known, ...waiting]);
  expect(begun).toEqual(['a', 'known', 'b', 'c']);
});

test('what its caller has left is not begun and holds no place', async () => {
  const turns = createTurns({ atOnce: 1, waitingMax: 1, waitMaxMs: 10_000 });
  const { begun, work, end } = works();
  const first = turns.take(work('a'), { first: false, signal: STAYS });
  const leaver = new AbortController();
  const left = turns.take(work('left'), { first: false, signal: leaver.signal });
  leaver.abort();
  expect(await left).toEqual({ kind: 'LEFT' });
  const next = turns.take(work('b'), { first: false, signal: STAYS });
  await end('a');
  await end('b');
  await Promise.all([first, next]);
  expect(begun).toEqual(['a', 'b']);
  expect(await turns.take(work('gone'), { first: true, signal: leaver.signal })).toEqual({
    kind: 'LEFT',
  });
});

test('who waits too long is told that it is busy, and holds no place', async () => {
  const turns = createTurns({ atOnce: 1, waitingMax: 1, waitMaxMs: 5 });
  const { begun, work, end } = works();
  const first = turns.take(work('a'), { first: false, signal: STAYS });
  expect(await turns.take(work('b'), { first: false, signal: STAYS })).toEqual({ kind: 'BUSY' });
  await end('a');
  await first;
  expect(begun).toEqual(['a']);
});

test('work that fails passes its turn on', async () => {
  const turns = createTurns({ atOnce: 1, waitingMax: 1, waitMaxMs: 10_000 });
  const failing = () => Promise.reject(new Error('no memory'));
  await expect(turns.take(failing, { first: false, signal: STAYS })).rejects.toThrow('no memory');
  const done = await turns.take(async () => 1, { first: false, signal: STAYS });
  expect(done).toEqual({ kind: 'done', value: 1 });
});
