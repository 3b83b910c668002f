import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocate, seeShipped, seeTrade } from './allocate.ts';
import type { Allocation } from './allocate.ts';
import type { Fulfilment, Model } from './fulfilment.ts';
import { ATTEMPTS_MAX, recordTry } from './notify.ts';
import { report } from './report.ts';
import type { Report } from './report.ts';
import { TRANSITIONS, isFlowStatus, isOnTime } from './status.ts';

const NOW = new Date('2016-09-22T02:04:59Z');
const MODEL_C: Model = { allocator: 'ASTROLABE', acceptor: 'POS' };
const line = { subOrderId: '904', itemId: '9001', skuId: '70001', outerId: 'A', quantity: 2_000n };
const key = { sellerId: '21230', tradeId: '903' };

const allocation = (n: number, storeId: string): Allocation => ({
  ...key,
  allocation: n,
  flow: 'SHIP',
  allocatedAt: NOW,
  notify: true,
  lines: [{ ...line, place: { type: 'STORE', id: storeId }, placeName: '' }],
});

const sent = (status: string, storeId = '1342', more: Partial<Report> = {}): Report => ({
  subOrderIds: ['904'],
  status,
  channel: 'OMNIORDER',
  place: { type: 'STORE', id: storeId },
  flow: 'SHIP',
  operator: '小王',
  happenedAt: new Date('2016-09-22T02:00:00Z'),
  logistics: { logisticId: '233324', logisticCompany: '顺丰', mailNo: '2323232', description: '' },
  ...more,
});

function after(state: Fulfilment, ...reports: Report[]): Fulfilment {
  let current = state;
  for (const one of reports) {
    const result = report(current, one, MODEL_C, NOW);
    if (!result.ok) throw new Error(`${one.status}: ${result.error}`);
    current = result.value.fulfilment;
  }
  return current;
}

const refusal = (state: Fulfilment | null, one: Report, model = MODEL_C) => {
  const result = report(state, one, model, NOW);
  return result.ok ? 'ok' : result.error;
};

const notified = allocate(null, allocation(1, '1342'), NOW);

describe('the table', () => {
  test.each(['SHIP', 'PICKUP'] as const)('%s reaches every status that it names', (flow) => {
    const table = TRANSITIONS[flow];
    const reached = new Set<string>(['NEW']);
    for (let grown = true; grown;) {
      const before = reached.size;
      for (const [from, targets] of Object.entries(table)) {
        if (reached.has(from)) for (const target of targets) reached.add(target);
      }
      grown = reached.size > before;
    }
    for (const name of Object.keys(table)) expect(reached.has(name)).toBe(true);
    expect([...reached].filter((name) => name !== 'NEW').every(isFlowStatus)).toBe(true);
  });

  test('five minutes are late', () => {
    const at = new Date('2016-09-22T02:00:00Z');
    expect(isOnTime(at, new Date('2016-09-22T02:04:59.999Z'))).toBe(true);
    expect(isOnTime(at, new Date('2016-09-22T02:05:00Z'))).toBe(false);
  });
});

describe('reports', () => {
  test('accept, ship at Tmall, consign', () => {
    const accepted = after(notified, sent('X_SHOP_ALLOCATION'));
    expect(refusal(accepted, sent('X_SHOP_HANDLED'))).toBe('TRADE_NOT_SHIPPED');
    const handled = after(seeShipped(accepted, key), sent('X_SHOP_HANDLED'));
    expect(handled.tasks[0]).toMatchObject({
      status: 'X_SHOP_HANDLED',
      logistics: { mailNo: '2323232' },
    });
  });

  test('a status that stands, or that was left behind, is told again without effect', () => {
    const handled = after(
      seeShipped(after(notified, sent('X_SHOP_ALLOCATION')), key),
      sent('X_SHOP_HANDLED'),
    );
    for (const status of ['X_SHOP_ALLOCATION', 'X_SHOP_HANDLED']) {
      const again = report(handled, sent(status), MODEL_C, NOW);
      expect(again).toMatchObject({ ok: true, value: { changed: [] } });
    }
  });

  test('a refused store has no say after the next allocation', () => {
    const denied = after(notified, sent('X_SHOP_DENY'));
    const again = allocate(denied, allocation(2, '123'), NOW);
    expect(refusal(again, sent('X_SHOP_ALLOCATION'))).toBe('WRONG_PLACE');
    expect(after(again, sent('X_SHOP_ALLOCATION', '123')).tasks[0]?.status).toBe(
      'X_SHOP_ALLOCATION',
    );
  });

  test('only the right side, through the right interface, in the right words', () => {
    expect(refusal(notified, sent('X_SHOP_CANCEL'))).toBe('WRONG_SETTER');
    expect(refusal(notified, sent('X_HANDLED_CANCEL'))).toBe('WRONG_SETTER');
    expect(refusal(notified, sent('X_ALLOCATION_NOTIFIED'))).toBe('WRONG_SETTER');
    expect(refusal(notified, sent('X_A_LATER_VERSION'))).toBe('NOT_SUPPORTED');
    expect(refusal(notified, sent('X_SHOP_HANDLED'))).toBe('ILLEGAL_TRANSITION');
    expect(refusal(notified, sent('X_COMMODITY_CONFIRM'))).toBe('ILLEGAL_TRANSITION');
    const sync = sent('X_SHOP_ALLOCATION', '1342', { channel: 'STATUS_SYNC' });
    expect(refusal(notified, sync)).toBe('OUT_OF_SCOPE');
    const update = sent('X_SHOP_ALLOCATION', '1342', { channel: 'STATUS_UPDATE' });
    expect(refusal(notified, update)).toBe('ok');
    expect(refusal(notified, update, { ...MODEL_C, acceptor: 'DIANZHANGGUI' })).toBe(
      'OUT_OF_SCOPE',
    );
    expect(refusal(null, sent('X_SHOP_ALLOCATION'))).toBe('UNKNOWN_TRADE');
    expect(refusal(notified, sent('X_PACKAGED', '1342', { place: null }))).toBe('ok');
  });

  test('whatever is reported, no status is reached but by the table', () => {
    const statuses = ['X_SHOP_ALLOCATION', 'X_SHOP_DENY', 'X_SHOP_HANDLED', 'X_PACKAGED'];
    const steps = fc.array(
      fc.oneof(
        fc.constantFrom(...statuses).map((status) => ({ status })),
        fc.constant({ status: 'ship' }),
        fc.constant({ status: 'allocate' }),
      ),
    );
    fc.assert(
      fc.property(steps, (sequence) => {
        let state = notified;
        let allocations = 1;
        for (const { status } of sequence) {
          const before = state.tasks[0]?.status ?? null;
          if (status === 'ship') state = seeShipped(state, key);
          else if (status === 'allocate') {
            if (before !== 'X_SHOP_DENY') continue;
            allocations += 1;
            state = allocate(state, allocation(allocations, '1342'), NOW);
          } else {
            const result = report(state, sent(status), MODEL_C, NOW);
            if (result.ok) state = result.value.fulfilment;
          }
          const now = state.tasks[0]?.status ?? null;
          if (now === before || now === null) continue;
          expect(TRANSITIONS.SHIP[before ?? 'NEW']).toContain(now);
          if (now === 'X_SHOP_HANDLED') expect(state.shippedAtTmall).toBe(true);
        }
      }),
    );
  });
});

describe('allocation and notification', () => {
  test('the trade and its allocation may come in either order', () => {
    const trade = { ...key, lines: [line] };
    expect(seeTrade(notified, trade)).toEqual(notified);
    const other = allocate(seeTrade(null, trade), allocation(1, '1342'), NOW);
    expect(other.tasks).toEqual(notified.tasks);
  });

  test('an allocation that was replaced is told no more', () => {
    const again = allocate(after(notified, sent('X_SHOP_DENY')), allocation(2, '123'), NOW);
    expect(again.notifications.map(({ state }) => state)).toEqual(['NOT_NEEDED', 'PENDING']);
  });

  test('tries are bounded, wait longer each time, and end in polling', () => {
    let state = notified;
    const waits: number[] = [];
    for (let n = 1; n <= ATTEMPTS_MAX; n += 1) {
      state = recordTry(state, 1, { kind: 'unknown', error: 'time-out' }, NOW, 1_000);
      waits.push((state.notifyAt?.getTime() ?? NOW.getTime()) - NOW.getTime());
    }
    expect(waits).toEqual([1_000, 4_000, 0]);
    expect(state).toMatchObject({ notifyAt: null, notifications: [{ state: 'GIVEN_UP' }] });
    const delivered = recordTry(notified, 1, { kind: 'delivered' }, NOW, 1_000);
    expect(delivered).toMatchObject({ notifyAt: null, notifications: [{ state: 'DELIVERED' }] });
  });
});
