import { TOPICS } from '@astrolabe/contracts';
import { createAggregateStore, ensureIndexes, outboxIndexes } from '@astrolabe/mongo';
import { createLogger, startAll, stopAll } from '@astrolabe/service';
import type { Health } from '@astrolabe/service';
import { servers, testDatabase, testTopicPrefix } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { openService } from './open-service.ts';
import type { Outbox } from './open-service.ts';

const { mongoUri, kafkaBrokers } = servers();
const database = await testDatabase();
const logger = createLogger({ service: 'test', level: 'silent' });

function contextOf(more: { KAFKA_BROKERS?: string } = { KAFKA_BROKERS: kafkaBrokers }) {
  const checks: string[] = [];
  const health: Health = {
    addCheck: (name) => void checks.push(name),
    setReady: () => {},
    fatal: (error) => {
      throw error;
    },
  };
  const config = {
    MONGODB_URI: mongoUri,
    MONGODB_DATABASE: database.name,
    STARTUP_WAIT_MS: 0,
    GRPC_HOST: '127.0.0.1',
    TOPIC_PREFIX: testTopicPrefix(),
    ...more,
  };
  return { checks, context: { config, logger, health } };
}

const openThings = async (outbox: Outbox) =>
  createAggregateStore({ ...outbox, collection: 'things', source: 'test' });

const part = (name: string, log: string[]) => ({
  name,
  start: async () => void log.push(`start ${name}`),
  stop: async () => void log.push(`stop ${name}`),
});

test('parts start from resources to intake, whatever their order in the table, and stop in reverse', async () => {
  const { context, checks } = contextOf();
  const service = await openService('settlement', context);
  await ensureIndexes(service.db, [outboxIndexes('things')]);
  await service.outbox(TOPICS.settlementEvents, openThings);
  const log: string[] = [];
  const handle = () => Promise.resolve({ kind: 'done' as const });
  const { components } = service.of({
    consumers: [{ group: 'settlement', topics: [TOPICS.orderEvents], handle }],
    loops: [part('loop', log)],
    work: [part('queue', log)],
    clients: [{ close: () => void log.push('close client') }],
    reseals: [async () => 0],
  });
  expect(components.map(({ name }) => name)).toEqual([
    'mongo',
    'reseal',
    'kafka',
    'clients',
    expect.stringContaining(TOPICS.settlementEvents.name),
    'queue',
    'loop',
    expect.stringContaining('settlement'),
  ]);
  expect(checks).toEqual(['mongo', 'kafka']);
  const begun = components.slice(0, -1);
  await startAll(begun);
  await stopAll(begun);
  expect(log).toEqual(['start queue', 'start loop', 'stop loop', 'stop queue', 'close client']);
});

test('a service that only publishes stays ready without its broker; one without topics needs none', async () => {
  const publishing = contextOf();
  const service = await openService('settlement', publishing.context);
  const { components, ports } = service.of({});
  expect(publishing.checks).toEqual(['mongo']);
  expect(components.map(({ name }) => name)).toEqual(['mongo', 'clients']);
  expect(ports?.()).toEqual({});
  await stopAll(components);
  const without = contextOf({});
  const opened = await openService('settlement', without.context);
  const open = opened.outbox(TOPICS.settlementEvents, openThings);
  await expect(open).rejects.toThrow('KAFKA_BROKERS');
  await stopAll(opened.of({}).components);
});
