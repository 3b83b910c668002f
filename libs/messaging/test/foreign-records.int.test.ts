import { METRIC, metricsText } from '@astrolabe/telemetry';
import { eventually, servers } from '@astrolabe/testing';
import type { TopicSpec } from '@astrolabe/contracts';
import { CompressionTypes, ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import type { IHeaders } from 'kafkajs';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { toHeaders } from '../src/envelope.ts';
import type { HandlerOutcome } from '../src/handling.ts';
import { retryTopic } from '../src/topic-names.ts';
import {
  SILENT,
  admin,
  countMessages,
  eventOf,
  newMessaging,
  newTopic,
  prefix,
  seenOf,
  started,
  stopNow,
  sumCommitted,
  upTo,
} from './harness.ts';

/** What others do to our topics: a plain client without any of this library. */
const kafka = new Kafka({
  clientId: 'foreign',
  brokers: [servers().kafkaBrokers],
  logLevel: logLevel.NOTHING,
});
const producer = kafka.producer({ allowAutoTopicCreation: false });
const foreignAdmin = kafka.admin();
await Promise.all([producer.connect(), foreignAdmin.connect()]);
afterAll(() => Promise.all([producer.disconnect(), foreignAdmin.disconnect()]));

afterEach(() => void vi.restoreAllMocks());

const headersOf = (key: string, sequence: number): IHeaders => toHeaders(eventOf(key, sequence));

test('legal records that no event of ours looks like end in the dead letters, never the service', async () => {
  const topic = await newTopic('foreign', ['g'], 1);
  const messaging = newMessaging();
  await started(messaging.component);
  const seen = await seenOf(messaging, topic, 'g');
  const absent = null as unknown as string;
  // kafkajs can write a header without a value, but measures it first.
  const measure = Buffer.byteLength.bind(Buffer);
  vi.spyOn(Buffer, 'byteLength').mockImplementation((value, encoding) =>
    (value as unknown) === null ? 0 : measure(value, encoding),
  );
  await producer.send({
    topic: prefix + topic.name,
    messages: [
      {
        key: 'null-header',
        value: 'x',
        headers: { ...headersOf('null-header', 1), extra: absent },
      },
      { key: 'id-without-value', value: 'x', headers: { ...headersOf('k', 1), ce_id: absent } },
      { key: 'members', value: 'x', headers: { toString: 'a', constructor: 'b', valueOf: absent } },
      { key: Buffer.from([0xff, 0x00]), value: 'x', headers: headersOf('binary', 1) },
      { key: null, value: null },
      { key: 'good', value: 'x', headers: headersOf('good', 1) },
    ],
  });
  await eventually(() => expect(seen.map(({ key }) => key)).toEqual(['null-header', 'good']));
  await eventually(async () => expect(await sumCommitted('g', topic)).toBe(6));
  const { letters } = await messaging.deadLetters.list({ group: 'g', topic: 'foreign', limit: 10 });
  expect(letters.map(({ originalOffset }) => originalOffset)).toEqual(['1', '2', '3', '4']);
  messaging.check();
});

const BROKER_CODECS = ['gzip', 'snappy', 'lz4', 'zstd'] as const;

test('batches that the broker has recompressed are read, whatever codec the topic names', async () => {
  const LONG = Buffer.from('order:2004574256073903:reserve|'.repeat(4_000));
  for (const codec of BROKER_CODECS) {
    const topic = await newTopic(`codec-${codec}`, [codec], 1);
    await admin.replaceOverrides([
      { topic: prefix + topic.name, config: { 'compression.type': codec } },
    ]);
    const messaging = newMessaging();
    await started(messaging.component);
    const seen = await seenOf(messaging, topic, codec);
    await messaging
      .publisher()
      .publish(topic, [eventOf('small', 1), { ...eventOf('large', 1), payload: LONG }]);
    await eventually(() => expect(seen).toHaveLength(2));
    expect(Buffer.from(seen[1]?.payload ?? []).equals(LONG)).toBe(true);
  }
}, 60_000);

test('the topics job makes brokers keep batches as they are, and keeps all other settings', async () => {
  const topic = await newTopic('recompressed', ['g'], 1);
  const name = prefix + topic.name;
  const retry = prefix + retryTopic(topic.name, 'g');
  await admin.replaceOverrides([
    { topic: name, config: { 'compression.type': 'lz4', 'retention.bytes': '123456789' } },
    { topic: retry, config: {} },
  ]);
  await newTopic('recompressed', ['g'], 1);
  const overrides = await admin.topicOverrides([name, retry]);
  expect(overrides.get(name)).toEqual({
    'compression.type': 'producer',
    'retention.bytes': '123456789',
  });
  expect(overrides.get(retry)).toMatchObject({ 'compression.type': 'producer' });
  const { resources } = await foreignAdmin.describeConfigs({
    resources: [{ type: ConfigResourceTypes.TOPIC, name, configNames: ['compression.type'] }],
    includeSynonyms: false,
  });
  expect(resources[0]?.configEntries[0]?.configValue).toBe('producer');
});

test('a retry partition that ends with records of transactions keeps nothing waiting', async () => {
  const topic = await newTopic('transactional', ['g'], 1);
  const transactional = kafka.producer({
    transactionalId: `${prefix}tx`,
    maxInFlightRequests: 1,
    idempotent: true,
    allowAutoTopicCreation: false,
  });
  await transactional.connect();
  for (const end of ['commit', 'abort'] as const) {
    const transaction = await transactional.transaction();
    await transaction.send({
      topic: prefix + retryTopic(topic.name, 'g'),
      messages: [{ key: end, value: 'x', partition: 0, headers: headersOf(end, 1) }],
    });
    await transaction[end]();
  }
  await transactional.disconnect();
  const messaging = newMessaging();
  await started(messaging.component);
  await messaging.publisher().publish(topic, [eventOf('main', 1), eventOf('commit', 2)]);
  const seen = await seenOf(messaging, topic, 'g');
  await eventually(() => expect(seen.map(({ id }) => id)).toContain('test/main/1'));
  await eventually(() => expect(seen.map(({ id }) => id)).toContain('test/commit/2'));
  // The key with a committed message in the retry topic kept its order; the aborted one never was.
  const ofKey = seen.filter(({ key }) => key === 'commit').map(({ sequence }) => sequence);
  expect(ofKey).toEqual([1n, 2n]);
  expect(seen.map(({ key }) => key)).not.toContain('abort');
});

const lagOf = async (topic: string): Promise<number[]> =>
  (await metricsText())
    .split('\n')
    .filter((line) => line.startsWith(METRIC.consumerLag) && line.includes(`topic="${topic}"`))
    .map((line) => Number(line.split(' ').at(-1)));

test('lag counts what is not committed, whatever has been fetched, and leaves with the partition', async () => {
  const topic = await newTopic('lagging', ['g'], 1);
  const messaging = newMessaging();
  await started(messaging.component);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const consumer = await started(
    messaging.consumer({
      group: 'g',
      topics: [topic],
      handle: async (): Promise<HandlerOutcome> => {
        await released;
        return { kind: 'done' };
      },
    }),
  );
  await messaging.publisher().publish(
    topic,
    upTo(500).map((n) => eventOf(`k${n}`, 1)),
  );
  await eventually(async () => expect(await lagOf('lagging')).toEqual([500]), {
    timeoutMs: 20_000,
  });
  release();
  await eventually(async () => expect(await lagOf('lagging')).toEqual([0]));
  await stopNow(consumer);
  expect(await lagOf('lagging')).toEqual([]);
}, 40_000);

/** Deletes the topic and makes it again, empty; its retry and dead-letter topics stay. */
async function remake(topic: TopicSpec): Promise<void> {
  await foreignAdmin.deleteTopics({ topics: [prefix + topic.name] });
  await eventually(async () => {
    await newTopic(topic.name, topic.consumers, topic.partitions);
    expect(await countMessages(topic.name)).toBe(0);
  });
}

test('a topic deleted and made again while it is fetched: nothing of the new one is passed over', async () => {
  const topic = await newTopic('reborn', ['g'], 1);
  const messaging = newMessaging();
  await started(messaging.component);
  const seen = await seenOf(messaging, topic, 'g');
  const publisher = messaging.publisher();
  await publisher.publish(
    topic,
    upTo(100).map((n) => eventOf('old', n)),
  );
  await eventually(() => expect(seen).toHaveLength(100));
  await remake(topic);
  await eventually(() =>
    publisher.publish(
      topic,
      upTo(40).map((n) => eventOf('new', n)),
    ),
  );
  const ofNew = (): Set<bigint> =>
    new Set(seen.filter(({ key }) => key === 'new').map(({ sequence }) => sequence));
  await eventually(() => expect(ofNew().size).toBe(40), { timeoutMs: 30_000 });
}, 60_000);

test('a topic made again behind a partition that waited: its log is handled from the beginning', async () => {
  const topic = await newTopic('shorter', ['shorter'], 1);
  const warnings: string[] = [];
  const messaging = newMessaging({}, undefined, {
    ...SILENT,
    warn: (_fields, message) => warnings.push(message),
  });
  await started(messaging.component);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const seen: string[] = [];
  await started(
    messaging.consumer({
      group: 'shorter',
      topics: [topic],
      handle: async ({ key }): Promise<HandlerOutcome> => {
        if (key === 'old') await released;
        seen.push(key);
        return { kind: 'done' };
      },
    }),
  );
  // More than may be open at once: the partition is not fetched until the first of them are done.
  const old = upTo(2_500).map((n) => eventOf('old', n));
  await messaging.publisher().publish(topic, old);
  await eventually(async () => expect(await lagOf('shorter')).toEqual([old.length]), {
    timeoutMs: 20_000,
  });
  await remake(topic);
  const publishNew = (from: number): Promise<void> =>
    messaging.publisher().publish(
      topic,
      upTo(40).map((n) => eventOf('new', from + n)),
    );
  await eventually(() => publishNew(0));
  release();
  const handledNew = (): number => seen.filter((key) => key === 'new').length;
  await eventually(() => expect(handledNew()).toBe(40), { timeoutMs: 30_000 });
  expect(warnings).toContain('a partition began anew');
  await publishNew(40);
  await eventually(() => expect(handledNew()).toBe(80));
  await eventually(async () => expect(await sumCommitted('shorter', topic)).toBe(80));
}, 90_000);

test('batches that other clients compressed are read', async () => {
  const topic = await newTopic('compressed-by-others', ['g'], 1);
  const messaging = newMessaging();
  await started(messaging.component);
  const seen = await seenOf(messaging, topic, 'g');
  await producer.send({
    topic: prefix + topic.name,
    compression: CompressionTypes.GZIP,
    messages: [{ key: 'gzip', value: 'x', headers: headersOf('gzip', 1) }],
  });
  await eventually(() => expect(seen.map(({ key }) => key)).toEqual(['gzip']));
});
