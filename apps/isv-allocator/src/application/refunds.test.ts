import { ok } from '@astrolabe/kernel';
import { beforeEach, describe, expect, test } from 'vitest';
import { NAME, OID, S1, S2, World } from '../../test/world.ts';
import { refundAnswered, refundRead } from '../domain/refund.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

describe('a refund', () => {
  test('a refund ends what is left to do; one before allocate is remembered', async () => {
    await world.spi.refund(NAME, [{ subOrderId: OID, standing: 'ASKED' }]);
    await world.allocated();
    expect(world.platform.sent).toEqual([]);
    expect(world.state?.progress).toBe('RELEASED');
    // The platform asks for it again: the refund stands, and the trade says so.
    await world.allocated();
    expect(world.platform.sent).toEqual([]);
    expect(world.state?.progress).toBe('RELEASED');
  });

  test('a withdrawn refund: allocated again as soon as the platform has opened the order', async () => {
    await world.allocated();
    await world.spi.refund(NAME, [{ subOrderId: OID, standing: 'ASKED' }]);
    world.platform.line = {
      ...world.platform.line,
      target: null,
      state: 'CLOSED',
      refundWithdrawn: true,
    };
    await world.spi.allocate(NAME);
    await world.work();
    expect(world.state?.decision).toMatchObject({ attempts: 1 });
    world.platform.line = { ...world.platform.line, deducted: S1, state: 'WAITING' };
    await world.settle();
    expect(world.state).toMatchObject({ status: 'ALLOCATED', refunded: [] });
    // The place has not refused: it was chosen again.
    expect(world.state?.lines[0]).toMatchObject({ place: S2, refusedBy: [] });
    expect(world.state?.refunds).toMatchObject([{ state: 'WITHDRAWN' }]);
  });

  test('a refund that is withdrawn while a decision reads the trade: what it has read does not count', async () => {
    await world.allocated();
    await world.spi.refund(NAME, [{ subOrderId: OID, standing: 'ASKED' }]);
    await world.allocations.change(NAME, (state) =>
      ok(refundAnswered(state ?? expect.fail(), 'CANCEL_AGREED', [OID], world.clock())),
    );
    await world.spi.allocate(NAME);
    const withdrawn = { refundId: '7001', subOrderId: OID, feeFen: 0n, modifiedAt: world.clock() };
    const row = { orderRef: NAME, ...withdrawn, standing: 'WITHDRAWN' as const };
    const read = world.platform.trade;
    world.platform.trade = async () => {
      const before = { ...world.platform.line, target: null, state: 'CLOSED' };
      world.platform.trade = read;
      world.platform.line = {
        ...world.platform.line,
        target: null,
        deducted: S1,
        state: 'WAITING',
      };
      await world.allocations.change(NAME, (state) =>
        ok(refundRead(state, row, world.clock()) ?? expect.fail()),
      );
      return ok([before]);
    };
    await world.settle();
    expect(world.state).toMatchObject({ status: 'ALLOCATED', progress: 'OPEN' });
    expect(world.platform.line).toMatchObject({ target: S2, state: 'ALLOCATED' });
  });

  test('the same place told again within a second is told in another one: the bytes differ', async () => {
    await world.allocated();
    await world.spi.refund(NAME, [{ subOrderId: OID, standing: 'ASKED' }]);
    const line = { ...world.platform.line, target: null, deducted: S1, state: 'WAITING' };
    world.platform.line = { ...line, refundWithdrawn: true };
    await world.allocated();
    const [first, again, ...more] = world.platform.of('SYNC');
    expect(more).toEqual([]);
    expect(again?.place).toBe(first?.place);
    expect(again?.second).toBeGreaterThan(first?.second ?? Infinity);
  });
});
