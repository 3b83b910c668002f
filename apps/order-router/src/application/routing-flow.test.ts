import { tmallOrder } from '@astrolabe/kernel';
import { describe, expect, test } from 'vitest';
import {
  COUNTING,
  NAME,
  STORE_123,
  STORE_1342,
  SUB,
  WH_01,
  World,
  capped,
  line,
  store,
} from '../../test/world.ts';
import { DEFAULT_RULES } from '../domain/routing/rules.ts';

const MINUTE = 60_000;
const GOODS = 'g-1';

/** An order of one piece with its own number. */
const pay = (world: World, n: number) =>
  world.pay({
    orderRef: tmallOrder('21230', `30000000000${n}`),
    lines: [line(`40000000000${n}`, { quantityMilli: 1000n })],
  });

describe('daily caps', () => {
  test('twenty orders at the same time: the store gets its three, the others go elsewhere', async () => {
    const world = new World();
    world.stock.set(WH_01, GOODS, 'CERTAIN', 50);
    world.stock.set(STORE_1342, GOODS, 'SHARED', 50);
    world.stock.set(STORE_123, GOODS, 'SHARED', 40);
    world.rules = COUNTING;
    world.storeSettings = [capped('1342', 3)];
    await Promise.all(Array.from({ length: 20 }, (_, n) => pay(world, n + 10)));
    const places = [...world.orders.documents.values()].map((o) => o.lines[0]?.place?.id);
    expect(places.filter((id) => id === '1342')).toHaveLength(3);
    expect(places.filter((id) => id === '123')).toHaveLength(17);
    expect(world.capacity.taken).toEqual({ '1342': 3 });
  });

  test('a full store is dropped for its cap before it is asked', async () => {
    const world = new World();
    world.rules = COUNTING;
    world.storeSettings = [capped('1342', 1), capped('123', 0)];
    await pay(world, 1);
    await pay(world, 2);
    const [first, second] = [...world.orders.documents.values()];
    expect(first?.lines[0]).toMatchObject({ place: STORE_1342 });
    expect(second?.lines[0]).toMatchObject({ place: WH_01 });
    const [, record] = [...world.archive.values()];
    expect(record?.text).toContain('["CAP_REACHED",2]');
  });

  test('a close before acceptance gives the slot back', async () => {
    const world = new World();
    world.rules = COUNTING;
    world.storeSettings = [capped('1342', 1)];
    await world.pay();
    expect(world.capacity.taken).toEqual({ '1342': 1 });
    await world.close();
    expect(world.order).toMatchObject({ status: 'CLOSED', claim: null, steps: [] });
    expect(world.capacity.taken).toEqual({ '1342': 0 });
  });

  test('stock that is gone gives the slot back, and the next store takes one', async () => {
    const world = new World();
    world.rules = COUNTING;
    world.storeSettings = [capped('1342', 5), capped('123', 5)];
    world.beforeStock = (id) => {
      if (id.includes(':route:1:1')) world.stock.set(STORE_1342, GOODS, 'SHARED', 0);
    };
    await world.pay();
    expect(world.told).toContain('STOCK_GONE');
    expect(world.order.lines[0]).toMatchObject({ place: STORE_123 });
    expect(world.capacity.taken).toEqual({ '1342': 0, '123': 1 });
  });

  test('without the filter in the rules nothing is counted', async () => {
    const world = new World();
    world.storeSettings = [capped('1342', 0)];
    await world.pay();
    expect(world.order.lines[0]).toMatchObject({ place: STORE_1342 });
    expect(world.capacity.taken).toEqual({});
  });
});

describe('failed orders', () => {
  const failing = async (): Promise<World> => {
    const world = new World();
    // The guarantee stands, but no place may serve: no store is open and there is no fallback.
    world.rules = { ...DEFAULT_RULES, version: '1', warehouseFallback: false };
    world.stores = [store('1342', { status: 'HOLD' })];
    await world.pay();
    return world;
  };

  test('are looked at after a minute, and go out when a store is back', async () => {
    const world = await failing();
    expect(world.order.status).toBe('ALLOCATE_FAILED');
    world.stores = [store('1342')];
    world.now += MINUTE - 1;
    expect(await world.retry()).toBe(0);
    world.now += 1;
    expect(await world.retry()).toBe(1);
    expect(world.order).toMatchObject({ status: 'ALLOCATED', allocation: 2, retries: 0 });
    expect(world.order.lines[0]).toMatchObject({ place: STORE_1342, kind: 'SHARED' });
    expect(world.cells).toEqual(['10/2', '4/2', '3/0', '2/0']);
    expect(world.told).toContain('RETRIED');
  });

  test('a look without a place tells nobody, and the looks end', async () => {
    const world = await failing();
    const events = world.orders.events.length;
    const timeline = world.told.length;
    let looks = 0;
    for (let hours = 0; hours < 200; hours += 1) {
      world.now += 60 * MINUTE;
      looks += await world.retry();
    }
    expect(looks).toBe(80);
    expect(world.order.retryAt).toBeNull();
    expect(world.orders.events).toHaveLength(events);
    expect(world.told).toHaveLength(timeline);
  });

  test('a store that refused is not asked again', async () => {
    const world = new World();
    world.rules = { ...DEFAULT_RULES, version: '1', warehouseFallback: false };
    world.stores = [store('1342')];
    await world.pay();
    await world.answer('storeRefused', 1);
    expect(world.order.status).toBe('ALLOCATE_FAILED');
    world.now += MINUTE;
    await world.retry();
    expect(world.order.status).toBe('ALLOCATE_FAILED');
    world.stores = [store('1342'), store('123')];
    world.now += 60 * MINUTE;
    await world.retry();
    expect(world.order.lines[0]).toMatchObject({ place: STORE_123 });
  });

  test('an order that was closed meanwhile is left alone', async () => {
    const world = await failing();
    await world.close();
    expect(world.order.retryAt).toBeNull();
    world.stores = [store('1342')];
    world.now += 60 * MINUTE;
    expect(await world.retry()).toBe(0);
    expect(world.order.status).toBe('CLOSED');
    expect(world.stock.totalHeld()).toBe(0n);
  });
});

describe('a store that is gone (traps 32 and 33)', () => {
  test('what it has not accepted goes elsewhere, its shared hold is released', async () => {
    const world = new World();
    await world.pay();
    world.stores = [store('123')];
    world.gone.push({ sellerId: NAME.sellerId, storeId: '1342' });
    await world.leaveGoneStores();
    expect(world.order).toMatchObject({ status: 'ALLOCATED', allocation: 2 });
    expect(world.order.lines[0]).toMatchObject({ place: STORE_123, refusedBy: [] });
    expect(world.shelves.recalls).toMatchObject([
      { subOrderIds: [SUB], allocation: 1, acceptedToo: false },
    ]);
    expect(world.cells).toEqual(['10/2', '4/0', '3/0', '2/2']);
    // The clerk's late answer to the old allocation has no effect.
    await world.answer('storeAccepted', 1, { place: STORE_1342 });
    expect(world.order.status).toBe('ALLOCATED');
    expect(world.told).toContain('ACCEPTANCE_IGNORED');
  });

  test('what it has accepted a moment ago it keeps, though the order does not know yet', async () => {
    const world = new World();
    await world.pay();
    world.shelves.answered(1, [SUB], 'ACCEPTED');
    world.stores = [store('123')];
    await world.handle(NAME, { kind: 'storeGone', storeId: '1342' });
    expect(world.told).toContain('RECALL_REFUSED');
    expect(world.order.lines[0]).toMatchObject({ place: STORE_1342, state: 'ALLOCATED' });
    await world.answer('storeAccepted', 1);
    await world.handle(NAME, { kind: 'storeGone', storeId: '1342' });
    expect(world.order).toMatchObject({ status: 'ACCEPTED', steps: [] });
    expect(world.shelves.recalls).toHaveLength(1);
  });

  test('it is asked once while it has not answered, and again under the same name', async () => {
    const world = new World();
    await world.pay();
    world.stores = [store('123')];
    world.shelves.around = () => {
      throw new Error('away');
    };
    const told = () => world.told.filter((code) => code === 'STORE_GONE');
    await world.handle(NAME, { kind: 'storeGone', storeId: '1342' }).catch(() => null);
    await world.handle(NAME, { kind: 'storeGone', storeId: '1342' }).catch(() => null);
    expect(told()).toHaveLength(1);
    expect(world.order.steps.map(({ kind }) => kind)).toEqual(['recall']);
  });

  test('what it has accepted it finishes', async () => {
    const world = new World();
    await world.pay();
    await world.answer('storeAccepted', 1);
    world.stores = [];
    world.gone.push({ sellerId: NAME.sellerId, storeId: '1342' });
    await world.leaveGoneStores();
    await world.handle(NAME, { kind: 'storeGone', storeId: '1342' });
    expect(world.order.lines[0]).toMatchObject({ place: STORE_1342, state: 'ACCEPTED' });
    await world.consign(1);
    expect(world.order.status).toBe('SHIPPED');
    expect(world.cells).toEqual(['10/0', '2/0', '3/0', '2/0']);
  });

  test('sellers who route themselves decide themselves', async () => {
    const world = new World();
    world.settings = { allocator: 'isv', acceptor: 'pos' };
    await world.pay();
    const target = { place: STORE_1342, status: 'ALLOCATED', description: '', attributes: {} };
    await world.report(NAME, [{ subOrderId: SUB, ...target }]);
    await world.handle(NAME, { kind: 'storeGone', storeId: '1342' });
    expect(world.order.lines[0]).toMatchObject({ place: STORE_1342, state: 'ALLOCATED' });
  });
});
