import { describe, expect, test } from 'vitest';
import { GOODS, NAME, STORE_1342, SUB, SUB2, WH_01, World, line } from '../../test/world.ts';
import { DEFAULT_RULES } from '../domain/routing/rules.ts';

const MINUTE = 60_000;
const GIFT = { itemId: 'gift', skuId: '', paymentFen: 0n, fulfilment: 'ALONG' } as const;

/** An order for fifty pieces; there are ten. */
async function tooMany(allocator: 'isv' | 'astrolabe' = 'astrolabe'): Promise<World> {
  const world = new World();
  world.settings = { allocator, acceptor: 'pos' };
  await world.pay({ lines: [line(SUB, { quantityMilli: 50_000n })] });
  expect(world.order.status).toBe('UNFULFILLABLE');
  return world;
}

const refusalOf = async (world: World): Promise<string> => {
  const done = await world.retryOrder(NAME, '小王');
  return done.ok ? 'done' : done.error;
};

describe('an order that no stock could be held for', () => {
  test.each([
    ['astrolabe', 'ALLOCATED'],
    ['isv', 'AWAITING_ALLOCATION'],
  ] as const)(
    '%s allocates: looked at by and by, it goes on when stock is there',
    async (allocator, status) => {
      const world = await tooMany(allocator);
      world.now += MINUTE;
      expect(await world.retry()).toBe(1);
      expect(world.order).toMatchObject({ status: 'UNFULFILLABLE', retries: 1 });
      world.stock.set(WH_01, GOODS, 'CERTAIN', 60);
      world.now += 2 * MINUTE;
      expect(await world.retry()).toBe(1);
      expect(world.order).toMatchObject({ status, unfulfillable: null });
      expect(world.cells[0]).toBe('60/50');
      expect(world.order.lines[0]?.hold).toBe(1);
    },
  );

  test('the looks end', async () => {
    const world = await tooMany();
    let looks = 0;
    for (let hours = 0; hours < 200; hours += 1) {
      world.now += 60 * MINUTE;
      looks += await world.retry();
    }
    expect(looks).toBe(80);
    // An operator may have it looked at all the same.
    expect(await refusalOf(world)).toBe('NOTHING_FOUND');
    world.stock.set(WH_01, GOODS, 'CERTAIN', 60);
    expect(await refusalOf(world)).toBe('done');
    expect(world.order.status).toBe('ALLOCATED');
    expect(world.told).toContain('RETRIED');
  });

  test('stock that is gone again when it is asked for: it fails once more, and is looked at later', async () => {
    const world = await tooMany();
    world.stock.set(WH_01, GOODS, 'CERTAIN', 60);
    world.beforeStock = (operationId) => {
      if (operationId.includes(':reserve:1')) world.stock.set(WH_01, GOODS, 'CERTAIN', 10);
    };
    expect(await refusalOf(world)).toBe('done');
    expect(world.order).toMatchObject({ status: 'UNFULFILLABLE' });
    expect(world.order.retryAt).not.toBeNull();
    world.stock.set(WH_01, GOODS, 'CERTAIN', 60);
    expect(await refusalOf(world)).toBe('done');
    expect(world.order).toMatchObject({ status: 'ALLOCATED' });
    expect(world.order.lines[0]?.hold).toBe(2);
  });

  test('two lines of the same goods need stock for both', async () => {
    const world = new World();
    const lines = [SUB, SUB2].map((id) => line(id, { quantityMilli: 9_000n }));
    await world.pay({ lines });
    expect(world.order.status).toBe('UNFULFILLABLE');
    expect(await refusalOf(world)).toBe('NOTHING_FOUND');
    world.stock.set(WH_01, GOODS, 'CERTAIN', 18);
    expect(await refusalOf(world)).toBe('done');
    expect(world.cells[0]).toBe('18/18');
  });

  test.each(['isv', 'astrolabe'] as const)('%s: goods that become known', async (allocator) => {
    const world = new World();
    world.settings = { allocator, acceptor: 'pos' };
    world.unknownItems.add('item-1');
    await world.pay();
    expect(world.order).toMatchObject({ status: 'UNFULFILLABLE', unfulfillable: 'UNKNOWN_GOODS' });
    world.now += MINUTE;
    await world.retry();
    expect(world.order.status).toBe('UNFULFILLABLE');
    world.unknownItems.clear();
    world.now += 2 * MINUTE;
    await world.retry();
    expect(world.order.lines[0]).toMatchObject({ goodsId: GOODS });
    expect(world.order.status).toBe(allocator === 'isv' ? 'AWAITING_ALLOCATION' : 'ALLOCATED');
  });

  test('a close ends the looks, and nothing is left held', async () => {
    const world = await tooMany();
    await world.close();
    expect(world.order).toMatchObject({ status: 'CLOSED', retryAt: null });
    expect(await refusalOf(world)).toBe('NOTHING_FAILED');
    expect(world.stock.totalHeld()).toBe(0n);
  });
});

describe('an operator asks', () => {
  test('for an order that no place could serve', async () => {
    const world = new World();
    world.rules = { ...DEFAULT_RULES, version: '1', warehouseFallback: false };
    const { stores } = world;
    world.stores = [];
    await world.pay();
    expect(await refusalOf(world)).toBe('NOTHING_FOUND');
    world.stores = stores;
    expect(await refusalOf(world)).toBe('done');
    expect(world.order.lines[0]).toMatchObject({ place: STORE_1342 });
  });

  test("for what the seller's router could not place: the router is asked once more", async () => {
    const world = new World();
    world.settings = { allocator: 'isv', acceptor: 'pos' };
    await world.pay();
    const failed = { status: 'FAILED', place: null, description: '', attributes: {} };
    await world.report(NAME, [{ subOrderId: SUB, ...failed }]);
    expect(world.order.status).toBe('ALLOCATE_FAILED');
    expect(await refusalOf(world)).toBe('done');
    expect(world.order.status).toBe('AWAITING_ALLOCATION');
    expect(world.orders.events.at(-1)).toMatchObject({ type: 'OrderAwaitingAllocation' });
  });

  test('for an order that is on its way, or is not there', async () => {
    const world = new World();
    expect(await refusalOf(world)).toBe('UNKNOWN_TRADE');
    await world.pay();
    expect(await refusalOf(world)).toBe('NOTHING_FAILED');
  });
});

describe('goods without the omni tag that nobody has told the stock of', () => {
  const gifted = async (allocator: 'isv' | 'astrolabe' = 'astrolabe'): Promise<World> => {
    const world = new World();
    world.settings = { allocator, acceptor: 'pos' };
    world.unknownItems.add('gift');
    await world.pay({ lines: [line(SUB), line(SUB2, GIFT)] });
    return world;
  };

  test('ride along from the payment to the shipment', async () => {
    const world = await gifted();
    expect(world.order.status).toBe('ALLOCATED');
    expect(world.order.lines.map(({ place }) => place)).toEqual([STORE_1342, STORE_1342]);
    expect(world.cells).toEqual(['10/2', '4/2', '3/0', '2/0']);
    const subOrderIds = [SUB, SUB2];
    await world.answer('storeRefused', 1, { subOrderIds });
    expect(world.order).toMatchObject({ status: 'ALLOCATED', allocation: 2 });
    await world.answer('storeAccepted', 2, { subOrderIds });
    await world.consign(2, { subOrderIds });
    expect(world.order.status).toBe('SHIPPED');
    expect(world.told).not.toContain('STOCK_REFUSED');
    expect(world.stock.totalHeld()).toBe(0n);
  });

  test("where the seller's router sends them", async () => {
    const world = await gifted('isv');
    const target = { place: STORE_1342, status: 'ALLOCATED', description: '', attributes: {} };
    const lines = [SUB, SUB2].map((subOrderId) => ({ subOrderId, ...target }));
    expect((await world.report(NAME, lines)).ok).toBe(true);
    expect(world.order.status).toBe('ALLOCATED');
    expect(world.cells[1]).toBe('4/2');
  });

  test('and are closed with the order, or refunded, without any stock', async () => {
    const world = await gifted();
    await world.answer('storeAccepted', 1, { subOrderIds: [SUB, SUB2] });
    await world.answer('refundAgreed', 1, { subOrderIds: [SUB2] });
    expect(world.order.lines.map(({ state }) => state)).toEqual(['ACCEPTED', 'CLOSED']);
    await world.withdraw([SUB2]);
    expect(world.order.lines[1]).toMatchObject({ state: 'ALLOCATED', place: STORE_1342 });
    expect(world.told).not.toContain('STOCK_REFUSED');
    await world.close();
    expect(world.cells).toEqual(['10/0', '2/0', '3/0', '2/0']);
  });

  test('but what has stock is held, and an omni-channel line never rides', async () => {
    const world = new World();
    await world.pay({ lines: [line(SUB), line(SUB2, { fulfilment: 'ALONG' })] });
    expect(world.order.lines.map(({ rides }) => rides)).toEqual([false, false]);
    expect(world.cells[0]).toBe('10/4');
    const other = new World();
    other.unknownItems.add('item-1');
    await other.pay();
    expect(other.order.status).toBe('UNFULFILLABLE');
  });
});
