import { setTimeout as delay } from 'node:timers/promises';
import type { TopicSpec } from '@astrolabe/contracts';
import { createKafkaClient } from './kafkajs/client.ts';
import { MOVED_BYTES_MAX } from './kafka-port.ts';
import type { Admin, MessagingLogger, TopicConfig } from './kafka-port.ts';
import { deadLetterTopic, retryTopic } from './topic-names.ts';

export type CreateTopicsOptions = {
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
  readonly topics: readonly TopicSpec[];
  readonly replicationFactor: number;
  readonly logger?: MessagingLogger;
};

const SILENT: MessagingLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/**
 * Brokers keep batches as they were sent. Left to a cluster's default, they would recompress them,
 * for which our own messages gain nothing.
 */
const COMPRESSION = { 'compression.type': 'producer' } as const;
/** Settings that existing topics get as well; all others are the operator's once a topic exists. */
const ENFORCED: readonly string[] = ['compression.type', 'max.message.bytes'];
/** Dead letters wait for people: longer than any message waits for a machine. */
const DEAD_LETTER_RETENTION_MS = 30 * 24 * 3_600_000;
const SAFE_REPLICATION = 3;
const LEADER_ATTEMPTS = 200;
const LEADER_RETRY_MS = 50;
const CREATE_SESSION_TIMEOUT_MS = 10_000;

/**
 * Creates each topic with the retry and dead-letter topics of its consumer groups, and adds
 * partitions where a declaration has grown. Of existing topics it sets what reading depends on
 * (`compression.type`, and `max.message.bytes` of retry and dead-letter topics) and keeps every other
 * setting. It never removes or shrinks anything, so it can run again at any time, and it ends when every new partition has a leader that answers. The retry
 * topic has the partitions of its main topic: a parked message keeps its partition.
 */
export async function createTopics(options: CreateTopicsOptions): Promise<void> {
  const client = createKafkaClient({
    brokers: options.brokers,
    clientId: 'topics-job',
    logger: options.logger ?? SILENT,
    sessionTimeoutMs: CREATE_SESSION_TIMEOUT_MS,
  });
  const wanted = options.topics.flatMap((topic) => topicConfigs(topic, options));
  const admin = client.admin();
  await admin.connect();
  try {
    const existing = await admin.partitionCounts();
    const missing = wanted.filter(({ topic }) => !existing.has(topic));
    if (missing.length > 0) await admin.createTopics(missing);
    for (const { topic, partitions } of wanted) {
      const count = existing.get(topic);
      if (count !== undefined && count < partitions) await admin.addPartitions(topic, partitions);
    }
    await enforce(
      admin,
      wanted.filter(({ topic }) => existing.has(topic)),
    );
    // Asks each leader: one that is not ready yet makes producers write the same batch twice.
    for (const { topic } of missing) await untilLed(admin, topic);
  } finally {
    await admin.disconnect();
  }
}

/** Sets the enforced settings where they differ; a topic's other overrides stay. */
async function enforce(admin: Admin, topics: readonly TopicConfig[]): Promise<void> {
  if (topics.length === 0) return;
  const overrides = await admin.topicOverrides(topics.map(({ topic }) => topic));
  const changes = topics.flatMap(({ topic, config }) => {
    const before = overrides.get(topic) ?? {};
    const differs = ENFORCED.filter((name) => name in config && before[name] !== config[name]);
    if (differs.length === 0) return [];
    const after = differs.map((name) => [name, config[name] ?? '']);
    return [{ topic, config: { ...before, ...Object.fromEntries(after) } }];
  });
  if (changes.length > 0) await admin.replaceOverrides(changes);
}

/** Resolves when each partition's leader answers; a new one takes some milliseconds. */
async function untilLed(admin: Admin, topic: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await admin.ranges(topic);
      return;
    } catch (error) {
      if (attempt === LEADER_ATTEMPTS) throw error;
      await delay(LEADER_RETRY_MS);
    }
  }
}

/** The declared topic and what belongs to it. */
export function topicConfigs(
  topic: TopicSpec,
  options: Pick<CreateTopicsOptions, 'topicPrefix' | 'replicationFactor'>,
): TopicConfig[] {
  const { replicationFactor, topicPrefix } = options;
  const config = (retentionMs: number): Record<string, string> => ({
    ...COMPRESSION,
    'cleanup.policy': 'delete',
    'retention.ms': String(retentionMs),
    'min.insync.replicas': replicationFactor >= SAFE_REPLICATION ? '2' : '1',
  });
  const make = (name: string, partitions: number, retentionMs: number): TopicConfig => ({
    topic: topicPrefix + name,
    partitions,
    replicationFactor,
    config: config(retentionMs),
  });
  const moved = (name: string, partitions: number, retentionMs: number): TopicConfig => {
    const made = make(name, partitions, retentionMs);
    return { ...made, config: { ...made.config, 'max.message.bytes': String(MOVED_BYTES_MAX) } };
  };
  return [
    make(topic.name, topic.partitions, topic.retentionMs),
    ...topic.consumers.flatMap((group) => [
      moved(retryTopic(topic.name, group), topic.partitions, topic.retentionMs),
      moved(deadLetterTopic(topic.name, group), 1, DEAD_LETTER_RETENTION_MS),
    ]),
  ];
}
