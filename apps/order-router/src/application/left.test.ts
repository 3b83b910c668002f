import { describe, expect, test } from 'vitest';
import { NAME, STORE_1342, SUB, SUB2, WH_01, World, line } from '../../test/world.ts';
import { DEFAULT_RULES } from '../domain/routing/rules.ts';

const isv = (): World => {
  const world = new World();
  world.settings = { allocator: 'isv', acceptor: 'dianzhanggui' };
  return world;
};

const types = (world: World): readonly string[] => world.orders.events.map(({ type }) => type);

describe('goods that left at Tmall before they were allocated', () => {
  test.each(['isv', 'astrolabe'] as const)(
    '%s: the shipment overtakes the payment: nothing is allocated, the sale counts at the guarantee',
    async (allocator) => {
      const world = new World();
      world.settings = { allocator, acceptor: 'dianzhanggui' };
      await world.ship();
      expect(world.order).toMatchObject({ status: 'RECEIVED', paid: false, steps: [] });
      expect(world.stock.totalHeld()).toBe(0n);
      await world.pay();
      expect(world.order).toMatchObject({ status: 'SHIPPED', allocation: 0 });
      expect(types(world)).toEqual(['OrderAccepted', 'OrderShipped']);
      expect(world.cells).toEqual(['8/0', '4/0', '3/0', '2/0']);
      expect(world.orders.events.at(-1)).toMatchObject({ place: WH_01, postFeeFen: 1000n });
      // The goods are sold once, whatever is pushed again.
      await world.ship();
      await world.ship({ state: 'COMPLETED' });
      expect(world.cells).toEqual(['8/0', '4/0', '3/0', '2/0']);
    },
  );

  test('the seller ships at Tmall while its router is asked: the router has nothing to say any more', async () => {
    const world = isv();
    await world.pay();
    expect(world.order.status).toBe('AWAITING_ALLOCATION');
    await world.ship();
    expect(world.order.status).toBe('SHIPPED');
    const target = { place: STORE_1342, status: 'ALLOCATED', description: '', attributes: {} };
    const late = await world.report(NAME, [{ subOrderId: SUB, ...target }]);
    expect(late).toEqual({ ok: false, error: 'ILLEGAL_TRANSITION' });
    expect(world.cells).toEqual(['8/0', '4/0', '3/0', '2/0']);
  });

  test('an order that failed for lack of a place is shipped, and not looked at again', async () => {
    const world = new World();
    world.rules = { ...DEFAULT_RULES, version: '1', warehouseFallback: false };
    world.stores = [];
    await world.pay();
    expect(world.order.status).toBe('ALLOCATE_FAILED');
    await world.ship();
    expect(world.order).toMatchObject({ status: 'SHIPPED', retryAt: null });
    expect(world.cells[0]).toBe('8/0');
  });

  test('a store refuses what Tmall has shipped: it is not sent to another', async () => {
    const world = new World();
    await world.pay();
    await world.ship();
    expect(world.order.lines[0]).toMatchObject({ decided: 'ALLOCATED', place: STORE_1342 });
    await world.answer('storeRefused', 1);
    expect(world.order).toMatchObject({ status: 'SHIPPED', allocation: 1 });
    expect(world.cells).toEqual(['8/0', '4/0', '3/0', '2/0']);
  });

  test('what a store has it ships itself', async () => {
    const world = new World();
    await world.pay();
    await world.answer('storeAccepted', 1);
    await world.ship();
    expect(world.order.status).toBe('ACCEPTED');
    await world.consign(1);
    expect(world.order.status).toBe('SHIPPED');
    expect(world.cells).toEqual(['10/0', '2/0', '3/0', '2/0']);
  });

  test("a seller's router cannot move what Tmall has shipped", async () => {
    const world = isv();
    await world.pay();
    const target = { status: 'ALLOCATED', description: '', attributes: {} };
    await world.report(NAME, [{ subOrderId: SUB, ...target, place: STORE_1342 }]);
    await world.ship();
    expect(world.order.status).toBe('ALLOCATED');
    const moved = await world.report(NAME, [{ subOrderId: SUB, ...target, place: WH_01 }]);
    expect(moved).toEqual({ ok: false, error: 'ILLEGAL_TRANSITION' });
  });

  test('of an order the part that has left is shipped, the rest waits for the router', async () => {
    const world = isv();
    const lines = [line(SUB), line(SUB2)];
    await world.pay({ lines });
    await world.ship({ lines });
    expect(world.order.lines.map(({ state }) => state)).toEqual(['SHIPPED', 'WAITING']);
    expect(world.order.status).toBe('AWAITING_ALLOCATION');
    expect(world.cells[0]).toBe('8/2');
  });

  test('a trade that is over, and that nobody has heard of, is one of before', async () => {
    const world = new World();
    await world.ship({ state: 'COMPLETED' });
    expect(world.orders.documents.size).toBe(0);
  });

  test('more left than there was: the sale stands, and the stock is said to have refused it', async () => {
    const world = new World();
    await world.pay({ lines: [line(SUB, { quantityMilli: 50_000n })] });
    expect(world.order.status).toBe('UNFULFILLABLE');
    await world.ship();
    expect(world.order.status).toBe('SHIPPED');
    expect(world.told).toContain('STOCK_REFUSED');
    expect(types(world)).toContain('OrderShipped');
    expect(world.cells).toEqual(['10/0', '4/0', '3/0', '2/0']);
  });

  test('stock that came since counts', async () => {
    const world = new World();
    await world.pay({ lines: [line(SUB, { quantityMilli: 50_000n })] });
    world.stock.set(WH_01, 'g-1', 'CERTAIN', 60);
    await world.ship();
    expect(world.order.status).toBe('SHIPPED');
    expect(world.cells[0]).toBe('10/0');
    expect(world.told).not.toContain('STOCK_REFUSED');
  });

  test('a step under way ends first, whatever it comes to', async () => {
    const world = new World();
    world.beforeStock = (operationId) => {
      if (operationId.includes(':route:')) throw new Error('no answer');
    };
    await world.pay();
    expect(world.order.steps[0]?.kind).toBe('route');
    await world.ship();
    world.beforeStock = () => undefined;
    world.now += 60_000;
    await world.sweep();
    expect(world.order.status).toBe('SHIPPED');
    expect(types(world)).not.toContain('OrderAllocated');
    expect(world.stock.totalHeld()).toBe(0n);
  });
});
