import { expect, test } from 'vitest';
import { TRIES_BEGIN_WITHIN_MS, makePatience } from './patience.ts';

class Away extends Error {}

/** Work that finds its dependency away until a moment; time passes in pauses alone. */
function setUp(awayUntilMs: number, error: Error = new Away()) {
  let now = 0;
  const told: unknown[] = [];
  const patience = makePatience({
    passes: (failure) => failure instanceof Away,
    ticks: () => now,
    pause: async (ms) => {
      now += ms;
    },
    onAway: (failure) => told.push(failure),
  });
  const work = async () => {
    if (now < awayUntilMs) throw error;
    return now;
  };
  return { run: () => patience(work), told };
}

test('[field E4] two seconds without a dependency are waited for', async () => {
  const { run, told } = setUp(2_000);
  const outcome = await run();
  expect(outcome.ok && outcome.value).toBeLessThan(4_000);
  expect(told).toEqual([]);
});

test('[field E4] a minute without it is told, inside the caller’s time', async () => {
  const { run, told } = setUp(60_000);
  expect(await run()).toEqual({ ok: false, error: 'AWAY' });
  expect(told).toHaveLength(1);
  expect(TRIES_BEGIN_WITHIN_MS).toBeLessThan(12_000);
});

test('a fault of ours is not tried again', async () => {
  await expect(setUp(60_000, new TypeError('bug')).run()).rejects.toThrow('bug');
});
