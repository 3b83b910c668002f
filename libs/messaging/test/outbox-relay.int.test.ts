import { ok } from '@astrolabe/kernel';
import { createAggregateStore, ensureIndexes, outboxIndexes } from '@astrolabe/mongo';
import type { AggregateStore } from '@astrolabe/mongo';
import { eventually, testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { originOf } from '../src/envelope.ts';
import { createBatchSender } from '../src/batch-sender.ts';
import { createOutboxRelay } from '../src/outbox-relay.ts';
import type { OutboxRelay } from '../src/outbox-relay.ts';
import {
  NEVER_MS,
  SILENT,
  countMessages,
  newMessaging,
  newTopic,
  prefix,
  seenOf,
  started,
  stopNow,
  upTo,
  withoutDuplicates,
} from './harness.ts';

type Order = { steps: number };

const mongo = await testDatabase();
const IDS = ['a', 'b', 'c', 'd', 'e'];

/** A store whose relay does not know of it yet. */
async function newStore(
  name: string,
  wake: (id: string) => void = () => undefined,
): Promise<AggregateStore<Order>> {
  await ensureIndexes(mongo.db, [outboxIndexes(name)]);
  return createAggregateStore<Order>({
    db: mongo.db,
    collection: name,
    topic: name,
    source: 'orders',
    wake,
  });
}

/** One more step of the order, and the event that tells it. */
async function step(store: AggregateStore<Order>, id: string): Promise<void> {
  const outcome = await store.transact(id, null, (state) => {
    const steps = (state?.steps ?? 0) + 1;
    const event = { type: 'stepped', payload: Buffer.from(String(steps)), time: new Date() };
    return ok({ state: { steps }, events: [event], result: steps });
  });
  expect(outcome.ok).toBe(true);
}

const waiting = async (store: AggregateStore<Order>): Promise<number> =>
  (await store.outbox.pending(100, new Date(Date.now() + NEVER_MS))).length;

test('what is committed is published at once, in order, and leaves the outbox', async () => {
  const topic = await newTopic('at-once', ['g']);
  // No scan helps here: only the wake can publish.
  const messaging = newMessaging({ scanOlderThanMs: NEVER_MS });
  let relay: OutboxRelay | undefined;
  const store = await newStore('at-once', (id) => relay?.wake(id));
  relay = messaging.outboxRelay(store.outbox);
  await started(relay.component);
  const seen = await seenOf(messaging, topic, 'g');
  await Promise.all(
    IDS.map(async (id) => {
      for (let n = 0; n < 20; n += 1) await step(store, id);
    }),
  );
  await eventually(() => expect(new Set(seen.map(({ id }) => id)).size).toBe(100));
  const byKey = withoutDuplicates(seen.map(({ id }) => id));
  for (const id of IDS) expect(byKey.get(id)).toEqual(upTo(20));
  await eventually(async () => expect(await waiting(store)).toBe(0));
  expect(seen[0]).toMatchObject({ source: 'orders', type: 'stepped' });
});

test('events of a process that died before publishing are published by the next one', async () => {
  await newTopic('crashed', ['g']);
  const store = await newStore('crashed');
  for (const id of IDS) for (let n = 0; n < 3; n += 1) await step(store, id);
  expect(await countMessages('crashed')).toBe(0);
  const messaging = newMessaging();
  await started(messaging.outboxRelay(store.outbox).component);
  await eventually(async () => expect(await waiting(store)).toBe(0));
  expect(await countMessages('crashed')).toBe(15);
});

test('a crash between publishing and trimming sends twice and takes effect once', async () => {
  const topic = await newTopic('twice', ['g']);
  const store = await newStore('twice');
  for (let n = 0; n < 4; n += 1) await step(store, 'a');
  const messaging = newMessaging();
  // The first relay publishes and dies before it can trim.
  const dying = messaging.outboxRelay({
    ...store.outbox,
    trimMany: () => Promise.reject(new Error('process died')),
  });
  await started(dying.component);
  dying.wake('a');
  await eventually(async () => expect(await countMessages('twice')).toBeGreaterThanOrEqual(4));
  await stopNow(dying.component);

  await started(messaging.outboxRelay(store.outbox).component);
  await eventually(async () => expect(await waiting(store)).toBe(0));
  expect(await countMessages('twice')).toBeGreaterThanOrEqual(8);

  const copies = await newStore('copies');
  let delivered = 0;
  await started(
    messaging.consumer({
      group: 'g',
      topics: [topic],
      handle: async (event) => {
        await copies.transact('copy', originOf(event), (state) =>
          ok({ state: { steps: (state?.steps ?? 0) + 1 }, events: [], result: null }),
        );
        delivered += 1;
        return { kind: 'done' };
      },
    }),
  );
  const total = await countMessages('twice');
  await eventually(() => expect(delivered).toBe(total));
  expect((await copies.load('copy'))?.state.steps).toBe(4);
});

test('two relays of one source leave nothing behind', async () => {
  await newTopic('two-relays', ['g']);
  const store = await newStore('two-relays');
  for (const id of IDS) await step(store, id);
  await started(newMessaging().outboxRelay(store.outbox).component);
  await started(newMessaging().outboxRelay(store.outbox).component);
  for (const id of IDS) await step(store, id);
  await eventually(async () => expect(await waiting(store)).toBe(0));
  expect(await countMessages('two-relays')).toBeGreaterThanOrEqual(10);
});

test('an outbox larger than a request leaves in several, in order', async () => {
  const store = await newStore('large');
  const payload = Buffer.alloc(200_000, 'x');
  for (let n = 0; n < 10; n += 1) {
    await store.transact('a', null, () =>
      ok({
        state: { steps: n },
        events: [{ type: 'large', payload, time: new Date() }],
        result: null,
      }),
    );
  }
  const sequences: string[] = [];
  let requests = 0;
  const sender = createBatchSender({
    connect: async () => undefined,
    disconnect: async () => undefined,
    send: async (batch) => {
      requests += 1;
      for (const { messages } of batch) {
        for (const { headers } of messages) sequences.push(headers['ce_sequence'] ?? '');
      }
      return [];
    },
  });
  const relay = createOutboxRelay({
    source: store.outbox,
    sender,
    topicPrefix: prefix,
    logger: SILENT,
    settings: { scanEveryMs: 1_000, scanOlderThanMs: NEVER_MS },
  });
  await started(relay.component);
  relay.wake('a');
  await eventually(async () => expect(await waiting(store)).toBe(0));
  expect(sequences).toEqual(upTo(10).map(String));
  expect(requests).toBe(3);
});
