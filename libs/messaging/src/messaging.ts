import type { TopicSpec } from '@astrolabe/contracts';
import { createBatchSender, messageBytes, BATCH_BYTES_MAX } from './batch-sender.ts';
import type { BatchSender, Outgoing } from './batch-sender.ts';
import { createConsumer } from './consumer.ts';
import type { EventConsumer } from './consumer.ts';
import { createDeadLetters } from './dead-letters.ts';
import type { DeadLetters } from './dead-letters.ts';
import { toHeaders } from './envelope.ts';
import type { OutgoingEvent } from './envelope.ts';
import type { Handle } from './handling.ts';
import { createKafkaClient } from './kafkajs/client.ts';
import type { MessagingLogger } from './kafka-port.ts';
import { RELAY_DEFAULTS, createOutboxRelay } from './outbox-relay.ts';
import type { OutboxRelay, RelaySettings } from './outbox-relay.ts';
import type { OutboxSource } from './outbox-source.ts';
import type { RetrySettings } from './processor.ts';

export type MessagingSettings = RelaySettings &
  RetrySettings & {
    /** How long a group waits for a member that has died; brokers allow 6,000 ms at least. */
    readonly sessionTimeoutMs: number;
  };

/**
 * Handlers run beside fetching and heartbeats, so a slow handler never costs the membership; only a
 * process that is dead or frozen is silent for ten seconds.
 */
export const MESSAGING_DEFAULTS: MessagingSettings = {
  ...RELAY_DEFAULTS,
  inPlaceDelaysMs: [100, 400, 1_600],
  parkedDelaysMs: [5_000, 60_000, 600_000],
  sessionTimeoutMs: 10_000,
};

export type MessagingOptions = {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Before all topics and groups; '' outside of tests. */
  readonly topicPrefix: string;
  readonly logger: MessagingLogger;
  /** A part of the process is beyond repair; it should end. */
  readonly onFatal: (error: unknown) => void;
  readonly settings?: Partial<MessagingSettings>;
  /**
   * Names this process among those of its service, and the one that is started in its place: that takes over at once,
   * and nobody waits for the session of the dead one to end. A place that is nobody's ends as any other. Absent: each
   * start is a new member (docs/adr/0096).
   */
  readonly instance?: string | undefined;
};

export type ConsumerSpec = {
  readonly group: string;
  readonly topics: readonly TopicSpec[];
  readonly handle: Handle;
  /** Handler calls at the same time, 64 when absent: what a fetch brings is decided in one turn. */
  readonly concurrency?: number;
  /** Nobody waits for what the group does: the brokers gather for it (docs/adr/0094). */
  readonly leisurely?: true;
};

export type MessagingComponent = {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
};

export type Publisher = {
  /** Resolves when all in-sync replicas have all events; their order per key is kept. */
  publish(topic: TopicSpec, events: readonly OutgoingEvent[]): Promise<void>;
};

export type Messaging = {
  outboxRelay(source: OutboxSource): OutboxRelay;
  consumer(spec: ConsumerSpec): MessagingComponent;
  publisher(): Publisher;
  /** What groups gave up on: for the command line and for operators' pages. */
  readonly deadLetters: DeadLetters;
  /** For the readiness check: throws while Kafka cannot be reached or a group is not joined. */
  check(): void;
  /** Keeps the connection of the publisher open between start and stop. */
  readonly component: MessagingComponent;
};

const CONCURRENCY = 64;

/** The messaging of one process: one connection to publish, one for each consumer group. */
export function createMessaging(options: MessagingOptions): Messaging {
  const { logger, topicPrefix, onFatal } = options;
  const settings = { ...MESSAGING_DEFAULTS, ...options.settings };
  const client = createKafkaClient({
    brokers: options.brokers,
    clientId: options.clientId,
    logger,
    sessionTimeoutMs: settings.sessionTimeoutMs,
    instance: options.instance,
  });
  const sender = createBatchSender(client.sender());
  const consumers: EventConsumer[] = [];
  const deadLetters = createDeadLetters(client, sender, topicPrefix);
  return {
    outboxRelay: (source) => createOutboxRelay({ source, sender, topicPrefix, logger, settings }),
    consumer: ({ group, topics, handle, concurrency = CONCURRENCY, leisurely = false }) => {
      requireDeclared(group, topics);
      const consumer = createConsumer({
        client,
        sender,
        group,
        topicPrefix,
        topics,
        handle,
        concurrency,
        leisurely,
        retries: settings,
        logger,
        onFatal,
      });
      consumers.push(consumer);
      return { name: consumer.name, start: () => consumer.start(), stop: () => consumer.stop() };
    },
    publisher: () => ({ publish: (topic, events) => publish(sender, topicPrefix, topic, events) }),
    deadLetters,
    check: () => {
      sender.check();
      for (const consumer of consumers) consumer.check();
    },
    component: {
      name: 'kafka',
      start: async () => sender.retain(),
      stop: () => sender.release(),
    },
  };
}

/** Without the declaration there would be no retry and dead-letter topics for the group. */
function requireDeclared(group: string, topics: readonly TopicSpec[]): void {
  for (const { name, consumers } of topics) {
    if (!consumers.includes(group)) {
      throw new Error(`topic ${name} does not declare the consumer group ${group}`);
    }
  }
}

async function publish(
  sender: BatchSender,
  topicPrefix: string,
  topic: TopicSpec,
  events: readonly OutgoingEvent[],
): Promise<void> {
  let chunk: Outgoing[] = [];
  let bytes = 0;
  for (const event of events) {
    const message: Outgoing = {
      topic: topicPrefix + topic.name,
      key: event.key,
      value: event.payload,
      headers: toHeaders(event),
    };
    const size = messageBytes(message);
    if (chunk.length > 0 && bytes + size > BATCH_BYTES_MAX) {
      // One chunk after the other: a later event must not overtake an earlier one that failed.
      await sender.send(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(message);
    bytes += size;
  }
  await sender.send(chunk);
}
