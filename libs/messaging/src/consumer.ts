import type { TopicSpec } from '@astrolabe/contracts';
import type { BatchSender } from './batch-sender.ts';
import { createCommitter } from './committer.ts';
import type { Committer } from './committer.ts';
import { beganAnew, markParked, newMessages, partitionKey, renewPartition } from './generation.ts';
import type { Generation, HeldPartition } from './generation.ts';
import { waitFor } from './handling.ts';
import type { Handle } from './handling.ts';
import type {
  FetchedBatch,
  FetchedMessage,
  KafkaClient,
  MessagingLogger,
  Subscription,
  TopicPartition,
} from './kafka-port.ts';
import { createLagMeter } from './lag-meter.ts';
import type { LagMeter } from './lag-meter.ts';
import { createSlots } from './lanes.ts';
import type { Slots } from './lanes.ts';
import { createOutages } from './outages.ts';
import type { Outages } from './outages.ts';
import { prepareGeneration } from './prepare-generation.ts';
import { createProcessor, startDeadLetterCount } from './processor.ts';
import type { Processor, RetrySettings } from './processor.ts';
import { retryTopic } from './topic-names.ts';
import { startConsumerMetrics } from './starting-metrics.ts';

export type ConsumerOptions = {
  readonly client: KafkaClient;
  readonly sender: BatchSender;
  readonly group: string;
  readonly topicPrefix: string;
  readonly topics: readonly TopicSpec[];
  readonly handle: Handle;
  /** Handler calls at the same time. */
  readonly concurrency: number;
  readonly retries: RetrySettings;
  readonly logger: MessagingLogger;
  readonly onFatal: (error: unknown) => void;
};

export type EventConsumer = {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Throws unless this member has joined its group and heard from a broker lately. */
  check(): void;
};

/** Fetched messages that are not done: beyond it the next fetch waits. */
const WINDOW = 2_000;
/** Parked messages of one partition in memory: beyond it the retry partition pauses. */
const PARKED_WINDOW = 1_000;
/** Waiting keys of one partition: beyond it the main partition pauses. */
const PARKED_KEYS_MAX = 10_000;
const HEARTBEAT_MS = 1_000;
const SILENCE_MAX_MS = 15_000;

/** Everything the functions below share for one member of a group. */
type Member = {
  readonly options: ConsumerOptions;
  readonly subscription: Subscription;
  readonly committer: Committer;
  readonly lag: LagMeter;
  readonly processor: Processor;
  readonly slots: Slots;
  readonly outages: Outages;
  /** Full name of a retry topic to the plain name of its main topic, and the same for main topics. */
  readonly plainOfRetry: ReadonlyMap<string, string>;
  readonly plainOfMain: ReadonlyMap<string, string>;
  generation: Generation | undefined;
  generations: number;
  lastAliveAt: number | undefined;
  stopped: boolean;
};

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
  const plainOfMain = new Map(topics.map(({ name }) => [topicPrefix + name, name]));
  const plainOfRetry = new Map(
    topics.map(({ name }) => [topicPrefix + retryTopic(name, options.group), name]),
  );
  const subscription = client.subscription(
    {
      group: topicPrefix + options.group,
      topics: [...plainOfMain.keys(), ...plainOfRetry.keys()],
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
  };
  generation.prepared = prepareGeneration(member, generation, assignment);
  generation.prepared.catch(member.options.onFatal);
  member.generation = generation;
  member.lag.follow(generation);
}

function endGeneration({ generation, lag }: Member): void {
  if (generation === undefined) return;
  generation.ended.abort();
  lag.forget(generation);
}

async function takeBatch(member: Member, batch: FetchedBatch): Promise<void> {
  const { generation } = member;
  if (generation === undefined) return;
  await whileAlive(generation, batch, generation.prepared);
  const at = generation.partitions.get(partitionKey(batch));
  if (at === undefined || !isCurrent(member, generation, batch)) return;
  if (startsTooLate(member, at, batch)) return;
  const held = beganAnew(at, batch) ? renewPartition(generation, at, batch) : at;
  if (held !== at) {
    const { topic, partition, start } = held;
    const fields = { topic, partition, start: String(start) };
    member.options.logger.warn(fields, 'a partition began anew');
  }
  held.high = batch.highWatermark;
  const retryOf = member.plainOfRetry.get(batch.topic);
  if (retryOf !== undefined) {
    takeParked(member, generation, held, retryOf, batch);
    return;
  }
  const topic = member.plainOfMain.get(batch.topic);
  const retry = topic === undefined ? undefined : retryPartition(member, generation, topic, held);
  if (topic === undefined || retry === undefined) return;
  if (!mayRun(retry) || waitsForDependency(member, held)) {
    setPaused(member, held, true);
    return;
  }
  takeMain(member, generation, { topic, held, retry }, batch);
  const { partition } = batch;
  member.options.logger.debug({ topic, partition, count: batch.messages.length }, 'batch fetched');
  while (openMain(member, generation) >= WINDOW && isCurrent(member, generation, batch)) {
    await whileAlive(generation, batch, roomIn(generation));
  }
}

const isCurrent = (member: Member, generation: Generation, batch: FetchedBatch): boolean =>
  member.generation === generation && !generation.ended.signal.aborted && batch.isCurrent();

/** Keys may only be handled while not too many of them wait. */
const mayRun = (retry: HeldPartition): boolean => retry.parked.size < PARKED_KEYS_MAX;

const retryPartition = (
  member: Member,
  generation: Generation,
  topic: string,
  { partition }: TopicPartition,
): HeldPartition | undefined =>
  generation.partitions.get(
    partitionKey({
      topic: member.options.topicPrefix + retryTopic(topic, member.options.group),
      partition,
    }),
  );

/**
 * A batch fetched before a rebalance can arrive after it, ahead of the committed position; to take
 * it would skip what lies between (compare tulios/kafkajs issue 1046). Seeks back, once.
 */
function startsTooLate(member: Member, held: HeldPartition, batch: FetchedBatch): boolean {
  const [first] = batch.messages;
  if (first === undefined || held.soughtBack || held.tracker.position() !== undefined) return false;
  if (first.offset <= held.start) return false;
  held.soughtBack = true;
  member.subscription.seek({ topic: held.topic, partition: held.partition, offset: held.start });
  return true;
}

type MainPartition = {
  readonly topic: string;
  readonly held: HeldPartition;
  readonly retry: HeldPartition;
};

function takeMain(
  member: Member,
  generation: Generation,
  { topic, held, retry }: MainPartition,
  batch: FetchedBatch,
): void {
  for (const message of newMessages(held, batch)) {
    held.tracker.add(message.offset);
    held.lanes.push(message.key, async () => {
      const { signal } = generation.ended;
      const done = await guarded(member, () =>
        member.processor.main(topic, message, retry, signal),
      );
      if (!done) return;
      finish(member, generation, held, message);
      if (generation.waitingForRoom.length > 0) makeRoom(member, generation);
    });
  }
  batch.accept();
}

function takeParked(
  member: Member,
  generation: Generation,
  held: HeldPartition,
  topic: string,
  batch: FetchedBatch,
): void {
  for (const message of newMessages(held, batch)) {
    held.tracker.add(message.offset);
    markParked(held, message.key, message.offset);
    held.lanes.push(message.key, async () => {
      const { signal } = generation.ended;
      const done = await guarded(member, () =>
        member.processor.parked(topic, message, held, signal),
      );
      if (!done) return;
      finish(member, generation, held, message);
      if (held.paused && held.tracker.open() <= PARKED_WINDOW / 2) setPaused(member, held, false);
      resumeMain(member, generation, topic, held);
    });
  }
  batch.accept();
  if (held.tracker.open() >= PARKED_WINDOW) setPaused(member, held, true);
  resumeMain(member, generation, topic, held);
}

/** A paused partition is not fetched further once it has something to wait with. */
const waitsForDependency = (member: Member, held: HeldPartition): boolean =>
  member.outages.isPaused(partitionKey(held)) && held.tracker.open() > 0;

/** Messages of main topics that are fetched and not done; what waits for a dependency does not count. */
function openMain(member: Member, { partitions }: Generation): number {
  let open = 0;
  for (const [key, held] of partitions) {
    if (!member.plainOfMain.has(held.topic) || member.outages.isPaused(key)) continue;
    open += held.tracker.open();
  }
  return open;
}

function makeRoom(member: Member, generation: Generation): void {
  if (openMain(member, generation) >= WINDOW) return;
  for (const proceed of generation.waitingForRoom.splice(0)) proceed();
}

/** After partitions were paused or may go on: others may have room, and these are fetched again. */
function goOn(member: Member): void {
  const { generation } = member;
  if (generation === undefined || generation.ended.signal.aborted) return;
  makeRoom(member, generation);
  for (const held of generation.partitions.values()) {
    const topic = member.plainOfMain.get(held.topic);
    const retry = topic && retryPartition(member, generation, topic, held);
    if (retry) resumeMain(member, generation, topic, retry);
  }
}

/** Processing never throws; if it does after all, that is a bug that must not go on unseen. */
async function guarded(member: Member, task: () => Promise<boolean>): Promise<boolean> {
  try {
    return await task();
  } catch (error) {
    member.options.onFatal(error);
    return false;
  }
}

function finish(
  member: Member,
  generation: Generation,
  held: HeldPartition,
  message: FetchedMessage,
): void {
  held.tracker.done(message.offset);
  member.committer.schedule(generation);
}

function resumeMain(
  member: Member,
  generation: Generation,
  topic: string,
  retry: HeldPartition,
): void {
  const main = generation.partitions.get(
    partitionKey({ topic: member.options.topicPrefix + topic, partition: retry.partition }),
  );
  if (main?.paused && mayRun(retry) && !waitsForDependency(member, main)) {
    setPaused(member, main, false);
  }
}

function setPaused(member: Member, held: HeldPartition, paused: boolean): void {
  if (held.paused === paused || member.stopped) return;
  held.paused = paused;
  if (paused) member.subscription.pause(held);
  else member.subscription.resume(held);
}

const roomIn = (generation: Generation): Promise<void> =>
  new Promise((resolve) => generation.waitingForRoom.push(resolve));

/** Waits for something of our own and keeps the membership alive meanwhile. */
async function whileAlive(
  generation: Generation,
  batch: FetchedBatch,
  until: Promise<void>,
): Promise<void> {
  const { signal } = generation.ended;
  const settled = until.then(() => true as const);
  while (!signal.aborted) {
    const timer = new AbortController();
    const tick = waitFor(HEARTBEAT_MS, AbortSignal.any([signal, timer.signal]));
    const reached = await Promise.race([settled, tick]);
    timer.abort();
    if (reached === true) return;
    if (!signal.aborted) await batch.heartbeat();
  }
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
