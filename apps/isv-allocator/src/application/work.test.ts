import type { Place, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Allocation, Effect, EffectKind } from '../domain/allocation.ts';
import type { Outcome, SeenLine } from '../domain/decide.ts';
import { refundAnswered, refundRead } from '../domain/refund.ts';
import { makeSpi } from './answer-spi.ts';
import type { Allocations, Connection, Platform } from './ports.ts';
import type { SentReport } from '../domain/report.ts';
import { makeReportStore } from './report-store.ts';
import { makeWork } from './work.ts';

const NAME = { sellerId: '21230', tradeId: '2004574256073903' };
const OID = '2004574256073904';
const store = (id: string): Place => ({ type: 'STORE', id });
const S1 = store('1342');
const S2 = store('123');
const S3 = store('7');
const KEY = { appKey: 'k', secret: 's' };
const RETRY_MS = 1_000;
const LEASE_MS = 10_000;

/** A crash of our process: nothing after it runs. */
class Crash extends Error {}

/** One trade at a platform, and what it was sent. */
class FakePlatform implements Platform {
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
  script: Partial<Record<EffectKind, ((apply: () => void) => Outcome)[]>> = {};
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
    const second = Math.floor(now / 1_000);
    this.sent.push({ kind, billNum: report?.status ?? billNum, place: place?.id ?? '', second });
    const apply = (): void => {
      if (kind === 'ADJUST') this.line = { ...this.line, deducted: place };
      if (kind === 'SHIP') this.isShipped = true;
      if (kind === 'SYNC' && place) this.line = { ...this.line, target: place, state: 'ALLOCATED' };
    };
    const scripted = this.script[kind]?.shift();
    if (scripted) return scripted(apply);
    apply();
    return { kind: 'done' };
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
    due: async () => [],
    change: async <E>(_name: object, decide: (s: Allocation | null) => Result<Allocation, E>) => {
      const next = decide(kept.state);
      if (next.ok) kept.state = next.value;
      return next;
    },
  };
  return kept;
}

let now: number;
let platform: FakePlatform;
let allocations: ReturnType<typeof memory>;
beforeEach(() => {
  now = Date.UTC(2016, 8, 22, 2, 0, 0);
  platform = new FakePlatform();
  allocations = memory();
});

const clock = (): Date => new Date(now);
const spi = () => makeSpi({ allocations, clock, wake: () => {} });
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
const work = () =>
  makeWork({
    allocations,
    connections,
    connect: () => platform,
    clock,
    retryMs: RETRY_MS,
    leaseMs: LEASE_MS,
  })(NAME);

/** Works until nothing is due any more, moving the clock; the seconds that it took. */
async function settle(): Promise<number> {
  const start = now;
  for (let turn = 0; turn < 200; turn += 1) {
    await work();
    const due = allocations.state?.dueAt;
    if (!due) return (now - start) / 1_000;
    now = Math.max(now, due.getTime());
  }
  throw new Error('it does not come to an end');
}

const stateOf = (kind: EffectKind) =>
  allocations.state?.effects.filter((one) => one.kind === kind).map(({ state }) => state);

describe('an allocation', () => {
  test('reports that it is taken, moves once, then tells; repeats of allocate meanwhile do nothing', async () => {
    await spi().allocate(NAME);
    await spi().allocate(NAME);
    expect(await settle()).toBe(0);
    expect(platform.sent.map(({ kind, place }) => `${kind} ${place}`)).toEqual([
      'TAKEN 123',
      'ADJUST 123',
      'SYNC 123',
    ]);
    expect(allocations.state).toMatchObject({ round: 1, status: 'ALLOCATED', notifiedAt: clock() });
  });

  test('a crash after the move was sent: the platform is asked, and it is not sent again', async () => {
    platform.script.ADJUST = [
      (apply) => {
        apply();
        throw new Crash();
      },
    ];
    await spi().allocate(NAME);
    await expect(work()).rejects.toThrow(Crash);
    expect(stateOf('ADJUST')).toEqual(['SENT_UNKNOWN']);
    expect(await spi().result(NAME)).toMatchObject({ ok: true, value: { status: 'WAITING' } });
    await settle();
    expect(platform.of('ADJUST')).toHaveLength(1);
    expect(stateOf('ADJUST')).toEqual(['DONE']);
    expect(platform.of('SYNC')).toHaveLength(1);
  });

  test('a move that did not arrive is sent again with the same bill number', async () => {
    platform.script.ADJUST = [() => ({ kind: 'unknown', error: 'no answer in time' })];
    await spi().allocate(NAME);
    await settle();
    const [first, second, ...more] = platform.of('ADJUST');
    expect(more).toEqual([]);
    expect(second).toMatchObject({ billNum: first?.billNum, place: first?.place });
    expect(allocations.state?.status).toBe('ALLOCATED');
  });

  test('a place without stock is left out, and never told', async () => {
    platform.script.ADJUST = [
      () => ({ kind: 'refused', code: 'INSUFFICIENT_STOCK', error: 'INSUFFICIENT_STOCK' }),
    ];
    await spi().allocate(NAME);
    await settle();
    expect(platform.of('ADJUST').map(({ place }) => place)).toEqual(['123', '7']);
    expect(platform.of('SYNC').map(({ place }) => place)).toEqual(['7']);
    expect(new Set(platform.of('ADJUST').map(({ billNum }) => billNum)).size).toBe(2);
  });

  test('a refusal that the platform shows late still excludes the store', async () => {
    await spi().allocate(NAME);
    await settle();
    await spi().refused(NAME);
    await work();
    expect(platform.of('SYNC')).toHaveLength(1);
    platform.refuse();
    await settle();
    expect(platform.of('SYNC').map(({ place }) => place)).toEqual(['123', '7']);
    expect(allocations.state?.lines[0]?.refusedBy).toEqual([S2]);
  });

  test('a repeated refusal notice moves nothing', async () => {
    await spi().allocate(NAME);
    await settle();
    await spi().refused(NAME);
    await settle();
    expect(platform.of('ADJUST')).toHaveLength(1);
    expect(allocations.state?.lines[0]).toMatchObject({ place: S2, refusedBy: [] });
  });

  test('when every store has refused it fails, and says so', async () => {
    platform.stores = [S2];
    platform.line = { ...platform.line, deducted: S2 };
    platform.stock = async () =>
      ok([{ subOrderId: OID, place: S2, sharedMilli: 9_000n, certainMilli: 0n }]);
    await spi().allocate(NAME);
    await settle();
    platform.line = { ...platform.line, target: null, state: 'WAITING' };
    await spi().refused(NAME);
    await settle();
    expect(allocations.state?.status).toBe('FAILED');
    expect(platform.of('SYNC')).toHaveLength(2);
  });

  test('a platform that cannot be read is asked again, and given up within five minutes', async () => {
    platform.fails = 3;
    await spi().allocate(NAME);
    expect(await settle()).toBe(7);
    expect(allocations.state?.status).toBe('ALLOCATED');

    allocations = memory();
    platform.fails = Number.MAX_SAFE_INTEGER;
    await spi().allocate(NAME);
    expect(await settle()).toBeLessThan(300);
    expect(allocations.state?.status).toBe('FAILED');
  });

  test('a refund ends what is left to do; one before allocate is remembered', async () => {
    await spi().refund(NAME, [{ subOrderId: OID, standing: 'ASKED' }]);
    await spi().allocate(NAME);
    await settle();
    expect(platform.sent).toEqual([]);
    expect(allocations.state?.progress).toBe('RELEASED');
    // The platform asks for it again: the refund stands, and the trade says so.
    await spi().allocate(NAME);
    await settle();
    expect(platform.sent).toEqual([]);
    expect(allocations.state?.progress).toBe('RELEASED');
  });

  test('a withdrawn refund: allocated again as soon as the platform has opened the order', async () => {
    await spi().allocate(NAME);
    await settle();
    await spi().refund(NAME, [{ subOrderId: OID, standing: 'ASKED' }]);
    platform.line = { ...platform.line, target: null, state: 'CLOSED', refundWithdrawn: true };
    await spi().allocate(NAME);
    await work();
    expect(allocations.state?.decision).toMatchObject({ attempts: 1 });
    platform.line = { ...platform.line, deducted: S1, state: 'WAITING' };
    await settle();
    expect(allocations.state).toMatchObject({ status: 'ALLOCATED', refunded: [] });
    // The place has not refused: it was chosen again.
    expect(allocations.state?.lines[0]).toMatchObject({ place: S2, refusedBy: [] });
    expect(allocations.state?.refunds).toMatchObject([{ state: 'WITHDRAWN' }]);
  });

  test('a refund that is withdrawn while a decision reads the trade: what it has read does not count', async () => {
    await spi().allocate(NAME);
    await settle();
    await spi().refund(NAME, [{ subOrderId: OID, standing: 'ASKED' }]);
    await allocations.change(NAME, (state) =>
      ok(refundAnswered(state ?? expect.fail(), 'X_SHOP_CANCEL_CONFIRM', [OID], clock())),
    );
    await spi().allocate(NAME);
    const withdrawn = { refundId: '7001', subOrderId: OID, feeFen: 0n, modifiedAt: clock() };
    const row = { ...NAME, ...withdrawn, standing: 'WITHDRAWN' as const };
    const read = platform.trade;
    platform.trade = async () => {
      const before = { ...platform.line, target: null, state: 'CLOSED' };
      platform.trade = read;
      platform.line = { ...platform.line, target: null, deducted: S1, state: 'WAITING' };
      await allocations.change(NAME, (state) =>
        ok(refundRead(state, row, clock()) ?? expect.fail()),
      );
      return ok([before]);
    };
    await settle();
    expect(allocations.state).toMatchObject({ status: 'ALLOCATED', progress: 'OPEN' });
    expect(platform.line).toMatchObject({ target: S2, state: 'ALLOCATED' });
  });

  test('the same place told again within a second is told in another one: the bytes differ', async () => {
    await spi().allocate(NAME);
    await settle();
    await spi().refund(NAME, [{ subOrderId: OID, standing: 'ASKED' }]);
    const line = { ...platform.line, target: null, deducted: S1, state: 'WAITING' };
    platform.line = { ...line, refundWithdrawn: true };
    await spi().allocate(NAME);
    await settle();
    const [first, again, ...more] = platform.of('SYNC');
    expect(more).toEqual([]);
    expect(again?.place).toBe(first?.place);
    expect(again?.second).toBeGreaterThan(first?.second ?? Infinity);
  });

  test('after the shipment nothing is allocated any more', async () => {
    await spi().allocate(NAME);
    await settle();
    await spi().consigned(NAME);
    expect(await spi().allocate(NAME)).toEqual(err('ORDER_SHIPPED'));
    await spi().refused(NAME);
    await settle();
    expect(platform.of('SYNC')).toHaveLength(1);
  });
});

describe('what a store has done', () => {
  const LOGISTICS = {
    id: '233324',
    company: '顺丰',
    companyCode: 'SF',
    mailNo: '2323232',
    description: '',
  };
  const report = (status: string, more: Partial<SentReport> = {}) =>
    makeReportStore({ allocations, connections, clock, wake: () => {} })(NAME, {
      subOrderIds: [OID],
      status,
      operator: '小王',
      happenedAt: clock(),
      logistics: status === 'X_SHOP_HANDLED' ? LOGISTICS : null,
      ...more,
    });
  const told = () =>
    platform.sent.filter(({ kind }) => kind === 'SHIP' || kind === 'STATUS').map(sentAs);
  const sentAs = ({ kind, billNum }: { kind: string; billNum: string }) => `${kind} ${billNum}`;

  beforeEach(async () => {
    await spi().allocate(NAME);
    await settle();
  });

  test('is told once each; a shipment goes to Tmall first', async () => {
    for (const status of ['X_SHOP_ALLOCATION', 'X_PACKAGED', 'X_SHOP_HANDLED']) {
      expect(await report(status)).toEqual(ok({ already: false }));
      expect(await report(status)).toEqual(ok({ already: true }));
      expect(await settle()).toBe(0);
    }
    expect(told()).toEqual([
      'STATUS X_SHOP_ALLOCATION',
      'STATUS X_PACKAGED',
      'SHIP X_SHOP_HANDLED',
      'STATUS X_SHOP_HANDLED',
    ]);
  });

  test('a shipment that Tmall refuses is not told as one, and may be reported again', async () => {
    platform.script.SHIP = [() => ({ kind: 'refused', code: 'B04', error: 'B04 closed' })];
    await report('X_SHOP_HANDLED');
    await settle();
    expect(told()).toEqual(['SHIP X_SHOP_HANDLED']);
    expect(stateOf('STATUS')).toEqual(['FAILED']);
    expect(await report('X_SHOP_HANDLED')).toEqual(ok({ already: false }));
    await settle();
    expect(stateOf('STATUS')).toEqual(['FAILED', 'DONE']);
  });

  test('the answer of Tmall gets lost: Tmall is asked, it is not shipped again', async () => {
    platform.script.SHIP = [
      (apply) => {
        apply();
        return { kind: 'unknown', error: 'no answer in time' };
      },
    ];
    await report('X_SHOP_HANDLED');
    await settle();
    expect(told()).toEqual(['SHIP X_SHOP_HANDLED', 'STATUS X_SHOP_HANDLED']);
  });

  test('a platform that does not answer is told again, within five minutes of the event', async () => {
    platform.script.STATUS = Array.from({ length: 8 }, () => () => ({
      kind: 'unknown',
      error: 'no answer in time',
    }));
    await report('X_SHOP_ALLOCATION');
    expect(await settle()).toBeLessThan(300);
    expect(stateOf('STATUS')).toEqual(['DONE']);
  });

  test('a later allocation does not forget what a store has done', async () => {
    platform.script.STATUS = [() => ({ kind: 'later', error: 'busy' })];
    await report('X_SHOP_ALLOCATION');
    await work();
    await spi().allocate(NAME);
    await settle();
    expect(stateOf('STATUS')).toEqual(['DONE']);
  });

  test('what cannot be told is refused at once', async () => {
    expect(await report('X_SHOP_CANCEL')).toEqual(err('UNKNOWN_STATUS'));
    expect(await report('X_SHOP_HANDLED', { logistics: null })).toEqual(err('MISSING_FIELD'));
    expect(await report('X_PACKAGED', { subOrderIds: ['7'] })).toEqual(err('UNKNOWN_SUB_ORDER'));
    allocations.state = null;
    expect(await report('X_PACKAGED')).toEqual(err('UNKNOWN_TRADE'));
  });
});
