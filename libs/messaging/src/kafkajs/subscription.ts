import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka, RetryOptions } from 'kafkajs';
import type { FetchedBatch, Subscription, SubscriptionEvents } from '../kafka-port.ts';
import { coPartitionAssigner } from './co-partition-assigner.ts';
import { toFetched } from './convert.ts';
import { createFetchPace } from './fetch-pace.ts';
import type { FetchPace } from './fetch-pace.ts';
import { fetchSeldom } from './lean-fetch-patch.ts';
import { asInstance } from './static-member-patch.ts';

export type SubscriptionOptions = {
  readonly group: string;
  readonly topics: readonly string[];
  readonly leisurely: boolean;
  readonly seldom: readonly string[];
  readonly sessionTimeoutMs: number;
  /** Names the member for as long as its place is kept: whoever joins with it takes the place over. */
  readonly instance: string | undefined;
  readonly retry: RetryOptions;
};

const HEARTBEATS_PER_SESSION = 5;
/** By a heartbeat a member learns that another has come or gone. */
const HEARTBEAT_MAX_MS = 2_000;
const PARTITIONS_AT_ONCE = 64;
const RECONNECT_MS = 1_000;

/** A member of a consumer group that fetches; what happens to the messages is the caller's part. */
export function createSubscription(
  kafka: Kafka,
  options: SubscriptionOptions,
  events: SubscriptionEvents,
): Subscription {
  const pace = createFetchPace(options.leisurely);
  fetchSeldom(options.group, options.seldom);
  const consumer = kafka.consumer({
    groupId: options.group,
    partitionAssigners: [
      options.instance === undefined
        ? coPartitionAssigner
        : asInstance(coPartitionAssigner, options.instance),
    ],
    sessionTimeout: options.sessionTimeoutMs,
    rebalanceTimeout: 60_000,
    heartbeatInterval: Math.min(
      HEARTBEAT_MAX_MS,
      Math.floor(options.sessionTimeoutMs / HEARTBEATS_PER_SESSION),
    ),
    metadataMaxAge: 60_000,
    allowAutoTopicCreation: false,
    maxBytesPerPartition: 1_048_576,
    maxBytes: 10_485_760,
    minBytes: pace.minBytes,
    maxWaitTimeInMs: pace.maxWaitTimeInMs,
    readUncommitted: false,
    retry: { ...options.retry, restartOnFailure: async () => true },
  });
  const stopping = new AbortController();
  listen(consumer, events);
  return {
    start: () => start(consumer, options.topics, paced(events, pace), stopping.signal),
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
    pause: ({ topic, partition }) => {
      pace.paused(`${topic}/${partition}`);
      consumer.pause([{ topic, partitions: [partition] }]);
    },
    resume: ({ topic, partition }) => {
      pace.resumed(`${topic}/${partition}`);
      consumer.resume([{ topic, partitions: [partition] }]);
    },
    seek: ({ topic, partition, offset }) =>
      consumer.seek({ topic, partition, offset: offset.toString() }),
  };
}

const paced = (events: SubscriptionEvents, pace: FetchPace): SubscriptionEvents => ({
  ...events,
  onBatch: (batch) => {
    pace.came();
    return events.onBatch(batch);
  },
});

function listen(consumer: Consumer, events: SubscriptionEvents): void {
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
    events.onAssigned(
      Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic, partition })),
      ),
    ),
  );
  consumer.on(consumer.events.FETCH, () => {
    events.onAlive();
    events.onFetched();
  });
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
