import { err, ok } from '@astrolabe/kernel';
import { beforeEach, describe, expect, test } from 'vitest';
import { CRASH, NAME, OID, S2, World, failed } from '../../test/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

describe('an allocation', () => {
  test('reports that it is taken, moves once, then tells; repeats of allocate meanwhile do nothing', async () => {
    await world.spi.allocate(NAME);
    await world.spi.allocate(NAME);
    expect(await world.settle()).toBe(0);
    expect(world.platform.sent.map(({ kind, place }) => `${kind} ${place}`)).toEqual([
      'TAKEN 123',
      'ADJUST 123',
      'SYNC 123',
    ]);
    expect(world.state).toMatchObject({ round: 1, status: 'ALLOCATED', notifiedAt: world.clock() });
  });

  test('a crash after the move was sent: the platform is asked, and it is not sent again', async () => {
    world.platform.script.ADJUST = [
      (apply) => {
        apply();
        return CRASH;
      },
    ];
    await world.spi.allocate(NAME);
    void world.work();
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.stateOf('ADJUST')).toEqual(['BEGUN']);
    expect(await world.spi.result(NAME)).toMatchObject({ ok: true, value: { status: 'WAITING' } });
    await world.settle();
    expect(world.platform.of('ADJUST')).toHaveLength(1);
    expect(world.stateOf('ADJUST')).toEqual(['SUCCEEDED']);
    expect(world.platform.of('SYNC')).toHaveLength(1);
  });

  test('a move that did not arrive is sent again with the same bill number', async () => {
    world.platform.script.ADJUST = [() => failed('unknown', 'NO_ANSWER')];
    await world.allocated();
    const [first, second, ...more] = world.platform.of('ADJUST');
    expect(more).toEqual([]);
    expect(second).toMatchObject({ billNum: first?.billNum, place: first?.place });
    expect(world.state?.status).toBe('ALLOCATED');
  });

  test('a place without stock is left out, and never told', async () => {
    world.platform.script.ADJUST = [() => failed('refused', 'INSUFFICIENT_STOCK')];
    await world.allocated();
    expect(world.platform.of('ADJUST').map(({ place }) => place)).toEqual(['123', '7']);
    expect(world.platform.of('SYNC').map(({ place }) => place)).toEqual(['7']);
    expect(new Set(world.platform.of('ADJUST').map(({ billNum }) => billNum)).size).toBe(2);
  });

  test('a refusal that the platform shows late still excludes the store', async () => {
    await world.allocated();
    await world.spi.refused(NAME);
    await world.work();
    expect(world.platform.of('SYNC')).toHaveLength(1);
    world.platform.refuse();
    await world.settle();
    expect(world.platform.of('SYNC').map(({ place }) => place)).toEqual(['123', '7']);
    expect(world.state?.lines[0]?.refusedBy).toEqual([S2]);
  });

  test('a repeated refusal notice moves nothing', async () => {
    await world.allocated();
    await world.spi.refused(NAME);
    await world.settle();
    expect(world.platform.of('ADJUST')).toHaveLength(1);
    expect(world.state?.lines[0]).toMatchObject({ place: S2, refusedBy: [] });
  });

  test('when every store has refused it fails, and says so', async () => {
    world.platform.stores = [S2];
    world.platform.line = { ...world.platform.line, deducted: S2 };
    world.platform.stock = async () =>
      ok([{ subOrderId: OID, place: S2, sharedMilli: 9_000n, certainMilli: 0n }]);
    await world.allocated();
    world.platform.line = { ...world.platform.line, target: null, state: 'WAITING' };
    await world.spi.refused(NAME);
    await world.settle();
    expect(world.state?.status).toBe('FAILED');
    expect(world.platform.of('SYNC')).toHaveLength(2);
  });

  test('a platform that cannot be read is asked again, and given up within five minutes', async () => {
    world.platform.fails = 3;
    await world.spi.allocate(NAME);
    expect(await world.settle()).toBe(7);
    expect(world.state?.status).toBe('ALLOCATED');

    world = new World();
    world.platform.fails = Number.MAX_SAFE_INTEGER;
    await world.spi.allocate(NAME);
    expect(await world.settle()).toBeLessThan(300);
    expect(world.state?.status).toBe('FAILED');
  });

  test('after the shipment nothing is allocated any more', async () => {
    await world.allocated();
    await world.spi.consigned(NAME);
    expect(await world.spi.allocate(NAME)).toEqual(err('ORDER_SHIPPED'));
    await world.spi.refused(NAME);
    await world.settle();
    expect(world.platform.of('SYNC')).toHaveLength(1);
  });
});
