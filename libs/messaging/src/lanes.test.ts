import { expect, test } from 'vitest';
import { createLanes, createSlots } from './lanes.ts';

test('tasks of a lane keep their order, lanes do not wait for each other', async () => {
  const lanes = createLanes();
  const log: string[] = [];
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  lanes.push('a', async () => {
    await opened;
    log.push('a1');
  });
  lanes.push('a', async () => {
    log.push('a2');
    end();
  });
  lanes.push('b', async () => {
    log.push('b1');
    open();
  });
  await ended;
  expect(log).toEqual(['b1', 'a1', 'a2']);
});

test('no more tasks run than there are slots, and idle waits for all of them', async () => {
  const slots = createSlots(3);
  let running = 0;
  let most = 0;
  const tasks = Array.from({ length: 10 }, () =>
    slots.use(async () => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
    }),
  );
  await slots.idle();
  expect([most, running]).toEqual([3, 0]);
  await Promise.all(tasks);
  await slots.idle();
});
