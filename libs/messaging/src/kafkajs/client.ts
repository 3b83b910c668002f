import { createHash } from 'node:crypto';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import kafkajs, { Kafka, Partitioners, logLevel } from 'kafkajs';
import type { ISocketFactory, KafkaConfig } from 'kafkajs';
import { MessageTooLarge } from '../kafka-port.ts';
import type {
  Admin,
  KafkaClient,
  MessagingLogger,
  Sender,
  SubscriptionEvents,
  TopicMessages,
} from '../kafka-port.ts';
import { compressionFor, registerCodecs } from './compression.ts';
import { patchIdlePoll } from './idle-poll-patch.ts';
import { logTo } from './log-creator.ts';
import { patchLeanFetch } from './lean-fetch-patch.ts';
import { createReader } from './reader.ts';
import { patchStaticMembers } from './static-member-patch.ts';
import { createSubscription } from './subscription.ts';

export type KafkaClientOptions = {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly logger: MessagingLogger;
  /** How long the group waits for a silent member; 6,000 ms is what brokers allow at least. */
  readonly sessionTimeoutMs: number;
  /** Of this process: the one that is started in its place has the same. */
  readonly instance?: string | undefined;
};

/** Few and quick: callers wait and try again themselves, and must learn early that they have to. */
const RETRY = {
  initialRetryTime: 100,
  maxRetryTime: 1_000,
  retries: 4,
  factor: 0.2,
  multiplier: 2,
} as const;

/**
 * The name of a member of a group. A place that is taken over keeps the partitions that it had, so whoever reads other
 * topics than the process before takes no place over.
 */
function memberName(instance: string | undefined, topics: readonly string[]): string | undefined {
  if (instance === undefined) return undefined;
  const read = createHash('sha256').update(topics.toSorted().join()).digest('hex').slice(0, 8);
  return `${instance}-${read}`;
}

const ADMIN_TIMEOUT_MS = 10_000;
const METADATA_MAX_AGE_MS = 60_000;

/** kafkajs with Nagle's algorithm off: small requests must not wait for delayed acknowledgements. */
const socketFactory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  // kafkajs passes null for a plain connection, whatever its type says.
  const tls = ssl as typeof ssl | null;
  const socket =
    tls === null
      ? connectTcp({ host, port }, onConnect)
      : connectTls(
          { host, port, ...(isIP(host) === 0 && { servername: host }), ...tls },
          onConnect,
        );
  socket.setKeepAlive(true, 60_000);
  socket.setNoDelay(true);
  return socket;
};

/** The kafkajs implementation of the port, every default that matters spelled out. */
export function createKafkaClient(options: KafkaClientOptions): KafkaClient {
  patchIdlePoll();
  patchStaticMembers();
  patchLeanFetch();
  registerCodecs();
  const resets = new Map<string, SubscriptionEvents['onReset']>();
  const config: KafkaConfig = {
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    enforceRequestTimeout: true,
    retry: RETRY,
    socketFactory,
    logLevel: logLevel.INFO,
    logCreator: logTo(options.logger, (group, at) => resets.get(group)?.(at)),
  };
  const kafka = new Kafka(config);
  return {
    sender: () => createSender(kafka),
    admin: () => createAdmin(kafka),
    reader: () => createReader(config, METADATA_MAX_AGE_MS),
    subscription: (asked, events) => {
      const { group } = asked;
      resets.set(group, (at) => events.onReset(at));
      const { sessionTimeoutMs } = options;
      const instance = memberName(options.instance, asked.topics);
      const member = { ...asked, sessionTimeoutMs, instance, retry: RETRY };
      return createSubscription(kafka, member, events);
    },
  };
}

/**
 * Not idempotent on purpose: kafkajs' idempotent producer loses messages under concurrency
 * (tulios/kafkajs issue 1005). Callers keep one send in flight; consumers drop duplicates.
 */
function createSender(kafka: Kafka): Sender {
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: false,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    retry: RETRY,
  });
  return {
    connect: () => producer.connect(),
    disconnect: () => producer.disconnect(),
    send: async (batch) => {
      const sent = producer.sendBatch({
        acks: -1,
        timeout: 10_000,
        compression: compressionFor(bytesOf(batch)),
        topicMessages: batch.map(({ topic, messages }) => ({
          topic,
          messages: messages.map(({ key, value, headers, partition }) => ({
            key,
            value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
            headers,
            ...(partition !== undefined && { partition }),
          })),
        })),
      });
      const appended = await sent.catch((error: unknown) => {
        throw isTooLarge(error)
          ? new MessageTooLarge('a topic refused the size', { cause: error })
          : error;
      });
      return appended.map(({ topicName, partition, baseOffset }) => ({
        topic: topicName,
        partition,
        baseOffset: BigInt(baseOffset ?? '-1'),
      }));
    },
  };
}

/** By the protocol's error type; kafkajs hangs it on the error or on what that wraps. */
function isTooLarge(error: unknown): boolean {
  const { type, cause } = error as { type?: unknown; cause?: { type?: unknown } };
  return [type, cause?.type].some(
    (one) => one === 'MESSAGE_TOO_LARGE' || one === 'RECORD_LIST_TOO_LARGE',
  );
}

const bytesOf = (batch: readonly TopicMessages[]): number =>
  batch.flatMap(({ messages }) => messages).reduce((sum, { value }) => sum + value.byteLength, 0);

function createAdmin(kafka: Kafka): Admin {
  const admin = kafka.admin({ retry: RETRY });
  return {
    connect: () => admin.connect(),
    disconnect: () => admin.disconnect(),
    ranges: async (topic) =>
      (await admin.fetchTopicOffsets(topic)).map(({ partition, low, high }) => ({
        partition,
        low: BigInt(low),
        high: BigInt(high),
      })),
    committed: async (groupId, topics) => {
      const found = await admin.fetchOffsets({ groupId, topics: [...topics] });
      return found.flatMap(({ topic, partitions }) =>
        partitions
          .map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset) }))
          .filter(({ offset }) => offset >= 0n),
      );
    },
    partitionCounts: async () => {
      const { topics } = await admin.fetchTopicMetadata();
      return new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
    },
    createTopics: async (topics) => {
      await admin.createTopics({
        // The client takes a broker that has not heard of the topic yet for an error; who needs leaders asks them.
        waitForLeaders: false,
        timeout: ADMIN_TIMEOUT_MS,
        topics: topics.map(({ topic, partitions, replicationFactor, config }) => ({
          topic,
          numPartitions: partitions,
          replicationFactor,
          configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
        })),
      });
    },
    addPartitions: async (topic, count) => {
      await admin.createPartitions({
        timeout: ADMIN_TIMEOUT_MS,
        topicPartitions: [{ topic, count }],
      });
    },
    topicOverrides: async (topics) => {
      const { resources } = await admin.describeConfigs({
        resources: topics.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
        includeSynonyms: false,
      });
      return new Map(
        resources.map(({ resourceName, configEntries }) => [
          resourceName,
          Object.fromEntries(
            configEntries
              .filter(({ configSource }) => configSource === kafkajs.ConfigSource.TOPIC_CONFIG)
              .map(({ configName, configValue }) => [configName, configValue]),
          ),
        ]),
      );
    },
    replaceOverrides: async (topics) => {
      await admin.alterConfigs({
        validateOnly: false,
        resources: topics.map(({ topic, config }) => ({
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: topic,
          configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
        })),
      });
    },
  };
}
