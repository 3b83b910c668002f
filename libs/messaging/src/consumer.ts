import { METRIC, counter } from '@astrolabe/telemetry';
import { createCommitter } from './committer.ts';
import { goOn } from './flow.ts';
import { partitionKey } from './generation.ts';
import type { Generation } from './generation.ts';
import { takeBatch } from './intake.ts';
import type { TopicPartition } from './kafka-port.ts';
import { createLagMeter } from './lag-meter.ts';
import { createSlots } from './lanes.ts';
import type { ConsumerOptions, Member } from './member.ts';
import { createOutages } from './outages.ts';
import { prepareGeneration } from './prepare-generation.ts';
import { createProcessor, startDeadLetterCount } from './processor.ts';
import { startConsumerMetrics } from './starting-metrics.ts';
import { retryTopic } from './topic-names.ts';
import { createTurns } from './turns.ts';

export type EventConsumer = {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Throws unless this member has joined its group and heard from a broker lately. */
  check(): void;
};

const SILENCE_MAX_MS = 15_000;

/**
 * A member of a consumer group that handles events at least once: keys run side by side, events of
 * a key in order, offsets are committed up to the first message that is not done. A message that
 * keeps failing waits in the retry topic, and so does everything of its key behind it.
 */
export function createConsumer(options: ConsumerOptions): EventConsumer {
  const member = createMember(options);
  startConsumerMetrics(
    options.group,
    options.topics.map(({ name }) => name),
  );
  return {
    name: `consumer ${options.group}`,
    start: async () => {
      options.sender.retain();
      // Not awaited: the service must come up, and say that it is not ready, while Kafka is down.
      member.subscription.start().catch(options.onFatal);
    },
    stop: () => stop(member),
    check: () => {
      if (member.generation === undefined) throw new Error(`${options.group} has not joined yet`);
      const silenceMs = Date.now() - (member.lastAliveAt ?? 0);
      if (silenceMs > SILENCE_MAX_MS) {
        throw new Error(`${options.group} has heard nothing from Kafka for ${silenceMs} ms`);
      }
    },
  };
}

function createMember(options: ConsumerOptions): Member {
  const { client, topics, topicPrefix, logger } = options;
  startDeadLetterCount(options.group, topics);
  const slots = createSlots(options.concurrency);
  const fetches = counter(METRIC.fetchRequests, 'Requests for messages', ['group']);
  const plainOfMain = new Map(topics.map(({ name }) => [topicPrefix + name, name]));
  const plainOfRetry = new Map(
    topics.map(({ name }) => [topicPrefix + retryTopic(name, options.group), name]),
  );
  const subscription = client.subscription(
    {
      group: topicPrefix + options.group,
      topics: [...plainOfMain.keys(), ...plainOfRetry.keys()],
      leisurely: options.leisurely,
      // Its messages wait for seconds and minutes.
      seldom: [...plainOfRetry.keys()],
    },
    {
      onAssigned: (assignment) => beginGeneration(member, assignment),
      onBatch: (batch) => takeBatch(member, batch),
      onReset: (at) => {
        const held = member.generation?.partitions.get(partitionKey(at));
        if (held !== undefined) held.wasReset = true;
      },
      onAlive: () => {
        member.lastAliveAt = Date.now();
      },
      onFetched: () => fetches.inc({ group: options.group }),
      onCrash: (error, restarts) => {
        logger.warn({ err: error, group: options.group, restarts }, 'consumer interrupted');
        if (!restarts && !member.stopped) options.onFatal(error);
      },
    },
  );
  const lag = createLagMeter(options);
  const outages = createOutages(options.group, logger, () => goOn(member));
  const member: Member = {
    options,
    subscription,
    lag,
    committer: createCommitter(subscription, logger, (held) => lag.measure(held)),
    processor: createProcessor({ ...options, slots, outages }),
    turns: createTurns(),
    slots,
    outages,
    plainOfRetry,
    plainOfMain,
    generation: undefined,
    generations: 0,
    lastAliveAt: undefined,
    stopped: false,
  };
  return member;
}

function beginGeneration(member: Member, assignment: readonly TopicPartition[]): void {
  if (member.stopped) return;
  endGeneration(member);
  // The client remembers pauses across rebalances; the new generation starts with none.
  for (const at of assignment) member.subscription.resume(at);
  member.generations += 1;
  const generation: Generation = {
    number: member.generations,
    ended: new AbortController(),
    partitions: new Map(),
    waitingForRoom: [],
    prepared: Promise.resolve(),
    isPrepared: false,
  };
  generation.prepared = prepareGeneration(member, generation, assignment).then(() => {
    generation.isPrepared = true;
  });
  generation.prepared.catch(member.options.onFatal);
  member.generation = generation;
  member.lag.follow(generation);
}

function endGeneration({ generation, lag }: Member): void {
  if (generation === undefined) return;
  generation.ended.abort();
  lag.forget(generation);
}

/** Lets running handlers end, commits what they did and leaves the group. */
async function stop(member: Member): Promise<void> {
  if (member.stopped) return;
  member.stopped = true;
  const { generation } = member;
  endGeneration(member);
  await member.slots.idle();
  if (generation !== undefined) await member.committer.finish(generation);
  await member.subscription.stop();
  await member.options.sender.release();
}
