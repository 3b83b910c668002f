import { EVENTS, placeToMessage } from '@astrolabe/contracts';
import { DeliveryFlow } from '@astrolabe/contracts/common';
import { ReportChannel } from '@astrolabe/contracts/fulfillment';
import { ok, orderKey } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFulfilments } from '../src/adapters/mongo/fulfilments.ts';
import { allocate } from '../src/domain/allocate.ts';
import { allocation } from './orders.ts';
import { SECRET, SELLERS, STARTED_AT, TestOrder, startWorld } from './world.ts';
import type { World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

let next = 2_004_574_256_073_903n;
const order = (sellerId: string): TestOrder => {
  const tradeId = next.toString();
  next += 100n;
  return new TestOrder(world, sellerId, tradeId);
};

const SHIPPED = 'SHIPPED';
const ALLOCATION_SPI = 'taobao.qimen.omniorder.allocatedinfo.sync';
const LOGISTICS = {
  logisticId: '233324',
  logisticCompany: '顺丰',
  mailNo: '2323232',
  description: '',
};
const SYNC = { channel: ReportChannel.STATUS_SYNC };
const ten = (time: string): Date => new Date(`2016-09-22T02:${time}Z`);

/** Waits until the order's sub-orders stand at a status. */
const stands = (one: TestOrder, status: string) =>
  eventually(async () => {
    const found = await one.get();
    expect(found.tasks.map((task) => task.status)).toEqual(one.subs.map(() => status));
    return found;
  });

async function notified(
  sellerId: string,
  flow: DeliveryFlow = DeliveryFlow.SHIP,
): Promise<TestOrder> {
  const one = order(sellerId);
  await one.seen('PAID');
  await one.allocated(1, '1342', { flow });
  await stands(one, 'OFFERED');
  return one;
}

/** Waits until the SPI call of allocation 1 came to a state. */
const told = (one: TestOrder, state: string, attempts = 1) =>
  eventually(async () => {
    const [notification] = (await one.get()).notifications;
    expect(notification).toMatchObject({ allocation: 1, state, attempts });
    return notification;
  });

describe('states through gRPC', () => {
  test('[O-64] accepted at 10:00:00 and told at 10:04:59 is on time, at 10:05:00 late', async () => {
    const [punctual, late] = [await notified(SELLERS.C), await notified(SELLERS.C)];
    const accepted = { channel: ReportChannel.STATUS_UPDATE, actionTime: ten('00:00') };
    world.clock.now = ten('04:59');
    expect(await punctual.report('ACCEPTED', accepted)).toBe('on time');
    world.clock.now = ten('05:00');
    expect(await late.report('ACCEPTED', accepted)).toBe('late');
    expect((await late.get()).tasks[0]?.history.at(-1)).toMatchObject({
      status: 'ACCEPTED',
      actionTime: ten('00:00'),
      receivedAt: ten('05:00'),
      onTime: false,
    });
  });

  test('[O-53] model D: consigned is refused until Tmall has the shipment', async () => {
    const one = await notified(SELLERS.D);
    expect(await one.report('ACCEPTED')).toBe('on time');
    const consigned = { logistics: LOGISTICS };
    expect(await one.report('SHIPPED', consigned)).toBe('TRADE_NOT_SHIPPED');
    await one.seen(SHIPPED);
    await eventually(async () => expect((await one.get()).shippedAtTmall).toBe(true));
    expect(await one.report('SHIPPED', { logistics: { ...LOGISTICS, mailNo: '' } })).toBe(
      'MISSING_FIELD',
    );
    expect(await one.report('SHIPPED', consigned)).toBe('on time');
    expect(await one.report('SHIPPED', consigned)).toBe('already');
    const { tasks } = await one.get();
    expect(tasks[0]).toMatchObject({ status: 'SHIPPED', logistics: LOGISTICS });
    await eventually(() =>
      expect(one.events()).toEqual(['StoreNotified', 'StoreAccepted', 'StoreConsigned']),
    );
  });

  test('a refusal is an event once, and the next place is told', async () => {
    const one = await notified(SELLERS.C);
    await told(one, 'SUCCEEDED');
    expect(await one.report('REFUSED')).toBe('on time');
    expect(await one.report('REFUSED')).toBe('already');
    await stands(one, 'REFUSED');
    await one.allocated(2, '123');
    await stands(one, 'OFFERED');
    expect(await one.report('ACCEPTED')).toBe('WRONG_PLACE');
    expect(await one.report('ACCEPTED', {}, '123')).toBe('on time');
    await eventually(() => {
      expect(one.events().toSorted()).toEqual([
        'StoreAccepted',
        'StoreNotified',
        'StoreNotified',
        'StoreRefused',
      ]);
    });
    const refused = world.events.find(
      ({ type, subject }) =>
        type === EVENTS.storeRefused.type && subject === orderKey(one.orderRef),
    );
    expect(EVENTS.storeRefused.decode(refused?.payload ?? new Uint8Array())).toMatchObject({
      allocation: 1,
      subOrderIds: one.subs,
      place: { id: '1342' },
      operator: '小王',
    });
  });

  test('[O-56] ACCEPTED needs store and type, CHECKED_BY_SERVICE does not', async () => {
    const one = await notified(SELLERS.D);
    const bare = { ...SYNC, place: undefined, flow: DeliveryFlow.UNSPECIFIED };
    expect(await one.report('ACCEPTED', { ...SYNC, place: undefined })).toBe('MISSING_FIELD');
    const flowless = { ...SYNC, flow: DeliveryFlow.UNSPECIFIED };
    expect(await one.report('ACCEPTED', flowless)).toBe('MISSING_FIELD');
    expect(await one.report('CHECKED_BY_SERVICE', bare)).toBe('on time');
  });

  test('[O-57] the ISV may send neither CANCEL_ASKED nor RETURN_EXPECTED', async () => {
    const one = await notified(SELLERS.D);
    expect(await one.report('CANCEL_ASKED', SYNC)).toBe('WRONG_SETTER');
    expect(await one.report('RETURN_EXPECTED', SYNC)).toBe('WRONG_SETTER');
  });

  test('[O-60, O-61] pick-up knows no CANCEL_DENIED, and no transfer yet', async () => {
    const one = await notified(SELLERS.D, DeliveryFlow.PICKUP);
    const pickup = { ...SYNC, flow: DeliveryFlow.PICKUP };
    expect(await one.report('CANCEL_DENIED', pickup)).toBe('ILLEGAL_TRANSITION');
    expect(await one.report('TRANSFERRING', pickup)).toBe('NOT_SUPPORTED');
    expect(await one.report('READY', pickup)).toBe('on time');
  });

  test('accept and refuse at the same time: one of them counts', async () => {
    const one = await notified(SELLERS.C);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => one.report(n % 2 === 0 ? 'ACCEPTED' : 'REFUSED')),
    );
    const count = (word: string) => answers.filter((answer) => answer === word).length;
    expect([count('on time'), count('already'), count('ILLEGAL_TRANSITION')]).toEqual([1, 9, 10]);
    await eventually(() =>
      expect(one.events().filter((e) => e !== 'StoreNotified')).toHaveLength(1),
    );
  });

  test('a repeated event and a closed order', async () => {
    const one = await notified(SELLERS.C);
    await one.allocated(1, '123', { repeated: true });
    await one.closed();
    const place = placeToMessage({ type: 'STORE', id: '1342' });
    const query = {
      sellerId: one.sellerId,
      place,
      status: '',
      page: { size: 500, token: '' },
      oldestFirst: false,
    };
    await eventually(async () => {
      const { tasks } = await world.client.call('listTasks', query);
      expect(tasks.map((task) => task.orderRef?.number)).not.toContain(one.tradeId);
    });
    expect(await one.report('ACCEPTED')).toBe('ORDER_CLOSED');
    expect((await one.get()).tasks[0]?.place).toMatchObject({ id: '1342' });
  });

  test('the tasks of a place, page by page', async () => {
    const place = placeToMessage({ type: 'WAREHOUSE', id: 'WH-07' });
    for (let n = 0; n < 3; n += 1)
      await order(SELLERS.A).allocated(1, 'WH-07', { warehouse: true });
    const list = async (size: number, token: string, status = '') =>
      await world.client.call('listTasks', {
        sellerId: SELLERS.A,
        place,
        status,
        page: { size, token },
        oldestFirst: false,
      });
    await eventually(async () => expect((await list(10, '')).tasks).toHaveLength(3));
    const first = await list(2, '', 'OFFERED');
    const second = await list(2, first.nextToken, 'OFFERED');
    const trades = [...first.tasks, ...second.tasks].map((task) => task.orderRef?.number);
    expect([new Set(trades).size, first.tasks.length]).toEqual([3, 2]);
    expect((await list(10, '', 'REFUSED')).tasks).toEqual([]);
  });
});

describe("calls to the seller's system", () => {
  test('signed, with the fields of 6.6.2; the task is there before the call', async () => {
    const one = await notified(SELLERS.C);
    await told(one, 'SUCCEEDED');
    const [call] = world.storeSystem.of(one.tradeId);
    expect(call).toMatchObject({ method: ALLOCATION_SPI, verified: true });
    const lossless = (call?.body ?? '').replace(/:(\d{16,})/g, ':"$1"');
    expect(JSON.parse(lossless)).toMatchObject({
      tid: one.tradeId,
      status: 'Allocated',
      store_allocated_list: [
        { store_id: '1342', sub_oid: one.subs[0], type: 'Store', status: 'Allocated' },
      ],
    });
  });

  test.each([
    ['silent', 'UNKNOWN'],
    ['fail', 'UNKNOWN'],
    ['refuse', 'UNANSWERED'],
  ] as const)('%s: %s, told again when it is time, delivered once', async (manner, state) => {
    const one = order(SELLERS.C);
    world.storeSystem.answer(one.tradeId, manner);
    await one.allocated(1, '1342');
    const waiting = await told(one, state);
    expect(waiting?.lastError).not.toBe('');
    world.clock.now = new Date(world.clock.now.getTime() + 1_000);
    await told(one, 'SUCCEEDED', 2);
    expect(world.storeSystem.of(one.tradeId)).toHaveLength(2);
    await eventually(() => expect(one.events()).toEqual(['StoreNotified']));
  });

  test('three tries, then the store polls; the order goes on', async () => {
    const one = order(SELLERS.C);
    world.storeSystem.answer(one.tradeId, 'fail', 'refuse', 'silent');
    await one.allocated(1, '1342');
    await eventually(async () => {
      world.clock.now = new Date(world.clock.now.getTime() + 1_000);
      expect((await one.get()).notifications).toMatchObject([{ state: 'GIVEN_UP' }]);
    });
    expect(world.storeSystem.of(one.tradeId)).toHaveLength(3);
    await eventually(() => expect(one.events()).toEqual(['StoreNotReached']));
    expect(await one.report('ACCEPTED')).toBe('on time');
  });

  test('no address: it polls, and there is no error', async () => {
    const one = await notified(SELLERS.poll);
    expect(await told(one, 'SUCCEEDED', 0)).toMatchObject({ attempts: 0, lastError: '' });
    await eventually(() => expect(one.events()).toEqual(['StoreNotified']));
  });

  test('a crash between the write and the call: the next process makes the call', async () => {
    const one = order(SELLERS.C);
    const { orderRef } = one;
    // What a process leaves that ends right after its write.
    const dead = await createFulfilments({
      db: world.db,
      topic: 'unused',
      wake: () => undefined,
      clock: () => world.clock.now,
      encode: () => ({ type: '', payload: new Uint8Array() }),
    });
    const given = { ...allocation(1, '1342'), orderRef };
    await dead.change(orderRef, null, (current) =>
      ok({ state: allocate(current, given, STARTED_AT).fulfilment, events: [], result: null }),
    );
    await told(one, 'SUCCEEDED');
    expect(world.storeSystem.of(one.tradeId)).toHaveLength(1);
  });

  test('model D: the ISV hears what the store did, in order and after it is durable', async () => {
    const one = await notified(SELLERS.D);
    await one.seen(SHIPPED);
    await eventually(async () => expect((await one.get()).shippedAtTmall).toBe(true));
    await one.report('ACCEPTED');
    await one.report('SHIPPED', { logistics: LOGISTICS });
    await eventually(() => {
      const calls = world.storeSystem.of(one.tradeId);
      expect(calls.map(({ method, verified }) => [method, verified])).toEqual([
        ['taobao.qimen.omniorder.store.accpeted', true],
        ['taobao.qimen.omniorder.store.consigned', true],
      ]);
    });
  });

  test('its secret is not readable in the database', async () => {
    const stored = await world.db.collection('connections').find().toArray();
    expect(stored).toHaveLength(2);
    for (const connection of stored) {
      const bytes = Buffer.from((connection['secret'] as { buffer: Uint8Array }).buffer);
      expect(bytes.includes(SECRET)).toBe(false);
      expect(JSON.stringify(connection)).not.toContain(SECRET);
    }
  });
});
