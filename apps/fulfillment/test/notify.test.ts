import { describe, expect, test } from 'vitest';
import { allocate, seeTrade } from '../src/domain/allocate.ts';
import { ATTEMPTS_MAX, intend, openNotification, recordTry } from '../src/domain/notify.ts';
import { NOW, ORDER, allocation, line, notified } from './orders.ts';

describe('allocation', () => {
  test('the trade and its allocation may come in either order', () => {
    const trade = { orderRef: ORDER, lines: [line()] };
    expect(seeTrade(notified(), trade)).toEqual(notified());
    const other = allocate(seeTrade(null, trade), allocation(1, '1342'), NOW);
    expect(other.fulfilment.tasks).toEqual(notified().tasks);
  });

  test('a repeated or older allocation changes nothing', () => {
    expect(allocate(notified(), allocation(1, '123'), NOW)).toMatchObject({ given: [], kept: [] });
  });
});

describe('notifications', () => {
  test('tries are bounded, wait longer each time, and end in polling', () => {
    let state = notified();
    const seen: unknown[] = [];
    for (let n = 1; n <= ATTEMPTS_MAX; n += 1) {
      const outcome = { kind: n === 2 ? 'failed' : 'unknown', error: 'time-out' } as const;
      state = recordTry(state, 1, outcome, NOW, 1_000);
      const wait = (state.notifyAt?.getTime() ?? NOW.getTime()) - NOW.getTime();
      seen.push([state.notifications[0]?.state, wait]);
    }
    expect(seen).toEqual([
      ['UNKNOWN', 1_000],
      ['PENDING', 4_000],
      ['GIVEN_UP', 0],
    ]);
    expect(state.notifyAt).toBeNull();
  });

  test('delivered, or polling', () => {
    const delivered = recordTry(notified(), 1, { kind: 'delivered' }, NOW, 1_000);
    expect(delivered.notifications[0]).toMatchObject({ state: 'DELIVERED', attempts: 1 });
    const polling = recordTry(notified(), 1, { kind: 'polling' }, NOW, 1_000);
    expect(polling.notifications[0]).toMatchObject({ state: 'DELIVERED', attempts: 0 });
    expect(polling.notifyAt).toBeNull();
  });

  test('a replaced allocation is told no more, and a late answer does not bring it back', () => {
    const again = allocate(notified(), allocation(2, '123'), NOW).fulfilment;
    expect(again.notifications.map(({ state }) => state)).toEqual(['GIVEN_UP', 'PENDING']);
    const late = recordTry(again, 1, { kind: 'unknown', error: 'time-out' }, NOW, 1_000);
    expect(late).toBe(again);
  });

  test('they go out one after the other', () => {
    const state = intend(intend(notified(), 'ACCEPTED', 1, NOW), 'CONSIGNED', 1, NOW);
    expect(openNotification(state)).toMatchObject({ id: 1, kind: 'ALLOCATED' });
    const waiting = recordTry(state, 1, { kind: 'unknown', error: '' }, NOW, 1_000);
    expect(openNotification(waiting)).toMatchObject({ id: 1 });
    const next = recordTry(waiting, 1, { kind: 'delivered' }, NOW, 1_000);
    expect(openNotification(next)).toMatchObject({ id: 2, kind: 'ACCEPTED' });
    expect(next.notifyAt).toEqual(NOW);
  });
});
