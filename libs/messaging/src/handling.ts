import { setTimeout as delay } from 'node:timers/promises';
import { SpanKind } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import {
  ATTR,
  METRIC,
  contextFromTraceparent,
  counter,
  histogram,
  markFailed,
  spanNames,
  withSpan,
} from '@astrolabe/telemetry';
import type { InboundEvent } from './envelope.ts';
import type { Slots } from './lanes.ts';
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

export type Attempts = { readonly verdict: Verdict; readonly count: number };

/**
 * Calls the handler until it succeeds, rejects or has failed once more than there are delays. Only
 * the calls hold a slot, so a failing message does not keep others from being handled.
 */
export async function attempt(
  context: {
    readonly group: string;
    readonly handle: Handle;
    readonly slots: Slots;
    readonly signal: AbortSignal;
  },
  event: InboundEvent,
  delaysMs: readonly number[],
  firstNumber: number,
): Promise<Attempts> {
  for (let count = 0; ;) {
    if (context.signal.aborted) return { verdict: { kind: 'aborted' }, count };
    const verdict = await context.slots.use(async (): Promise<Verdict> => {
      if (context.signal.aborted) return { kind: 'aborted' };
      return handleOnce(context.group, context.handle, event, firstNumber + count);
    });
    if (verdict.kind !== 'aborted') count += 1;
    const delayMs = delaysMs[count - 1];
    if (verdict.kind !== 'transient' || delayMs === undefined) return { verdict, count };
    counter(METRIC.consumerRetries, 'Repeated handler calls', ['group', 'topic']).inc({
      group: context.group,
      topic: event.topic,
    });
    await waitFor(delayMs, context.signal);
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
): Promise<Verdict> {
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

async function callHandler(handle: Handle, event: InboundEvent, span: Span): Promise<Verdict> {
  const verdict = await verdictOf(handle, event, span);
  span.setAttribute(ATTR.outcome, verdict.kind);
  return verdict;
}

async function verdictOf(handle: Handle, event: InboundEvent, span: Span): Promise<Verdict> {
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
    return { kind: 'transient', failure: failureOf(error) };
  }
}
