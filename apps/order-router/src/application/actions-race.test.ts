import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Crash } from '../../test/fake-orders.ts';
import { FULFILLMENT, NAME, SUB, SUB2, WH_01, World, line } from '../../test/world.ts';
import type { ActionKind, ActionOutcome } from '../domain/actions/action.ts';
import type { GoodsBack } from '../domain/commands.ts';

const SUBS = [SUB, SUB2];
/** Of all places, as a world begins. */
const PIECES = 19_000n;

/** What may happen to an order beside what it does itself. */
const happening = fc.oneof(
  fc.record({
    what: fc.constant('act' as const),
    kind: fc.constantFrom<ActionKind>('HOLD', 'RELEASE', 'REROUTE', 'INTERCEPT', 'CLOSE'),
    named: fc.boolean(),
  }),
  fc.record({
    what: fc.constantFrom('accept', 'refuse', 'giveBack', 'refund', 'close', 'hear', 'sweep'),
  }),
);

type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

const plans = fc.record({
  happenings: fc.array(fc.record({ one: happening, together: fc.boolean() }), {
    minLength: 4,
    maxLength: 14,
  }),
  crashes: fc.uniqueArray(fc.nat(60), { maxLength: 5 }),
});

type StandingAnswer = {
  readonly kind: 'storeAccepted' | 'storeRefused' | 'refundAgreed';
  readonly allocation: number;
  /** What a store gives back after it had accepted. */
  readonly back?: GoodsBack;
};

/** An order among stores that answer in fulfillment first, and are heard of here later. */
class Race {
  readonly world = new World();
  readonly unheard: StandingAnswer[] = [];
  readonly accepted = new Set<number>();
  /** Pieces that stores did not find. */
  lost = 0n;
  private actions = 0;
  private count = 0;
  private told = 0;
  private readonly crashes: readonly number[];

  constructor(crashes: readonly number[]) {
    this.crashes = crashes;
    const { world } = this;
    const crash = (): void => {
      this.count += 1;
      if (this.crashes.includes(this.count)) throw new Crash(String(this.count));
    };
    world.orders.beforeWrite = crash;
    world.orders.afterWrite = () => {
      this.checkWrite();
      crash();
    };
    world.beforeStock = crash;
    world.afterStock = crash;
    world.shelves.around = crash;
  }

  /** While an order is held nobody is told that it was allocated, and no write splits it. */
  private checkWrite(): void {
    const { order, orders } = this.world;
    const news = orders.events.slice(this.told);
    this.told = orders.events.length;
    if (order.hold) expect(news.map(({ type }) => type)).not.toContain('OrderAllocated');
    const placed = order.lines.filter(({ decided }) => ['ALLOCATED', 'ACCEPTED'].includes(decided));
    expect(new Set(placed.map(({ place }) => JSON.stringify(place))).size).toBeLessThanOrEqual(1);
  }

  async untilDone(work: () => Promise<unknown>): Promise<void> {
    for (;;) {
      try {
        await work();
        return;
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
    }
  }

  /** The newest allocation that a store knows of and has not answered. */
  private offered(): number | null {
    const { world } = this;
    const told = world.orders.events.findLast(({ type }) => type === 'OrderAllocated');
    if (told?.type !== 'OrderAllocated') return null;
    const isFree = SUBS.every(
      (sub) => world.shelves.standing.get(`${told.allocation}/${sub}`) === undefined,
    );
    return isFree ? told.allocation : null;
  }

  private answer(kind: StandingAnswer['kind'], status: string): void {
    const allocation = this.offered();
    if (allocation === null) return;
    this.world.shelves.answered(allocation, SUBS, status);
    if (status === 'ACCEPTED') this.accepted.add(allocation);
    this.unheard.push({ kind, allocation });
  }

  /** A store that has accepted, and has not been told otherwise, gives all of it back and has lost a piece. */
  private giveBack(): void {
    const allocation = [...this.accepted].find((one) =>
      SUBS.every((sub) => this.world.shelves.standing.get(`${one}/${sub}`) === 'ACCEPTED'),
    );
    if (allocation === undefined) return;
    this.world.shelves.answered(allocation, SUBS, 'REFUSED');
    this.accepted.delete(allocation);
    this.lost += 1n;
    const back = { lost: { [SUB]: 1000n }, reason: 'MISSING' };
    this.unheard.push({ kind: 'storeRefused', allocation, back });
  }

  /** An answer of a store arrives here. */
  async hear(): Promise<void> {
    const next = this.unheard.shift();
    if (!next) return;
    const origin = this.world.origin(FULFILLMENT);
    const answer = this.world.answerOf(next.allocation, { subOrderIds: SUBS });
    const { kind, back } = next;
    const command = kind === 'storeRefused' && back ? { kind, back } : { kind };
    await this.untilDone(() => this.world.handle(NAME, { ...command, origin, answer }));
  }

  async happen(one: Happening): Promise<void> {
    const { world } = this;
    switch (one.what) {
      case 'act': {
        this.actions += 1;
        const key = `wish-${this.actions}`;
        const place = 'named' in one && one.named && one.kind === 'REROUTE' ? WH_01 : null;
        const kind = 'kind' in one ? one.kind : 'HOLD';
        // An operator asks again with the same key when no answer came.
        return await this.untilDone(() => world.act(kind, { key, place }));
      }
      case 'accept':
        return this.answer('storeAccepted', 'ACCEPTED');
      case 'refuse':
        return this.answer('storeRefused', 'REFUSED');
      case 'giveBack':
        return this.giveBack();
      case 'refund':
        return this.answer('refundAgreed', 'CANCEL_AGREED');
      case 'close': {
        const lines = SUBS.map((sub) => line(sub, { quantityMilli: 1000n }));
        return await this.untilDone(() => world.close({ lines }));
      }
      case 'hear':
        return await this.hear();
      case 'sweep':
        world.now += 120_000;
        await this.untilDone(() => world.sweep());
    }
  }

  async settle(): Promise<void> {
    while (this.unheard.length > 0) await this.hear();
    for (let i = 0; this.world.order.steps.length > 0 && i < 50; i += 1) {
      this.world.now += 120_000;
      await this.untilDone(() => this.world.sweep());
    }
  }
}

test('operators, stores and the channel race: each wish has one outcome, and nothing is lost', async () => {
  const outcomes = new Set<ActionOutcome | null>();
  await fc.assert(
    fc.asyncProperty(plans, async ({ happenings, crashes }) => {
      const race = new Race(crashes);
      const { world } = race;
      const lines = SUBS.map((sub) => line(sub, { quantityMilli: 1000n }));
      await race.untilDone(() => world.pay({ lines }));
      for (let index = 0; index < happenings.length; index += 1) {
        const now = happenings[index];
        const next = now?.together ? happenings[index + 1] : undefined;
        if (next) index += 1;
        await Promise.all([now, next].map(async (at) => at && race.happen(at.one)));
      }
      await race.settle();
      const { order } = world;
      expect(order.steps).toEqual([]);
      // Stock was never asked for something that it refuses.
      expect(world.refusals).toEqual([]);
      for (const { outcome } of order.actions) outcomes.add(outcome);
      expect(order.actions.filter(({ outcome }) => outcome === null)).toEqual([]);
      for (const { decided, allocation, subOrderId } of order.lines) {
        const stands = world.shelves.standing.get(`${allocation}/${subOrderId}`);
        // Where the order says it is, a store has it; and what a store has accepted and kept is there.
        if (decided === 'ALLOCATED') expect([undefined, 'CANCEL_AGREED']).toContain(stands);
        if (decided === 'ACCEPTED') expect(stands).toBe('ACCEPTED');
      }
      const kept = [...race.accepted].filter((allocation) => world.shelves.has(allocation, SUB));
      const isClosed = order.lines.every(({ decided }) => decided === 'CLOSED');
      if (kept.length > 0 && !isClosed) {
        expect(order.lines.map(({ decided }) => decided)).toEqual(['ACCEPTED', 'ACCEPTED']);
      }
      // The guarantee stands for every line that is open, and for no other.
      const open = order.lines.filter(({ decided }) =>
        ['WAITING', 'ALLOCATED', 'FAILED'].includes(decided),
      );
      const shared = open.filter(({ kind }) => kind === 'SHARED').length;
      expect(world.stock.totalHeld()).toBe(BigInt(open.length + shared) * 1000n);
      // What is gone was sold to this order, or is not on a shelf.
      const sold = order.lines.filter(({ decided }) => decided === 'ACCEPTED').length;
      const there = [...world.stock.cells.values()].reduce((sum, one) => sum + one.quantity, 0n);
      expect(there).toBe(PIECES - (BigInt(sold) + race.lost) * 1000n);
    }),
    { numRuns: 400 },
  );
  expect([...outcomes]).toEqual(
    expect.arrayContaining([
      'CHANNEL_CLOSED',
      'CLOSED',
      'HELD',
      'INTERCEPTED',
      'RELEASED',
      'REROUTED',
      'STORE_ACCEPTED',
      'STORE_REFUSED',
    ]),
  );
});
