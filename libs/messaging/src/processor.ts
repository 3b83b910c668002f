import type { TopicSpec } from '@astrolabe/contracts';
import { METRIC, counter } from '@astrolabe/telemetry';
import type { BatchSender, Outgoing } from './batch-sender.ts';
import { HEADER, fromMessage } from './envelope.ts';
import type { Origin } from './envelope.ts';
import { markParked, unmarkParked } from './generation.ts';
import type { HeldPartition } from './generation.ts';
import { attempt, waitFor } from './handling.ts';
import type { Attempts, Handle, Verdict } from './handling.ts';
import { MOVED_BYTES_MAX, MessageTooLarge } from './kafka-port.ts';
import type { FetchedMessage, MessagingLogger } from './kafka-port.ts';
import type { Slots } from './lanes.ts';
import type { Outages } from './outages.ts';
import { deadLetterMessage, parkedMessage, readParked, stubLetter } from './parking.ts';
import type { Failure, Journey } from './parking.ts';

export type RetrySettings = {
  /** Delays before the second, third, ... call of a handler, right where the message stands. */
  readonly inPlaceDelaysMs: readonly number[];
  /** Delays before each further call once the message is parked in the retry topic. */
  readonly parkedDelaysMs: readonly number[];
};

export type ProcessorOptions = {
  readonly group: string;
  readonly topicPrefix: string;
  readonly handle: Handle;
  readonly slots: Slots;
  readonly sender: BatchSender;
  readonly logger: MessagingLogger;
  readonly retries: RetrySettings;
  readonly outages: Outages;
};

/** `true`: nothing remains to be done for the message. `false`: someone else will get it again. */
export type Processor = {
  /** A message of a main topic; `retry` is the partition where its key may be parked. */
  main(
    topic: string,
    message: FetchedMessage,
    retry: HeldPartition,
    signal: AbortSignal,
  ): Promise<boolean>;
  /** A message of the retry topic of `topic`. */
  parked(
    topic: string,
    message: FetchedMessage,
    retry: HeldPartition,
    signal: AbortSignal,
  ): Promise<boolean>;
};

const BACKOFF_MS = { first: 100, max: 5_000 } as const;
const BEHIND: Failure = { reason: 'an earlier message of the same key is parked' };

/** Decides what becomes of one message: handled, parked, or among the dead letters. */
export function createProcessor(options: ProcessorOptions): Processor {
  return {
    main: (topic, message, retry, signal) => processMain(options, topic, message, retry, signal),
    parked: (topic, message, retry, signal) =>
      processParked(options, topic, message, retry, signal),
  };
}

async function processMain(
  options: ProcessorOptions,
  topic: string,
  message: FetchedMessage,
  retry: HeldPartition,
  signal: AbortSignal,
): Promise<boolean> {
  const forGroup = message.headers[HEADER.replayGroup];
  if (forGroup !== undefined && forGroup !== options.group) return true;
  const origin: Origin = { topic, partition: message.partition, offset: message.offset };
  const firstSeen = new Date();
  const journey = (attempts: number): Journey => ({ ...options, origin, attempts, firstSeen });

  const read = fromMessage(message, origin);
  if (read.kind === 'malformed') return bury(options, message, journey(0), read, signal);
  if (retry.parked.has(message.key)) {
    return park(options, message, journey(0), BEHIND, 0, retry, signal);
  }
  const { verdict, count } = await attempt(
    { ...options, signal },
    message,
    read.event,
    options.retries.inPlaceDelaysMs,
    1,
  );
  switch (verdict.kind) {
    case 'done':
      return true;
    case 'aborted':
      return false;
    case 'rejected':
      return bury(options, message, journey(count), verdict.failure, signal);
    case 'transient': {
      const [delayMs] = options.retries.parkedDelaysMs;
      return delayMs === undefined
        ? bury(options, message, journey(count), verdict.failure, signal)
        : park(options, message, journey(count), verdict.failure, delayMs, retry, signal);
    }
  }
}

async function processParked(
  options: ProcessorOptions,
  topic: string,
  message: FetchedMessage,
  retry: HeldPartition,
  signal: AbortSignal,
): Promise<boolean> {
  const now = new Date();
  const past = readParked(message, topic, now);
  const read = fromMessage(message, past.origin);
  const journey = (attempts: number): Journey => ({ ...options, ...past, attempts });
  let handled: boolean;
  if (read.kind === 'malformed') {
    handled = await bury(options, message, journey(past.attempts), read, signal);
  } else {
    await waitFor(past.notBefore.getTime() - now.getTime(), signal);
    // A message that only waited behind another one has all its retries before it.
    const { parkedDelaysMs } = options.retries;
    const delaysMs = past.attempts === 0 ? parkedDelaysMs : parkedDelaysMs.slice(1);
    const tried = await attempt(
      { ...options, signal },
      message,
      read.event,
      delaysMs,
      past.attempts + 1,
    );
    handled = await conclude(options, message, journey(past.attempts + tried.count), tried, signal);
  }
  if (handled) unmarkParked(retry, message.key, message.offset);
  return handled;
}

async function conclude(
  options: ProcessorOptions,
  message: FetchedMessage,
  journey: Journey,
  tried: Attempts,
  signal: AbortSignal,
): Promise<boolean> {
  const verdict: Verdict = tried.verdict;
  switch (verdict.kind) {
    case 'done':
      return true;
    case 'aborted':
      return false;
    case 'transient':
    case 'rejected':
      return bury(options, message, journey, verdict.failure, signal);
  }
}

/** Moves a message to the retry topic and makes its key wait there. */
async function park(
  options: ProcessorOptions,
  message: FetchedMessage,
  journey: Journey,
  failure: Failure,
  delayMs: number,
  retry: HeldPartition,
  signal: AbortSignal,
): Promise<boolean> {
  const notBefore = new Date(Date.now() + delayMs);
  const sent = await sendUntilDone(
    options,
    parkedMessage(message, journey, failure, notBefore),
    signal,
  );
  if (sent === 'aborted') return false;
  if (sent === 'too large') {
    const reason = `too large to be parked; ${failure.reason}`;
    return bury(options, message, journey, { ...failure, reason }, signal);
  }
  // If it has been fetched meanwhile, the fetch has marked the key already, or freed it again.
  const seen = retry.tracker.position() ?? retry.start;
  if (sent !== undefined && sent >= seen) markParked(retry, message.key, sent);
  const { group } = options;
  const { topic } = journey.origin;
  counter(METRIC.consumerParked, 'Messages moved to a retry topic', ['group', 'topic']).inc({
    group,
    topic,
  });
  options.logger.warn(
    { group, topic, offset: String(journey.origin.offset), reason: failure.reason, delayMs },
    'message parked',
  );
  return true;
}

const deadLetterCount = () =>
  counter(METRIC.deadLetters, 'Messages moved to a dead-letter topic', ['group', 'topic']);

/** A series that exists before the first letter, so that an alert sees the first one as an increase. */
export function startDeadLetterCount(group: string, topics: readonly TopicSpec[]): void {
  for (const { name: topic } of topics) deadLetterCount().inc({ group, topic }, 0);
}

/** Moves a message to the dead letters. */
async function bury(
  options: ProcessorOptions,
  message: FetchedMessage,
  journey: Journey,
  failure: Failure,
  signal: AbortSignal,
): Promise<boolean> {
  const now = new Date();
  let sent = await sendUntilDone(
    options,
    deadLetterMessage(message, journey, failure, now),
    signal,
  );
  if (sent === 'too large') {
    sent = await sendUntilDone(options, stubLetter(message, journey, failure, now), signal);
  }
  if (sent === 'aborted') return false;
  const { group } = options;
  const { topic } = journey.origin;
  deadLetterCount().inc({ group, topic });
  options.logger.error(
    { group, topic, offset: String(journey.origin.offset), reason: failure.reason },
    'message moved to the dead letters',
  );
  return true;
}

/** A message that cannot be moved yet is not done: waits for the brokers as long as it takes. */
async function sendUntilDone(
  options: ProcessorOptions,
  message: Outgoing,
  signal: AbortSignal,
): Promise<bigint | undefined | 'aborted' | 'too large'> {
  for (let backoffMs: number = BACKOFF_MS.first; !signal.aborted;) {
    try {
      const [offset] = await options.sender.send([message], MOVED_BYTES_MAX);
      return offset;
    } catch (error) {
      if (error instanceof MessageTooLarge) return 'too large';
      options.logger.warn({ err: error, topic: message.topic, backoffMs }, 'message not moved yet');
      await waitFor(backoffMs, signal);
      backoffMs = Math.min(backoffMs * 2, BACKOFF_MS.max);
    }
  }
  return 'aborted';
}
