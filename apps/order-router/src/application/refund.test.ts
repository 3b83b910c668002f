import fc from 'fast-check';
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

const FULL = ['10/0', '4/0', '3/0', '2/0'];
const SOLD = ['10/0', '2/0', '3/0', '2/0'];

describe('a refund is agreed to', () => {
  test('before the store has accepted: every hold is free', async () => {
    const world = new World();
    await world.pay();
    await world.answer('refundAgreed', 1);
    expect(world.order.status).toBe('CLOSED');
    expect(world.cells).toEqual(FULL);
  });

  test('after it has accepted: the goods are back where they were sold', async () => {
    const world = new World();
    await world.pay();
    await world.answer('storeAccepted', 1);
    expect(world.cells).toEqual(SOLD);
    await world.answer('refundAgreed', 1);
    expect(world.order.status).toBe('CLOSED');
    expect(world.cells).toEqual(FULL);
  });

  test('while nobody has the order', async () => {
    const world = new World();
    world.settings = { allocator: 'isv', acceptor: 'pos' };
    await world.pay();
    await world.answer('refundAgreed', 0);
    expect(world.order.status).toBe('CLOSED');
    expect(world.cells).toEqual(FULL);
  });

  test('after the goods have left: written down, and nothing else', async () => {
    const world = new World();
    await world.pay();
    await world.answer('storeAccepted', 1);
    await world.consign(1);
    await world.answer('refundAgreed', 1);
    expect(world.order.status).toBe('SHIPPED');
    expect(world.told).toContain('REFUND_TOO_LATE');
    expect(world.cells).toEqual(SOLD);
  });

  test('for one of two lines: the other one goes on', async () => {
    const world = new World();
    await world.pay({ lines: [line(SUB), line(SUB2)] });
    await world.answer('storeAccepted', 1, { subOrderIds: [SUB, SUB2] });
    await world.answer('refundAgreed', 1);
    expect(world.order.lines.map(({ state }) => state)).toEqual(['CLOSED', 'ACCEPTED']);
  });
});

describe('a refund that had been agreed to is withdrawn', () => {
  test('before the store had accepted: it is held and allocated as before', async () => {
    const world = new World();
    await world.pay();
    const cells = world.cells;
    await world.answer('refundAgreed', 1);
    await world.withdraw();
    expect(world.order).toMatchObject({ status: 'ALLOCATED', allocation: 2, steps: [] });
    expect(world.cells).toEqual(cells);
    expect(world.orders.events.map(({ type }) => type)).toEqual([
      'OrderAllocated',
      'OrderClosed',
      'OrderReopened',
      'OrderAllocated',
    ]);
    await world.answer('storeAccepted', 2);
    await world.consign(2);
    expect(world.order.status).toBe('SHIPPED');
    expect(world.cells).toEqual(SOLD);
  });

  test('while its stock is still being given up: nothing is lost', async () => {
    const world = new World();
    await world.pay();
    world.beforeStock = (id) => {
      if (id.includes(':release:')) throw new Error('not reached');
    };
    await world.answer('refundAgreed', 1);
    await world.withdraw();
    world.beforeStock = () => undefined;
    world.now += 60_000;
    await world.sweep();
    expect(world.order).toMatchObject({ status: 'ALLOCATED', steps: [] });
    expect(world.cells).toEqual(['10/2', '4/2', '3/0', '2/0']);
  });

  test('for one of two lines: it goes where the other one is', async () => {
    const world = new World();
    await world.pay({ lines: [line(SUB), line(SUB2)] });
    await world.answer('storeAccepted', 1, { subOrderIds: [SUB, SUB2] });
    await world.answer('refundAgreed', 1);
    world.stock.set(STORE_123, 'g-1', 'SHARED', 50);
    await world.withdraw();
    expect(world.order.lines.map(({ state, place }) => [state, place])).toEqual([
      ['ALLOCATED', STORE_1342],
      ['ACCEPTED', STORE_1342],
    ]);
    await world.answer('storeAccepted', 2);
    await world.consign(2, { subOrderIds: [SUB, SUB2] });
    expect(world.order.status).toBe('SHIPPED');
    expect(world.stock.totalHeld()).toBe(0n);
    expect(world.cells[1]).toBe('0/0');
  });

  test('and the stock is gone from there: it fails alone rather than go elsewhere [O-48]', async () => {
    const world = new World();
    await world.pay({ lines: [line(SUB), line(SUB2)] });
    await world.answer('storeAccepted', 1, { subOrderIds: [SUB, SUB2] });
    await world.answer('refundAgreed', 1);
    world.stock.set(STORE_1342, 'g-1', 'SHARED', 0);
    await world.withdraw();
    expect(world.order.lines.map(({ state }) => state)).toEqual(['FAILED', 'ACCEPTED']);
    expect(world.order.steps).toEqual([]);
  });

  test('and no stock is left at all: nobody can have it', async () => {
    const world = new World();
    await world.pay();
    await world.answer('refundAgreed', 1);
    world.stock.set(WH_01, 'g-1', 'CERTAIN', 0);
    world.stock.set(STORE_123, 'g-1', 'CERTAIN', 0);
    await world.withdraw();
    expect(world.order.status).toBe('UNFULFILLABLE');
    expect(world.stock.totalHeld()).toBe(0n);
    await world.close();
    expect(world.order).toMatchObject({ status: 'CLOSED', steps: [] });
  });

  test('where the seller routes, its router is asked again', async () => {
    const world = new World();
    world.settings = { allocator: 'isv', acceptor: 'pos' };
    await world.pay();
    await world.answer('refundAgreed', 0);
    await world.withdraw();
    expect(world.order.status).toBe('AWAITING_ALLOCATION');
    const target = { place: STORE_123, status: 'ALLOCATED', description: '', attributes: {} };
    must(await world.report(NAME, [{ subOrderId: SUB, ...target }]));
    expect(world.order).toMatchObject({ status: 'ALLOCATED', allocation: 1 });
    expect(world.cells).toEqual(['10/2', '4/0', '3/0', '2/2']);
  });

  test('after the trade was closed: it stays closed', async () => {
    const world = new World();
    await world.pay();
    await world.answer('refundAgreed', 1);
    await world.close();
    await world.withdraw();
    expect(world.order.status).toBe('CLOSED');
    expect(world.cells).toEqual(FULL);
  });

  test('that nothing was closed for: nothing happens', async () => {
    const world = new World();
    await world.pay();
    await world.withdraw();
    expect(world.order).toMatchObject({ status: 'ALLOCATED', allocation: 1 });
  });
});

const steps = ['accept', 'refund', 'withdraw', 'consign', 'refuse', 'close'] as const;

test('refund, its withdrawal, acceptance, refusal, shipment and close in any order, repeated: one end, and the stock agrees', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 8 }),
      async (plan) => {
        const world = new World();
        await world.pay();
        for (const step of plan) {
          const { allocation } = world.order;
          if (step === 'accept') await world.answer('storeAccepted', allocation);
          if (step === 'refuse') await world.answer('storeRefused', allocation);
          if (step === 'refund') await world.answer('refundAgreed', allocation);
          if (step === 'withdraw') await world.withdraw();
          if (step === 'consign') await world.consign(allocation);
          if (step === 'close') await world.close();
        }
        const [one] = world.order.lines;
        expect(world.order.steps).toEqual([]);
        expect(world.refusals).toEqual([]);
        const pieces = world.cells.map((cell) => Number(cell.split('/')[0]));
        const sum = pieces.reduce((a, b) => a + b, 0);
        if (one?.state === 'CLOSED') {
          expect(world.cells).toEqual(FULL);
          // Nothing brings a closed line back.
          await world.answer('storeAccepted', world.order.allocation);
          await world.consign(world.order.allocation);
          expect(world.cells).toEqual(FULL);
        }
        const isSold = one?.state === 'ACCEPTED' || one?.state === 'SHIPPED';
        expect(sum).toBe(isSold ? 17 : 19);
        if (isSold) expect(world.stock.totalHeld()).toBe(0n);
        const isHeld = one?.state === 'ALLOCATED' || one?.state === 'WAITING';
        if (isHeld) expect(world.stock.totalHeld()).toBeGreaterThanOrEqual(2_000n);
      },
    ),
    { numRuns: 300 },
  );
});

test('two lines refunded and withdrawn apart from each other: every piece is counted once, and no order is split', async () => {
  const which = fc.constantFrom([SUB], [SUB2], [SUB, SUB2]);
  const plans = fc.array(fc.tuple(fc.constantFrom(...steps, 'rival'), which), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(plans, fc.boolean(), async (plan, isScarce) => {
      const world = new World();
      if (isScarce) world.stock.set(STORE_1342, 'g-1', 'SHARED', 5);
      let before = pieces(world);
      await world.pay({ lines: [line(SUB), line(SUB2)] });
      for (const [step, subOrderIds] of plan) {
        const { allocation } = world.order;
        const answer = { subOrderIds };
        if (step === 'accept') await world.answer('storeAccepted', allocation, answer);
        if (step === 'refuse') await world.answer('storeRefused', allocation, answer);
        if (step === 'refund') await world.answer('refundAgreed', allocation, answer);
        if (step === 'withdraw') await world.withdraw(subOrderIds);
        if (step === 'rival') before -= boughtByOthers(world);
        if (step === 'consign') await world.consign(allocation, answer);
        if (step === 'close') await world.close({ lines: [line(SUB), line(SUB2)] });
      }
      const { lines } = world.order;
      expect(world.order.steps).toEqual([]);
      expect(world.refusals).toEqual([]);
      const sold = lines.filter(({ state }) => state === 'ACCEPTED' || state === 'SHIPPED');
      expect(pieces(world)).toBe(before - 2 * sold.length);
      const open = lines.filter(({ state }) => state === 'ALLOCATED' || state === 'WAITING');
      if (open.length + lines.filter(({ state }) => state === 'FAILED').length === 0) {
        expect(world.stock.totalHeld()).toBe(0n);
      }
      const places = lines.flatMap(({ state, place }) =>
        state !== 'CLOSED' && place ? [place.id] : [],
      );
      expect(new Set(places).size).toBeLessThan(2);
    }),
    { numRuns: 400 },
  );
});

/** Somebody else buys all certain stock that is free; how many pieces. */
function boughtByOthers(world: World): number {
  const free = [WH_01, STORE_123].map((place) => {
    const [all = 0, held = 0] = world.stock.at(place, 'g-1', 'CERTAIN').split('/').map(Number);
    world.stock.set(place, 'g-1', 'CERTAIN', held);
    return all - held;
  });
  return free.reduce((a, b) => a + b, 0);
}

/** Pieces of all cells, held or not. */
const pieces = (world: World): number =>
  world.cells.reduce((sum, cell) => sum + Number(cell.split('/')[0]), 0);
