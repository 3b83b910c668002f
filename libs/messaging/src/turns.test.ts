import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTurns } from './turns.ts';
import type { Turn } from './turns.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Whether the next fetch may begin. */
async function isOver({ over }: Turn): Promise<boolean> {
  let found = false;
  void over.then(() => (found = true));
  await vi.advanceTimersByTimeAsync(0);
  return found;
}

function end(turn: Turn, count: number): void {
  for (let n = 0; n < count; n += 1) turn.ended();
}

test('what comes alone is over when it has been handled, and the next turn is one of its own', async () => {
  const turns = createTurns();
  for (let count = 1; count <= 3; count += 1) {
    const turn = turns.begin(count);
    await vi.advanceTimersByTimeAsync(20);
    expect(await isOver(turn)).toBe(false);
    end(turn, count);
    expect(await isOver(turn)).toBe(true);
  }
  expect(await isOver(turns.begin(0))).toBe(true);
});

test('a crowd is what is fetched together, whatever its partitions, and is waited for as long as its turn took', async () => {
  const turns = createTurns();
  const [first, second] = [turns.begin(1), turns.begin(3)];
  await vi.advanceTimersByTimeAsync(20);
  end(first, 1);
  end(second, 3);
  await vi.advanceTimersByTimeAsync(19);
  expect(await isOver(first)).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await isOver(first)).toBe(true);
  expect(await isOver(second)).toBe(true);
  const next = turns.begin(1);
  end(next, 1);
  expect(await isOver(next)).toBe(true);
});

test('what takes long holds nobody up, and no later turn waits for it', async () => {
  const turns = createTurns();
  const slow = turns.begin(2);
  end(slow, 1);
  await vi.advanceTimersByTimeAsync(50);
  expect(await isOver(slow)).toBe(true);
  const next = turns.begin(1);
  end(slow, 1);
  expect(await isOver(next)).toBe(false);
  end(next, 1);
  expect(await isOver(next)).toBe(true);
  const crowd = turns.begin(64);
  await vi.advanceTimersByTimeAsync(99);
  expect(await isOver(crowd)).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await isOver(crowd)).toBe(true);
});
