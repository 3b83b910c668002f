import process from 'node:process';
import type { TopicSpec } from '@astrolabe/contracts';
import { servers, testTopicPrefix } from '@astrolabe/testing';
import { afterAll, afterEach, expect } from 'vitest';
import { createMessaging } from '../src/messaging.ts';
import type { Messaging, MessagingComponent, MessagingSettings } from '../src/messaging.ts';
import type { InboundEvent, OutgoingEvent } from '../src/envelope.ts';
import type { HandlerOutcome } from '../src/handling.ts';
import { createKafkaClient } from '../src/kafkajs/client.ts';
import type { MessagingLogger, PartitionOffset } from '../src/kafka-port.ts';
import { createTopics } from '../src/topics-job.ts';

export const prefix = testTopicPrefix();

export const SILENT: MessagingLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Long enough that nothing waits for it to pass by itself within a test. */
export const NEVER_MS = 3_600_000;

const fatal: unknown[] = [];

/** What was reported as fatal; a test that expects it takes it away. */
export const takeFatal = (): unknown[] => fatal.splice(0);

const running: MessagingComponent[] = [];

/** Starts a component and stops it after the test at the latest. */
export async function started<C extends MessagingComponent>(component: C): Promise<C> {
  running.unshift(component);
  await component.start();
  return component;
}

export async function stopNow(component: MessagingComponent): Promise<void> {
  const index = running.indexOf(component);
  if (index >= 0) running.splice(index, 1);
  await component.stop();
}

const warnings: string[] = [];
process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`));

afterEach(async () => {
  for (const component of running.splice(0)) await component.stop();
  expect(takeFatal()).toEqual([]);
  // Neither kafkajs' negative time-outs nor listeners that pile up.
  expect(warnings.splice(0)).toEqual([]);
});

/** Messaging with delays of milliseconds; parts of it are started by the tests. */
export function newMessaging(
  settings: Partial<MessagingSettings> = {},
  brokers = [servers().kafkaBrokers],
  logger = SILENT,
  instance?: string,
): Messaging {
  return createMessaging({
    brokers,
    clientId: 'test',
    topicPrefix: prefix,
    logger,
    instance,
    onFatal: (error) => fatal.push(error),
    settings: {
      inPlaceDelaysMs: [5, 10],
      parkedDelaysMs: [20, 20],
      sessionTimeoutMs: 6_000,
      scanEveryMs: 50,
      scanOlderThanMs: 100,
      ...settings,
    },
  });
}

export async function newTopic(
  name: string,
  consumers: readonly string[],
  partitions = 3,
): Promise<TopicSpec> {
  const topic: TopicSpec = {
    name,
    owner: 'test',
    keyedBy: 'test',
    partitions,
    retentionMs: 3_600_000,
    consumers,
  };
  await createTopics({
    brokers: [servers().kafkaBrokers],
    topicPrefix: prefix,
    topics: [topic],
    replicationFactor: 1,
  });
  return topic;
}

/** The `sequence`th event of the aggregate `key`. */
export function eventOf(key: string, sequence: number): OutgoingEvent {
  return {
    id: `test/${key}/${sequence}`,
    type: 'test.v1.Happened',
    source: 'test',
    subject: key,
    sequence: BigInt(sequence),
    key,
    time: new Date('2026-11-22T08:00:00.000Z'),
    payload: Buffer.from(`${key}:${sequence}`),
  };
}

/** All that a consumer of the group is given of the topic from now on, each taken at once; it grows. */
export async function seenOf(
  messaging: Messaging,
  topic: TopicSpec,
  group: string,
): Promise<readonly InboundEvent[]> {
  const seen: InboundEvent[] = [];
  const handle = async (event: InboundEvent): Promise<HandlerOutcome> => {
    seen.push(event);
    return { kind: 'done' };
  };
  await started(messaging.consumer({ group, topics: [topic], handle }));
  return seen;
}

const kafka = createKafkaClient({
  brokers: [servers().kafkaBrokers],
  clientId: 'test-admin',
  logger: SILENT,
  sessionTimeoutMs: 6_000,
});
export const admin = kafka.admin();
await admin.connect();
afterAll(() => admin.disconnect());

export const committed = (group: string, topic: TopicSpec): Promise<PartitionOffset[]> =>
  admin.committed(prefix + group, [prefix + topic.name]);

/** Messages in all partitions of a topic; the name is without prefix. */
export async function countMessages(topic: string): Promise<number> {
  const ranges = await admin.ranges(prefix + topic);
  return ranges.reduce((sum, { low, high }) => sum + Number(high - low), 0);
}

/** All that has been committed so far, as one number. */
export async function sumCommitted(group: string, topic: TopicSpec): Promise<number> {
  const offsets = await committed(group, topic);
  return offsets.reduce((sum, { offset }) => sum + Number(offset), 0);
}

/** The first appearance of each event, per key: what a consumer that drops duplicates has seen. */
export function withoutDuplicates(ids: readonly string[]): Map<string, number[]> {
  const keys = new Map<string, number[]>();
  for (const id of new Set(ids)) {
    const [, key = '', sequence] = id.split('/');
    keys.set(key, [...(keys.get(key) ?? []), Number(sequence)]);
  }
  return keys;
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1);
