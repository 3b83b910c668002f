import type { Place, Result } from '@astrolabe/kernel';
import { err, ok, tmallOrder } from '@astrolabe/kernel';
import { standingOf } from '@astrolabe/outbound';
import type { Outcome } from '@astrolabe/outbound';
import { makeSpi } from '../src/application/answer-spi.ts';
import type { Allocations, Connection, Platform } from '../src/application/ports.ts';
import { makeReportStore } from '../src/application/report-store.ts';
import { makeDriveAllocation } from '../src/application/drive-allocation.ts';
import type { Allocation, Effect, EffectKind } from '../src/domain/allocation.ts';
import { effectPolicy } from '../src/domain/decide.ts';
import type { SeenLine } from '../src/domain/decide.ts';
import type { SentReport } from '../src/domain/report.ts';

export const NAME = tmallOrder('21230', '2004574256073903');
export const OID = '2004574256073904';
const store = (id: string): Place => ({ type: 'STORE', id });
export const S1 = store('1342');
export const S2 = store('123');
export const S3 = store('7');
const KEY = { appKey: 'k', secret: 's' };
const RETRY_MS = 1_000;
const LEASE_MS = 10_000;

/** A crash of our process during a call: nothing after it runs. */
export const CRASH = new Promise<never>(() => undefined);

/** What happens to a call instead of success; `apply` gives it its effect. */
type Fate = (apply: () => void) => Outcome | Promise<never>;

/** A call that did not succeed. */
export const failed = (kind: 'refused' | 'unanswered' | 'unknown', code: string): Outcome => ({
  kind,
  problem: { code, message: '' },
});

/** One trade at a platform, and what it was sent. */
class FakePlatform implements Platform {
  readonly #clock: () => Date;

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  line: SeenLine = {
    subOrderId: OID,
    goods: { itemId: '9001', skuId: '70001', outerId: 'SKU-A' },
    quantityMilli: 2_000n,
    deducted: S1,
    target: null,
    state: 'WAITING',
  };
  stores = [S1, S2, S3];
  sent: { kind: EffectKind; billNum: string; place: string; second: number }[] = [];
  /** What happens to the next calls of a kind, instead of success. */
  script: Partial<Record<EffectKind, Fate[]>> = {};
  fails = 0;
  isShipped = false;

  trade = async (): Promise<Result<readonly SeenLine[], { error: string }>> => {
    if (this.fails > 0) {
      this.fails -= 1;
      return err({ error: 'no answer in time' });
    }
    return ok([this.line]);
  };
  storesOf = async () => ok(this.stores.map(({ id }) => id));
  isOpenStore = async () => ok(true);
  isShippedAtTmall = async () => ok(this.isShipped);
  stock = async () =>
    ok(
      [S2, S3].map((place, index) => ({
        subOrderId: OID,
        place,
        sharedMilli: 9_000n - BigInt(index),
        certainMilli: 0n,
      })),
    );
  send = async (allocation: Allocation, { kind, billNum, report }: Effect): Promise<Outcome> => {
    const place = allocation.lines[0]?.place ?? null;
    const second = Math.floor(this.#clock().getTime() / 1_000);
    this.sent.push({ kind, billNum: report?.status ?? billNum, place: place?.id ?? '', second });
    const apply = (): void => {
      if (kind === 'ADJUST') this.line = { ...this.line, deducted: place };
      if (kind === 'SHIP') this.isShipped = true;
      if (kind === 'SYNC' && place) this.line = { ...this.line, target: place, state: 'ALLOCATED' };
    };
    const scripted = this.script[kind]?.shift();
    if (scripted) return await scripted(apply);
    apply();
    return { kind: 'succeeded' };
  };
  refuse(): void {
    this.line = { ...this.line, target: null, state: 'WAITING', deducted: S1 };
  }
  of = (kind: EffectKind) => this.sent.filter((one) => one.kind === kind);
}

function memory(): Allocations & { state: Allocation | null } {
  const kept = {
    state: null as Allocation | null,
    load: async () => kept.state,
    due: async () => ({ names: [], oldestAt: null }),
    change: async <E>(_name: object, decide: (s: Allocation | null) => Result<Allocation, E>) => {
      const next = decide(kept.state);
      if (next.ok) kept.state = next.value;
      return next;
    },
  };
  return kept;
}

const connections = {
  find: async (): Promise<Connection> => ({
    sellerId: NAME.sellerId,
    spi: KEY,
    qimen: KEY,
    top: KEY,
    platformUrl: 'http://platform',
    tmall: { url: 'http://tmall', key: KEY, session: 's' },
  }),
  findBySpiKey: async () => null,
  put: async () => {},
};
const LOGISTICS = {
  id: '233324',
  company: '顺丰',
  companyCode: 'SF',
  mailNo: '2323232',
  description: '',
};

/** The application with one trade, its platform and its clock. */
export class World {
  now = Date.UTC(2016, 8, 22, 2, 0, 0);
  readonly clock = (): Date => new Date(this.now);
  readonly platform = new FakePlatform(this.clock);
  readonly allocations = memory();
  readonly spi = makeSpi({ allocations: this.allocations, clock: this.clock, wake: () => {} });
  readonly #report = makeReportStore({
    allocations: this.allocations,
    connections,
    clock: this.clock,
    wake: () => {},
  });
  readonly #work = makeDriveAllocation({
    allocations: this.allocations,
    connections,
    connect: () => this.platform,
    clock: this.clock,
    policy: effectPolicy(RETRY_MS, LEASE_MS),
    watch: {
      attempted: () => undefined,
      threw: (error) => {
        throw error;
      },
    },
  });

  get state(): Allocation | null {
    return this.allocations.state;
  }

  work = () => this.#work(NAME);

  /** What the store has done with the sub-order, by 小王 and now unless it is told otherwise. */
  report = (status: string, more: Partial<SentReport> = {}) =>
    this.#report(NAME, {
      subOrderIds: [OID],
      status,
      operator: '小王',
      happenedAt: this.clock(),
      logistics: status === 'SHIPPED' ? LOGISTICS : null,
      ...more,
    });

  /** Works until nothing is due any more, moving the clock; the seconds that it took. */
  async settle(): Promise<number> {
    const start = this.now;
    for (let turn = 0; turn < 200; turn += 1) {
      await this.work();
      const due = this.state?.dueAt;
      if (!due) return (this.now - start) / 1_000;
      this.now = Math.max(this.now, due.getTime());
    }
    throw new Error('it does not come to an end');
  }

  /** Allocated for the first time, with all that follows. */
  async allocated(): Promise<void> {
    await this.spi.allocate(NAME);
    await this.settle();
  }

  stateOf = (kind: EffectKind) =>
    this.state?.effects.filter((one) => one.kind === kind).map(standingOf);
}
