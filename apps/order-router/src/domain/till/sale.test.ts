import { posOrder } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callBegun, callEnded, callPostponed, tillPolicy } from './attempts.ts';
import { saleEvents } from './events.ts';
import { planHolds } from './plan.ts';
import type { PlatformAnswer } from './platform.ts';
import {
  holdsPlanned,
  isOver,
  newSale,
  nextStep,
  notReserved,
  rejected,
  reserved,
  resolved,
  sentAgain,
  stepFailed,
  stockSettled,
} from './sale.ts';
import type { Sale } from './sale.ts';

const T0 = new Date('2026-11-29T04:00:00Z');
const after = (ms: number): Date => new Date(T0.getTime() + ms);
const ATTEMPTS = 4;
const POLICY = tillPolicy(ATTEMPTS, 1_000, 10_000);
const TRADE = { tradeNo: '10309483976732423', totalFen: 1_000n, payFen: 900n };

function draft(change: { atPlatform?: boolean; soldAt?: Date } = {}): Sale {
  const { atPlatform = true, soldAt = null } = change;
  return newSale({
    orderRef: posOrder('21230', 'REQ-3436967'),
    basket: {
      store: { kind: 'CENTRE', id: '1342' },
      lines: [],
      coupons: [],
      buyerKind: 'MEMBER',
      payment: 'ALIPAY',
      device: '',
      deviceNo: '',
      operatorId: '',
      soldAt,
    },
    digest: 'd',
    place: { type: 'STORE', id: '1342' },
    soldAt: soldAt ?? T0,
    receivedAt: T0,
    lines: [
      {
        lineId: '1',
        goodsId: 'g',
        quantityMilli: 1_000n,
        priceFen: 1_000n,
        amountFen: 1_000n,
        shortMilli: 0n,
      },
    ],
    totalFen: 1_000n,
    payFen: 900n,
    ownTradeNo: atPlatform ? null : '10000000000000001',
    request: atPlatform ? new Uint8Array([1]) : null,
  });
}

const FREE = [{ goodsId: 'g', sharedMilli: 1_000n, certainMilli: 0n }];
const held = (sale = draft()): Sale =>
  reserved(holdsPlanned(sale, planHolds(sale.lines, FREE), T0), T0);

const problem = { code: 'c', message: 'm' };
const failing = (kind: Exclude<PlatformAnswer['kind'], 'created'>): PlatformAnswer => ({
  kind,
  problem,
});
const CREATED: PlatformAnswer = { kind: 'created', trade: TRADE };

/** One attempt with its answer, at the time when it is due. */
function attempt(sale: Sale, answer: PlatformAnswer): Sale {
  const now = sale.dueAt ?? T0;
  const next = callBegun(sale, now, POLICY);
  if (!next) return sale;
  const settings = { policy: POLICY, treatAsPaid: false };
  return callEnded(next.sale, next.begun.call, answer, now, settings);
}

describe('the life of a sale', () => {
  test('without a platform: held, made, consumed', () => {
    const sale = held(draft({ atPlatform: false }));
    expect(sale).toMatchObject({
      state: 'CREATED',
      stock: 'HELD',
      trade: { tradeNo: '10000000000000001' },
    });
    expect(nextStep(sale)).toBe('CONSUME');
    const done = stockSettled(sale, 'CONSUMED', T0);
    expect(done).toMatchObject({ stock: 'CONSUMED', dueAt: null });
    expect(nextStep(done)).toBeNull();
  });

  test('with a paused platform: it stays held, and is sent with its first attempt when it is resumed', () => {
    let sale = held(draft());
    const waiting = sale.dueAt ?? T0;
    for (let turn = 0; turn < 9; turn += 1) sale = callPostponed(sale, sale.dueAt ?? T0);
    expect(sale).toMatchObject({ stock: 'HELD', platform: { call: { attempts: 0 } } });
    expect(sale.dueAt?.getTime()).toBeGreaterThan(waiting.getTime());
    expect(callBegun(sale, sale.dueAt ?? T0, POLICY)?.begun.isDoubtful).toBe(false);
  });

  test('[T-A26] what is not there is refused before anything is asked', () => {
    const sale = holdsPlanned(draft(), planHolds(draft().lines, []), T0);
    expect(sale).toMatchObject({
      state: 'REJECTED',
      stock: 'NONE',
      problem: { code: 'OUT_OF_STOCK' },
      dueAt: null,
    });
  });

  test('an offline sale is recorded with what was short (U7)', () => {
    const offline = draft({ atPlatform: false, soldAt: after(-3_600_000) });
    const sale = reserved(holdsPlanned(offline, planHolds(offline.lines, []), T0), T0);
    expect(sale).toMatchObject({
      state: 'CREATED',
      stock: 'NONE',
      lines: [{ shortMilli: 1_000n }],
    });
    expect(nextStep(sale)).toBeNull();
  });

  test('a race that is lost is planned anew, three times', () => {
    const plan = (sale: Sale) => holdsPlanned(sale, planHolds(sale.lines, FREE), T0);
    let sale = draft();
    for (let plans = 1; plans <= 3; plans += 1) {
      sale = plan(sale);
      expect(sale.plans).toBe(plans);
      sale = notReserved(sale, T0);
    }
    expect(sale).toMatchObject({ state: 'REJECTED', problem: { code: 'OUT_OF_STOCK' } });
  });

  test('a draft that cannot be reserved for a minute is given up, and what may be held is released', () => {
    const planned = holdsPlanned(draft(), planHolds(draft().lines, FREE), T0);
    expect(stepFailed(planned, after(1_000))).toMatchObject({ state: 'DRAFT', failures: 1 });
    const late = stepFailed(planned, after(61_000));
    expect(late).toMatchObject({ state: 'REJECTED', stock: 'HELD' });
    expect(nextStep(late)).toBe('RELEASE');
  });

  test('[T-A08] [T-A27] a refusal ends it, and is told once, however often it is heard', () => {
    const sent = held();
    const sale = attempt(sent, failing('refused'));
    expect(sale).toMatchObject({ state: 'REJECTED', problem, platform: { request: null } });
    expect(nextStep(sale)).toBe('RELEASE');
    expect(saleEvents(sent, sale).map(({ kind }) => kind)).toEqual(['rejected']);
    expect(attempt(sale, failing('refused'))).toBe(sale);
    const released = stockSettled(sale, 'RELEASED', T0);
    expect(saleEvents(sale, released)).toEqual([]);
    expect(stockSettled(released, 'RELEASED', T0)).toBe(released);
  });

  test('[T-A09] a failure of the platform is repeated as often as configured, then a person decides', () => {
    let sale = held();
    for (let count = 1; count < ATTEMPTS; count += 1) {
      sale = attempt(sale, failing('repeatable'));
      expect(sale).toMatchObject({ state: 'RETRYABLE', stock: 'HELD' });
    }
    expect(attempt(sale, failing('repeatable'))).toMatchObject({
      state: 'MANUAL',
      stock: 'HELD',
      dueAt: null,
    });
  });

  test('[T-A10] a busy platform keeps the hold; after its last attempt nothing was looked at', () => {
    let sale = attempt(held(), failing('busy'));
    expect(sale).toMatchObject({ state: 'RETRYABLE', stock: 'HELD' });
    for (let count = 1; count < ATTEMPTS; count += 1) sale = attempt(sale, failing('busy'));
    expect(sale).toMatchObject({ state: 'REJECTED', stock: 'HELD' });
  });

  test('[T-A11] a door that is shut: no attempt follows by itself, a new session goes on', () => {
    const blocked = attempt(held(), failing('blocked'));
    expect(blocked).toMatchObject({ state: 'BLOCKED', stock: 'HELD', dueAt: null });
    expect(attempt(blocked, CREATED)).toBe(blocked);
    expect(attempt(sentAgain(blocked, after(5_000)), CREATED)).toMatchObject({ state: 'CREATED' });
  });

  test('[T-A13] after a time-out the trade of the next attempt is the trade', () => {
    const unknown = attempt(held(), failing('unknown'));
    expect(unknown).toMatchObject({ state: 'UNKNOWN', stock: 'HELD' });
    expect(attempt(unknown, CREATED)).toMatchObject({ state: 'CREATED', trade: TRADE });
  });

  test.each(['unknown', 'repeatable'] as const)('refused after %s proves nothing (U1)', (kind) => {
    const sale = attempt(attempt(held(), failing(kind)), failing('refused'));
    expect(sale).toMatchObject({ state: 'MANUAL', stock: 'HELD' });
  });

  test('a process that dies between send and answer leaves a doubt (U4)', () => {
    const begun = callBegun(held(), T0, POLICY)?.sale;
    if (!begun) throw new Error('An attempt');
    expect(begun.dueAt).toEqual(after(10_000));
    expect(attempt(begun, failing('refused'))).toMatchObject({ state: 'MANUAL', stock: 'HELD' });
    expect(attempt(begun, CREATED)).toMatchObject({
      state: 'CREATED',
      platform: { call: { attempts: 2 } },
    });
  });

  test('a number that was used before may have been ours (T-G3)', () => {
    expect(attempt(held(), failing('repeated'))).toMatchObject({ state: 'MANUAL', stock: 'HELD' });
  });

  test('[T-A14] one number is begun once at a time', () => {
    const begun = callBegun(held(), T0, POLICY)?.sale;
    expect(begun && callBegun(begun, after(9_999), POLICY)).toBeNull();
  });
});

describe('a person decides', () => {
  const manual = attempt(attempt(held(), failing('unknown')), failing('refused'));

  test('it was made, it was not, once more', () => {
    const made = resolved(manual, { kind: 'created', trade: TRADE }, '值班', T0);
    expect(made).toMatchObject({ value: { state: 'CREATED', trade: TRADE, stock: 'HELD' } });
    const not = resolved(manual, { kind: 'notCreated' }, '值班', T0);
    expect(not).toMatchObject({ value: { state: 'REJECTED', stock: 'HELD' } });
    const again = resolved(manual, { kind: 'sendAgain' }, '值班', T0);
    expect(again).toMatchObject({ value: { state: 'RESERVED', platform: { inDoubt: true } } });
    expect(again.ok && again.value.interventions).toMatchObject([
      { by: '值班', what: 'sendAgain' },
    ]);
  });

  test('not about one that is over, or under way', () => {
    const over = attempt(held(), CREATED);
    expect(resolved(over, { kind: 'notCreated' }, 'x', T0)).toEqual({
      ok: false,
      error: 'NOT_OPEN',
    });
    const begun = callBegun(held(), T0, POLICY)?.sale;
    expect(begun && resolved(begun, { kind: 'notCreated' }, 'x', T0)).toEqual({
      ok: false,
      error: 'UNDER_WAY',
    });
    expect(resolved(over, { kind: 'paid' }, 'x', T0)).toMatchObject({ value: { payment: 'PAID' } });
  });
});

test('law: whatever is answered, attempts are bounded, doubt never releases, and an end is an end', () => {
  const answers = fc.array(
    fc.constantFrom<PlatformAnswer>(
      CREATED,
      ...(['refused', 'repeated', 'blocked', 'busy', 'repeatable', 'unknown'] as const).map(
        failing,
      ),
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(answers, (told) => {
      let sale = held();
      let doubt = false;
      for (const answer of told) {
        const before = sale;
        sale = attempt(sale, answer);
        if (isOver(before)) expect(sale).toBe(before);
        if (sale.state === 'REJECTED') expect(doubt).toBe(false);
        if (sale !== before) doubt ||= answer.kind === 'unknown' || answer.kind === 'repeatable';
        expect(sale.platform?.call.attempts).toBeLessThanOrEqual(ATTEMPTS);
        expect(sale.stock).toBe('HELD');
        expect(isOver(sale)).toBe(sale.platform?.request === null);
      }
      expect(rejected(sale, problem, T0).stock).toBe('HELD');
    }),
  );
});
