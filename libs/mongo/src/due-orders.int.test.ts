import { tmallOrder } from '@astrolabe/kernel';
import { testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { dueOrders } from './due-orders.ts';

const NOW = new Date('2016-09-22T02:00:00Z');
const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);
const QUEUE = { collection: 'work', dueAt: 'state.call.nextAt' };

test('what is due comes longest due first, bounded, with the time of the first; what is over or later does not', async () => {
  const { db } = await testDatabase();
  const times = { a: at(-5), b: at(-90), c: null, d: at(1), e: at(0) };
  await db.collection<{ _id: string; state: object }>('work').insertMany(
    Object.entries(times).map(([name, nextAt]) => ({
      _id: name,
      state: { orderRef: tmallOrder('21230', name), call: { nextAt } },
    })),
  );
  const due = async (now: Date, limit: number) => {
    const { names, oldestAt } = await dueOrders(db, QUEUE, now, limit);
    return [names.map(({ number }) => number).join(''), oldestAt];
  };
  expect(await due(NOW, 10)).toEqual(['bae', at(-90)]);
  expect(await due(NOW, 2)).toEqual(['ba', at(-90)]);
  expect(await due(at(-100), 10)).toEqual(['', null]);
  expect((await dueOrders(db, QUEUE, NOW, 1)).names).toEqual([tmallOrder('21230', 'b')]);
});
