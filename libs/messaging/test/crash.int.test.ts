import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ok } from '@astrolabe/kernel';
import { startKafka } from '@astrolabe/local-servers';
import { createAggregateStore } from '@astrolabe/mongo';
import { eventually, servers, testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { createTopics } from '../src/topics-job.ts';
import type { OutboxRelay } from '../src/outbox-relay.ts';
import {
  committed,
  countMessages,
  eventOf,
  newMessaging,
  newTopic,
  prefix,
  started,
  sumCommitted,
  upTo,
  withoutDuplicates,
} from './harness.ts';

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
const PER_KEY = 200;

test('kill -9 of a consumer: what it had not finished is handled by the next one', async () => {
  const topic = await newTopic('killed', ['g']);
  const messaging = newMessaging();
  await started(messaging.component);
  await messaging.publisher().publish(
    topic,
    upTo(PER_KEY).flatMap((n) => KEYS.map((key) => eventOf(key, n))),
  );
  const setup = {
    brokers: servers().kafkaBrokers,
    topicPrefix: prefix,
    group: 'g',
    topic,
  };
  const script = fileURLToPath(new URL('consumer-process.ts', import.meta.url));
  const victim = spawn(execPath, [script, JSON.stringify(setup)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => victim.once('exit', resolve));
  const handled: string[] = [];
  for await (const line of createInterface({ input: victim.stdout })) {
    handled.push(line);
    if (handled.length === 300) victim.kill('SIGKILL');
  }
  await exited;
  expect(handled.length).toBeGreaterThanOrEqual(300);
  expect(handled.length).toBeLessThan(KEYS.length * PER_KEY);
  // Whatever it committed, it had handled.
  const claimed = (await committed('g', topic)).reduce(
    (sum, { offset }) => sum + Number(offset),
    0,
  );
  expect(claimed).toBeLessThanOrEqual(handled.length);

  await started(
    messaging.consumer({
      group: 'g',
      topics: [topic],
      handle: async ({ id }) => {
        handled.push(id);
        return { kind: 'done' };
      },
    }),
  );
  await eventually(
    () => {
      const byKey = withoutDuplicates(handled);
      for (const key of KEYS) expect(byKey.get(key)).toEqual(upTo(PER_KEY));
    },
    { timeoutMs: 40_000 },
  );
  await eventually(async () =>
    expect(await sumCommitted('g', topic)).toBe(await countMessages(topic.name)),
  );
});

test('kill -9 of the broker: readiness tells, nothing is lost, order is kept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'astrolabe-broker-'));
  let broker = await startKafka({ dataDir: folder });
  const port = Number(broker.brokers.split(':')[1]);
  const topic = {
    name: 'broker-down',
    owner: 'test',
    keyedBy: 'id',
    partitions: 3,
    retentionMs: 3_600_000,
    consumers: ['g'],
  };
  await createTopics({
    brokers: [broker.brokers],
    topicPrefix: prefix,
    topics: [topic],
    replicationFactor: 1,
  });
  const mongo = await testDatabase();
  const messaging = newMessaging({ scanOlderThanMs: 1_000 }, [broker.brokers]);
  let relay: OutboxRelay | undefined;
  const store = createAggregateStore<{ steps: number }>({
    db: mongo.db,
    collection: 'orders',
    topic: topic.name,
    source: 'orders',
    wake: (id) => relay?.wake(id),
  });
  relay = messaging.outboxRelay(store.outbox);
  await started(relay.component);
  const handled: string[] = [];
  await started(
    messaging.consumer({
      group: 'g',
      topics: [topic],
      handle: async ({ id }) => {
        handled.push(id);
        return { kind: 'done' };
      },
    }),
  );
  let steps = 0;
  const stepAll = async (times: number): Promise<void> => {
    for (let n = 0; n < times; n += 1) {
      steps += 1;
      for (const id of KEYS) {
        await store.transact(id, null, (state) =>
          ok({
            state: { steps: (state?.steps ?? 0) + 1 },
            events: [{ type: 'stepped', payload: new Uint8Array([1]), time: new Date() }],
            result: null,
          }),
        );
      }
    }
  };
  const allHandled = (): void => {
    const byKey = withoutDuplicates(handled);
    for (const id of KEYS) expect(byKey.get(id)).toEqual(upTo(steps));
  };
  try {
    await stepAll(10);
    await eventually(allHandled);
    messaging.check();
    const before = stepAll(20);
    broker.kill('SIGKILL');
    await broker.exited;
    await before;
    await stepAll(10);
    await eventually(() => expect(() => messaging.check()).toThrow(), { timeoutMs: 30_000 });
    broker = await startKafka({ dataDir: folder, port });
    await stepAll(5);
    await eventually(allHandled, { timeoutMs: 45_000 });
    await eventually(() => messaging.check(), { timeoutMs: 30_000 });
    await eventually(async () =>
      expect((await store.outbox.pending(100, new Date(Date.now() + 60_000))).length).toBe(0),
    );
  } finally {
    await broker.stop(0);
    rmSync(folder, { recursive: true, force: true });
  }
}, 150_000);
