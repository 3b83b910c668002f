import { err, ok, tmallOrder } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import { planned } from '@astrolabe/outbound';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { emptyFulfilment, newTask } from '../domain/fulfilment.ts';
import type { Task } from '../domain/fulfilment.ts';
import type { Shipping } from '../domain/shipping.ts';
import { stateOf, waybillPolicy } from '../domain/waybill.ts';
import type { Waybills } from '../domain/waybill.ts';
import {
  makeAskWaybill,
  makeCancelWaybill,
  makeDriveWaybills,
  makeDropOutdated,
  makeReadLabel,
} from './waybill.ts';
import type { Listed, WaybillPlatform, WaybillStore } from './waybill-ports.ts';

const ORDER = tmallOrder('21230', '2004574256073903');
const [A, B] = ['2004574256073904', '2004574256073905'];
const WISH = { storeId: '1342', allocation: 1, subOrderIds: [A], operator: '小王' };
const SHOP = {
  sellerId: '21230',
  tmallUrl: 'x',
  appKey: 'k',
  secret: 's',
  session: 't',
  pause: null,
};
const POLICY = waybillPolicy(1_000, 10_000);
const LABEL = { name: '张**', mobile: '', address: [], sortation: '杭州', routeCode: '' };
const AWAY = { code: 'TMALL_UNREACHABLE', message: '' };

const taskOf = (subOrderId: string): Task => ({
  ...newTask({ subOrderId, itemId: '9001', skuId: '70001', outerId: 'A', quantity: 1_000n }),
  allocation: 1,
  place: { type: 'STORE', id: '1342' },
  status: 'ACCEPTED',
});

/** How an attempt goes: well, the answer is lost, nothing arrives, or the process dies after the effect. */
type Fate = 'well' | 'lost' | 'away' | 'crash';

/** The platform and the database in memory. */
class World {
  now = Date.UTC(2016, 8, 22, 2);
  kept: Waybills | null = null;
  listed: Listed[] = [];
  given = 0;
  fates: Fate[] = [];
  shipping: Shipping | null = null;
  isRefusing = false;
  isConnected = true;
  tasks: Task[] = [taskOf(A), taskOf(B)];

  waybills: Pick<WaybillStore, 'load' | 'change'> = {
    load: async () => this.kept,
    change: async <E>(_order: object, decide: (s: Waybills | null) => Result<Waybills, E>) => {
      const next = decide(this.kept);
      if (next.ok) this.kept = next.value;
      return next;
    },
  };

  private effect<T>(done: () => T): T | null {
    const fate = this.fates.shift() ?? 'well';
    if (fate === 'away') return null;
    const value = done();
    if (fate === 'crash') throw new Error('the process has died');
    return fate === 'lost' ? null : value;
  }

  platform: WaybillPlatform = {
    get: async () => {
      if (this.isRefusing) return { kind: 'refused', problem: { code: 'NO', message: '不能取号' } };
      const number = this.effect(() => {
        this.given += 1;
        const one = { mailNo: `77${this.given}`, carrier: 'STO' };
        this.listed.push({ ...one, label: LABEL });
        return one;
      });
      return number ? { kind: 'succeeded', number } : { kind: 'unknown', problem: AWAY };
    },
    list: async () => {
      const listed = this.effect(() => [...this.listed]);
      return listed ? ok(listed) : err(AWAY);
    },
    cancel: async (_shop, { mailNo }) => {
      const done = this.effect(() => {
        this.listed = this.listed.filter((one) => one.mailNo !== mailNo);
        return true;
      });
      return done ? { kind: 'succeeded' } : { kind: 'unknown', problem: AWAY };
    },
  };

  deps() {
    return {
      waybills: this.waybills,
      platform: this.platform,
      shops: { find: async () => (this.isConnected ? SHOP : null) },
      shippings: { load: async () => this.shipping },
      fulfilments: {
        load: async () => ({ ...emptyFulfilment(ORDER), tasks: this.tasks }),
      },
      tryNow: () => this.work(),
      clock: () => new Date(this.now),
      policy: POLICY,
      watch: { attempted: () => undefined, threw: () => undefined },
    };
  }
  ask = (wish: Partial<typeof WISH> = {}) =>
    makeAskWaybill(this.deps())(ORDER, { ...WISH, ...wish });
  cancel = (id: number) => makeCancelWaybill(this.deps())(ORDER, { storeId: '1342', id });
  label = (id: number, storeId = '1342') => makeReadLabel(this.deps())(ORDER, { storeId, id });
  work = () => makeDriveWaybills(this.deps())(ORDER);
  drop = () => makeDropOutdated({ ...this.deps(), wake: () => undefined })(ORDER);
  /** Waits until nothing is due any more, with a platform that answers. */
  async settle() {
    this.fates = [];
    for (let turns = 0; this.kept?.dueAt && turns < 100; turns += 1) {
      this.now = Math.max(this.now, this.kept.dueAt.getTime());
      await this.work();
    }
  }
  get states() {
    return (this.kept?.waybills ?? []).map(stateOf);
  }
}

/** A shipment under a number that is on its way to the platform. */
function shippedUnder(mailNo: string): Shipping {
  const parcel = { ...WISH, company: '申通快递', mailNo };
  const now = new Date(Date.UTC(2016, 8, 22, 2));
  const times = { id: 1, askedAt: now, tmall: planned(now), record: null, shippedAt: null };
  return { orderRef: ORDER, parcels: [{ ...parcel, ...times }], dueAt: now };
}

let world: World;
beforeEach(() => {
  world = new World();
});

describe('a number', () => {
  test('is asked for once, and the same goods again are answered with it', async () => {
    const first = await world.ask();
    expect(first).toMatchObject({ ok: true, value: { number: { mailNo: '771', carrier: 'STO' } } });
    expect(await world.ask()).toEqual(first);
    expect(world.given).toBe(1);
    expect(await world.label(1)).toEqual(ok(LABEL));
    expect(await world.label(1, '123')).toEqual(err('NO_WAYBILL'));
  });

  test('whose answer was lost is found in the platform’s list, and is not asked for again', async () => {
    world.fates = ['lost'];
    await world.ask();
    expect(world.states).toEqual(['ASKED']);
    await world.settle();
    expect([world.states, world.given]).toEqual([['READY'], 1]);
  });

  test('that was given back is the platform’s again, and a new one may be asked for', async () => {
    await world.ask();
    expect(await world.cancel(1)).toMatchObject({ ok: true });
    expect([world.states, world.listed]).toEqual([['CANCELLED'], []]);
    expect(await world.cancel(1)).toMatchObject({ ok: true });
    await world.ask();
    expect([world.states, world.given]).toEqual([['CANCELLED', 'READY'], 2]);
  });

  test('that the platform refuses is told in its words, and may be asked for again', async () => {
    world.isRefusing = true;
    expect(await world.ask()).toMatchObject({
      value: { get: { problem: { message: '不能取号' } } },
    });
    expect(world.states).toEqual(['REFUSED']);
    world.isRefusing = false;
    await world.ask();
    expect(world.states).toEqual(['REFUSED', 'READY']);
  });

  test('under which goods leave is not given back', async () => {
    await world.ask();
    world.shipping = shippedUnder('771');
    expect(await world.cancel(1)).toEqual(err('SHIPPING_UNDER_WAY'));
  });

  test('is for goods of the store alone, of a shop that is connected, and of one parcel', async () => {
    expect(await world.ask({ storeId: '123' })).toEqual(err('MOVED'));
    expect(await world.ask({ allocation: 2 })).toEqual(err('MOVED'));
    await world.ask();
    expect(await world.ask({ subOrderIds: [A, B] })).toEqual(err('OTHER_WAYBILL'));
    expect(await world.cancel(7)).toEqual(err('NO_WAYBILL'));
    world.isConnected = false;
    expect(await world.ask({ subOrderIds: [B] })).toEqual(err('TMALL_NOT_CONNECTED'));
  });
});

test('whatever is lost: a number of the platform belongs to one waybill, and to goods once', async () => {
  const fate = fc.constantFrom<Fate>('well', 'lost', 'away', 'crash');
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('ask' as const),
      ids: fc.constantFrom<string[]>([A], [B], [A, B]),
    }),
    fc.record({ kind: fc.constant('cancel' as const), id: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 40 }) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 12 }),
      fc.array(fate, { maxLength: 30 }),
      async (steps, fates) => {
        world = new World();
        world.fates = [...fates];
        for (const one of steps) {
          if (one.kind === 'wait') world.now += one.seconds * 1_000;
          if (one.kind === 'wait') await world.work();
          if (one.kind === 'ask') await world.ask({ subOrderIds: one.ids });
          if (one.kind === 'cancel') await world.cancel(one.id);
        }
        await world.settle();
        const known = world.kept?.waybills ?? [];
        const ready = known.filter((one) => stateOf(one) === 'READY');
        const numbers = ready.map(({ number }) => number?.mailNo);
        expect(new Set(numbers).size).toBe(numbers.length);
        const goods = ready.flatMap(({ subOrderIds }) => subOrderIds);
        expect(new Set(goods).size).toBe(goods.length);
        // What the platform has beside them is of waybills that were given up: nobody saw an answer.
        const orphans = world.listed.filter(({ mailNo }) => !numbers.includes(mailNo));
        const lost = known.filter((one) => stateOf(one) === 'GIVEN_UP').length;
        expect(orphans.length).toBeLessThanOrEqual(lost);
      },
    ),
  );
});

describe('goods that have gone elsewhere', () => {
  const moved = (subOrderId: string): Task => ({
    ...taskOf(subOrderId),
    allocation: 2,
    place: { type: 'STORE', id: '123' },
  });

  test('give their number back, and the next store gets one of its own', async () => {
    await world.ask();
    world.tasks = [moved(A), taskOf(B)];
    // Whether or not the first is given back yet.
    const next = await world.ask({ storeId: '123', allocation: 2 });
    expect(next).toMatchObject({ ok: true, value: { number: { mailNo: '772' } } });
    await world.drop();
    await world.settle();
    expect(world.states).toEqual(['CANCELLED', 'READY']);
    expect(world.listed.map(({ mailNo }) => mailNo)).toEqual(['772']);
    await world.drop();
    expect(world.states).toEqual(['CANCELLED', 'READY']);
  });

  test.each([
    ['closed', { closed: true }],
    ['given back by the store', { status: 'REFUSED' as const }],
  ])('%s, nothing leaves under it any more', async (_how, change) => {
    await world.ask();
    world.tasks = [{ ...taskOf(A), ...change }];
    await world.drop();
    await world.settle();
    expect(world.states).toEqual(['CANCELLED']);
  });

  test('a number stays while some of its goods are there, and once it is in use', async () => {
    await world.ask({ subOrderIds: [A, B] });
    world.tasks = [moved(A), taskOf(B)];
    await world.drop();
    expect(world.states).toEqual(['READY']);
    world.tasks = [moved(A), moved(B)];
    world.shipping = shippedUnder('771');
    await world.drop();
    expect(world.states).toEqual(['READY']);
  });

  test('one that is in doubt is left until it is known', async () => {
    world.fates = ['lost', 'away'];
    await world.ask();
    world.tasks = [moved(A)];
    await world.drop();
    expect(world.states).toEqual(['ASKED']);
    await world.settle();
    await world.drop();
    await world.settle();
    expect(world.states).toEqual(['CANCELLED']);
    expect(world.listed).toEqual([]);
  });
});
