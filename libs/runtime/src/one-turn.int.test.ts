import { EVENTS, TOPICS } from '@astrolabe/contracts';
import { ok } from '@astrolabe/kernel';
import { createTopics } from '@astrolabe/messaging';
import { createJournalStore, ensureIndexes, outboxIndexes } from '@astrolabe/mongo';
import { createLogger, startAll, stopAll } from '@astrolabe/service';
import { METRIC, metricsText } from '@astrolabe/telemetry';
import { cleanUpWith, servers, testDatabase, testTopicPrefix } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { openService } from './open-service.ts';

const { mongoUri, kafkaBrokers } = servers();
const database = await testDatabase();
const logger = createLogger({ service: 'test', level: 'silent' });
const topicPrefix = testTopicPrefix();
await createTopics({
  brokers: kafkaBrokers.split(','),
  topicPrefix,
  topics: [TOPICS.orderEvents, TOPICS.settlementEvents],
  replicationFactor: 1,
});

const MESSAGES = 64;
const TOPIC = TOPICS.orderEvents;

const service = await openService('settlement', {
  config: {
    MONGODB_URI: mongoUri,
    MONGODB_DATABASE: database.name,
    STARTUP_WAIT_MS: 0,
    GRPC_HOST: '127.0.0.1',
    TOPIC_PREFIX: topicPrefix,
    KAFKA_BROKERS: kafkaBrokers,
  },
  logger,
  health: {
    addCheck: () => undefined,
    setReady: () => undefined,
    fatal: (error) => {
      throw error;
    },
  },
});

/** Commands and requests of this process so far. */
async function told(): Promise<{ reads: number; appends: number; produced: number }> {
  const lines = (await metricsText()).split('\n');
  const sum = (start: string): number =>
    lines
      .filter((line) => line.startsWith(start))
      .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0);
  const commands = (command: string, collection: string): number =>
    sum(`${METRIC.mongoCommands}{command="${command}",collection="${collection}"`);
  return {
    reads: commands('find', 'heard') + commands('find', 'heard.journal'),
    appends: commands('insert', 'heard.journal'),
    produced: sum(METRIC.produceRequests),
  };
}

test('what one fetch brings, of all partitions, is one turn: one append, one produce request, and one read', async () => {
  await ensureIndexes(service.db, [outboxIndexes('heard')]);
  const store = await service.outbox(TOPICS.settlementEvents, (outbox) =>
    createJournalStore<{ total: number }>({ ...outbox, collection: 'heard', source: 'settlement' }),
  );
  const publisher = service.messaging().publisher();
  await publisher.publish(
    TOPIC,
    Array.from({ length: MESSAGES }, (_, n) => ({
      id: `e/${n}`,
      type: EVENTS.orderClosed.type,
      source: 'order-router',
      subject: `o${n}`,
      sequence: 1n,
      key: `o${n}`,
      time: new Date(),
      payload: new Uint8Array([1]),
    })),
  );
  let handled = 0;
  let finish = (): void => undefined;
  const all = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { components } = service.of({
    consumers: [
      {
        group: 'settlement',
        topics: [TOPIC],
        handle: async ({ subject }) => {
          await store.transact(subject, null, (state) =>
            ok({
              state: { total: (state?.total ?? 0) + 1 },
              events: [{ type: 't', payload: new Uint8Array([1]), time: new Date() }],
              result: null,
            }),
          );
          handled += 1;
          if (handled === MESSAGES) finish();
          return { kind: 'done' };
        },
      },
    ],
  });
  cleanUpWith(() => stopAll(components));
  const before = await told();
  await startAll(components);
  await all;
  await expect
    .poll(async () => (await store.outbox.pendingOf('o63')).events.length, { timeout: 20_000 })
    .toBe(0);
  const after = await told();
  expect(TOPIC.partitions).toBeGreaterThan(1);
  expect(after.appends - before.appends).toBe(1);
  // The relay looks for what a crash has left, and this test for what is not published.
  expect(after.reads - before.reads).toBeLessThanOrEqual(6);
  expect(after.produced - before.produced).toBe(1);
});
