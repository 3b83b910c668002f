import { describe, expect, test } from 'vitest';
import {
  NAME,
  STORE_123,
  STORE_1342,
  SUB,
  SUB2,
  WH_01,
  World,
  line,
  must,
} from '../../test/world.ts';
import type { Acted } from './act-on-order.ts';
import type { Plan } from './rehearse.ts';

async function paidWorld(): Promise<World> {
  const world = new World();
  must(await world.pay());
  return world;
}

const outcomeOf = (acted: Acted): unknown => (acted.kind === 'done' ? acted.outcome : acted.plan);

function planOf(acted: Acted): Plan {
  if (acted.kind === 'done') throw new Error('it was done');
  return acted.plan;
}

const placesOf = (world: World) => world.order.lines.map(({ place }) => place);

describe('hold and release', () => {
  test('a held order is routed nowhere, keeps its guarantee, and goes on when it is released', async () => {
    const world = await paidWorld();
    expect(placesOf(world)).toEqual([STORE_1342]);
    expect(outcomeOf(must(await world.act('HOLD')))).toBe('HELD');
    expect(world.order.flags).toEqual(['ON_HOLD']);
    // What stands at a store stays there; its refusal goes nowhere.
    must(await world.answer('storeRefused', 1));
    expect(world.order).toMatchObject({ status: 'RESERVED', allocation: 1, steps: [] });
    expect(world.cells).toEqual(['10/2', '4/0', '3/0', '2/0']);
    expect(outcomeOf(must(await world.act('RELEASE')))).toBe('RELEASED');
    expect(world.order).toMatchObject({
      status: 'ALLOCATED',
      allocation: 2,
      hold: null,
      flags: [],
    });
    expect(placesOf(world)).toEqual([STORE_123]);
    expect(world.told).toEqual(expect.arrayContaining(['HELD', 'RELEASED']));
  });

  test('a hold that comes while stock is moved takes it back, and tells no store', async () => {
    const world = new World();
    let isFirst = true;
    let holding: Promise<unknown> = Promise.resolve();
    world.beforeStock = (operation) => {
      if (!operation.includes(':route:') || !isFirst) return;
      isFirst = false;
      holding = world.act('HOLD');
    };
    must(await world.pay());
    await holding;
    expect(world.orders.events.map(({ type }) => type)).toEqual([]);
    expect(world.order).toMatchObject({ steps: [], allocation: 1 });
    expect(world.cells).toEqual(['10/2', '4/0', '3/0', '2/0']);
    must(await world.act('RELEASE'));
    expect(placesOf(world)).toEqual([STORE_1342]);
  });

  test("a seller's router is not asked, and not heard, while the order is held", async () => {
    const world = new World();
    world.settings = { allocator: 'isv', acceptor: 'pos' };
    must(await world.pay());
    must(await world.act('HOLD'));
    const report = { subOrderId: SUB, place: STORE_123, status: 'ALLOCATED' };
    expect(await world.report(NAME, [{ ...report, description: '', attributes: {} }])).toEqual({
      ok: false,
      error: 'ON_HOLD',
    });
    must(await world.act('RELEASE'));
    const asked = world.orders.events.filter(({ type }) => type === 'OrderAwaitingAllocation');
    expect(asked).toHaveLength(2);
  });

  test('the same key again changes nothing; for another wish it is refused', async () => {
    const world = await paidWorld();
    must(await world.act('HOLD', { key: 'k1' }));
    const { writes } = world.orders;
    expect(outcomeOf(must(await world.act('HOLD', { key: 'k1' })))).toBe('HELD');
    expect(world.orders.writes).toBe(writes);
    expect(await world.act('RELEASE', { key: 'k1' })).toMatchObject({ error: 'KEY_REUSED' });
    expect(await world.act('HOLD', { key: 'k2' })).toMatchObject({ error: 'ON_HOLD' });
  });
});

describe('re-route', () => {
  test('pulls back from the store and allocates elsewhere; the guarantee is never gone', async () => {
    const world = await paidWorld();
    world.afterStock = () => {
      const own = world.stock.totalHeld();
      expect(own).toBeGreaterThanOrEqual(2000n);
    };
    expect(outcomeOf(must(await world.act('REROUTE')))).toBe('REROUTED');
    expect(placesOf(world)).toEqual([STORE_123]);
    expect(world.order).toMatchObject({ status: 'ALLOCATED', allocation: 2, steps: [] });
    expect(world.shelves.recalls).toHaveLength(1);
    expect(world.cells).toEqual(['10/2', '4/0', '3/0', '2/2']);
  });

  test('goes to the place that is named, and only if it has the stock', async () => {
    const world = await paidWorld();
    expect(await world.act('REROUTE', { place: { type: 'STORE', id: '9' } })).toMatchObject({
      error: 'UNKNOWN_STORE',
    });
    world.stock.set(STORE_123, 'g-1', 'CERTAIN', 1);
    world.stock.set(STORE_123, 'g-1', 'SHARED', 1);
    expect(await world.act('REROUTE', { place: STORE_123 })).toMatchObject({
      error: 'INSUFFICIENT_STOCK',
    });
    expect(await world.act('REROUTE', { place: STORE_1342 })).toMatchObject({
      error: 'SAME_PLACE',
    });
    expect(outcomeOf(must(await world.act('REROUTE', { place: WH_01 })))).toBe('REROUTED');
    expect(placesOf(world)).toEqual([WH_01]);
    expect(world.cells[1]).toBe('4/0');
  });

  test('a store that has accepted meanwhile keeps the order, and the answer says so', async () => {
    const world = await paidWorld();
    world.shelves.answered(1, [SUB], 'ACCEPTED');
    expect(outcomeOf(must(await world.act('REROUTE')))).toBe('STORE_ACCEPTED');
    expect(placesOf(world)).toEqual([STORE_1342]);
    must(await world.answer('storeAccepted', 1));
    expect(world.order).toMatchObject({ status: 'ACCEPTED', steps: [] });
    expect(await world.act('REROUTE', { key: 'later' })).toMatchObject({ error: 'STORE_ACCEPTED' });
  });

  test('without another place nothing is pulled back', async () => {
    const world = await paidWorld();
    world.stores = world.stores.slice(0, 1);
    world.stock.set(WH_01, 'g-1', 'CERTAIN', 1);
    world.rules = { ...world.rules, warehouseFallback: false };
    expect(await world.act('REROUTE')).toMatchObject({ error: 'NOTHING_FOUND' });
    expect(world.shelves.recalls).toEqual([]);
    expect(world.order).toMatchObject({ status: 'ALLOCATED', allocation: 1 });
  });
});

describe('intercept and close', () => {
  test('what was accepted goes back to its shelf and is held anew; what has left is too late', async () => {
    const world = await paidWorld();
    must(await world.answer('storeAccepted', 1));
    world.shelves.answered(1, [SUB], 'ACCEPTED');
    expect(outcomeOf(must(await world.act('INTERCEPT')))).toBe('INTERCEPTED');
    expect(world.order).toMatchObject({ status: 'RESERVED', steps: [], flags: ['ON_HOLD'] });
    expect(world.stock.totalHeld()).toBe(2000n);
    expect(world.refusals).toEqual([]);
    must(await world.act('RELEASE'));
    expect(world.order).toMatchObject({ status: 'ALLOCATED', allocation: 2 });
    world.shelves.answered(2, [SUB], 'SHIPPED');
    expect(outcomeOf(must(await world.act('INTERCEPT', { key: 'late' })))).toBe('SHIPPED');
    expect(world.order).toMatchObject({ status: 'ALLOCATED', hold: null, flags: [] });
  });

  test('an order that stands nowhere is closed and its stock released; one at a store is not', async () => {
    const world = await paidWorld();
    expect(await world.act('CLOSE')).toMatchObject({ error: 'STILL_PLACED' });
    must(await world.act('INTERCEPT'));
    expect(outcomeOf(must(await world.act('CLOSE')))).toBe('CLOSED');
    expect(world.order).toMatchObject({ status: 'CLOSED', steps: [], hold: null, flags: [] });
    expect(world.stock.totalHeld()).toBe(0n);
    expect(world.orders.events.at(-1)).toMatchObject({ reason: 'CLOSED_BY_OPERATOR' });
    expect(await world.act('HOLD')).toMatchObject({ error: 'NOTHING_OPEN' });
  });
});

describe('a dry run', () => {
  test.each(['HOLD', 'REROUTE', 'INTERCEPT'] as const)(
    '%s: changes nothing, and says what the same wish then does',
    async (kind) => {
      const world = new World();
      must(await world.pay({ lines: [line(SUB), line(SUB2)] }));
      const { writes } = world.orders;
      const before = world.order;
      const plan = planOf(must(await world.act(kind, { dryRun: true, key: '' })));
      expect(world.orders.writes).toBe(writes);
      expect(world.order).toBe(before);
      expect(world.shelves.recalls).toEqual([]);
      must(await world.act(kind));
      const changed = world.order.lines.flatMap((after, index) => {
        const { decided, place } = before.lines[index] ?? after;
        const isSame = decided === after.decided && place?.id === after.place?.id;
        return isSame ? [] : [[after.subOrderId, after.decided, after.place]];
      });
      expect(
        plan.changes.map(({ subOrderId, after }) => [subOrderId, after.decided, after.place]),
      ).toEqual(changed);
      expect(plan.heldAfter).toBe(world.order.hold !== null);
    },
  );

  test('of a re-route tells whom it would tell', async () => {
    const world = await paidWorld();
    const plan = planOf(must(await world.act('REROUTE', { dryRun: true })));
    expect(plan.messages).toEqual([
      { what: 'RECALLED', place: STORE_1342 },
      { what: 'MOVED', place: STORE_123 },
      { what: 'ALLOCATED', place: STORE_123 },
    ]);
  });
});
