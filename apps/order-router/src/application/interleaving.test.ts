import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Crash } from '../../test/fake-orders.ts';
import {
  COUNTING,
  FULFILLMENT,
  GATEWAY,
  NAME,
  SHIPMENT,
  SUB,
  SUB2,
  World,
  capped,
  line,
  placed,
} from '../../test/world.ts';
import type { OrderState } from '../domain/order.ts';

const LINES = [line(SUB, { quantityMilli: 1000n }), line(SUB2, { quantityMilli: 1000n })];

type Happening = {
  readonly name: string;
  /** The allocation that has to be told before it can happen; 0 for none. */
  readonly needs: number;
  readonly deliver: (world: World) => Promise<unknown>;
};

const gateway = (name: string, sequence: bigint, kind: 'orderPaid' | 'orderClosed'): Happening => ({
  name,
  needs: 0,
  deliver: (world) =>
    world.handlePlaced({
      kind,
      origin: { source: GATEWAY, sequence },
      placed: placed({
        lines: LINES,
        state: kind === 'orderClosed' ? 'CLOSED' : 'PAID',
      }),
    }),
});

const store = (
  sequence: bigint,
  kind: 'storeAccepted' | 'storeRefused' | 'storeConsigned',
  allocation: number,
  subOrderIds: readonly string[],
): Happening => ({
  name: `${kind} ${allocation} ${subOrderIds.join('+')}`,
  needs: allocation,
  deliver: (world) => {
    const origin = { source: FULFILLMENT, sequence };
    const answer = { allocation, subOrderIds, place: null, operator: '' };
    return kind === 'storeConsigned'
      ? world.handle(NAME, { kind, origin, answer, shipment: SHIPMENT })
      : world.handle(NAME, { kind, origin, answer });
  },
});

/** Refused once, then taken and shipped line by line; the channel's close comes too late. */
const STORY: readonly Happening[] = [
  gateway('paid', 1n, 'orderPaid'),
  store(2n, 'storeRefused', 1, [SUB, SUB2]),
  store(4n, 'storeAccepted', 2, [SUB]),
  store(5n, 'storeAccepted', 2, [SUB2]),
  store(6n, 'storeConsigned', 2, [SUB]),
  store(7n, 'storeConsigned', 2, [SUB2]),
];

const chaos = fc.record({
  /** Which of the events that can happen now happens next, and with which others at the same time. */
  picks: fc.array(fc.record({ pick: fc.nat(5), again: fc.nat(8), together: fc.boolean() }), {
    minLength: 10,
    maxLength: 30,
  }),
  /** Writes and stock commands that crash, counted over the run. */
  crashes: fc.uniqueArray(fc.nat(60), { maxLength: 8 }),
});

type Chaos = typeof chaos extends fc.Arbitrary<infer T> ? T : never;

async function run(
  story: readonly Happening[],
  plan: Chaos,
  setUp: (world: World) => void = () => undefined,
): Promise<World> {
  const world = new World();
  setUp(world);
  let count = 0;
  const crash = (): void => {
    count += 1;
    if (plan.crashes.includes(count)) throw new Crash(String(count));
  };
  world.orders.beforeWrite = crash;
  world.orders.afterWrite = () => {
    checkOneAllocation(world.order);
    crash();
  };
  world.beforeStock = crash;
  world.afterStock = crash;
  world.capacity.around = crash;
  const delivered: Happening[] = [];
  let open = [...story];
  // Kafka delivers again until the handler has come through.
  const deliver = async (happening: Happening): Promise<void> => {
    for (;;) {
      try {
        await happening.deliver(world);
        return;
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
    }
  };
  const sweep = async (): Promise<void> => {
    world.now += 120_000;
    await world.sweep();
  };
  const possible = (): Happening[] =>
    open.filter((h) =>
      h.needs === 0
        ? true
        : world.orders.events.some((e) => e.type === 'OrderAllocated' && e.allocation === h.needs),
    );
  const next = async (pick: number, again: number, together: boolean): Promise<void> => {
    const can = possible();
    const chosen = can[pick % Math.max(1, can.length)];
    const old = delivered[again];
    const batch = [chosen, old].flatMap((h) => h ?? []);
    if (chosen) {
      open = open.filter((h) => h !== chosen);
      delivered.push(chosen);
    }
    if (together) await Promise.all(batch.map(deliver));
    else for (const happening of batch) await deliver(happening);
  };
  for (const { pick, again, together } of plan.picks) {
    await next(pick, again, together);
    await sweep();
  }
  for (let i = 0; open.length > 0 && i < 100; i += 1) {
    await next(0, 99, false);
    await sweep();
  }
  for (let i = 0; world.order.headCall && i < 100; i += 1) await sweep();
  // What stores can only do after an allocation does not happen when the order closed before it.
  if (world.order.status !== 'CLOSED') expect(open).toEqual([]);
  return world;
}

/** All living lines of an order that this service allocates stand at one place, by one allocation. */
function checkOneAllocation(order: OrderState): void {
  const alive = order.lines.filter((l) => ['ALLOCATED', 'ACCEPTED', 'SHIPPED'].includes(l.decided));
  expect(new Set(alive.map((l) => l.allocation)).size).toBeLessThanOrEqual(1);
  expect(new Set(alive.map((l) => JSON.stringify(l.place))).size).toBeLessThanOrEqual(1);
  expect(alive.every((l) => l.allocation <= order.allocation)).toBe(true);
}

const told = (world: World, type: string): readonly string[] =>
  world.orders.events
    .flatMap((event) => {
      if (event.type !== type) return [];
      if ('subOrderIds' in event) return event.subOrderIds;
      return 'lines' in event ? event.lines.map((l) => l.subOrderId) : [];
    })
    .toSorted();

test('any order, duplication and crash of the events ends in the same state', async () => {
  await fc.assert(
    fc.asyncProperty(chaos, async (plan) => {
      const world = await run(STORY, plan);
      expect(world.cells).toEqual(['10/0', '4/0', '3/0', '0/0']);
      expect(world.order).toMatchObject({ status: 'SHIPPED', allocation: 2, steps: [] });
      expect(world.refusals).toEqual([]);
      expect(told(world, 'OrderAllocated')).toEqual([SUB, SUB, SUB2, SUB2]);
      expect(told(world, 'OrderAccepted')).toEqual([SUB, SUB2]);
      expect(told(world, 'OrderShipped')).toEqual([SUB, SUB2]);
    }),
    { numRuns: 300 },
  );
});

test('with daily caps: a slot stands exactly where the order stands', async () => {
  await fc.assert(
    fc.asyncProperty(chaos, async (plan) => {
      const world = await run(STORY, plan, (w) => {
        w.rules = COUNTING;
        w.storeSettings = [capped('1342', 1), capped('123', 1)];
      });
      expect(world.order).toMatchObject({ status: 'SHIPPED', allocation: 2, steps: [] });
      expect(world.refusals).toEqual([]);
      expect(world.capacity.taken).toEqual({ '1342': 0, '123': 1 });
      expect(world.cells).toEqual(['10/0', '4/0', '3/0', '0/0']);
    }),
    { numRuns: 300 },
  );
});

test('a close that races with the stores is decided once for each line, and stock agrees', async () => {
  const race = [
    gateway('paid', 1n, 'orderPaid'),
    store(2n, 'storeAccepted', 1, [SUB]),
    store(3n, 'storeAccepted', 1, [SUB2]),
    gateway('closed', 2n, 'orderClosed'),
  ];
  const ends = new Set<string>();
  await fc.assert(
    fc.asyncProperty(chaos, async (plan) => {
      const paidFirst = { pick: 0, again: 99, together: false };
      const world = await run(race, { ...plan, picks: [paidFirst, ...plan.picks] });
      const sold = BigInt(world.order.lines.filter((l) => l.state === 'ACCEPTED').length);
      expect(world.order.steps).toEqual([]);
      expect(world.stock.totalHeld()).toBe(0n);
      expect(world.cells[1]).toBe(`${4n - sold}/0`);
      expect(world.refusals).toEqual([]);
      const [closed, accepted] = [told(world, 'OrderClosed'), told(world, 'OrderAccepted')];
      expect([...closed, ...accepted].toSorted()).toEqual([SUB, SUB2]);
      ends.add(`${closed.length} closed, ${accepted.length} accepted`);
    }),
    { numRuns: 300 },
  );
  expect([...ends].toSorted()).toEqual([
    '0 closed, 2 accepted',
    '1 closed, 1 accepted',
    '2 closed, 0 accepted',
  ]);
});
