import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeToken } from './token-bucket.ts';
import type { Bucket } from './token-bucket.ts';
import { messageKey, takeMessage } from './trade-log.ts';

describe('token bucket', () => {
  test('never lets more through than the burst and the rate allow', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 200 }), (gaps) => {
        let bucket: Bucket | undefined;
        let now = 0;
        let allowed = 0;
        for (const gap of gaps) {
          now += gap;
          const taken = takeToken(bucket, 10, now);
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
      const taken = takeToken(bucket, 10, n * 100);
      expect(taken.allowed).toBe(true);
      bucket = taken.bucket;
    }
  });
});

describe('trade log', () => {
  const trade = { sellerId: '21230', tradeId: '2004574256073903' };
  const message = (n: number) => ({
    key: messageKey({ topic: 't', status: 's', modifiedAt: new Date(n) }),
    receivedAt: new Date(0),
    rawBody: new Uint8Array(),
  });

  test('a repeat is known, a later message is new, and the log stays bounded', () => {
    let log = takeMessage(null, trade, message(0));
    expect(log && takeMessage(log, trade, message(0))).toBeNull();
    for (let n = 1; n < 100; n += 1) log = takeMessage(log, trade, message(n));
    expect(log?.messages.filter(({ rawBody }) => rawBody !== null)).toHaveLength(20);
    for (const n of [0, 50, 99]) expect(log && takeMessage(log, trade, message(n))).toBeNull();
    for (let n = 100; n < 1_200; n += 1) log = takeMessage(log, trade, message(n));
    expect(log?.messages).toHaveLength(1_000);
    expect(log?.messages.at(-1)?.rawBody).not.toBeNull();
  });
});
