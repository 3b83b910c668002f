import { expect, test } from 'vitest';
import { STORE_1342, SUB, World, must } from '../../test/world.ts';

const awaiting = (world: World) =>
  world.orders.events.filter((event) => event.type === 'OrderAwaitingAllocation');

test('a seller who routes is waited for once the stock is reserved, and again after a refusal', async () => {
  const world = new World();
  world.settings = { allocator: 'isv', acceptor: 'pos' };
  await world.pay();
  expect(world.order.status).toBe('AWAITING_ALLOCATION');
  expect(awaiting(world)).toEqual([
    { type: 'OrderAwaitingAllocation', allocation: 1, subOrderIds: [SUB] },
  ]);
  const line = { status: 'ALLOCATED', description: '', attributes: {} };
  must(await world.report(world.order.orderRef, [{ ...line, subOrderId: SUB, place: STORE_1342 }]));
  expect(world.order.status).toBe('ALLOCATED');
  expect(awaiting(world)).toHaveLength(1);
  await world.answer('storeRefused', 1);
  expect(world.order.status).toBe('AWAITING_ALLOCATION');
  expect(awaiting(world).at(-1)).toEqual({
    type: 'OrderAwaitingAllocation',
    allocation: 2,
    subOrderIds: [SUB],
  });
});

test('where this service allocates, or nothing can be reserved, nobody is waited for', async () => {
  const world = new World();
  await world.pay();
  await world.answer('storeRefused', 1);
  expect(awaiting(world)).toEqual([]);
});
