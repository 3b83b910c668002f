import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  UP,
  answered,
  began,
  ended,
  faulted,
  left,
  mayCall,
  putBack,
  turn,
  waits,
} from './outage.ts';
import type { Outage, Step, Ticket } from './outage.ts';

/** Tries that an event has before it goes elsewhere. */
const TRIES = 4;

type Call = { readonly begunAt: number; fate: 'open' | 'answer' | 'fault' };
type Visitor = {
  readonly ticket: Ticket;
  /** The dependency dies of it. */
  readonly poison: boolean;
  where: 'fresh' | 'waits' | 'may call' | 'calls' | 'rests' | 'done' | 'given up';
  call: Call | undefined;
  tries: number;
};

/** A dependency with events that call it, all of it by single steps that come in any order. */
class World {
  outage: Outage = UP;
  alive = true;
  crashes = 0;
  readonly visitors: Visitor[] = [];
  private moment = 0;

  add(poison: boolean): void {
    const ticket = this.visitors.length;
    this.visitors.push({ ticket, poison, where: 'fresh', call: undefined, tries: 0 });
  }

  in(where: Visitor['where']): Visitor[] {
    return this.visitors.filter((visitor) => visitor.where === where);
  }

  private take({ outage, go }: Step): void {
    this.outage = outage;
    for (const ticket of go) {
      const visitor = this.visitors[ticket];
      if (visitor?.where !== 'waits') throw new Error(`${ticket} was let go and did not wait`);
      visitor.where = 'may call';
    }
  }

  comes(visitor: Visitor): void {
    visitor.where = 'waits';
    this.take(waits(this.outage, visitor.ticket));
  }

  calls(visitor: Visitor): void {
    const { ticket } = visitor;
    const { away, suspects, upSince } = this.outage;
    if (!mayCall(this.outage, ticket)) {
      visitor.where = 'fresh';
      this.take(putBack(this.outage, ticket));
      return;
    }
    if (!away && suspects.has(ticket)) {
      const others = this.in('calls').filter(
        ({ ticket: other, call }) => suspects.has(other) && (call?.begunAt ?? 0) > upSince,
      );
      expect(others, 'suspects are called one at a time').toEqual([]);
    }
    visitor.where = 'calls';
    visitor.call = {
      begunAt: (this.moment += 1),
      fate: this.alive ? 'open' : 'fault',
    };
    this.outage = began(this.outage, ticket);
  }

  /** The dependency answers, or dies of the call. What is heard of it comes later. */
  decides({ poison, call }: Visitor): void {
    if (call?.fate !== 'open') return;
    if (poison) this.dies();
    else call.fate = 'answer';
  }

  dies(): void {
    this.alive = false;
    for (const { call } of this.in('calls')) if (call?.fate === 'open') call.fate = 'fault';
  }

  hears(visitor: Visitor): void {
    const { ticket, call } = visitor;
    if (call === undefined || call.fate === 'open') return;
    const at = (this.moment += 1);
    visitor.call = undefined;
    if (call.fate === 'answer') {
      visitor.where = 'done';
      this.take(ended(this.outage, { ticket, at }));
      this.take(answered(this.outage, { begunAt: call.begunAt, at: (this.moment += 1) }));
      this.take(left(this.outage, ticket));
      return;
    }
    const step = faulted(this.outage, { ticket, at, begunAt: call.begunAt });
    visitor.where = step.meaning === 'counts' ? 'rests' : 'fresh';
    this.take(step);
    if (step.meaning !== 'counts') return;
    visitor.tries += 1;
    if (visitor.tries < TRIES) return;
    visitor.where = 'given up';
    this.take(left(this.outage, ticket));
  }

  turns(): void {
    const before = this.in('may call').length;
    this.take(turn(this.outage));
    expect(this.in('may call').length - before).toBeLessThanOrEqual(1);
  }

  /** One step of those that are possible. */
  step(choice: number, crashesMax: number): void {
    const steps = [
      ...this.in('fresh').map((visitor) => () => this.comes(visitor)),
      ...this.in('rests').map((visitor) => () => this.comes(visitor)),
      ...this.in('may call').map((visitor) => () => this.calls(visitor)),
      ...this.in('calls').flatMap((visitor) => [
        () => this.decides(visitor),
        () => this.hears(visitor),
      ]),
      () => this.turns(),
      ...(this.alive ? [] : [() => void (this.alive = true)]),
      ...(this.alive && this.crashes < crashesMax
        ? [
            () => {
              this.crashes += 1;
              this.dies();
            },
          ]
        : []),
    ];
    steps[choice % steps.length]?.();
  }

  /** Everything that can happen happens, again and again. */
  settle(rounds: number): number {
    for (let round = 0; round < rounds; round += 1) {
      const open = this.visitors.filter(({ where }) => where !== 'done' && where !== 'given up');
      if (open.length === 0) return round;
      this.alive = true;
      for (const visitor of open) {
        if (visitor.where === 'fresh' || visitor.where === 'rests') this.comes(visitor);
        if (visitor.where === 'may call') this.calls(visitor);
      }
      for (const visitor of this.in('calls')) this.decides(visitor);
      for (const visitor of this.in('calls')) this.hears(visitor);
      this.turns();
    }
    return rounds;
  }

  healthyTries(): number {
    return this.visitors.reduce((sum, { poison, tries }) => sum + (poison ? 0 : tries), 0);
  }
}

const choices = fc.array(fc.nat(9_999), { minLength: 40, maxLength: 160, size: 'max' });

function worldOf(
  healthy: number,
  poison: number,
  steps: readonly number[],
  crashes: number,
): World {
  const world = new World();
  for (let n = 0; n < healthy + poison; n += 1) world.add(n < poison);
  for (const choice of steps) world.step(choice, crashes);
  return world;
}

test('one outage counts no try, however calls and answers are mixed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), choices, (healthy, steps) => {
      const world = worldOf(healthy, 0, steps, 1);
      const rounds = world.settle(200);
      expect(world.healthyTries()).toBe(0);
      expect(world.in('done')).toHaveLength(healthy);
      expect(rounds).toBeLessThan(200);
    }),
    { numRuns: 800 },
  );
});

test('an outage costs one try at the most, and so does the first call of a message that kills', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 0, max: 5 }),
      choices,
      (healthy, poison, crashes, steps) => {
        const world = worldOf(healthy, poison, steps, crashes);
        // A call that began during an outage may kill after it, and the next one before it is a suspect.
        expect(world.healthyTries()).toBeLessThanOrEqual(world.crashes + 2 * poison);
      },
    ),
    { numRuns: 800 },
  );
});

test('messages that kill are given up while others come, and all others are handled', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 2 }),
      choices,
      (healthy, poison, steps) => {
        const world = worldOf(healthy, poison, steps, 0);
        for (let more = 0; more < 60; more += 1) {
          world.add(false);
          world.settle(3);
        }
        world.settle(200);
        const stuck = world.visitors.filter(
          ({ where }) => where !== 'done' && where !== 'given up',
        );
        expect(stuck).toEqual([]);
        expect(world.in('given up').length).toBeGreaterThanOrEqual(poison);
        const others = world.in('given up').filter((visitor) => !visitor.poison);
        expect(others).toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
});

test('while it is away one event is called per turn, and one that waits goes before a suspect', () => {
  let at = 0;
  let step: Step = faulted(UP, { ticket: 0, begunAt: (at += 1), at: (at += 1) });
  expect(step).toMatchObject({ meaning: 'wait', go: [] });
  step = waits(step.outage, 0);
  for (const ticket of [1, 2]) step = waits(step.outage, ticket);
  step = turn(step.outage);
  expect(step.go).toEqual([1]);
  const probe = faulted(step.outage, { ticket: 1, begunAt: (at += 1), at: (at += 1) });
  expect(probe.meaning).toBe('wait');
  step = waits(probe.outage, 1);
  step = turn(step.outage);
  expect(step.go).toEqual([2]);
  // What needs nothing of the dependency passes its turn on.
  step = ended(step.outage, { ticket: 2, at: (at += 1) });
  expect(step.go).toEqual([1]);
  // An answer to a call from before the fault says nothing about the time after it.
  expect(answered(step.outage, { begunAt: 1, at: (at += 1) }).outage.away).toBe(true);
  step = answered(step.outage, { begunAt: at, at: (at += 1) });
  expect(step.outage.away).toBe(false);
  expect(step.go).toEqual([0]);
});

test('a suspect that fails beside another one that is still called may not be the cause', () => {
  let at = 0;
  let step: Step = { outage: UP, go: [] };
  for (const ticket of [0, 1]) {
    const begunAt = ticket + 1;
    step = faulted(step.outage, { ticket, begunAt, at: (at = 2 + ticket + 1) });
    step = waits(step.outage, ticket);
  }
  step = turn(step.outage);
  expect(step.go).toEqual([0]);
  const firstBegunAt = (at += 1);
  let outage = began(step.outage, 0);
  // Something else gets an answer: the other suspect is called while the first call runs.
  step = answered(outage, { begunAt: (at += 1), at: (at += 1) });
  expect(step.go).toEqual([1]);
  const begunAt = (at += 1);
  outage = began(step.outage, 1);
  const beside = faulted(outage, { ticket: 1, begunAt, at: (at += 1) });
  expect(beside.meaning).toBe('wait');
  const first = faulted(beside.outage, { ticket: 0, begunAt: firstBegunAt, at: (at += 1) });
  expect(first.meaning).toBe('wait');
  // The same when the first call has ended in between.
  const late = faulted(outage, { ticket: 0, begunAt: firstBegunAt, at: (at += 1) });
  expect(late).toMatchObject({ meaning: 'again', outage: { away: false } });
  expect(faulted(late.outage, { ticket: 1, begunAt, at: (at += 1) }).meaning).toBe('wait');
  // Alone it is.
  const rest = left(late.outage, 0);
  const begunLater = (at += 1);
  const counted = faulted(began(rest.outage, 1), { ticket: 1, begunAt: begunLater, at: (at += 1) });
  expect(counted.meaning).toBe('counts');
});
