import { ALL_TOPICS } from '@astrolabe/contracts';
import { eventually, servers } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { createTopics } from '../src/topics-job.ts';
import { admin, newMessaging, newTopic, prefix, started, takeFatal } from './harness.ts';

const partitionsOf = async (name: string): Promise<Record<string, number>> => {
  const counts = await admin.partitionCounts();
  const own = [...counts].filter(([topic]) => topic.startsWith(`${prefix}${name}`));
  return Object.fromEntries(own.map(([topic, count]) => [topic.slice(prefix.length), count]));
};

test('each group gets its retry and dead-letter topics; a second run changes nothing', async () => {
  const expected = {
    job: 3,
    'job.retry.one': 3,
    'job.dlq.one': 1,
    'job.retry.two': 3,
    'job.dlq.two': 1,
  };
  await newTopic('job', ['one', 'two']);
  await eventually(async () => expect(await partitionsOf('job')).toEqual(expected));
  await newTopic('job', ['one', 'two']);
  expect(await partitionsOf('job')).toEqual(expected);
});

test('the jobs of several systems run side by side on one broker', async () => {
  const systems = Array.from({ length: 6 }, (_, index) => `${prefix}${index}.`);
  await Promise.all(
    systems.map((topicPrefix) =>
      createTopics({
        brokers: [servers().kafkaBrokers],
        topicPrefix,
        topics: ALL_TOPICS,
        replicationFactor: 1,
      }),
    ),
  );
  const counts = await admin.partitionCounts();
  for (const system of systems) {
    for (const { name, partitions } of ALL_TOPICS) {
      expect(counts.get(system + name), system + name).toBe(partitions);
    }
  }
});

test('a declaration that has grown adds a group and partitions', async () => {
  await newTopic('growing', ['one'], 2);
  await newTopic('growing', ['one', 'two'], 4);
  await eventually(async () =>
    expect(await partitionsOf('growing')).toEqual({
      growing: 4,
      'growing.retry.one': 4,
      'growing.dlq.one': 1,
      'growing.retry.two': 4,
      'growing.dlq.two': 1,
    }),
  );
});

test('a consumer refuses to run where the retry topic has fewer partitions', async () => {
  const topic = await newTopic('uneven', ['g'], 1);
  await admin.addPartitions(`${prefix}uneven`, 2);
  await eventually(async () => expect((await partitionsOf('uneven'))['uneven']).toBe(2));
  const consumer = newMessaging().consumer({
    group: 'g',
    topics: [topic],
    handle: async () => ({ kind: 'done' }),
  });
  await started(consumer);
  await eventually(() => expect(takeFatal().join()).toContain('run the topics job'));
  await consumer.stop();
  takeFatal();
});

test('a consumer that starts before its topics exist joins when they do', async () => {
  const topic = {
    name: 'late',
    owner: 'test',
    keyedBy: 'test',
    partitions: 1,
    retentionMs: 3_600_000,
    consumers: ['g'],
  };
  const messaging = newMessaging();
  await started(
    messaging.consumer({ group: 'g', topics: [topic], handle: async () => ({ kind: 'done' }) }),
  );
  expect(() => messaging.check()).toThrow('not joined');
  await createTopics({
    brokers: [servers().kafkaBrokers],
    topicPrefix: prefix,
    topics: [topic],
    replicationFactor: 1,
  });
  await eventually(() => messaging.check(), { timeoutMs: 20_000 });
});
