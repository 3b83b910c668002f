import { tmallOrder } from '@astrolabe/kernel';
import { describe, expect, test } from 'vitest';
import { Crash } from '../../test/fake-orders.ts';
import { SHIPMENT, World, placed } from '../../test/world.ts';

describe('a crash anywhere is harmless', () => {
  const story = async (world: World): Promise<void> => {
    const origin = (sequence: bigint, source: string) => ({ sequence, source });
    const name = tmallOrder('21230', '2004574256073903');
    const settle = async (): Promise<void> => {
      for (let i = 0; i < 20 && world.order.headCall; i += 1) {
        world.now += 120_000;
        await world.sweep();
      }
    };
    const until = async (act: () => Promise<unknown>): Promise<void> => {
      for (let i = 0; i < 20; i += 1) {
        try {
          await act();
          await settle();
          return;
        } catch (error) {
          if (!(error instanceof Crash)) throw error;
        }
      }
      throw new Error('never came through');
    };
    await until(() =>
      world.handlePlaced({ kind: 'orderPaid', origin: origin(1n, 'g'), placed: placed() }),
    );
    const answer = (allocation: number) => world.answerOf(allocation, {});
    await until(() =>
      world.handle(name, { kind: 'storeRefused', origin: origin(2n, 'f'), answer: answer(1) }),
    );
    await until(() =>
      world.handle(name, { kind: 'storeAccepted', origin: origin(4n, 'f'), answer: answer(2) }),
    );
    await until(() =>
      world.handle(name, {
        kind: 'storeConsigned',
        origin: origin(5n, 'f'),
        answer: answer(2),
        shipment: SHIPMENT,
      }),
    );
  };
  const outcome = (world: World): unknown => ({
    cells: world.cells,
    status: world.order.status,
    events: world.orders.events.map((event) => event.type),
    refusals: world.refusals,
    headCall: world.order.headCall,
  });

  test('at every write and around every stock command', async () => {
    const calm = new World();
    await story(calm);
    const expected = outcome(calm);
    expect(expected).toMatchObject({ cells: ['10/0', '4/0', '3/0', '0/0'], status: 'SHIPPED' });
    for (const where of ['beforeWrite', 'afterWrite', 'beforeStock', 'afterStock'] as const) {
      for (let at = 1; at <= 20; at += 1) {
        const world = new World();
        let count = 0;
        const crash = (): void => {
          count += 1;
          if (count === at) throw new Crash(`${where} ${at}`);
        };
        if (where === 'beforeWrite' || where === 'afterWrite') world.orders[where] = crash;
        else world[where] = crash;
        await story(world);
        expect(outcome(world), `${where} ${at}`).toEqual(expected);
      }
    }
  });
});
