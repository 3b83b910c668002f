import { createHash } from 'node:crypto';
import type { Outgoing } from './batch-sender.ts';
import { HEADER } from './envelope.ts';
import type { Origin } from './envelope.ts';
import type { FetchedMessage } from './kafka-port.ts';
import { deadLetterTopic, retryTopic } from './topic-names.ts';

/** Why a message could not be handled, as far as it is worth keeping. */
export type Failure = { readonly reason: string; readonly stackHash?: string };

/** Where a message goes next and what its headers say about its past. */
export type Journey = {
  readonly topicPrefix: string;
  readonly group: string;
  readonly origin: Origin;
  /** How often a handler has been called with it. */
  readonly attempts: number;
  readonly firstSeen: Date;
};

const REASON_CHARS_MAX = 1_000;
const HASH_CHARS = 16;

/** The failure that an exception means; equal stacks have equal hashes, so letters can be grouped. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { reason: String(error) };
  const stackHash = createHash('sha256').update(error.stack ?? error.name);
  return {
    reason: `${error.name}: ${error.message}`,
    stackHash: stackHash.digest('hex').slice(0, HASH_CHARS),
  };
}

/** The message for the retry topic. It keeps its partition: the same member must hold both. */
export function parkedMessage(
  message: FetchedMessage,
  journey: Journey,
  failure: Failure,
  notBefore: Date,
): Outgoing {
  return {
    topic: journey.topicPrefix + retryTopic(journey.origin.topic, journey.group),
    partition: journey.origin.partition,
    key: message.key,
    value: message.value,
    headers: {
      ...message.headers,
      ...pastOf(journey, failure),
      [HEADER.notBefore]: notBefore.toISOString(),
    },
  };
}

/** The message for the dead-letter topic, which has one partition in the order of failing. */
export function deadLetterMessage(
  message: FetchedMessage,
  journey: Journey,
  failure: Failure,
  now: Date,
): Outgoing {
  return {
    topic: journey.topicPrefix + deadLetterTopic(journey.origin.topic, journey.group),
    partition: 0,
    key: message.key,
    value: message.value,
    headers: {
      ...message.headers,
      ...pastOf(journey, failure),
      [HEADER.failedAt]: now.toISOString(),
    },
  };
}

/** Longest key and header values that a letter without its body keeps. */
const KEPT_CHARS_MAX = 1_024;
const EVENT_HEADERS: readonly string[] = [
  'ce_specversion',
  'ce_id',
  'ce_type',
  'ce_source',
  'ce_subject',
  'ce_time',
  'ce_sequence',
  'content-type',
  'traceparent',
];

/**
 * A letter for a message that does not fit into the dead-letter topic: where it stands, what its body
 * was by length and hash, and why it failed. The body stays at its place as long as the topic keeps it.
 */
export function stubLetter(
  message: FetchedMessage,
  journey: Journey,
  failure: Failure,
  now: Date,
): Outgoing {
  const kept = EVENT_HEADERS.flatMap((name) => {
    const value = message.headers[name];
    return value === undefined ? [] : [[name, value.slice(0, KEPT_CHARS_MAX)]];
  });
  const letter = deadLetterMessage(
    { ...message, headers: Object.fromEntries(kept) },
    journey,
    failure,
    now,
  );
  return {
    ...letter,
    key: message.key.slice(0, KEPT_CHARS_MAX),
    value: new Uint8Array(0),
    headers: {
      ...letter.headers,
      [HEADER.bodyBytes]: String(message.value.byteLength),
      [HEADER.bodyHash]: hashOf(message.value),
    },
  };
}

/** SHA-256 of a body in hexadecimal digits. */
export const hashOf = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex');

function pastOf(journey: Journey, failure: Failure): Record<string, string> {
  return {
    [HEADER.originalTopic]: journey.origin.topic,
    [HEADER.originalPartition]: String(journey.origin.partition),
    [HEADER.originalOffset]: journey.origin.offset.toString(),
    [HEADER.firstSeen]: journey.firstSeen.toISOString(),
    [HEADER.attempts]: String(journey.attempts),
    [HEADER.group]: journey.group,
    [HEADER.error]: failure.reason.slice(0, REASON_CHARS_MAX),
    ...(failure.stackHash !== undefined && { [HEADER.stackHash]: failure.stackHash }),
  };
}

export type Parked = {
  readonly origin: Origin;
  readonly attempts: number;
  readonly firstSeen: Date;
  readonly notBefore: Date;
};

/** What the headers of a message in the retry or dead-letter topic tell; absent parts by default. */
export function readParked(message: FetchedMessage, topic: string, now: Date): Parked {
  const { headers } = message;
  return {
    origin: {
      topic,
      partition: wholeNumber(headers[HEADER.originalPartition]) ?? message.partition,
      offset: BigInt(wholeNumber(headers[HEADER.originalOffset]) ?? 0),
    },
    attempts: wholeNumber(headers[HEADER.attempts]) ?? 0,
    firstSeen: timeOf(headers[HEADER.firstSeen]) ?? now,
    notBefore: timeOf(headers[HEADER.notBefore]) ?? now,
  };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function timeOf(text: string | undefined): Date | undefined {
  const time = new Date(text ?? '');
  return Number.isNaN(time.getTime()) ? undefined : time;
}
