import { tmallOrder } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeTokens } from './token-bucket.ts';
import type { Bucket } from './token-bucket.ts';
import { logMessage, messageKey, newestMessage } from './trade-log.ts';
import type { LoggedMessage, TradeLog } from './trade-log.ts';

describe('token bucket', () => {
  test('never lets more through than the burst and the rate allow', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 200 }), (gaps) => {
        let bucket: Bucket | undefined;
        let now = 0;
        let allowed = 0;
        for (const gap of gaps) {
          now += gap;
          const taken = takeTokens(bucket, { ratePerSecond: 10, cost: 1 }, now);
          bucket = taken.bucket;
          if (taken.allowed) allowed += 1;
        }
        expect(allowed).toBeLessThanOrEqual(20 + (now / 1000) * 10 + 1e-9);
      }),
    );
  });

  test('a caller within its rate is never refused', () => {
    let bucket: Bucket | undefined;
    for (let n = 0; n < 1_000; n += 1) {
      const taken = takeTokens(bucket, { ratePerSecond: 10, cost: 1 }, n * 100);
      expect(taken.allowed).toBe(true);
      bucket = taken.bucket;
    }
  });
});

describe('trade log', () => {
  const trade = tmallOrder('21230', '2004574256073903');
  const message = (n: number, modified = n) => ({
    key: messageKey({ topic: 't', digest: String(n) }),
    receivedAt: new Date(0),
    modifiedAt: new Date(modified),
  });
  const logOf = (...messages: LoggedMessage[]) =>
    messages.reduce<TradeLog | null>((log, one) => logMessage(log, trade, one) ?? log, null);

  test('a repeat changes nothing, a later message is added, and the log stays bounded', () => {
    let log = logMessage(null, trade, message(0));
    for (let n = 1; n < 100; n += 1) log = logMessage(log, trade, message(n));
    for (const n of [0, 50, 99]) expect(log && logMessage(log, trade, message(n))).toBeNull();
    for (let n = 100; n < 1_200; n += 1) log = logMessage(log, trade, message(n));
    expect(log?.messages).toHaveLength(1_000);
  });

  test('messages of one second are told apart by their bodies', () => {
    expect(logOf(message(1, 5), message(2, 5), message(1, 5))?.messages).toHaveLength(2);
  });

  test('the newest is the one modified last; within a second the one that arrived last', () => {
    const newest = (...messages: LoggedMessage[]) => {
      const log = logOf(...messages);
      return log && newestMessage(log);
    };
    expect(newest(message(1, 5), message(2, 9), message(3, 7))).toEqual(message(2, 9));
    expect(newest(message(1, 5), message(2, 5))).toEqual(message(2, 5));
  });
});
