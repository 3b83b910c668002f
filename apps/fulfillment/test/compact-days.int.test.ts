import { DAY_MS, tmallOrder } from '@astrolabe/kernel';
import { testDatabase } from '@astrolabe/testing';
import { beforeEach, expect, test } from 'vitest';
import { createFactStore } from '../src/adapters/mongo/figures/facts.ts';
import { createRollupStore } from '../src/adapters/mongo/figures/rollups.ts';
import { makeCompactDays } from '../src/application/figures/compact-days.ts';
import { makeReadFigures } from '../src/application/figures/read-figures.ts';
import type { Fact, Step } from '../src/domain/figures/facts.ts';
import { dayOf } from '../src/domain/figures/period.ts';

const SELLER = '21230';
const START = Date.parse('2016-09-01T02:00:00Z');
const RAW_DAYS = 5;
const PERIOD = { sellerId: SELLER, fromDay: '2016-09-01', toDay: '2016-09-10' };

const mongo = await testDatabase();
const facts = await createFactStore(mongo.db);
const rollups = createRollupStore(mongo.db);

const step = (name: Step, at: number, store: string): Fact => ({
  kind: 'STEP',
  step: name,
  allocation: 1,
  place: { type: 'STORE', id: store },
  subOrderIds: ['1'],
  at: new Date(at),
  toldAt: new Date(at),
});

/** One order a day, of ten days; every second one is accepted, by one of two stores. */
beforeEach(async () => {
  await mongo.db.collection('order_figures').deleteMany({});
  await mongo.db.collection('day_figures').deleteMany({});
  for (let day = 0; day < 10; day += 1) {
    const paidAt = START + day * DAY_MS;
    const store = day % 3 === 0 ? '1342' : '123';
    await facts.add(tmallOrder(SELLER, String(1_000 + day)), [
      { kind: 'PAID', at: new Date(paidAt) },
      step('ALLOCATED', paidAt + 60_000, store),
      step('NOTIFIED', paidAt + 61_000, store),
      ...(day % 2 === 0 ? [step('ACCEPTED', paidAt + (90 + day) * 1_000, store)] : []),
    ]);
  }
});

const clock = (): Date => new Date(START + 9 * DAY_MS);
const compact = () => makeCompactDays({ facts, rollups, clock, rawDays: RAW_DAYS })();

async function everything() {
  const read = makeReadFigures(facts, rollups, 1_000);
  return [
    await read.total({ ...PERIOD, storeId: '' }),
    await read.total({ ...PERIOD, storeId: '1342' }),
    await read.total({ ...PERIOD, storeId: '123' }),
    await read.stores({ ...PERIOD, after: '', limit: 10 }),
  ];
}

const daysWithOrders = async (): Promise<string[]> => {
  const found = await mongo.db.collection('order_figures').distinct('state.paidDay');
  return found.map(String).toSorted();
};

test('old days become one document each, recent ones stay; every figure is what it was', async () => {
  const before = await everything();
  expect(before[0]).toMatchObject({ ok: true, value: { figures: { acceptTime: { count: 5n } } } });
  expect(await compact()).toBe(4);
  expect(await daysWithOrders()).toEqual(
    Array.from({ length: 6 }, (_, n) => dayOf(new Date(START + (n + 4) * DAY_MS))),
  );
  expect(await mongo.db.collection('day_figures').countDocuments()).toBe(4);
  expect(await everything()).toEqual(before);
  expect(await compact()).toBe(0);
});

test('a crash between the document and the forgetting counts nothing twice', async () => {
  const before = await everything();
  const dies = { ...facts, forget: async () => Promise.reject(new Error('gone')) };
  const dying = makeCompactDays({ facts: dies, rollups, clock, rawDays: RAW_DAYS });
  await expect(dying()).rejects.toThrow('gone');
  expect(await everything()).toEqual(before);
  expect(await compact()).toBe(4);
  expect(await everything()).toEqual(before);
});

test('an order of a compacted day that is told again is in no figure twice, and goes again', async () => {
  await compact();
  const before = await everything();
  await facts.add(tmallOrder(SELLER, '1000'), [{ kind: 'PAID', at: new Date(START) }]);
  expect(await everything()).toEqual(before);
  expect(await compact()).toBe(1);
  expect(await everything()).toEqual(before);
});

test('two processes at once compact the same', async () => {
  const before = await everything();
  await Promise.all([compact(), compact()]);
  expect(await everything()).toEqual(before);
  expect(await mongo.db.collection('day_figures').countDocuments()).toBe(4);
});
