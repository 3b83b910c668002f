import { ReportChannel } from '@astrolabe/contracts/fulfillment';
import type { RatioFigure } from '@astrolabe/contracts/fulfillment';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SELLERS, STARTED_AT, TestOrder, startWorld } from './world.ts';
import type { World } from './world.ts';

let world: World;
beforeAll(async () => {
  // No store system is silent here.
  world = await startWorld({ answerMs: 30_000 });
});
afterAll(() => world.stop());

let next = 2_004_574_256_080_003n;
async function paid(sellerId: string): Promise<TestOrder> {
  const order = new TestOrder(world, sellerId, next.toString());
  next += 100n;
  await order.seen('PAID');
  return order;
}

const period = { fromDay: '2016-09-22', toDay: '2016-09-22' };
const afterPayment = (seconds: number): Date => new Date(STARTED_AT.getTime() + seconds * 1_000);

async function figuresOf(sellerId: string, storeId = '') {
  const { figures, days } = await world.figures.call('getFigures', { sellerId, storeId, period });
  if (!figures) throw new Error('no figures');
  return { ...figures, days };
}

const percent = (ratio: RatioFigure | undefined): number =>
  Number(((ratio?.numerator ?? 0n) * 100n) / (ratio?.denominator ?? 1n));

/** Tells an order to a store and waits until it may answer. */
async function dispatched(sellerId: string, storeId: string): Promise<TestOrder> {
  const order = await paid(sellerId);
  await order.allocated(1, storeId);
  await eventually(async () => expect((await order.get()).tasks[0]?.status).toBe('OFFERED'));
  return order;
}

/** Ten orders: eight to these stores, of which those with `true` accept, two to the warehouse. */
async function ten(sellerId: string, toStores: readonly (readonly [string, boolean])[]) {
  world.clock.now = STARTED_AT;
  for (const [storeId, accepts] of toStores) {
    const order = await dispatched(sellerId, storeId);
    if (accepts) expect(await order.report('ACCEPTED', {}, storeId)).toBe('on time');
  }
  for (let n = 0; n < 2; n += 1) {
    const order = await paid(sellerId);
    await order.allocated(1, 'WH-01', { warehouse: true });
  }
  return await eventually(async () => {
    const found = await figuresOf(sellerId);
    expect(found.storeDispatchRate?.denominator).toBe(10n);
    expect(found.orderAcceptRate).toEqual({ numerator: 6n, denominator: 8n });
    return found;
  });
}

test('[O-66] allocated 60 s and 120 s after payment: mean 90 s, longest 120 s', async () => {
  const sellerId = SELLERS.poll;
  for (const seconds of [60, 120]) {
    const order = await paid(sellerId);
    world.clock.now = afterPayment(seconds);
    await order.allocated(1, '1342');
    // What is told twice counts once.
    await order.allocated(1, '1342', { repeated: true });
  }
  const { allocationTime, days } = await eventually(async () => {
    const found = await figuresOf(sellerId);
    expect(found.allocationTime?.count).toBe(2n);
    return found;
  });
  expect(allocationTime).toEqual({ count: 2n, sumMs: 180_000n, maxMs: 120_000n });
  expect((allocationTime?.sumMs ?? 0n) / (allocationTime?.count ?? 1n)).toBe(90_000n);
  expect(days).toMatchObject([{ day: '2016-09-22', figures: { allocationTime } }]);
});

test('[O-67] 10 orders, 8 to 4 stores, 6 accepted by 3 of them: 80 %, 75 %, 75 %', async () => {
  const found = await ten(SELLERS.C, [
    ['S1', true],
    ['S1', true],
    ['S2', true],
    ['S2', true],
    ['S3', true],
    ['S3', true],
    ['S4', false],
    ['S4', false],
  ]);
  expect(found.storeDispatchRate).toEqual({ numerator: 8n, denominator: 10n });
  expect(found.storeAcceptRate).toEqual({ numerator: 3n, denominator: 4n });
  const rates = [found.storeDispatchRate, found.orderAcceptRate, found.storeAcceptRate];
  expect(rates.map(percent)).toEqual([80, 75, 75]);
});

test('[O-67] the same accepted by 2 of the 4 stores: 80 %, 75 %, 50 %; store by store', async () => {
  const sellerId = SELLERS.D;
  const found = await ten(sellerId, [
    ['S1', true],
    ['S1', true],
    ['S1', true],
    ['S2', true],
    ['S2', true],
    ['S2', true],
    ['S3', false],
    ['S4', false],
  ]);
  expect(found.storeAcceptRate).toEqual({ numerator: 2n, denominator: 4n });
  const rates = [found.storeDispatchRate, found.orderAcceptRate, found.storeAcceptRate];
  expect(rates.map(percent)).toEqual([80, 75, 50]);

  const list = (token: string) =>
    world.figures.call('listStoreFigures', { sellerId, period, page: { size: 3, token } });
  const first = await list('');
  const second = await list(first.nextToken);
  expect([...first.stores, ...second.stores].map((store) => store.storeId)).toEqual([
    'S1',
    'S2',
    'S3',
    'S4',
  ]);
  expect(second.nextToken).toBe('');
  expect(first.stores[0]?.figures).toMatchObject({
    orderAcceptRate: { numerator: 3n, denominator: 3n },
    storeDispatchRate: { numerator: 3n, denominator: 10n },
    storeAcceptRate: { numerator: 1n, denominator: 1n },
  });
  expect(await figuresOf(sellerId, 'S3')).toMatchObject({
    orderAcceptRate: { numerator: 0n, denominator: 1n },
    storeDispatchRate: { numerator: 1n, denominator: 10n },
  });
});

test('a late report, and waits between the stages', async () => {
  const sellerId = SELLERS.A;
  world.clock.now = STARTED_AT;
  const order = await dispatched(sellerId, '1342');
  world.clock.now = afterPayment(300);
  const accepted = { actionTime: STARTED_AT, channel: ReportChannel.CONSOLE };
  expect(await order.report('ACCEPTED', accepted)).toBe('late');
  const { acceptTime, lateReports } = await eventually(async () => {
    const found = await figuresOf(sellerId);
    expect(found.acceptTime?.count).toBe(1n);
    return found;
  });
  expect(acceptTime).toEqual({ count: 1n, sumMs: 0n, maxMs: 0n });
  expect(lateReports).toEqual({ numerator: 1n, denominator: 2n });
});

test('what is no period is refused', async () => {
  const wrong = { fromDay: '2016-09-22', toDay: '2016-10-23' };
  await expect(
    world.figures.call('getFigures', { sellerId: SELLERS.C, storeId: '', period: wrong }),
  ).rejects.toMatchObject({ reason: 'INVALID_PERIOD' });
});
