import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka, RetryOptions } from 'kafkajs';
import type { FetchedBatch, Subscription, SubscriptionEvents } from '../kafka-port.ts';
import { coPartitionAssigner } from './co-partition-assigner.ts';
import { toFetched } from './convert.ts';

export type SubscriptionOptions = {
  readonly group: string;
  readonly topics: readonly string[];
  readonly leisurely: boolean;
  readonly sessionTimeoutMs: number;
  readonly retry: RetryOptions;
};

/** A long poll: data answers it at once, silence costs two requests a second. */
const AT_ONCE = { minBytes: 1, maxWaitTimeInMs: 500 } as const;
/** What has come in a quarter of a second is one answer, and one turn of the handlers. */
const AT_LEISURE = { minBytes: 262_144, maxWaitTimeInMs: 250 } as const;

const HEARTBEATS_PER_SESSION = 5;
const PARTITIONS_AT_ONCE = 64;
const RECONNECT_MS = 1_000;

/** A member of a consumer group that fetches; what happens to the messages is the caller's part. */
export function createSubscription(
  kafka: Kafka,
  options: SubscriptionOptions,
  events: SubscriptionEvents,
): Subscription {
  const consumer = kafka.consumer({
    groupId: options.group,
    partitionAssigners: [coPartitionAssigner],
    sessionTimeout: options.sessionTimeoutMs,
    rebalanceTimeout: 60_000,
    heartbeatInterval: Math.floor(options.sessionTimeoutMs / HEARTBEATS_PER_SESSION),
    metadataMaxAge: 60_000,
    allowAutoTopicCreation: false,
    maxBytesPerPartition: 1_048_576,
    maxBytes: 10_485_760,
    ...(options.leisurely ? AT_LEISURE : AT_ONCE),
    readUncommitted: false,
    retry: { ...options.retry, restartOnFailure: async () => true },
  });
  const stopping = new AbortController();
  listen(consumer, events);
  return {
    start: () => start(consumer, options.topics, events, stopping.signal),
    stop: async () => {
      stopping.abort();
      await consumer.disconnect();
    },
    commit: (offsets) =>
      consumer.commitOffsets(
        offsets.map(({ topic, partition, offset }) => ({
          topic,
          partition,
          offset: offset.toString(),
        })),
      ),
    pause: ({ topic, partition }) => consumer.pause([{ topic, partitions: [partition] }]),
    resume: ({ topic, partition }) => consumer.resume([{ topic, partitions: [partition] }]),
    seek: ({ topic, partition, offset }) =>
      consumer.seek({ topic, partition, offset: offset.toString() }),
  };
}

function listen(consumer: Consumer, events: SubscriptionEvents): void {
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
    events.onAssigned(
      Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic, partition })),
      ),
    ),
  );
  consumer.on(consumer.events.FETCH, () => events.onAlive());
  consumer.on(consumer.events.HEARTBEAT, () => events.onAlive());
  consumer.on(consumer.events.CRASH, ({ payload }) =>
    events.onCrash(payload.error, payload.restart),
  );
}

/** Tries until the brokers answer: a service must be able to start before its broker does. */
async function start(
  consumer: Consumer,
  topics: readonly string[],
  events: SubscriptionEvents,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      break;
    } catch (error) {
      events.onCrash(error instanceof Error ? error : new Error(String(error)), true);
      await delay(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  if (signal.aborted) return;
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
    eachBatch: (payload) => events.onBatch(toBatch(payload)),
  });
}

function toBatch(payload: EachBatchPayload): FetchedBatch {
  const { batch } = payload;
  const last = batch.messages.at(-1);
  return {
    topic: batch.topic,
    partition: batch.partition,
    messages: batch.messages.map((message) => toFetched(batch.topic, batch.partition, message)),
    highWatermark: BigInt(batch.highWatermark),
    accept: () => {
      if (last !== undefined) payload.resolveOffset(last.offset);
    },
    heartbeat: () => payload.heartbeat(),
    isCurrent: () => payload.isRunning() && !payload.isStale(),
  };
}
