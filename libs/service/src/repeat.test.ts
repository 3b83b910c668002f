import { expect, test } from 'vitest';
import { periodic } from './repeat.ts';

test('periodic work runs at the start, goes on after a failure, and is waited for when it stops', async () => {
  const errors: unknown[] = [];
  const logger = { error: (fields: object) => void errors.push(fields) };
  const failure = new Error('once');
  const third = Promise.withResolvers<void>();
  let runs = 0;
  let finished = 0;
  const part = periodic({ name: 'sweeper', everyMs: 1, logger }, async () => {
    runs += 1;
    if (runs === 1) throw failure;
    if (runs === 3) third.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    finished += 1;
  });
  expect(runs).toBe(0);
  await part.start?.();
  await third.promise;
  await part.stop?.();
  expect(errors).toEqual([{ err: failure, name: 'sweeper' }]);
  expect(finished).toBe(runs - 1);
  expect(runs).toBe(3);
});
