import { ALL_TOPICS } from '@astrolabe/contracts';
import { createTopics } from '@astrolabe/messaging';
import { isDryRun } from '../clients.ts';
import type { Command } from '../command.ts';
import { UsageError, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

/** `topics apply`: creates every declared topic that is missing. Safe to repeat. */
async function topicsApply({ option, environment, output }: Invocation): Promise<void> {
  const replicationFactor = Number(option('replication-factor') ?? '3');
  if (!Number.isInteger(replicationFactor) || replicationFactor < 1) {
    throw new UsageError('--replication-factor is not a positive whole number');
  }
  if (isDryRun(environment)) {
    const wouldCreate = ALL_TOPICS.map(({ name }) => name);
    output.row({ dryRun: true, wouldCreate, replicationFactor });
    return;
  }
  await createTopics({
    brokers: required(environment['KAFKA_BROKERS'], 'KAFKA_BROKERS').split(','),
    topicPrefix: environment['TOPIC_PREFIX'] ?? '',
    topics: ALL_TOPICS,
    replicationFactor,
  });
  output.row({ topics: ALL_TOPICS.map((topic) => topic.name) });
}

/** Its part of the command line. */
export const TOPICS_COMMANDS: readonly Command[] = [
  {
    name: 'topics apply',
    summary: 'creates the topics that are missing',
    takes: ['replication-factor'],
    variables: ['KAFKA_BROKERS', 'TOPIC_PREFIX'],
    examples: ['topics apply --replication-factor 1'],
    changes: true,
    run: topicsApply,
  },
];
