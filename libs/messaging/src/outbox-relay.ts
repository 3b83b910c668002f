import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { SpanKind } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import {
  ATTR,
  METRIC,
  contextFromTraceparent,
  counter,
  gauge,
  histogram,
  spanContextFromTraceparent,
  spanNames,
  traceparentOf,
  tracer,
} from '@astrolabe/telemetry';
import { BATCH_BYTES_MAX, messageBytes } from './batch-sender.ts';
import type { BatchSender, Outgoing } from './batch-sender.ts';
import { toHeaders } from './envelope.ts';
import type { MessagingLogger } from './kafka-port.ts';
import type { AggregateOutbox, OutboxEvent, OutboxSource, Trim } from './outbox-source.ts';
import { createOutboxTrimmer } from './outbox-trimmer.ts';
import type { OutboxTrimmer } from './outbox-trimmer.ts';
import { createWaiting } from './waiting-publication.ts';
import { startRelayMetrics } from './starting-metrics.ts';

export type RelaySettings = {
  /** Pause between two recovery scans. */
  readonly scanEveryMs: number;
  /** Younger events are left to the process that wrote them. */
  readonly scanOlderThanMs: number;
};

export const RELAY_DEFAULTS: RelaySettings = { scanEveryMs: 1_000, scanOlderThanMs: 2_000 };

export type RelayComponent = {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
};

export type OutboxRelay = {
  readonly component: RelayComponent;
  /** Publishes what the aggregate has to say, now; never throws and never blocks. */
  wake(id: string): void;
  /**
   * True once all that the aggregate's outbox held at the call is published; false when it is not within so many
   * milliseconds, and then it goes out later all the same.
   */
  published(id: string, withinMs: number): Promise<boolean>;
};

export type OutboxRelayOptions = {
  readonly source: OutboxSource;
  readonly sender: BatchSender;
  readonly topicPrefix: string;
  readonly logger: MessagingLogger;
  readonly settings: RelaySettings;
};

const AGGREGATES_PER_BATCH = 256;
const SCAN_LIMIT = 500;
/** Beyond this the recovery scan finds the rest: nothing depends on the queue in memory. */
const WAKE_QUEUE_MAX = 10_000;
/** A process looks for what a crash has left when it starts; later only another one can have left something. */
const QUIET_AFTER_MS = 10_000;
const QUIET_SCAN_MS = 5_000;
const BACKOFF_MS = { first: 100, max: 5_000 } as const;

/**
 * Publishes the outboxes of one source. Events of one aggregate go out in order, because they
 * travel in one batch to one partition and the next batch starts after the acknowledgement. What is
 * published twice (a crash before the trim, two relays at once) carries the same id and sequence.
 */
export function createOutboxRelay(options: OutboxRelayOptions): OutboxRelay {
  const { source, sender, logger, settings } = options;
  const wanted = new Set<string>();
  const waiting = createWaiting();
  const stopping = new AbortController();
  let draining: Promise<void> | undefined;
  let scanning: Promise<void> | undefined;
  let started = false;
  const trimmer = createOutboxTrimmer(source, logger);
  startRelayMetrics(source.topic);

  const publishSome = async (): Promise<void> => {
    const ids = [...wanted].slice(0, AGGREGATES_PER_BATCH);
    for (const id of ids) wanted.delete(id);
    // Who asks from here on asks for more than this batch may read.
    const told = waiting.of(ids);
    let left: readonly string[] = ids;
    try {
      left = await publish(options, trimmer, await readOutboxes(source, ids));
    } finally {
      for (const id of left) want(id);
      told.done(left);
    }
  };
  const drain = async (): Promise<void> => {
    let backoffMs: number = BACKOFF_MS.first;
    await nextTurn(); // what was written together wakes one after the other, and is one request
    while (wanted.size > 0) {
      try {
        await publishSome();
        backoffMs = BACKOFF_MS.first;
      } catch (error) {
        // At the end of a process the rest is left to the recovery scan of the next one.
        if (stopping.signal.aborted) break;
        logger.warn({ err: error, topic: source.topic, backoffMs }, 'outbox not published yet');
        await pause(backoffMs, stopping.signal);
        backoffMs = Math.min(backoffMs * 2, BACKOFF_MS.max);
      }
    }
    draining = undefined;
  };
  const want = (id: string): void => {
    if (wanted.size < WAKE_QUEUE_MAX) wanted.add(id);
  };
  const wake = (id: string): void => {
    want(id);
    if (started) draining ??= drain();
  };
  const scan = async (): Promise<void> => {
    let foundAt = performance.now();
    while (!stopping.signal.aborted) {
      if (await scanOnce(options, trimmer, wake)) foundAt = performance.now();
      await pause(scanPauseMs(settings, performance.now() - foundAt), stopping.signal);
    }
  };

  return {
    wake,
    published: (id, withinMs) => waiting.wait(id, withinMs, wake),
    component: {
      name: `outbox ${source.topic}`,
      start: async () => {
        sender.retain();
        started = true;
        if (wanted.size > 0) draining ??= drain();
        scanning = scan();
      },
      stop: async () => {
        if (!started) return;
        started = false;
        stopping.abort();
        await scanning;
        await draining;
        await trimmer.idle();
        await sender.release();
      },
    },
  };
}

const scanPauseMs = ({ scanEveryMs }: RelaySettings, sinceFoundMs: number): number =>
  sinceFoundMs >= QUIET_AFTER_MS ? QUIET_SCAN_MS : scanEveryMs;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

async function readOutboxes(
  source: OutboxSource,
  ids: readonly string[],
): Promise<AggregateOutbox[]> {
  if (source.pendingOfMany !== undefined) return source.pendingOfMany(ids);
  return Promise.all(ids.map((id) => source.pendingOf(id)));
}

/** Wakes what crashed or overloaded processes have left behind; whether the next scan may find more. */
async function scanOnce(
  options: OutboxRelayOptions,
  trimmer: OutboxTrimmer,
  wake: (id: string) => void,
): Promise<boolean> {
  const { source, logger, settings } = options;
  try {
    const found = await source.pending(SCAN_LIMIT, new Date(Date.now() - settings.scanOlderThanMs));
    gauge(METRIC.outboxPending, 'Aggregates whose events wait too long', ['topic']).set(
      { topic: source.topic },
      found.length,
    );
    const empty = found.filter(({ events }) => events.length === 0);
    // Two relays that trimmed at the same time can leave an empty outbox in the index.
    if (empty.length > 0) await trimmer.add(empty.map(({ id }) => ({ id, upToSequence: 0n })));
    for (const { id, events } of found) if (events.length > 0) wake(id);
    return found.length > 0;
  } catch (error) {
    logger.warn({ err: error, topic: source.topic }, 'recovery scan of the outbox failed');
    return true;
  }
}

/** Sends one batch and returns the aggregates that did not fit into it. */
async function publish(
  options: OutboxRelayOptions,
  trimmer: OutboxTrimmer,
  outboxes: readonly AggregateOutbox[],
): Promise<string[]> {
  const { source, sender, topicPrefix, logger } = options;
  const left: string[] = [];
  const messages: Outgoing[] = [];
  const spans: Span[] = [];
  const trims: Trim[] = [];
  let bytes = 0;
  for (const { id, events } of outboxes) {
    const news = events.filter(({ sequence }) => sequence > trimmer.publishedOf(id));
    for (const event of news) {
      const { message, span } = toMessage(source, topicPrefix, id, event);
      const size = messageBytes(message);
      if (size > BATCH_BYTES_MAX) {
        logger.error({ topic: source.topic, event: event.id, size }, 'event too large to publish');
        break;
      }
      if (bytes + size > BATCH_BYTES_MAX) {
        left.push(id);
        break;
      }
      bytes += size;
      messages.push(message);
      if (span !== undefined) spans.push(span);
      if (trims.at(-1)?.id === id) trims.pop();
      trims.push({ id, upToSequence: event.sequence });
    }
  }
  if (messages.length === 0) return left;
  await sender.send(messages);
  // Only spans of a successful send are ended and thus exported: a retry makes new ones.
  for (const span of spans) span.end();
  measure(source.topic, outboxes, messages.length);
  await trimmer.add(trims);
  return left;
}

function measure(topic: string, outboxes: readonly AggregateOutbox[], count: number): void {
  counter(METRIC.outboxPublished, 'Events published', ['topic']).inc({ topic }, count);
  const lag = histogram(METRIC.outboxLag, 'From the time of an event to its publication', [
    'topic',
  ]);
  for (const { events } of outboxes) {
    const [oldest] = events;
    if (oldest !== undefined) {
      lag.observe({ topic }, Math.max(0, Date.now() - oldest.time.getTime()) / 1_000);
    }
  }
}

/** The message of an event; of a sampled trace also a producer span that the message names. */
function toMessage(
  source: OutboxSource,
  topicPrefix: string,
  subject: string,
  event: OutboxEvent,
): { message: Outgoing; span: Span | undefined } {
  const parent = spanContextFromTraceparent(event.traceparent);
  const sampled = parent !== undefined && (parent.traceFlags & 1) === 1;
  const span = sampled
    ? tracer().startSpan(
        spanNames.publish(source.topic),
        {
          kind: SpanKind.PRODUCER,
          attributes: {
            [ATTR.messagingSystem]: 'kafka',
            [ATTR.messagingOperation]: 'send',
            [ATTR.topic]: source.topic,
            [ATTR.event]: event.type,
            [ATTR.aggregate]: subject,
            [ATTR.sequence]: event.sequence.toString(),
          },
        },
        contextFromTraceparent(event.traceparent),
      )
    : undefined;
  const traceparent = span?.isRecording() ? traceparentOf(span.spanContext()) : event.traceparent;
  return {
    span,
    message: {
      topic: `${topicPrefix}${source.topic}`,
      key: event.key,
      value: event.payload,
      headers: toHeaders({
        id: event.id,
        type: event.type,
        source: source.source,
        subject,
        sequence: event.sequence,
        key: event.key,
        time: event.time,
        payload: event.payload,
        ...(traceparent !== undefined && { traceparent }),
      }),
    },
  };
}
