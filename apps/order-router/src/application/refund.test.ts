import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SUB, SUB2, World, line } from '../../test/world.ts';

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

const steps = ['accept', 'refund', 'consign', 'refuse', 'close'] as const;

test('refund, acceptance, refusal, shipment and close in any order, repeated: one end, and the stock agrees', async () => {
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
      },
    ),
    { numRuns: 300 },
  );
});
