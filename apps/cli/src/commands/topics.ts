import { ALL_TOPICS } from '@astrolabe/contracts';
import { createTopics } from '@astrolabe/messaging';
import { UsageError, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

/** `topics apply`: creates every declared topic that is missing. Safe to repeat. */
export async function topicsApply({ option, environment, output }: Invocation): Promise<void> {
  const replicationFactor = Number(option('replication-factor') ?? '3');
  if (!Number.isInteger(replicationFactor) || replicationFactor < 1) {
    throw new UsageError('--replication-factor is not a positive whole number');
  }
  await createTopics({
    brokers: required(environment['KAFKA_BROKERS'], 'KAFKA_BROKERS').split(','),
    topicPrefix: environment['TOPIC_PREFIX'] ?? '',
    topics: ALL_TOPICS,
    replicationFactor,
  });
  output.out(JSON.stringify({ topics: ALL_TOPICS.map((topic) => topic.name) }));
}
