import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ok } from '@astrolabe/kernel';
import { startMongo } from '@astrolabe/local-servers';
import { connectMongo, createAggregateStore } from '@astrolabe/mongo';
import {
  METRIC,
  dependencyAnswered,
  metricsText,
  nextMoment,
  recogniseDependencyFault,
} from '@astrolabe/telemetry';
import { eventually } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { originOf } from '../src/envelope.ts';
import type { InboundEvent } from '../src/envelope.ts';
import type { HandlerOutcome } from '../src/handling.ts';
import { deadLetterTopic, retryTopic } from '../src/topic-names.ts';
import {
  countMessages,
  eventOf,
  newMessaging,
  newTopic,
  started,
  sumCommitted,
  upTo,
} from './harness.ts';

const DONE: HandlerOutcome = { kind: 'done' };

class PeerAway extends Error {
  override readonly name = 'PeerAway';
}
class LonePeerAway extends Error {}
class MixedPeerAway extends Error {}
recogniseDependencyFault((error) => {
  if (error instanceof LonePeerAway) return 'lone-peer';
  if (error instanceof MixedPeerAway) return 'mixed-peer';
  return error instanceof PeerAway ? 'peer' : undefined;
});

const PATIENCE = { timeoutMs: 60_000 };

const pausedPartitions = async (): Promise<string[]> =>
  (await metricsText()).split('\n').filter((line) => line.startsWith(`${METRIC.consumerPaused}{`));

test('the database goes away and comes back: nothing is parked, and everything goes on within seconds', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'astrolabe-outage-'));
  let server = await startMongo({ dataDir: folder });
  const { uri } = server;
  const mongo = await connectMongo({ uri, database: 'outage', appName: 'outage' });
  const store = createAggregateStore<{ readonly count: bigint }>({
    db: mongo.db,
    collection: 'copies',
    topic: '',
    source: 'test',
    wake: () => undefined,
  });
  const topic = await newTopic('outage', ['outage'], 2);
  const messaging = newMessaging();
  await started(messaging.component);
  let handled = 0;
  await started(
    messaging.consumer({
      group: 'outage',
      topics: [topic],
      handle: async (event) => {
        await store.transact(event.key, originOf(event), (state) =>
          ok({ state: { count: (state?.count ?? 0n) + 1n }, events: [], result: null }),
        );
        handled += 1;
        return DONE;
      },
    }),
  );
  const keys = upTo(40).map((n) => `order-${n}`);
  const publish = (sequence: number): Promise<void> =>
    messaging.publisher().publish(
      topic,
      keys.map((key) => eventOf(key, sequence)),
    );
  await publish(1);
  await eventually(() => expect(handled).toBe(40), { timeoutMs: 20_000 });

  await server.stop();
  await publish(2);
  // Longer than all in-place delays and the first parked ones of this test together.
  await eventually(async () => expect(await pausedPartitions()).not.toEqual([]), {
    timeoutMs: 30_000,
  });
  server = await startMongo({ dataDir: folder, port: Number(new URL(uri).port) });
  await eventually(() => expect(handled).toBe(80), { timeoutMs: 30_000 });
  expect(await countMessages(retryTopic(topic.name, 'outage'))).toBe(0);
  expect(await countMessages(deadLetterTopic(topic.name, 'outage'))).toBe(0);
  expect(await pausedPartitions()).toEqual([]);
  for (const key of keys) expect((await store.load(key))?.state.count).toBe(2n);
  await mongo.component.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

test('while a peer is away its partitions wait, those without it go on, and one event asks at a time', async () => {
  const topic = await newTopic('peer', ['peer'], 1);
  const other = await newTopic('without-peer', ['peer'], 1);
  const messaging = newMessaging();
  await started(messaging.component);
  let away = true;
  let calls = 0;
  const seen: string[] = [];
  await started(
    messaging.consumer({
      group: 'peer',
      topics: [topic, other],
      concurrency: 16,
      handle: async (event) => {
        if (event.topic === topic.name) {
          calls += 1;
          if (away) throw new PeerAway('connection refused');
          dependencyAnswered('peer');
        }
        seen.push(event.id);
        return DONE;
      },
    }),
  );
  const events = upTo(100).map((n) => eventOf(`k${n}`, 1));
  await messaging.publisher().publish(topic, events);
  await eventually(async () => expect(await pausedPartitions()).toHaveLength(1));
  const callsOfFirst = calls;
  await messaging.publisher().publish(other, [eventOf('free', 1)]);
  await eventually(() => expect(seen).toEqual(['test/free/1']));
  await eventually(() => expect(calls).toBeGreaterThan(callsOfFirst + 2));
  // Only what was under way when the first fault was met has called, and one event at a time since.
  expect(calls).toBeLessThan(40);
  away = false;
  await eventually(() => expect(seen).toHaveLength(101));
  expect(await countMessages(retryTopic(topic.name, 'peer'))).toBe(0);
  await eventually(async () => expect(await sumCommitted('peer', topic)).toBe(100));
}, 40_000);

test('an event that alone finds the peer away is parked and buried; the others do not wait for it', async () => {
  const topic = await newTopic('alone', ['alone'], 1);
  const messaging = newMessaging();
  await started(messaging.component);
  const seen: InboundEvent[] = [];
  await started(
    messaging.consumer({
      group: 'alone',
      topics: [topic],
      handle: async (event) => {
        if (event.key === 'poison') throw new PeerAway('the peer dies of this');
        dependencyAnswered('peer');
        seen.push(event);
        return DONE;
      },
    }),
  );
  const rounds = 60;
  await messaging.publisher().publish(topic, [eventOf('poison', 1)]);
  for (let n = 1; n <= rounds; n += 1) {
    await messaging.publisher().publish(topic, [eventOf('healthy', n)]);
  }
  await eventually(() => {
    // The peer answers others beside this group, as it does in a process with more to do.
    dependencyAnswered('peer');
    expect(seen).toHaveLength(rounds);
  });
  const letters = await eventually(async () => {
    dependencyAnswered('peer');
    const page = await messaging.deadLetters.list({ group: 'alone', topic: 'alone', limit: 5 });
    expect(page.letters).toHaveLength(1);
    return page.letters;
  });
  expect(letters[0]).toMatchObject({ key: 'poison', reason: expect.stringContaining('PeerAway') });
}, 40_000);

test('a message that kills its peer, which nothing else calls: those behind it take turns, it is buried', async () => {
  const topic = await newTopic('killer', ['killer'], 1);
  const messaging = newMessaging();
  await started(messaging.component);
  let backAt = 0;
  let kills = 0;
  const handled: string[] = [];
  const calls: string[] = [];
  await started(
    messaging.consumer({
      group: 'killer',
      topics: [topic],
      handle: async ({ id, key }) => {
        const begunAt = nextMoment();
        calls.push(id);
        if (Date.now() < backAt) throw new LonePeerAway('connection refused');
        if (key === 'killer') {
          kills += 1;
          backAt = Date.now() + 300;
          throw new LonePeerAway('connection lost');
        }
        dependencyAnswered('lone-peer', begunAt);
        handled.push(id);
        return DONE;
      },
    }),
  );
  // Alone in its batch: what is behind it is published once its partition waits.
  await messaging.publisher().publish(topic, [eventOf('killer', 1), eventOf('killer', 2)]);
  await eventually(async () => expect(await pausedPartitions()).toHaveLength(1));
  const healthy = upTo(40).map((n) => eventOf(`healthy-${n}`, 1));
  for (const event of healthy) {
    await messaging.publisher().publish(topic, [event]);
    await eventually(() => expect(handled).toContain(event.id), PATIENCE);
  }
  const letters = await eventually(async () => {
    const query = { group: 'killer', topic: 'killer', limit: 5 };
    const page = await messaging.deadLetters.list(query);
    expect(page.letters).toHaveLength(2);
    return page.letters;
  }, PATIENCE);
  // In order, and each after all of its tries: three in place and two parked, or the parked ones alone.
  expect(letters.map(({ id, attempts }) => [id, attempts])).toEqual([
    ['test/killer/1', 5],
    ['test/killer/2', 3],
  ]);
  expect(kills).toBeGreaterThanOrEqual(8);
  expect(new Set(calls.filter((id) => id.startsWith('test/healthy-'))).size).toBe(40);
  expect(await countMessages(retryTopic(topic.name, 'killer'))).toBe(2);
  await eventually(async () => expect(await sumCommitted('killer', topic)).toBe(42), PATIENCE);
}, 120_000);

test('events that need nothing of the dependency pass their turns on', async () => {
  const topic = await newTopic('mixed', ['mixed'], 1);
  const messaging = newMessaging();
  await started(messaging.component);
  let away = true;
  const handled = new Set<string>();
  await started(
    messaging.consumer({
      group: 'mixed',
      topics: [topic],
      handle: async ({ id, key }) => {
        if (key.startsWith('needy')) {
          if (away) throw new MixedPeerAway('connection refused');
          dependencyAnswered('mixed-peer');
        }
        handled.add(id);
        return DONE;
      },
    }),
  );
  const events = upTo(300).map((n) => eventOf(n % 100 === 1 ? `needy-${n}` : `free-${n}`, 1));
  await messaging.publisher().publish(topic, events);
  // At one event per turn of a second this would take five minutes.
  await eventually(() => expect(handled.size).toBe(297), PATIENCE);
  away = false;
  await eventually(() => expect(handled.size).toBe(300), PATIENCE);
  expect(await countMessages(retryTopic(topic.name, 'mixed'))).toBe(0);
}, 90_000);
