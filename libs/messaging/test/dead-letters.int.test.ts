import { randomBytes } from 'node:crypto';
import { EVENTS } from '@astrolabe/contracts';
import { ok } from '@astrolabe/kernel';
import { createAggregateStore } from '@astrolabe/mongo';
import { METRIC, metricsText } from '@astrolabe/telemetry';
import { eventually, servers, testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { originOf, toHeaders } from '../src/envelope.ts';
import type { InboundEvent } from '../src/envelope.ts';
import type { HandlerOutcome } from '../src/handling.ts';
import { createKafkaClient } from '../src/kafkajs/client.ts';
import { hashOf } from '../src/parking.ts';
import {
  NEVER_MS,
  SILENT,
  eventOf,
  newMessaging,
  newTopic,
  prefix,
  started,
  sumCommitted,
  upTo,
} from './harness.ts';

const DONE: HandlerOutcome = { kind: 'done' };

test('what cannot be decoded, and an empty payload, are dead letters at once; their keys go on', async () => {
  const topic = await newTopic('undecodable', ['undecodable'], 1);
  const messaging = newMessaging({ inPlaceDelaysMs: [NEVER_MS] });
  await started(messaging.component);
  const seen: string[] = [];
  await started(
    messaging.consumer({
      group: 'undecodable',
      topics: [topic],
      handle: async (event) => {
        if (event.sequence === 2n) EVENTS.orderSeen.decode(event.payload);
        seen.push(event.id);
        return DONE;
      },
    }),
  );
  await messaging
    .publisher()
    .publish(topic, [
      { ...eventOf('k', 1), payload: new Uint8Array(0) },
      { ...eventOf('k', 2), payload: Buffer.from([0x0a, 0x7f, 0x01]) },
      eventOf('k', 3),
    ]);
  await eventually(() => expect(seen).toEqual(['test/k/3']));
  await eventually(async () => expect(await sumCommitted('undecodable', topic)).toBe(3));
  const query = { group: 'undecodable', topic: 'undecodable', limit: 10 };
  const { letters } = await messaging.deadLetters.list(query);
  expect(letters.map(({ id, reason, attempts }) => [id, reason, attempts])).toEqual([
    ['test/k/1', 'the payload is empty', 1],
    ['test/k/2', expect.stringContaining('UnreadableContent'), 1],
  ]);
});

test('a message that leaves no room for headers is buried whole; one that cannot be moved leaves a letter', async () => {
  const topic = await newTopic('large', ['large'], 1);
  const messaging = newMessaging({ inPlaceDelaysMs: [] });
  await started(messaging.component);
  const client = createKafkaClient({
    brokers: [servers().kafkaBrokers],
    clientId: 'large',
    logger: SILENT,
    sessionTimeoutMs: 6_000,
  });
  // Larger than this library publishes, as large as the broker takes: random, so no codec helps.
  const nearLimit = randomBytes(1_048_000);
  const beyond = Buffer.alloc(1_500_000, 'order:2004574256073903:reserve|');
  const sender = client.sender();
  await sender.connect();
  for (const [key, value] of [
    ['near', nearLimit],
    ['beyond', beyond],
  ] as const) {
    const headers = toHeaders(eventOf(key, 1));
    await sender.send([{ topic: prefix + topic.name, messages: [{ key, value, headers }] }]);
  }
  await sender.disconnect();
  const replayed: InboundEvent[] = [];
  await started(
    messaging.consumer({
      group: 'large',
      topics: [topic],
      handle: async (event) => {
        if (event.replayOf !== undefined) {
          replayed.push(event);
          return DONE;
        }
        return event.key === 'near'
          ? { kind: 'reject', reason: 'no' }
          : { kind: 'retry', reason: 'later' };
      },
    }),
  );
  const query = { group: 'large', topic: 'large' };
  const letters = await eventually(
    async () => {
      const page = await messaging.deadLetters.list({ ...query, limit: 10 });
      expect(page.letters).toHaveLength(2);
      return page.letters;
    },
    { timeoutMs: 20_000 },
  );
  const near = letters.find(({ key }) => key === 'near');
  expect(Buffer.from(near?.payload ?? []).equals(nearLimit)).toBe(true);
  const stub = letters.find(({ key }) => key === 'beyond');
  expect(stub).toMatchObject({
    id: 'test/beyond/1',
    reason: 'too large to be parked; later',
    originalOffset: '1',
    body: { bytes: beyond.byteLength, sha256: hashOf(beyond) },
  });
  expect(stub?.payload.byteLength).toBe(0);
  await eventually(async () => expect(await sumCommitted('large', topic)).toBe(2));
  // The near one has grown by the headers of a replay; the stub's body still stands where it was.
  await messaging.deadLetters.replay({ ...query, offset: near?.offset ?? '' });
  await eventually(() => expect(replayed.map(({ key }) => key)).toEqual(['near']));
  await messaging.deadLetters.replay({ ...query, offset: stub?.offset ?? '' });
  await eventually(() => expect(replayed.map(({ key }) => key)).toEqual(['near', 'beyond']));
  expect(Buffer.from(replayed[1]?.payload ?? []).equals(beyond)).toBe(true);
}, 60_000);

test('letters are counted, filtered by page, shown and replayed by filter', async () => {
  const topic = await newTopic('filtered', ['filtered'], 1);
  const messaging = newMessaging();
  await started(messaging.component);
  let accepting = false;
  const seen: string[] = [];
  await started(
    messaging.consumer({
      group: 'filtered',
      topics: [topic],
      handle: async (event) => {
        if (!accepting) return { kind: 'reject', reason: `unknown goods of ${event.key}` };
        seen.push(event.id);
        return DONE;
      },
    }),
  );
  expect(await metricsText()).toContain(
    `${METRIC.deadLetters}{group="filtered",topic="filtered"} 0`,
  );
  const events = upTo(6).map((n) => eventOf(n % 2 === 0 ? 'even' : 'odd', n));
  await messaging.publisher().publish(topic, events);
  await eventually(async () =>
    expect(await messaging.deadLetters.count([topic])).toEqual([
      { group: 'filtered', topic: 'filtered', letters: 6 },
    ]),
  );
  const { deadLetters } = messaging;
  const query = { group: 'filtered', topic: 'filtered', reason: 'goods of even', limit: 2 };
  const first = await deadLetters.list(query);
  expect(first.letters.map(({ id }) => id)).toEqual(['test/even/2', 'test/even/4']);
  const second = await deadLetters.list({ ...query, from: first.next ?? '' });
  expect(second.letters.map(({ id }) => id)).toEqual(['test/even/6']);
  expect(second).not.toHaveProperty('next');
  expect((await deadLetters.list({ ...query, until: new Date(0) })).letters).toEqual([]);
  expect(await deadLetters.show({ ...query, offset: '0' })).toMatchObject({ id: 'test/odd/1' });
  await expect(deadLetters.show({ ...query, offset: '99' })).rejects.toThrow('no dead letter');
  accepting = true;
  const page = await deadLetters.replayAll({ ...query, limit: 10 });
  expect(page.letters).toHaveLength(3);
  const replayed = ['test/even/2', 'test/even/4', 'test/even/6'];
  await eventually(() => expect(seen).toEqual(replayed));
});

test('a letter replayed behind newer events of its aggregate has its effect, once', async () => {
  const mongo = await testDatabase();
  const topic = await newTopic('overtaken', ['overtaken'], 1);
  const messaging = newMessaging();
  await started(messaging.component);
  const store = createAggregateStore<{ readonly applied: readonly bigint[] }>({
    db: mongo.db,
    collection: 'overtaken',
    topic: '',
    source: 'test',
    wake: () => undefined,
  });
  let handled = 0;
  await started(
    messaging.consumer({
      group: 'overtaken',
      topics: [topic],
      handle: async (event) => {
        if (event.sequence === 2n && event.replayOf === undefined) {
          return { kind: 'reject', reason: 'not now' };
        }
        await store.transact('copy', originOf(event), (state) =>
          ok({
            state: { applied: [...(state?.applied ?? []), event.sequence] },
            events: [],
            result: null,
          }),
        );
        handled += 1;
        return DONE;
      },
    }),
  );
  await messaging.publisher().publish(
    topic,
    upTo(4).map((n) => eventOf('k', n)),
  );
  await eventually(() => expect(handled).toBe(3));
  const ref = { group: 'overtaken', topic: 'overtaken', offset: '0' };
  for (const times of [4, 5]) {
    await messaging.deadLetters.replay(ref);
    await eventually(() => expect(handled).toBe(times));
  }
  expect((await store.load('copy'))?.state.applied).toEqual([1n, 3n, 4n, 2n]);
});
