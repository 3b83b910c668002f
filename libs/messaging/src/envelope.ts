import type { FetchedMessage } from './kafka-port.ts';

/** One event to publish; the payload holds protobuf bytes. */
export type OutgoingEvent = {
  readonly id: string;
  readonly type: string;
  /** CloudEvents source: the emitting service. */
  readonly source: string;
  /** Id of the emitting aggregate. */
  readonly subject: string;
  /** Position in the emitting aggregate's history: 1, 2, 3, ... */
  readonly sequence: bigint;
  readonly key: string;
  readonly time: Date;
  readonly payload: Uint8Array;
  readonly traceparent?: string;
};

/** One event as a handler sees it. `topic` is without prefix; a parked message keeps its origin. */
export type InboundEvent = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string;
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  readonly sequence: bigint;
  readonly time: Date;
  readonly traceparent?: string;
  readonly payload: Uint8Array;
  /** Set when an operator replays a dead letter: `<dead-letter topic>/<offset>`. */
  readonly replayOf?: string;
};

/** Headers beyond those of CloudEvents' Kafka protocol binding 1.0, binary mode. */
export const HEADER = {
  originalTopic: 'x-original-topic',
  originalPartition: 'x-original-partition',
  originalOffset: 'x-original-offset',
  firstSeen: 'x-first-seen',
  notBefore: 'x-not-before',
  attempts: 'x-attempts',
  error: 'x-error',
  stackHash: 'x-error-stack-hash',
  failedAt: 'x-failed-at',
  group: 'x-group',
  bodyBytes: 'x-body-bytes',
  bodyHash: 'x-body-sha256',
  replayOf: 'x-replay-of',
  replayGroup: 'x-replay-group',
} as const;

const CONTENT_TYPE = 'application/protobuf';

/** The headers of an event in CloudEvents binary mode. */
export function toHeaders(event: OutgoingEvent): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_type: event.type,
    ce_source: event.source,
    ce_subject: event.subject,
    ce_time: event.time.toISOString(),
    ce_sequence: event.sequence.toString(),
    'content-type': CONTENT_TYPE,
    ...(event.traceparent !== undefined && { traceparent: event.traceparent }),
  };
}

/** What is wrong with a message that is no event of ours; it can never be handled. */
export type Malformed = { readonly kind: 'malformed'; readonly reason: string };

/** Where a message first stood, which for a parked message its headers tell. */
export type Origin = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
};

/** Reads a message; `origin.topic` is the unprefixed name. */
export function fromMessage(
  message: FetchedMessage,
  origin: Origin,
): { readonly kind: 'event'; readonly event: InboundEvent } | Malformed {
  const { headers } = message;
  if (message.unreadable !== undefined) return malformed(message.unreadable);
  const id = headers['ce_id'];
  const type = headers['ce_type'];
  const source = headers['ce_source'];
  const subject = headers['ce_subject'];
  if (!id || !type || !source || !subject) {
    return malformed('one of the headers ce_id, ce_type, ce_source, ce_subject is missing');
  }
  const sequence = headers['ce_sequence'] ?? '';
  if (!/^\d{1,18}$/.test(sequence)) return malformed('header ce_sequence is not a whole number');
  const time = new Date(headers['ce_time'] ?? '');
  if (Number.isNaN(time.getTime())) return malformed('header ce_time is not a time');
  const traceparent = headers['traceparent'];
  const replayOf = headers[HEADER.replayOf];
  return {
    kind: 'event',
    event: {
      ...origin,
      key: message.key,
      id,
      type,
      source,
      subject,
      sequence: BigInt(sequence),
      time,
      payload: message.value,
      ...(traceparent !== undefined && { traceparent }),
      ...(replayOf !== undefined && { replayOf }),
    },
  };
}

/**
 * Identity of an event for duplicate detection: sequences count per emitting aggregate, so the
 * source names the aggregate and not only the service. Give this to `transact` as its origin.
 */
export function originOf(event: InboundEvent): { source: string; sequence: bigint } {
  return { source: `${event.source}/${event.subject}`, sequence: event.sequence };
}

const malformed = (reason: string): Malformed => ({ kind: 'malformed', reason });
