import { err, ok, tmallOrder } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import { isDoubtful } from '@astrolabe/outbound';
import type { Outcome, Problem } from '@astrolabe/outbound';
import { beforeEach, expect, test } from 'vitest';
import { mayHaveLeft, presentCall, shipPolicy, stateOf } from '../domain/shipping.ts';
import { emptyFulfilment, newTask } from '../domain/fulfilment.ts';
import type { Model, Task } from '../domain/fulfilment.ts';
import type { Report } from '../domain/rules.ts';
import type { Shipping, Wish } from '../domain/shipping.ts';
import { makeAskToShip } from './ask-to-ship.ts';
import type { Fulfilments, Shippings, Shop, Tmall } from './ports.ts';
import { makeReportStatus } from './report-status.ts';
import { makeShip, shipmentReport } from './ship.ts';

const ORDER = tmallOrder('21230', '2004574256073903');
const OID = '2004574256073904';
const WISH: Wish = {
  storeId: '1342',
  allocation: 1,
  subOrderIds: [OID],
  company: '顺丰速运',
  mailNo: 'SF1',
  operator: '小王',
};
const TASK: Task = {
  ...newTask({
    subOrderId: OID,
    itemId: '9001',
    skuId: '70001',
    outerId: 'SKU-A',
    quantity: 2_000n,
  }),
  allocation: 1,
  place: { type: 'STORE', id: '1342' },
  status: 'ACCEPTED',
};
const SHOP: Shop = { sellerId: '21230', tmallUrl: 'x', appKey: 'k', secret: 's', session: 't' };
const PAUSE = { reason: '维护', by: 'li', at: new Date(0) };
const LEASE_MS = 10_000;
const POLICY = shipPolicy(1_000, LEASE_MS);
const PROBLEM: Problem = { code: 'TMALL_REFUSED', message: 'B04 订单已关闭' };

/** Tmall and the database in memory, and what was done in which order. */
class World {
  now = Date.UTC(2016, 8, 22, 2, 0, 0);
  task: Task = TASK;
  isShipped = false;
  done: string[] = [];
  counted: string[] = [];
  /** What the next ship calls do instead of succeeding. */
  script: ((ship: () => void) => Outcome)[] = [];
  /** What the next reports are refused with. */
  refusals: 'ILLEGAL_TRANSITION'[] = [];
  reports: Report[] = [];
  model: Model = { allocator: 'ASTROLABE', acceptor: 'DIANZHANGGUI' };
  kept: Shipping | null = null;
  isConnected = true;
  isPaused = false;

  shippings: Pick<Shippings, 'load' | 'change'> = {
    load: async () => this.kept,
    change: async <E>(_order: object, decide: (s: Shipping | null) => Result<Shipping, E>) => {
      const next = decide(this.kept);
      if (next.ok) this.kept = next.value;
      return next;
    },
  };

  tmall: Tmall = {
    ship: async () => {
      this.done.push('ship');
      const apply = (): void => {
        this.isShipped = true;
      };
      const scripted = this.script.shift();
      if (scripted) return scripted(apply);
      apply();
      return { kind: 'succeeded' };
    },
    shipped: async () => {
      this.done.push('ask');
      return ok(this.isShipped);
    },
  };

  deps() {
    return {
      shippings: this.shippings,
      shops: {
        find: async () =>
          this.isConnected ? { ...SHOP, pause: this.isPaused ? PAUSE : null } : null,
      },
      tmall: this.tmall,
      sellers: { modelOf: async () => this.model },
      fulfilments: { load: async () => ({ ...emptyFulfilment(ORDER), tasks: [this.task] }) },
      reportStatus: async (_order: object, report: Report) => {
        const reason = this.refusals.shift();
        this.done.push(reason ?? 'consigned');
        if (reason) return err(reason);
        this.reports.push(report);
        return ok({ already: false, onTime: true });
      },
      tryNow: async () => undefined,
      clock: () => new Date(this.now),
      policy: POLICY,
      watch: {
        attempted: (kind: Outcome['kind']) => void this.counted.push(kind),
        threw: () => undefined,
      },
    };
  }
  ask = (wish: Partial<Wish> = {}, order = ORDER) =>
    makeAskToShip(this.deps())(order, { ...WISH, ...wish });
  work = () => makeShip(this.deps())(ORDER);
  /** The newest parcel, as it is told. */
  get parcel() {
    const parcel = this.kept?.parcels.at(-1);
    if (!parcel) return undefined;
    const { attempts, problem } = presentCall(parcel);
    const [state, doubtful] = [stateOf(parcel), isDoubtful(parcel.tmall)];
    return { ...parcel, state, attempts, problem, doubtful };
  }
}

const never = (): never => {
  throw new TypeError('not asked for here');
};
const unused = { byPickup: never, due: never, list: never, count: never, lastKnown: never };

let world: World;
beforeEach(() => {
  world = new World();
});

test('Tmall is called first, then the order is consigned here', async () => {
  expect(await world.ask()).toMatchObject({ ok: true, value: { already: false } });
  expect(world.kept?.dueAt).not.toBeNull();
  await world.work();
  expect(world.done).toEqual(['ship', 'consigned']);
  expect(world.counted).toEqual(['succeeded', 'succeeded']);
  expect(world.parcel).toMatchObject({ state: 'DONE', problem: null });
  expect(world.kept?.dueAt).toBeNull();
  // Asked again: nothing is shipped twice.
  expect(await world.ask()).toMatchObject({ ok: true, value: { already: true } });
  await world.work();
  expect(world.done).toEqual(['ship', 'consigned']);
});

test('a shop that is paused is not called and loses no attempt; resumed, what waits is shipped', async () => {
  world.isPaused = true;
  await world.ask();
  for (let turn = 0; turn < 20; turn += 1) {
    await world.work();
    world.now += 60_000;
  }
  expect(world.done).toEqual([]);
  expect(world.parcel).toMatchObject({ state: 'PENDING', attempts: 0 });
  world.isPaused = false;
  await world.work();
  expect(world.done).toEqual(['ship', 'consigned']);
});

test('what Tmall has is recorded although the shop is paused', async () => {
  world.refusals = ['ILLEGAL_TRANSITION'];
  await world.ask();
  await world.work();
  expect(world.parcel?.state).toBe('AT_TMALL');
  world.isPaused = true;
  world.now += 60_000;
  await world.work();
  expect(world.parcel?.state).toBe('DONE');
});

test("a refusal of Tmall is final, in Tmall's own words, and nothing is consigned", async () => {
  world.script = [() => ({ kind: 'refused', problem: PROBLEM })];
  await world.ask();
  await world.work();
  expect(world.done).toEqual(['ship', 'ask']);
  expect(world.parcel).toMatchObject({ state: 'REFUSED', problem: PROBLEM, shippedAt: null });
  expect(world.parcel && mayHaveLeft(world.parcel)).toBe(false);
  // The store may try again, as a parcel of its own.
  await world.ask();
  await world.work();
  expect(world.parcel).toMatchObject({ id: 2, state: 'DONE' });
});

test('what somebody has shipped in the pages of Tmall is taken as shipped', async () => {
  world.isShipped = true;
  world.script = [() => ({ kind: 'refused', problem: PROBLEM })];
  await world.ask();
  await world.work();
  expect(world.done).toEqual(['ship', 'ask', 'consigned']);
  expect(world.parcel?.state).toBe('DONE');
});

test.each(['an answer that got lost', 'an error of ours after the call'])(
  '%s: Tmall is asked, the call is not repeated',
  async (what) => {
    world.script = [
      (ship) => {
        ship();
        if (what === 'an error of ours after the call') throw new Error('gone');
        return { kind: 'unknown', problem: { code: 'TMALL_UNREACHABLE', message: 'no answer' } };
      },
    ];
    await world.ask();
    await world.work();
    expect(world.parcel).toMatchObject({ state: 'PENDING', doubtful: true, attempts: 1 });
    expect(world.done).toEqual(['ship']);
    world.now += LEASE_MS;
    await world.work();
    expect(world.done).toEqual(['ship', 'ask', 'consigned']);
    expect(world.parcel?.state).toBe('DONE');
  },
);

test('the process dies in the middle of a try: its lease ends, then Tmall is asked', async () => {
  await world.ask();
  const deps = world.deps();
  const tmall = { ...deps.tmall, ship: () => new Promise<Outcome>(() => undefined) };
  void makeShip({ ...deps, tmall })(ORDER);
  await new Promise((resolve) => setImmediate(resolve));
  // Nobody else takes it while the lease runs.
  await world.work();
  expect(world.done).toEqual([]);
  world.now += LEASE_MS;
  await world.work();
  expect(world.done).toEqual(['ask', 'ship', 'consigned']);
});

test('tries are bounded with growing waits; then the store may begin anew, and Tmall is asked', async () => {
  const away = { code: 'TMALL_UNREACHABLE', message: 'connection refused' };
  world.script = Array.from({ length: POLICY.attemptsMax }, () => () => ({
    kind: 'unknown',
    problem: away,
  }));
  await world.ask();
  const waits: number[] = [];
  while (world.kept?.dueAt) {
    waits.push(world.kept.dueAt.getTime() - world.now);
    world.now = world.kept.dueAt.getTime();
    await world.work();
  }
  expect(waits).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect(world.parcel).toMatchObject({ state: 'GIVEN_UP', doubtful: true, problem: away });
  world.isShipped = true;
  world.done = [];
  await world.ask({ mailNo: 'SF2' });
  await world.work();
  expect(world.done).toEqual(['ask', 'consigned']);
  expect(world.parcel).toMatchObject({ id: 2, state: 'DONE' });
});

test('a refund that came before the call: nothing is shipped at Tmall', async () => {
  await world.ask();
  world.task = { ...TASK, status: 'CANCEL_ASKED' };
  await world.work();
  expect(world.done).toEqual([]);
  expect(world.parcel).toMatchObject({ state: 'REFUSED', problem: { code: 'REFUND_ASKED' } });
});

test('a refund that came after Tmall has shipped: recorded once the store has denied it', async () => {
  world.refusals = ['ILLEGAL_TRANSITION'];
  await world.ask();
  await world.work();
  expect(world.parcel).toMatchObject({
    state: 'AT_TMALL',
    problem: { code: 'ILLEGAL_TRANSITION' },
  });
  expect(world.parcel && mayHaveLeft(world.parcel)).toBe(true);
  world.now += 1_000;
  await world.work();
  expect(world.done).toEqual(['ship', 'ILLEGAL_TRANSITION', 'consigned']);
});

test('the record is given up: shipping again records what Tmall has, and calls Tmall no more', async () => {
  world.refusals = Array.from({ length: POLICY.attemptsMax }, () => 'ILLEGAL_TRANSITION');
  await world.ask();
  await world.work();
  while (world.kept?.dueAt) {
    world.now = world.kept.dueAt.getTime();
    await world.work();
  }
  expect(world.parcel?.state).toBe('GIVEN_UP');
  expect(world.parcel && mayHaveLeft(world.parcel)).toBe(true);
  world.done = [];
  await world.ask({ mailNo: 'SF2' });
  await world.work();
  expect(world.done).toEqual(['consigned']);
  expect(world.parcel).toMatchObject({ state: 'DONE', mailNo: 'SF1' });
});

test('two overlapping parcels: one of them is shipped', async () => {
  await world.ask();
  const other = await world.ask({ subOrderIds: [OID, '2004574256073905'] });
  expect(other).toEqual(err('SHIPPING_UNDER_WAY'));
  await Promise.all([world.work(), world.work()]);
  expect(world.done).toEqual(['ship', 'consigned']);
});

test('a shop that was connected when it was asked to ship, and is not any more: refused', async () => {
  await world.ask();
  world.isConnected = false;
  await world.work();
  expect(world.parcel?.problem?.code).toBe('TMALL_NOT_CONNECTED');
  expect(world.done).toEqual([]);
});

test('a shop that is not connected any more cannot be asked: what may have been shipped stays in doubt', async () => {
  world.script = [() => ({ kind: 'unknown', problem: PROBLEM })];
  await world.ask();
  await world.work();
  world.isConnected = false;
  while (world.kept?.dueAt) {
    world.now = world.kept.dueAt.getTime();
    await world.work();
  }
  expect(world.parcel).toMatchObject({
    state: 'GIVEN_UP',
    doubtful: true,
    problem: { code: 'TMALL_NOT_CONNECTED' },
  });
  expect(world.done).toEqual(['ship']);
});

test('a shop without a connection ships at Tmall itself: only then it is recorded here', async () => {
  world.isConnected = false;
  expect(await world.ask()).toEqual(err('TMALL_NOT_CONNECTED'));
  expect(world.kept).toBeNull();
  world.task = { ...TASK, shippedAtTmall: true };
  expect(await world.ask()).toEqual(ok({ already: false, parcel: null }));
  expect(world.reports).toMatchObject([{ status: 'SHIPPED', logistics: { mailNo: 'SF1' } }]);
});

test('an order of another channel is not shipped at Tmall, where its number is another order', async () => {
  const asked = await world.ask({}, { ...ORDER, channel: 'pos' });
  expect(asked).toEqual(ok({ already: false, parcel: null }));
  expect(world.kept).toBeNull();
  expect(world.reports).toMatchObject([{ status: 'SHIPPED' }]);
});

test('what may not be shipped is refused before anything is written down', async () => {
  world.task = { ...TASK, status: 'CANCEL_ASKED' };
  expect(await world.ask()).toEqual(err('REFUND_ASKED'));
  world.task = { ...TASK, status: 'OFFERED' };
  expect(await world.ask()).toEqual(err('ILLEGAL_TRANSITION'));
  world.task = { ...TASK, status: 'CANCEL_DENIED', flow: 'PICKUP' };
  expect(await world.ask()).toEqual(err('ILLEGAL_TRANSITION'));
  world.task = { ...TASK, allocation: 2 };
  expect(await world.ask()).toEqual(err('MOVED'));
  expect(await world.ask({ subOrderIds: ['1'] })).toEqual(err('UNKNOWN_SUB_ORDER'));
  world.task = TASK;
  expect(await world.ask({ mailNo: '' })).toEqual(err('MISSING_FIELD'));
  world.model = { allocator: 'ASTROLABE', acceptor: 'POS' };
  expect(await world.ask()).toEqual(err('OUT_OF_SCOPE'));
  expect(world.kept).toBeNull();
});

test('asked again while a refund waits, the parcel that stands is the answer', async () => {
  await world.ask();
  world.refusals = ['ILLEGAL_TRANSITION'];
  await world.work();
  world.task = { ...TASK, status: 'CANCEL_ASKED' };
  expect(await world.ask({ mailNo: 'SF2' })).toMatchObject({
    value: { already: true, parcel: { id: 1, record: { state: 'UNANSWERED' }, mailNo: 'SF1' } },
  });
});

test('goods that have left, or may have, cannot be kept back; where nothing was sent they can', async () => {
  const fulfilments: Fulfilments = {
    ...unused,
    load: world.deps().fulfilments.load,
    change: async () => ok(null),
  };
  const codes = {
    codeOf: () => '',
    hashOf: () => '',
    hashesOf: () => [],
    codeWithHash: () => null,
  };
  const reportStatus = makeReportStatus({
    ...world.deps(),
    fulfilments,
    codes,
    wake: () => undefined,
  });
  const agree = () => {
    const report = { ...shipmentReport(WISH, new Date(world.now)), logistics: null };
    return reportStatus(ORDER, { ...report, status: 'CANCEL_AGREED' });
  };
  expect((await agree()).ok).toBe(true);
  await world.ask();
  expect(await agree()).toEqual(err('SHIPPING_UNDER_WAY'));
  world.script = [() => ({ kind: 'refused', problem: PROBLEM })];
  await world.work();
  expect(world.parcel?.state).toBe('REFUSED');
  expect((await agree()).ok).toBe(true);
});
