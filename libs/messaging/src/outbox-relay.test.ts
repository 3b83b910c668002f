import { expect, test, vi } from 'vitest';
import { createBatchSender } from './batch-sender.ts';
import type { TopicMessages } from './kafka-port.ts';
import { createOutboxRelay } from './outbox-relay.ts';
import type { OutboxEvent, OutboxSource } from './outbox-source.ts';

const silent = () => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };

/** Aggregates with one event each, none of them old enough for the scan before `age()`. */
function newSource(): OutboxSource & { add(id: string): void; age(): void; size(): number } {
  const outboxes = new Map<string, OutboxEvent[]>();
  let old = false;
  const pendingOf = async (id: string) => ({ id, events: outboxes.get(id) ?? [] });
  return {
    topic: 't',
    source: 's',
    pendingOf,
    pending: async (limit) =>
      old ? Promise.all([...outboxes.keys()].slice(0, limit).map(pendingOf)) : [],
    trim: async (id) => void outboxes.delete(id),
    add: (id) => {
      const event = { id: `s/${id}/1`, sequence: 1n, type: 't', key: id, time: new Date() };
      outboxes.set(id, [{ ...event, payload: new Uint8Array(1) }]);
    },
    age: () => {
      old = true;
    },
    size: () => outboxes.size,
  };
}

/** Records what is sent; `failing` makes every send fail until it is set to false. */
function newBroker() {
  const ids: string[] = [];
  const broker = {
    ids,
    failing: false,
    attempts: 0,
    sender: createBatchSender({
      connect: async () => undefined,
      disconnect: async () => undefined,
      send: async (batch: readonly TopicMessages[]) => {
        broker.attempts += 1;
        if (broker.failing) throw new Error('broker down');
        for (const { messages } of batch) for (const { key } of messages) ids.push(key);
        return [];
      },
    }),
  };
  return broker;
}

test('what wakes in one turn is one request', async () => {
  const source = newSource();
  const broker = newBroker();
  const relay = createOutboxRelay({
    source,
    sender: broker.sender,
    topicPrefix: '',
    logger,
    settings: { scanEveryMs: 10_000, scanOlderThanMs: 0 },
  });
  await relay.component.start();
  const ids = Array.from({ length: 64 }, (_, n) => `a${n}`);
  for (const id of ids) {
    source.add(id);
    relay.wake(id);
  }
  await vi.waitFor(() => expect(broker.ids).toEqual(ids));
  expect(broker.attempts).toBe(1);
  await relay.component.stop();
});

test('more wakes than the queue holds: the scan finds the rest', async () => {
  const source = newSource();
  const broker = newBroker();
  const relay = createOutboxRelay({
    source,
    sender: broker.sender,
    topicPrefix: '',
    logger,
    settings: { scanEveryMs: 1, scanOlderThanMs: 0 },
  });
  for (let n = 0; n < 10_500; n += 1) {
    source.add(String(n));
    relay.wake(String(n));
  }
  await relay.component.start();
  await vi.waitFor(() => expect(source.size()).toBe(500), { timeout: 5_000 });
  source.age();
  await vi.waitFor(() => expect(source.size()).toBe(0), { timeout: 5_000 });
  await relay.component.stop();
  expect(new Set(broker.ids).size).toBe(10_500);
});

test('a broker that was down is asked again, and nothing is lost', async () => {
  const source = newSource();
  const broker = newBroker();
  broker.failing = true;
  const relay = createOutboxRelay({
    source,
    sender: broker.sender,
    topicPrefix: '',
    logger,
    settings: { scanEveryMs: 3_600_000, scanOlderThanMs: 0 },
  });
  await relay.component.start();
  source.add('a');
  relay.wake('a');
  await vi.waitFor(() => expect(broker.attempts).toBeGreaterThanOrEqual(1));
  broker.failing = false;
  await vi.waitFor(() => expect(source.size()).toBe(0), { timeout: 5_000 });
  await relay.component.stop();
  expect(broker.ids).toEqual(['a']);
});

test('a relay that stops while the broker is down ends and leaves the events in the outbox', async () => {
  const source = newSource();
  const broker = newBroker();
  broker.failing = true;
  const relay = createOutboxRelay({
    source,
    sender: broker.sender,
    topicPrefix: '',
    logger,
    settings: { scanEveryMs: 1_000, scanOlderThanMs: 0 },
  });
  await relay.component.start();
  source.add('a');
  relay.wake('a');
  await vi.waitFor(() => expect(broker.attempts).toBe(1));
  await relay.component.stop();
  expect(source.size()).toBe(1);
});

test('who waits hears of the publication, also of one that was made before; not while the broker is away', async () => {
  const source = newSource();
  const broker = newBroker();
  const relay = createOutboxRelay({
    source,
    sender: broker.sender,
    topicPrefix: '',
    logger,
    settings: { scanEveryMs: 3_600_000, scanOlderThanMs: 0 },
  });
  await relay.component.start();
  source.add('a');
  expect(await Promise.all([relay.published('a', 5_000), relay.published('a', 5_000)])).toEqual([
    true,
    true,
  ]);
  expect(await relay.published('a', 5_000)).toBe(true);
  broker.failing = true;
  source.add('b');
  expect(await relay.published('b', 1)).toBe(false);
  broker.failing = false;
  expect(await relay.published('b', 5_000)).toBe(true);
  await relay.component.stop();
  expect(broker.ids).toEqual(['a', 'b']);
});
