import { GrpcCallError } from '@astrolabe/grpc';
import { expect, test } from 'vitest';
import { timeLeft } from './time-left.ts';
import { NotNow, refusalOfPeer, settled } from './refusals.ts';

test('calls of one request share its time and always get some', () => {
  let now = 5_000;
  const left = timeLeft(() => now);
  expect(left()).toEqual({ deadlineMs: 2_800 });
  now += 2_000;
  expect(left()).toEqual({ deadlineMs: 800 });
  now += 5_000;
  expect(left()).toEqual({ deadlineMs: 1 });
});

/** gRPC codes by number, as they come off the wire. */
const failure = (code: number, reason = '') =>
  new GrpcCallError('m', { code, reason, details: 'why' });

test('a decided refusal keeps its reason; what was not decided is to be repeated', () => {
  expect(refusalOfPeer(failure(9, 'TRADE_NOT_SHIPPED')).code).toBe('TRADE_NOT_SHIPPED');
  for (const code of [2, 4, 13, 14]) {
    const refusal = refusalOfPeer(failure(code));
    expect(refusal.code).toBe('isp.service-unavailable');
    expect(() => settled(refusal)).toThrow(NotNow);
  }
  expect(settled({ code: 'UNKNOWN_TRADE', message: '' }).code).toBe('UNKNOWN_TRADE');
  expect(() => refusalOfPeer(new TypeError('a bug'))).toThrow(TypeError);
});
