import { tmallOrder } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANSWER_WITHIN_MS, EMPTY_FEED } from './feed.ts';
import type { Feed } from './feed.ts';
import {
  TIDINGS,
  heardOf,
  ordersOf,
  pushBegun,
  pushEnded,
  pushPolicy,
  subscribed,
} from './push.ts';
import type { PushDevice } from './push.ts';

const START = Date.UTC(2016, 8, 22, 2);
const at = (seconds: number): Date => new Date(START + seconds * 1_000);
const POLICY = pushPolicy(2_000, 20_000);

const WHO = {
  id: 'device',
  login: 'wang',
  sellerId: '21230',
  storeId: '1342',
  sessionId: 'session',
  language: 'zh',
  endpoint: 'https://push.example/1',
  p256dh: 'key',
  auth: 'secret',
} as const;

const fresh = (): PushDevice => subscribed(WHO, null, at(0));
const order = (number: number) => ({ eventId: `event/${number}`, at: at(number) });
const feedOf = (...numbers: number[]): Feed => ({
  ...EMPTY_FEED,
  open: numbers.map((number) => ({
    orderRef: tmallOrder('21230', String(number)),
    allocation: 1,
    at: at(number),
  })),
});

describe('an order that comes', () => {
  test('is told now, and again when it has waited for too long', () => {
    const device = heardOf(fresh(), order(0), at(1));
    expect(device.calls.new?.nextAt).toEqual(at(1));
    expect(device.calls.overdue?.nextAt).toEqual(at(ANSWER_WITHIN_MS / 1_000));
    expect(device.dueAt).toEqual(at(1));
  });

  test('by an event that comes twice is told once', () => {
    const device = heardOf(fresh(), order(0), at(1));
    expect(heardOf(device, order(0), at(2))).toBe(device);
  });

  test('is told again when the message before it is under way: that may speak of fewer', () => {
    const first = pushBegun(heardOf(fresh(), order(0), at(0)), at(0), POLICY);
    if (!first) throw new TypeError('a message was due');
    const second = heardOf(first.device, order(1), at(1));
    const outcome = { kind: 'succeeded' } as const;
    const after = pushEnded(second, first.begun.call, outcome, {
      feed: feedOf(0, 1),
      now: at(2),
      policy: POLICY,
    });
    expect(after.calls.new).toMatchObject({ state: 'PLANNED', nextAt: at(1) });
  });
});

test('what is told: orders that wait, and those that have waited for too long', () => {
  const feed = feedOf(0, 10);
  expect(ordersOf('new', feed, at(20))).toBe(2);
  expect(ordersOf('overdue', feed, at(299))).toBe(0);
  expect(ordersOf('overdue', feed, at(300))).toBe(1);
  expect(ordersOf('new', feedOf(), at(20))).toBe(0);
});

test('after one that is overdue the next is waited for, and after the last nothing', () => {
  const told = (device: PushDevice, feed: Feed, now: Date): PushDevice => {
    const silent = { ...device, calls: { ...device.calls, new: null } };
    const next = pushBegun(silent, now, POLICY);
    if (!next) throw new TypeError('a message was due');
    const end = { feed, now, policy: POLICY };
    return pushEnded(next.device, next.begun.call, { kind: 'succeeded' }, end);
  };
  const both = heardOf(heardOf(fresh(), order(0), at(0)), order(30), at(30));
  const first = told(both, feedOf(0, 30), at(300));
  expect(first.dueAt).toEqual(at(330));
  const second = told(first, feedOf(0, 30), at(330));
  expect(second.dueAt).toBeNull();
});

test('another clerk of the same store keeps what the browser was told; at another store it begins anew', () => {
  const device = heardOf(fresh(), order(0), at(1));
  expect(subscribed({ ...WHO, login: 'li' }, device, at(2))).toMatchObject({
    login: 'li',
    heard: device.heard,
    dueAt: device.dueAt,
  });
  expect(subscribed({ ...WHO, storeId: '123' }, device, at(2))).toMatchObject({
    heard: [],
    dueAt: null,
  });
});

test('attempts are bounded whatever happens, and something is due exactly while a message is open', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('hear' as const), number: fc.nat(20) }),
    fc.record({
      kind: fc.constant('send' as const),
      outcome: fc.constantFrom('succeeded', 'refused', 'unanswered', 'unknown', 'lost' as const),
    }),
    fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 400 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let [device, now] = [fresh(), 0];
      for (const one of steps) {
        if (one.kind === 'wait') now += one.seconds;
        if (one.kind === 'hear') device = heardOf(device, order(one.number), at(now));
        const next = one.kind === 'send' ? pushBegun(device, at(now), POLICY) : null;
        if (one.kind === 'send' && next) {
          device = next.device;
          const problem = { code: 'X', message: '' };
          const feed = feedOf(...Array.from({ length: 21 }, (_, number) => number));
          const end = { feed, now: at(now), policy: POLICY };
          // The driver ends what has no attempt left.
          const outcome = next.begun.isSpent ? 'unknown' : one.outcome;
          if (outcome !== 'lost') {
            const told =
              outcome === 'succeeded' ? { kind: outcome } : ({ kind: outcome, problem } as const);
            device = pushEnded(device, next.begun.call, told, end);
          }
        }
        const times = TIDINGS.flatMap((kind) => device.calls[kind]?.nextAt?.getTime() ?? []);
        expect(device.dueAt?.getTime() ?? Infinity).toBe(Math.min(...times));
        for (const kind of TIDINGS) {
          // A last one may be lost with its process, which is found out by one more.
          expect(device.calls[kind]?.attempts ?? 0).toBeLessThanOrEqual(POLICY.attemptsMax + 1);
        }
      }
    }),
  );
});
