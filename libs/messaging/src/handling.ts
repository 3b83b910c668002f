import { setTimeout as delay } from 'node:timers/promises';
import { UnreadableContent } from '@astrolabe/contracts';
import { SpanKind } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import {
  ATTR,
  METRIC,
  contextFromTraceparent,
  counter,
  faultyDependency,
  histogram,
  markFailed,
  spanNames,
  withSpan,
} from '@astrolabe/telemetry';
import type { InboundEvent } from './envelope.ts';
import { partitionKey } from './generation.ts';
import type { TopicPartition } from './kafka-port.ts';
import type { Slots } from './lanes.ts';
import type { Outages, Visit } from './outages.ts';
import { failureOf } from './parking.ts';
import type { Failure } from './parking.ts';

/** `retry`: later it may work (as when the handler throws). `reject`: it never will. */
export type HandlerOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly reason: string }
  | { readonly kind: 'reject'; readonly reason: string };

export type Handle = (event: InboundEvent) => Promise<HandlerOutcome>;

/** How a series of attempts ended; `aborted` means that the message is someone else's by now. */
export type Verdict =
  | { readonly kind: 'done' | 'aborted' }
  | { readonly kind: 'transient' | 'rejected'; readonly failure: Failure };

/** What one call of the handler came to; `away`: a dependency did not answer, nothing about the event. */
type Called =
  | Verdict
  | { readonly kind: 'paused' }
  | { readonly kind: 'away'; readonly dependency: string; readonly failure: Failure };

export type Attempts = { readonly verdict: Verdict; readonly count: number };

type AttemptContext = {
  readonly group: string;
  readonly handle: Handle;
  readonly slots: Slots;
  readonly outages: Outages;
  readonly signal: AbortSignal;
};

/**
 * Calls the handler until it succeeds, rejects or has failed once more than there are delays. Only
 * the calls hold a slot, so a failing message does not keep others from being handled. A call that
 * met a dependency which does not answer is no try: it waits with its partition until that answers,
 * unless `outage.ts` finds that the event itself is the cause.
 */
export async function attempt(
  context: AttemptContext,
  at: TopicPartition,
  event: InboundEvent,
  delaysMs: readonly number[],
  firstNumber: number,
): Promise<Attempts> {
  const visit = context.outages.enter(partitionKey(at), context.signal);
  try {
    for (let count = 0; ;) {
      const verdict = await untilAnswered(context, visit, event, firstNumber + count);
      if (verdict.kind !== 'aborted') count += 1;
      const delayMs = delaysMs[count - 1];
      if (verdict.kind !== 'transient' || delayMs === undefined) return { verdict, count };
      counter(METRIC.consumerRetries, 'Repeated handler calls', ['group', 'topic']).inc({
        group: context.group,
        topic: event.topic,
      });
      await waitFor(delayMs, context.signal);
    }
  } finally {
    visit.leaves();
  }
}

/** One try, however many calls it takes until every dependency answers. */
async function untilAnswered(
  context: AttemptContext,
  visit: Visit,
  event: InboundEvent,
  number: number,
): Promise<Verdict> {
  const { slots, signal } = context;
  for (;;) {
    await visit.admitted();
    const called = await slots.use(async (): Promise<Called> => {
      if (signal.aborted) return { kind: 'aborted' };
      if (!visit.begins()) return { kind: 'paused' };
      return handleOnce(context.group, context.handle, event, number);
    });
    switch (called.kind) {
      case 'paused':
        break;
      case 'aborted':
        return called;
      case 'away':
        if (visit.faulted(called.dependency) === 'counts') {
          return { kind: 'transient', failure: called.failure };
        }
        break;
      case 'done':
      case 'rejected':
      case 'transient':
        visit.ended();
        return called;
    }
  }
}

/** Resolves after the time or when the signal aborts. */
export const waitFor = (ms: number, signal: AbortSignal): Promise<void> =>
  ms <= 0 ? Promise.resolve() : delay(ms, undefined, { signal }).catch(() => undefined);

async function handleOnce(
  group: string,
  handle: Handle,
  event: InboundEvent,
  number: number,
): Promise<Called> {
  const labels = { group, topic: event.topic };
  const end = histogram(METRIC.consumerDuration, 'Duration of event handlers', [
    'group',
    'topic',
  ]).startTimer(labels);
  const verdict = await withSpan(
    spanNames.process(event.topic),
    {
      kind: SpanKind.CONSUMER,
      parent: contextFromTraceparent(event.traceparent),
      attributes: {
        [ATTR.messagingSystem]: 'kafka',
        [ATTR.messagingOperation]: 'process',
        [ATTR.topic]: event.topic,
        [ATTR.partition]: String(event.partition),
        [ATTR.offset]: event.offset.toString(),
        [ATTR.group]: group,
        [ATTR.event]: event.type,
        [ATTR.message]: event.id,
        [ATTR.aggregate]: event.subject,
        [ATTR.sequence]: event.sequence.toString(),
        [ATTR.attempt]: number,
      },
    },
    (span) => callHandler(handle, event, span),
  );
  end();
  counter(METRIC.consumerHandled, 'Handler calls by outcome', ['group', 'topic', 'outcome']).inc({
    ...labels,
    outcome: verdict.kind,
  });
  return verdict;
}

async function callHandler(handle: Handle, event: InboundEvent, span: Span): Promise<Called> {
  const verdict = await verdictOf(handle, event, span);
  span.setAttribute(ATTR.outcome, verdict.kind);
  return verdict;
}

async function verdictOf(handle: Handle, event: InboundEvent, span: Span): Promise<Called> {
  // An event says something: a payload of no bytes was lost on its way.
  if (event.payload.byteLength === 0) {
    return { kind: 'rejected', failure: { reason: 'the payload is empty' } };
  }
  try {
    const outcome = await handle(event);
    switch (outcome.kind) {
      case 'done':
        return { kind: 'done' };
      case 'retry':
        return { kind: 'transient', failure: { reason: outcome.reason } };
      case 'reject':
        return { kind: 'rejected', failure: { reason: outcome.reason } };
    }
  } catch (error) {
    markFailed(span, error);
    const failure = failureOf(error);
    if (error instanceof UnreadableContent) return { kind: 'rejected', failure };
    const dependency = faultyDependency(error);
    return dependency === undefined
      ? { kind: 'transient', failure }
      : { kind: 'away', dependency, failure };
  }
}
