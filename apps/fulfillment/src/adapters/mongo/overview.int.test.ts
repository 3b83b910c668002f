import { ok, tmallOrder } from '@astrolabe/kernel';
import { eventually, testDatabase } from '@astrolabe/testing';
import { beforeAll, expect, test } from 'vitest';
import type { Overview } from '../../application/ports.ts';
import type { StatusEntry } from '../../domain/fulfilment.ts';
import { emptyFulfilment, newTask } from '../../domain/fulfilment.ts';
import type { Parcel } from '../../domain/shipping.ts';
import { createFactStore } from './figures/facts.ts';
import { createFulfilments } from './fulfilments.ts';
import { createOverview } from './overview.ts';
import { createShippings } from './shippings.ts';

const SELLER = '21230';
/** Half past eleven in Shanghai. */
const NOW = new Date('2016-09-22T03:30:00Z');
const database = await testDatabase();
let overview: Overview;

const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const entry = (status: StatusEntry['status'], when: Date): StatusEntry => ({
  status,
  allocation: 1,
  place: { type: 'STORE', id: '1342' },
  happenedAt: when,
  receivedAt: when,
  operator: '',
  onTime: true,
});

beforeAll(async () => {
  const fulfilments = await createFulfilments({
    db: database.db,
    topic: 'fulfillment',
    wake: () => undefined,
    clock: () => NOW,
    encode: () => ({ type: 'x', payload: new Uint8Array([1]) }),
  });
  const put = async (number: string, history: readonly StatusEntry[], mailNo = '') => {
    const orderRef = tmallOrder(SELLER, number);
    const last = history.at(-1)?.status;
    const task = {
      ...newTask({ subOrderId: 's', itemId: 'i', skuId: 'k', outerId: '', quantity: 1_000n }),
      history,
      status: last === 'CANCEL_ASKED' || last === 'CANCEL_AGREED' ? last : null,
      logistics: { logisticId: '', logisticCompany: 'SF', mailNo, description: '' },
    };
    const state = { ...emptyFulfilment(orderRef), tasks: [task] };
    await fulfilments.change(orderRef, null, () => ok({ state, events: [], result: null }));
  };
  await put('1', [entry('CANCEL_ASKED', at(-60))]);
  await put('2', [entry('CANCEL_ASKED', at(-90))]);
  await put('3', [entry('CANCEL_ASKED', at(-70)), entry('CANCEL_AGREED', at(-50))], 'SF-3');
  const shippings = await createShippings(database.db);
  const parcel: Parcel = {
    id: 1,
    storeId: '1342',
    allocation: 1,
    subOrderIds: ['s'],
    company: 'SF',
    mailNo: 'SF-9',
    operator: '',
    askedAt: at(-5),
    tmall: { state: 'UNKNOWN', attempts: 1, nextAt: null, problem: null },
    record: null,
    shippedAt: null,
  };
  const shipped = tmallOrder(SELLER, '9');
  await shippings.change(shipped, () => ok({ orderRef: shipped, parcels: [parcel], dueAt: null }));
  const facts = await createFactStore(database.db);
  for (const [number, minutes] of [
    ['1', -60],
    ['2', -45],
    ['3', -120],
  ] as const) {
    const signed = { kind: 'SIGNED', subOrderIds: ['s'], at: at(minutes) } as const;
    await facts.add(tmallOrder(SELLER, number), [signed]);
  }
  overview = createOverview(database.db, () => NOW);
  // Queries see a change a little later.
  await eventually(async () =>
    expect((await overview.queues(SELLER)).map(({ count }) => count)).toEqual([2, 1]),
  );
});

test('queues have a number, the longest wait and the flow of the last full hour, where it is kept', async () => {
  const [refunds, writes] = await overview.queues(SELLER);
  expect(refunds).toMatchObject({
    count: 2,
    isMore: false,
    oldestSince: at(-90),
    came: 3,
    left: 1,
  });
  expect(writes).toMatchObject({ count: 1, oldestSince: at(-5), came: undefined, left: undefined });
  expect((await overview.queues('other')).map(({ count }) => count)).toEqual([0, 0]);
});

test('a queue is listed by pages, who has waited longest first', async () => {
  const first = await overview.list(SELLER, 'REFUND_WAITING', 1, '');
  const orderRef = tmallOrder(SELLER, '2');
  expect(first).toMatchObject({ ok: true, value: { orders: [{ orderRef, since: at(-90) }] } });
  const second = await overview.list(SELLER, 'REFUND_WAITING', 1, first.ok ? first.value.next : '');
  expect(second).toMatchObject({ ok: true, value: { orders: [{ since: at(-60) }], next: '' } });
  expect(await overview.list(SELLER, 'REFUND_WAITING', 1, 'x')).toMatchObject({ ok: false });
});

test('deliveries are counted and listed by their hour', async () => {
  // Each hour is counted for itself, and shown as it was while it is counted anew.
  const hours = async () => (await overview.delivered(SELLER, '2016-09-22')) ?? [];
  await expect.poll(async () => (await hours()).slice(9, 11), { timeout: 20_000 }).toEqual([1, 2]);
  expect(await hours()).toHaveLength(12);
  const first = await overview.listDelivered(SELLER, '2016-09-22', 2, '');
  if (!first.ok) throw new Error(first.error);
  expect(first.value.orders.map(({ orderRef }) => orderRef.number)).toEqual(['3', '1']);
  const second = await overview.listDelivered(SELLER, '2016-09-22', 2, first.value.next);
  expect(second).toMatchObject({ ok: true, value: { orders: [{ since: at(-45) }], next: '' } });
  expect(await overview.listDelivered(SELLER, 'today', 2, '')).toMatchObject({ ok: false });
  expect(await overview.delivered(SELLER, 'today')).toBeNull();
});

test('an order is found by the mail number of its parcel', async () => {
  expect(await overview.byParcel(SELLER, 'SF-3')).toEqual([tmallOrder(SELLER, '3')]);
  expect(await overview.byParcel(SELLER, 'SF-4')).toEqual([]);
  expect(await overview.byParcel('other', 'SF-3')).toEqual([]);
});
