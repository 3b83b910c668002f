import fc from 'fast-check';
import { expect, test } from 'vitest';
import { begun, driveCalls, ended, planned } from './index.ts';
import type { CallPorts, CallWatch, OutboundCall, Outcome, Policy, Succeeded } from './index.ts';

const POLICY: Policy = {
  attemptsMax: 9,
  firstWaitMs: 1_000,
  factor: 2,
  waitMaxMs: 30_000,
  leaseMs: 10_000,
};
const away = { code: 'AWAY', message: '' };
const NEVER = new Promise<never>(() => undefined);

/** What happens to one attempt at the other system, and on the way back. */
type Fate =
  | 'fine'
  | 'refused'
  | 'unreached'
  | 'lost before'
  | 'lost after'
  | 'thrown'
  | 'died before'
  | 'died after';
const fates: fc.Arbitrary<Fate> = fc.constantFrom(
  'fine',
  'refused',
  'unreached',
  'lost before',
  'lost after',
  'thrown',
  'died before',
  'died after',
);

/** One call in memory, and another system that has an effect each time it is reached. */
class World {
  now = 0;
  call: OutboundCall = planned(new Date(0));
  effects = 0;
  done: string[] = [];
  counted: string[] = [];
  errors: unknown[] = [];
  fates: Fate[];

  constructor(script: readonly Fate[]) {
    this.fates = [...script];
  }

  ports: CallPorts<OutboundCall, Succeeded> = {
    begin: async () => {
      const attempt = begun(this.call, new Date(this.now), POLICY);
      this.call = attempt?.call ?? this.call;
      return attempt;
    },
    lookUp: async () => {
      this.done.push('look up');
      return this.effects > 0 ? { kind: 'succeeded' } : null;
    },
    send: async () => {
      this.done.push('send');
      return await this.sent(this.fates.shift() ?? 'fine');
    },
    record: async (attempt, outcome) => {
      this.call = ended(this.call, attempt, outcome, new Date(this.now), POLICY);
    },
  };
  watch: CallWatch = {
    attempted: (kind) => void this.counted.push(kind),
    threw: (error) => void this.errors.push(error),
  };

  async sent(fate: Fate): Promise<Outcome> {
    if (fate === 'refused') return { kind: 'refused', problem: away };
    if (fate === 'unreached') return { kind: 'unanswered', problem: away };
    if (fate === 'lost before') return { kind: 'unknown', problem: away };
    if (fate === 'died before') return await NEVER;
    this.effects += 1;
    if (fate === 'thrown') throw new TypeError('gone');
    if (fate === 'died after') return await NEVER;
    return fate === 'fine' ? { kind: 'succeeded' } : { kind: 'unknown', problem: away };
  }

  /** Drives it whenever it is due, each time in a process of its own, until it is over. */
  async live(): Promise<void> {
    for (let turn = 0; turn < 50 && this.call.nextAt; turn += 1) {
      this.now = Math.max(this.now, this.call.nextAt.getTime());
      const isMortal = this.fates.some((fate) => fate.startsWith('died'));
      const drive = driveCalls(this.ports, this.watch, 3);
      // A process that died during an attempt ends no more; what it did before are microtasks.
      if (isMortal) await new Promise((resolve) => setImmediate(resolve));
      else await drive;
    }
  }
}

test('whatever gets lost, the effect is there once at most, and no doubt is repeated without a look', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fates, { maxLength: 14 }), async (script) => {
      const world = new World(script);
      await world.live();
      expect(world.effects).toBeLessThanOrEqual(1);
      const sent = world.done.filter((what) => what === 'send').length;
      expect(sent).toBeLessThanOrEqual(POLICY.attemptsMax);
      expect(world.call.nextAt).toBeNull();
      if (world.call.state === 'SUCCEEDED') expect(world.effects).toBe(1);
      if (world.call.state === 'REFUSED') expect(world.effects).toBe(0);
    }),
  );
});

test('the next attempt of what certainly had no effect is made without a look', async () => {
  const world = new World(['unreached', 'unreached']);
  await world.live();
  expect(world.done).toEqual(['send', 'send', 'send']);
  expect(world.counted).toEqual(['unanswered', 'unanswered', 'succeeded']);
});

test('an error that is thrown leaves the call unknown, and says what it was', async () => {
  const world = new World(['thrown']);
  await driveCalls(world.ports, world.watch, 1);
  expect(world.errors).toEqual([new TypeError('gone')]);
  expect(world.call).toMatchObject({
    state: 'UNKNOWN',
    problem: { code: 'UNAVAILABLE', message: 'TypeError' },
  });
});

test('a turn is bounded', async () => {
  let count = 0;
  const ports: CallPorts<null, Succeeded> = {
    begin: async () => ({ call: null, isDoubtful: false, isSpent: false }),
    lookUp: async () => null,
    send: async () => ({ kind: 'succeeded' }),
    record: async () => undefined,
  };
  const watch = { attempted: () => void (count += 1), threw: () => undefined };
  await driveCalls(ports, watch, 7);
  expect(count).toBe(7);
});
