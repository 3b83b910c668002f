import { createRequire } from 'node:module';
import { afterEach, expect, test, vi } from 'vitest';
import { createKafkaClient } from './client.ts';
import { isIdlePollPatched } from './idle-poll-patch.ts';

const SILENT = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };

type Queue = {
  pending: unknown[];
  throttledUntil: number;
  scheduleCheckPendingRequests(): void;
  scheduleRequestTimeoutCheck(): void;
  destroy(): void;
  inflight: Map<number, object>;
};

function newQueue(): Queue {
  createKafkaClient({ brokers: ['x:1'], clientId: 't', logger: SILENT, sessionTimeoutMs: 10_000 });
  const require = createRequire(import.meta.url);
  const RequestQueue = require('kafkajs/src/network/requestQueue/index.js') as new (
    options: object,
  ) => Queue;
  return new RequestQueue({
    logger: SILENT,
    enforceRequestTimeout: true,
    requestTimeout: 30_000,
    isConnected: () => true,
  });
}

afterEach(() => {
  vi.useRealTimers();
});

test('every client has the patch', () => {
  newQueue();
  expect(isIdlePollPatched()).toBe(true);
});

test('an idle connection sets no timer, a waiting request sets one with a positive delay', () => {
  const queue = newQueue();
  vi.useFakeTimers();
  const timers = vi.spyOn(globalThis, 'setTimeout');
  queue.scheduleCheckPendingRequests();
  expect(timers).not.toHaveBeenCalled();
  queue.pending.push({});
  queue.scheduleCheckPendingRequests();
  expect(timers).toHaveBeenCalledExactlyOnceWith(expect.any(Function), 10);
  queue.destroy();
});

test('a throttled connection is looked at again when the throttling ends', () => {
  const queue = newQueue();
  vi.useFakeTimers({ now: 1_000 });
  const timers = vi.spyOn(globalThis, 'setTimeout');
  queue.pending.push({});
  queue.throttledUntil = 1_250;
  queue.scheduleCheckPendingRequests();
  expect(timers).toHaveBeenCalledExactlyOnceWith(expect.any(Function), 250);
  queue.destroy();
});

test('a request that is late is given up, by one look a second', () => {
  const queue = newQueue();
  vi.useFakeTimers({ now: 0 });
  const timers = vi.spyOn(globalThis, 'setInterval');
  queue.scheduleRequestTimeoutCheck();
  expect(timers).toHaveBeenCalledExactlyOnceWith(expect.any(Function), 1_000);
  const timeoutRequest = vi.fn(() => queue.inflight.clear());
  queue.inflight.set(1, { sentAt: 0, requestTimeout: 30_000, timeoutRequest });
  vi.advanceTimersByTime(30_000);
  expect(timeoutRequest).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  expect(timeoutRequest).toHaveBeenCalledOnce();
  queue.destroy();
});
