import type { Place } from '@astrolabe/kernel';
import { describe, expect, test } from 'vitest';
import {
  FULFILLMENT,
  GOODS,
  NAME,
  STORE_123,
  STORE_1342,
  SUB,
  SUB2,
  World,
  line,
  must,
} from '../../test/world.ts';
import type { GoodsBack } from '../domain/commands.ts';

const NOTHING_LOST: GoodsBack = { lost: {}, reason: 'CLOSING' };

function giveBack(
  world: World,
  back: GoodsBack,
  subOrderIds: readonly string[] = [SUB],
  allocation = 1,
) {
  return world.handle(NAME, {
    kind: 'storeRefused',
    origin: world.origin(FULFILLMENT),
    answer: world.answerOf(allocation, { subOrderIds, place: STORE_1342 }),
    back,
  });
}

/** An order that store 1342 has accepted. */
async function accepted(subs: readonly string[] = [SUB]): Promise<World> {
  const world = new World();
  must(await world.pay({ lines: subs.map((sub) => line(sub, { quantityMilli: 2000n })) }));
  must(await world.answer('storeAccepted', 1, { subOrderIds: subs }));
  return world;
}

const places = (world: World) => world.order.lines.map(({ place }) => place);
const decided = (world: World) => world.order.lines.map((one) => one.decided);

describe('a store gives back what it had accepted', () => {
  test('its sale is undone, stock is held anew, and the order goes elsewhere', async () => {
    const world = await accepted();
    expect(world.cells).toEqual(['10/0', '2/0', '3/0', '2/0']);
    must(await giveBack(world, NOTHING_LOST));
    expect(places(world)).toEqual([STORE_123]);
    expect(world.order).toMatchObject({ status: 'ALLOCATED', allocation: 2, steps: [] });
    expect(world.cells).toEqual(['10/2', '4/0', '3/0', '2/2']);
    expect(world.refusals).toEqual([]);
    expect(world.told).toEqual(
      expect.arrayContaining(['STORE_GAVE_BACK', 'RESERVED', 'ALLOCATED']),
    );
    expect(world.told).not.toContain('CLOSED');
    must(await world.answer('storeAccepted', 2, { place: STORE_123 }));
    expect(world.order.status).toBe('ACCEPTED');
  });

  test('what its shelf has not is off its stock, and nothing else is', async () => {
    const world = await accepted();
    must(await giveBack(world, { lost: { [SUB]: 1000n }, reason: 'MISSING' }));
    expect(world.cells).toEqual(['10/2', '3/0', '3/0', '2/2']);
    expect(world.told).toContain('WRITTEN_OFF');
  });

  test('the same event again, and an older allocation, change nothing', async () => {
    const world = await accepted();
    must(await giveBack(world, NOTHING_LOST));
    const before = world.cells;
    must(await giveBack(world, { lost: { [SUB]: 2000n }, reason: 'MISSING' }));
    expect(places(world)).toEqual([STORE_123]);
    expect(world.cells).toEqual(before);
    expect(world.told).toContain('REFUSAL_IGNORED');
  });

  test('heard of before its acceptance it is a refusal, and the acceptance is ignored', async () => {
    const world = new World();
    must(await world.pay());
    must(await giveBack(world, { lost: { [SUB]: 1000n }, reason: 'DAMAGED' }));
    must(await world.answer('storeAccepted', 1, { place: STORE_1342 }));
    expect(places(world)).toEqual([STORE_123]);
    expect(world.cells).toEqual(['10/2', '3/0', '3/0', '2/2']);
    expect(world.told).toContain('ACCEPTANCE_IGNORED');
  });

  test('while its acceptance is being sold it is given back after it', async () => {
    const world = new World();
    must(await world.pay());
    const giving: Promise<unknown>[] = [];
    world.beforeStock = (operation) => {
      if (operation.includes(':accept:') && giving.length === 0) {
        giving.push(giveBack(world, NOTHING_LOST));
      }
    };
    must(await world.answer('storeAccepted', 1));
    await Promise.all(giving);
    await world.sweep();
    expect(places(world)).toEqual([STORE_123]);
    expect(world.order).toMatchObject({ status: 'ALLOCATED', steps: [] });
    expect(world.cells).toEqual(['10/2', '4/0', '3/0', '2/2']);
  });

  test('a line alone is not sent elsewhere than the rest: people look at it, and it keeps its stock', async () => {
    const world = await accepted([SUB, SUB2]);
    must(await giveBack(world, { lost: { [SUB]: 2000n }, reason: 'MISSING' }));
    expect(decided(world)).toEqual(['FAILED', 'ACCEPTED']);
    expect(world.order).toMatchObject({ status: 'ALLOCATE_FAILED', steps: [], retryAt: null });
    expect(Object.keys(world.order.waits).toSorted()).toEqual(['REFUSED', 'UNFILLABLE']);
    expect(world.orders.events.at(-1)).toMatchObject({
      type: 'OrderAllocationFailed',
      reason: 'WOULD_SPLIT',
    });
    expect(world.cells).toEqual(['10/2', '0/0', '3/0', '2/0']);
    // The buyer gets the money for it; the other line is shipped.
    must(await world.answer('refundAgreed', 1, { subOrderIds: [SUB] }));
    must(await world.consign(1, { subOrderIds: [SUB2] }));
    expect(decided(world)).toEqual(['CLOSED', 'SHIPPED']);
    expect(world.cells).toEqual(['10/0', '0/0', '3/0', '2/0']);
  });

  test('where the seller routes, its router is asked for the line, and may split', async () => {
    const world = new World();
    world.settings = { allocator: 'isv', acceptor: 'dianzhanggui' };
    must(await world.pay({ lines: [SUB, SUB2].map((sub) => line(sub, { quantityMilli: 1000n })) }));
    const report = (subOrderId: string, place: Place) => ({
      subOrderId,
      place,
      status: 'ALLOCATED' as const,
      description: '',
      attributes: {},
    });
    must(await world.report(NAME, [report(SUB, STORE_1342), report(SUB2, STORE_1342)]));
    const { allocation } = world.order;
    must(await world.answer('storeAccepted', allocation, { subOrderIds: [SUB, SUB2] }));
    must(await giveBack(world, NOTHING_LOST, [SUB], allocation));
    expect(decided(world)).toEqual(['WAITING', 'ACCEPTED']);
    expect(world.orders.events.at(-1)).toMatchObject({
      type: 'OrderAwaitingAllocation',
      subOrderIds: [SUB],
    });
    must(await world.report(NAME, [report(SUB, STORE_123)]));
    expect(places(world)).toEqual([STORE_123, STORE_1342]);
  });

  test('a pick-up goes to no other store, and is not shipped: people look at it', async () => {
    const world = new World();
    must(await world.pay({ collectStoreId: '1342' }));
    must(await world.answer('storeAccepted', 1));
    must(await giveBack(world, { lost: { [SUB]: 2000n }, reason: 'MISSING' }));
    expect(decided(world)).toEqual(['FAILED']);
    expect(world.order.collectStoreId).toBe('1342');
    expect(world.order.status).toBe('ALLOCATE_FAILED');
    expect(world.stock.at(STORE_1342, GOODS, 'SHARED')).toBe('2/0');
  });

  test('on hold it goes nowhere until it is released', async () => {
    const world = await accepted();
    must(await world.act('HOLD'));
    must(await giveBack(world, NOTHING_LOST));
    expect(decided(world)).toEqual(['WAITING']);
    expect(world.cells).toEqual(['10/2', '4/0', '3/0', '2/0']);
    must(await world.act('RELEASE'));
    expect(places(world)).toEqual([STORE_123]);
  });

  test('without stock anywhere the order cannot be filled, and nothing is promised twice', async () => {
    const world = await accepted();
    world.stock.set({ type: 'WAREHOUSE', id: 'WH-01' }, GOODS, 'CERTAIN', 0);
    world.stock.set(STORE_123, GOODS, 'CERTAIN', 1);
    must(await giveBack(world, { lost: { [SUB]: 2000n }, reason: 'MISSING' }));
    expect(world.order.status).toBe('UNFULFILLABLE');
    expect(world.stock.totalHeld()).toBe(0n);
  });

  test('what the channel closed while the store had it is closed when nobody has it', async () => {
    const world = await accepted();
    must(await world.close());
    expect(world.told).toContain('CLOSE_ASKED');
    must(await giveBack(world, NOTHING_LOST));
    // Fulfillment, which decides, says that nobody has it.
    must(await world.answer('refundAgreed', 1));
    expect(world.order.status).toBe('CLOSED');
    expect(world.cells).toEqual(['10/0', '4/0', '3/0', '2/0']);
  });
});
