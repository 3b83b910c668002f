import { standingOf } from '@astrolabe/outbound';
import type { Outcome } from '@astrolabe/outbound';
import { describe, expect, test } from 'vitest';
import { allocate, seeTrade } from '../src/domain/allocate.ts';
import type { Fulfilment, Notification } from '../src/domain/fulfilment.ts';
import {
  endedBy,
  intend,
  notificationBegun,
  notificationEnded,
  notificationPostponed,
  notifyPolicy,
  openNotification,
  polled,
} from '../src/domain/notify.ts';
import { NOW, ORDER, allocation, line, notified } from './orders.ts';

const POLICY = notifyPolicy(1_000, 8_000);
const failed = (kind: 'unanswered' | 'unknown'): Outcome => ({
  kind,
  problem: { code: '', message: 'time-out' },
});

/** The next attempt, begun when it is due. */
function attempted(state: Fulfilment): { state: Fulfilment; attempt: Notification } {
  const begun = notificationBegun(state, state.notifyAt ?? NOW, POLICY);
  if (!begun) throw new TypeError('nothing is due');
  return { state: begun.fulfilment, attempt: begun.begun.call };
}

function tried(before: Fulfilment, outcome: Outcome): Fulfilment {
  const { state, attempt } = attempted(before);
  return notificationEnded(state, attempt, outcome, NOW, POLICY);
}

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
  test('one of a paused store system waits without an attempt, and is told afterwards', () => {
    let state = notified();
    for (let turn = 0; turn < 9; turn += 1) {
      state = notificationPostponed(state, state.notifyAt ?? NOW);
    }
    expect(state.notifications).toMatchObject([{ state: 'PLANNED', attempts: 0 }]);
    expect(state.notifyAt?.getTime()).toBeGreaterThan(NOW.getTime());
    expect(attempted(state).attempt.attempts).toBe(1);
    expect(notificationPostponed(polled(state, NOW), NOW)).toEqual(polled(state, NOW));
  });

  test('attempts are bounded, wait longer each time, and end in polling', () => {
    let state = notified();
    const seen: unknown[] = [];
    for (let n = 1; n <= POLICY.attemptsMax; n += 1) {
      state = tried(state, failed(n === 2 ? 'unanswered' : 'unknown'));
      const wait = (state.notifyAt?.getTime() ?? NOW.getTime()) - NOW.getTime();
      seen.push([state.notifications.map(standingOf), wait]);
    }
    expect(seen).toEqual([
      [['UNKNOWN'], 1_000],
      [['UNANSWERED'], 4_000],
      [['GIVEN_UP'], 0],
    ]);
    expect(state.notifyAt).toBeNull();
  });

  test('delivered, or polling', () => {
    const delivered = tried(notified(), { kind: 'succeeded' });
    expect(delivered.notifications[0]).toMatchObject({
      state: 'SUCCEEDED',
      attempts: 1,
      deliveredAt: NOW,
    });
    const polling = polled(notified(), NOW);
    expect(polling.notifications[0]).toMatchObject({ state: 'SUCCEEDED', attempts: 0 });
    expect(polling.notifyAt).toBeNull();
    expect(endedBy(notified(), polling)).toHaveLength(1);
    expect(endedBy(polling, polling)).toEqual([]);
  });

  test('a replaced allocation is told no more, and a late answer does not bring it back', () => {
    const { state, attempt } = attempted(notified());
    const again = allocate(state, allocation(2, '123'), NOW).fulfilment;
    expect(again.notifications.map(standingOf)).toEqual(['GIVEN_UP', 'PLANNED']);
    expect(notificationEnded(again, attempt, failed('unknown'), NOW, POLICY)).toBe(again);
  });

  test('what one process is telling no other tells, until the lease ends', () => {
    const { state } = attempted(notified());
    const after = (ms: number) => new Date(NOW.getTime() + ms);
    expect(notificationBegun(state, after(7_999), POLICY)).toBeNull();
    expect(notificationBegun(state, after(8_000), POLICY)?.begun).toMatchObject({
      isDoubtful: true,
      call: { attempts: 2 },
    });
  });

  test('they go out one after the other', () => {
    const state = intend(intend(notified(), 'ACCEPTED', 1, NOW), 'CONSIGNED', 1, NOW);
    expect(openNotification(state)).toMatchObject({ id: 1, kind: 'ALLOCATED' });
    const waiting = tried(state, failed('unknown'));
    expect(openNotification(waiting)).toMatchObject({ id: 1 });
    const next = tried(waiting, { kind: 'succeeded' });
    expect(openNotification(next)).toMatchObject({ id: 2, kind: 'ACCEPTED' });
    expect(next.notifyAt).toEqual(NOW);
  });
});
