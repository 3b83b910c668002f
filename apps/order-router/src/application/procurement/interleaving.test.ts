import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../../test/procurement-world.ts';
import { World, pieces } from '../../../test/procurement-world.ts';
import { stateOfOrder } from '../../domain/procurement/states.ts';

const orderOf = (world: World, orderId: string) =>
  world.family?.orders.find((order) => order.orderId === orderId);
const stateOf = (world: World, orderId: string) => {
  const order = orderOf(world, orderId);
  return order && stateOfOrder(order);
};

async function asked(quantity: bigint, status: 'PASSED' | 'PENDING' = 'PENDING'): Promise<World> {
  const world = new World();
  world.requisition = { status, quantity: pieces(quantity) };
  await world.sayRequisition();
  await world.turn();
  return world;
}

async function ordered(
  world: World,
  quantity: bigint,
  status: 'APPROVED' | 'AWAITS_SUPPLIER' = 'AWAITS_SUPPLIER',
  orderId = '77',
): Promise<void> {
  if (world.requisition) world.requisition.status = 'PASSED';
  world.putOrder(orderId, status, quantity);
  await world.sayRequisition();
  await world.sayOrder(orderId);
  await world.turn();
  await world.turn();
}

describe('the flow', () => {
  test('[P-A11] [P-A12] [P-A13] one hold of 4, however often the requisition is said', async () => {
    const world = await asked(4n);
    for (let times = 0; times < 4; times += 1) await world.sayRequisition();
    await world.turn();
    expect([world.held, world.free]).toEqual([pieces(4n), pieces(6n)]);
  });

  test('[P-A14] [P-A15] a rejection releases it, and holds nothing when it comes first', async () => {
    const world = await asked(4n);
    if (world.requisition) world.requisition.status = 'REJECTED';
    await world.sayRequisition();
    await world.turn();
    await world.sayRequisition();
    await world.turn();
    expect([world.held, world.free]).toEqual([0n, pieces(10n)]);
  });

  test('[P-A16] stock that is gone: given back once, never confirmed', async () => {
    const world = new World();
    world.free = pieces(2n);
    world.requisition = { status: 'PENDING', quantity: pieces(4n) };
    await world.sayRequisition();
    await world.turn();
    expect(world.family).toMatchObject({ problem: 'HOLD_FAILED' });
    await ordered(world, 4n);
    await world.sayOrder('77');
    await world.settle();
    expect(world.orders.get('77')).toMatchObject({ returns: 1, confirms: 0, status: 'RETURNED' });
    expect(stateOf(world, '77')).toBe('RETURNED');
  });

  test('[P-A17] [P-A18] bound, and confirmed once where it waits for us', async () => {
    for (const status of ['AWAITS_SUPPLIER', 'APPROVED'] as const) {
      const world = await asked(4n);
      await ordered(world, 4n, status);
      expect(stateOf(world, '77')).toBe('EXECUTING');
      expect(world.orders.get('77')?.confirms).toBe(status === 'APPROVED' ? 0 : 1);
      expect([world.held, world.events.length]).toEqual([pieces(4n), 1]);
      // The detail still shows what it showed before: nothing is said twice.
      world.putOrder('77', 'AWAITS_SUPPLIER', 4n);
      await world.sayOrder('77');
      await world.turn();
      expect(stateOf(world, '77')).toBe('EXECUTING');
      expect(world.orders.get('77')?.confirms).toBe(0);
    }
  });

  test.each([
    ['[P-A19] not done', ['ok', 'notDone'], 1],
    ['[P-A20] its answer is lost', ['ok', 'lostAfter'], 1],
    ['[P-A20] it is lost', ['ok', 'lostBefore'], 1],
  ] as const)('a confirmation, %s: confirmed once in the end', async (_, faults, confirms) => {
    const world = await asked(4n);
    world.requisition = { status: 'PASSED', quantity: pieces(4n) };
    world.putOrder('77', 'AWAITS_SUPPLIER', 4n);
    await world.sayOrder('77');
    world.faults = [...faults] as Fault[];
    await world.turn();
    await world.turn();
    expect(stateOf(world, '77')).toBe('AWAIT_OUR_CONFIRM');
    expect(world.events).toEqual([]);
    await world.settle();
    expect(world.orders.get('77')?.confirms).toBe(confirms);
    expect(stateOf(world, '77')).toBe('EXECUTING');
  });

  test('[P-A21] an order of 6 of 10: bound, and 4 are free when no further order is expected', async () => {
    const world = await asked(10n);
    await ordered(world, 6n);
    expect([world.held, world.free]).toEqual([pieces(10n), 0n]);
    await world.settle();
    expect([world.held, world.free]).toEqual([pieces(6n), pieces(4n)]);
  });

  test('two orders of one requisition share its stock, and nobody gets in between', async () => {
    const world = await asked(10n);
    await ordered(world, 6n);
    await ordered(world, 4n, 'APPROVED', '78');
    expect([stateOf(world, '77'), stateOf(world, '78')]).toEqual(['EXECUTING', 'EXECUTING']);
    await world.settle();
    expect([world.held, world.free]).toEqual([pieces(10n), 0n]);
  });

  test('[P-A22] a cancel before anything was shipped releases all of it', async () => {
    const world = await asked(4n);
    await ordered(world, 4n);
    const order = world.orders.get('77');
    if (order) order.status = 'CANCELLED';
    await world.sayOrder('77');
    await world.settle();
    expect([world.held, world.free, world.mayShip('77')]).toEqual([0n, pieces(10n), false]);
    expect(world.events.map(({ kind }) => kind)).toEqual(['confirmed', 'cancelled']);
  });

  test.each(['stock first', 'cancel first'])(
    '[P-A23] [X-A15] 6 of 10 shipped, %s: 6 are gone, 4 are free',
    async (which) => {
      const world = await asked(10n);
      await ordered(world, 10n);
      expect(world.shipAtPlatform('77', pieces(6n))).toBe(true);
      const order = world.orders.get('77');
      if (which === 'stock first') await world.parcelLeaves('77', pieces(6n));
      if (order) order.status = 'CANCELLED';
      await world.sayOrder('77');
      await world.turn();
      // What the platform has taken is on its way to the stock: it is waited for.
      expect(world.held).toBe(which === 'stock first' ? pieces(4n) : pieces(10n));
      if (which === 'cancel first') expect(await world.parcelLeaves('77', pieces(6n))).toBe(true);
      await world.settle();
      expect([world.held, world.free, world.consumed]).toEqual([0n, pieces(4n), pieces(6n)]);
    },
  );

  test('[X-A15] the platform cancels while a shipment is under way to it: all is free', async () => {
    const world = await asked(10n);
    await ordered(world, 10n);
    const order = world.orders.get('77');
    if (order) order.status = 'CANCELLED';
    expect(world.shipAtPlatform('77', pieces(6n))).toBe(false);
    await world.sayOrder('77');
    await world.settle();
    expect([world.held, world.free, world.consumed]).toEqual([0n, pieces(10n), 0n]);
  });
});

/** What may happen, in any order; the last part says of which order. */
const ORDERS = ['77', '78'] as const;
type Happening =
  | { readonly kind: 'break'; readonly after: number }
  | { readonly kind: 'fault'; readonly faults: readonly Fault[] }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'turn' | 'say' | 'reject' }
  | {
      readonly kind: 'order';
      readonly of: string;
      readonly pieces: bigint;
      readonly waits: boolean;
    }
  | { readonly kind: 'parcel'; readonly of: string; readonly pieces: bigint }
  | { readonly kind: 'cancel' | 'lag' | 'sayOrder' | 'stock'; readonly of: string };

const of = fc.constantFrom(...ORDERS);
const few = fc.bigInt({ min: 1n, max: 6n });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { arbitrary: fc.constant({ kind: 'turn' } as const), weight: 6 },
  { arbitrary: fc.record({ kind: fc.constant('sayOrder' as const), of }), weight: 4 },
  fc.record({ kind: fc.constantFrom('say' as const, 'reject' as const) }),
  {
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      of,
      pieces: few,
      waits: fc.boolean(),
    }),
    weight: 3,
  },
  { arbitrary: fc.record({ kind: fc.constant('stock' as const), of }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant('parcel' as const), of, pieces: few }), weight: 4 },
  fc.record({ kind: fc.constantFrom('cancel' as const, 'lag' as const), of }),
  fc.record({ kind: fc.constant('break' as const), after: fc.integer({ min: 0, max: 12 }) }),
  fc.record({
    kind: fc.constant('fault' as const),
    faults: fc.array(fc.constantFrom<Fault>('ok', 'lostAfter', 'lostBefore', 'notDone'), {
      maxLength: 4,
    }),
  }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1_000, 31_000, 3_600_000) }),
);

/** Shipments that the platform has taken and the stock has not given yet, by order. */
type UnderWay = Map<string, bigint[]>;

async function happens(world: World, underWay: UnderWay, what: Happening): Promise<void> {
  switch (what.kind) {
    case 'turn':
      return await world.turn();
    case 'say':
      return await world.sayRequisition();
    case 'sayOrder':
      if (world.orders.has(what.of)) await world.sayOrder(what.of);
      return;
    case 'reject':
      if (world.requisition && world.orders.size === 0) world.requisition.status = 'REJECTED';
      return;
    case 'order':
      if (world.orders.has(what.of) || world.requisition?.status === 'REJECTED') return;
      if (world.requisition) world.requisition.status = 'PASSED';
      world.putOrder(what.of, what.waits ? 'AWAITS_SUPPLIER' : 'APPROVED', what.pieces);
      return;
    case 'parcel':
      if (!world.mayShip(what.of) || !world.shipAtPlatform(what.of, pieces(what.pieces))) return;
      underWay.set(what.of, [...(underWay.get(what.of) ?? []), pieces(what.pieces)]);
      return;
    case 'stock':
      return await stocked(world, underWay, what.of);
    case 'cancel': {
      const order = world.orders.get(what.of);
      if (order && order.status !== 'RETURNED') order.status = 'CANCELLED';
      return;
    }
    case 'lag':
      return world.lag(what.of);
    case 'break':
      world.breaksAfter = what.after;
      return;
    case 'fault':
      world.faults = [...what.faults];
      return;
    case 'pass':
      world.now = new Date(world.now.getTime() + what.ms);
  }
}

async function stocked(world: World, underWay: UnderWay, orderId: string): Promise<void> {
  const [quantity, ...more] = underWay.get(orderId) ?? [];
  if (quantity === undefined) return;
  world.breaksAfter = -1;
  underWay.set(orderId, more);
  await world.parcelLeaves(orderId, quantity);
}

test('whatever happens in whatever order, messages doubled, answers lost, processes broken: it ends as the platform says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 20, maxLength: 70 }), async (all) => {
      const world = new World();
      world.requisition = { status: 'PENDING', quantity: pieces(8n) };
      const underWay: UnderWay = new Map();
      for (const what of all) {
        await happens(world, underWay, what).catch(() => undefined);
        expect(world.free >= 0n).toBe(true);
        expect(world.free + world.held + world.consumed).toBe(pieces(10n));
      }
      world.breaksAfter = -1;
      world.lagging.clear();
      for (const orderId of ORDERS) {
        while ((underWay.get(orderId) ?? []).length > 0) await stocked(world, underWay, orderId);
        if (world.orders.has(orderId)) await world.sayOrder(orderId);
      }
      await world.sayRequisition();
      await world.settle();
      expect(world.saidTwice).toBe(0);
      for (const [orderId, order] of world.orders) {
        expect(order.confirms + order.returns <= 1).toBe(true);
        const known = orderOf(world, orderId);
        expect(known?.seen?.status).toBe(order.status);
        const told = world.events.filter((event) => event.order.orderId === orderId);
        expect(told.map(({ kind }) => kind)).toEqual(
          ['confirmed', 'cancelled'].slice(0, told.length),
        );
        const isOver = order.status === 'CANCELLED' || order.status === 'RETURNED';
        if (isOver) expect(told).not.toHaveLength(1);
        // What was sent is consumed, or a person is told.
        const left = order.ordered - order.sent;
        if (world.family?.problem === 'SENT_WITHOUT_PARCEL') continue;
        const held = known?.hold?.state === 'HELD' ? left : 0n;
        expect(isOver ? 0n : held).toBe(world.heldFor(orderId));
      }
      expect(world.free + world.held + world.consumed).toBe(pieces(10n));
    }),
    { numRuns: 600 },
  );
});
