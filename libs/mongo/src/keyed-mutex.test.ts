import { expect, test } from 'vitest';
import { createKeyedMutex } from './keyed-mutex.ts';

test('tasks of one key run one after the other, also after a failure', async () => {
  const inTurn = createKeyedMutex();
  const log: string[] = [];
  const task = (name: string, fails = false) =>
    inTurn('k', async () => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
      if (fails) throw new Error(name);
    });
  const outcomes = await Promise.allSettled([task('a'), task('b', true), task('c')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('tasks of different keys run side by side', async () => {
  const inTurn = createKeyedMutex();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const blocked = inTurn('a', () => opened);
  await inTurn('b', async () => open());
  await blocked;
});
