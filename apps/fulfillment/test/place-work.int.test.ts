import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { tmallOrder } from '@astrolabe/kernel';
import { eventually, testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { createAskStore } from '../src/adapters/mongo/figures/asks.ts';
import { createFulfilments } from '../src/adapters/mongo/fulfilments.ts';
import { createUnanswered } from '../src/adapters/mongo/unanswered.ts';
import { makeReadPlaceWork } from '../src/application/figures/read-place-work.ts';
import { allocate } from '../src/domain/allocate.ts';
import type { Ask } from '../src/domain/figures/asks.ts';

const NOW = new Date('2016-09-22T06:00:00Z');
const DAY = '2016-09-22';
const PLACE = { type: 'STORE', id: '1342' } as const;
const { db } = await testDatabase();
const asks = await createAskStore(db, () => NOW);

const ask = (more: Partial<Ask> = {}): Ask => ({
  allocation: 1,
  place: PLACE,
  day: DAY,
  acceptedIn: null,
  refused: null,
  givenBack: null,
  inTime: null,
  ...more,
});

test('of versions of an order that race the latest stands, and a row counts once', async () => {
  const order = tmallOrder('racing', '1');
  const answered = ask({ acceptedIn: 9, inTime: true });
  const put = (after: readonly Ask[], version: bigint, before: readonly Ask[] | null = null) =>
    asks.put(order, { before, after, version });
  await Promise.all([
    put([ask()], 1n, []),
    put([answered], 3n, [ask()]),
    put([ask()], 2n),
    put([answered], 3n),
  ]);
  await put([ask()], 2n);
  expect(await asks.ofDay('racing', DAY)).toEqual([
    { place: 'STORE:1342', acceptedIn: 9, refused: null, givenBack: null, inTime: true, count: 1 },
  ]);
  expect(await asks.ofDay('racing', '2016-09-21')).toEqual([]);
});

test('asks are counted by the index alone, each day its own', async () => {
  const sellerId = `many-${randomUUID()}`;
  const rows = Array.from({ length: 30_000 }, (_, n) => ({
    _id: `tmall/${sellerId}/${n}#1 STORE:${n % 200}` as never,
    sellerId,
    place: `STORE:${n % 200}`,
    day: `2016-09-${String(9 + (n % 14)).padStart(2, '0')}`,
    acceptedIn: n % 3 === 0 ? null : n % 400,
    refused: n % 3 === 0 ? 'CLOSING' : null,
    givenBack: null,
    inTime: n % 5 !== 0,
    version: 1n,
    expireAt: new Date('2100-01-01'),
  }));
  for (let at = 0; at < rows.length; at += 5_000) {
    await db.collection('store_asks').insertMany(rows.slice(at, at + 5_000), { ordered: false });
  }
  const plan = await db
    .collection('store_asks')
    .aggregate([
      { $match: { sellerId, day: DAY } },
      { $group: { _id: { place: '$place', inTime: '$inTime' }, count: { $sum: 1 } } },
    ])
    .explain('executionStats');
  // No document is looked at, and no key of another day.
  const words = inspect(plan, { depth: 30 });
  expect(words).toContain('totalDocsExamined: 0');
  expect(words).not.toContain('COLLSCAN');
  const groups = await asks.ofDay(sellerId, DAY);
  expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(
    rows.filter(({ day }) => day === DAY).length,
  );
});

test('what waits is told with the order that has waited longest, beside what was asked', async () => {
  const fulfilments = await createFulfilments({
    db,
    topic: 'fulfillment',
    wake: () => undefined,
    clock: () => NOW,
    encode: () => ({ type: 'x', payload: new Uint8Array([1]) }),
  });
  const line = { subOrderId: '1', itemId: 'i', skuId: 'k', outerId: '', quantity: 1_000n };
  for (const [number, minute, storeId] of [
    ['1', 50, '1342'],
    ['2', 40, '1342'],
    ['3', 45, '123'],
  ] as const) {
    const orderRef = tmallOrder('waiting', number);
    const at = new Date(NOW.getTime() - minute * 60_000);
    const place = { type: 'STORE', id: storeId } as const;
    const lines = [{ ...line, place, placeName: '' }];
    const allocation = { orderRef, allocation: 1, flow: 'SHIP', allocatedAt: at, lines } as const;
    await fulfilments.change(orderRef, null, (current) => ({
      ok: true,
      value: {
        state: allocate(current, { ...allocation, notify: false }, at).fulfilment,
        events: [],
        result: null,
      },
    }));
  }
  const after = [ask({ acceptedIn: 5, inTime: true })];
  await asks.put(tmallOrder('waiting', '9'), { before: [], after, version: 1n });
  const read = makeReadPlaceWork(asks, createUnanswered(db));
  const rows = await eventually(async () => {
    const found = await read('waiting', DAY, DAY);
    if (!found.ok) throw new Error(found.error);
    expect(found.value.places.map(({ unanswered }) => unanswered?.count)).toEqual([2, 1]);
    return found.value.places;
  });
  expect(rows).toMatchObject([
    { place: PLACE, asked: 1, unanswered: { orderRef: tmallOrder('waiting', '1') } },
    { place: { id: '123' }, asked: 0, acceptSeconds: null },
  ]);
  expect(await read('waiting', '2016-09-01', DAY)).toEqual({ ok: false, error: 'INVALID_PERIOD' });
  expect(await read('other', DAY, DAY)).toEqual({ ok: true, value: { places: [], isMore: false } });
});
