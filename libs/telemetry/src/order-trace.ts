import { hash } from 'node:crypto';
import type { OrderRef } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import { ROOT_CONTEXT, SpanKind, TraceFlags } from '@opentelemetry/api';
import type { Attributes, Span } from '@opentelemetry/api';
import { idGenerator } from './id-generator.ts';
import { keepTrace } from './sampling.ts';
import { runInSpan, tracer, withSpan } from './spans.ts';
import {
  contextFromTraceparent,
  spanContextFromTraceparent,
  traceparentOf,
} from './trace-parent.ts';

/** The computed trace of one order. `traceparent` names the order's root span. */
export type OrderTrace = {
  traceId: string;
  spanId: string;
  traceparent: string;
  /** Whether the ratio keeps it. */
  isKept: boolean;
};

const hexOf = (text: string, bytes: number): string =>
  hash('sha256', text, 'hex').slice(0, bytes * 2);

/**
 * The trace of an order, computed from its name, so that requests which know nothing of each other join
 * it without a look-up. Trace id: first 16 bytes of SHA-256 over `channel/seller/number`; root span id:
 * first 8 bytes of SHA-256 over `span|channel/seller/number`. The sampled flag is the ratio's decision.
 */
export function orderTrace(ref: OrderRef): OrderTrace {
  const key = orderKey(ref);
  const traceId = hexOf(key, 16);
  const spanId = hexOf(`span|${key}`, 8);
  const isKept = keepTrace(traceId);
  const traceFlags = isKept ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return { traceId, spanId, traceparent: traceparentOf({ traceId, spanId, traceFlags }), isKept };
}

export type OrderSpanSettings = {
  name: string;
  /** True for the request that brings the order in: its span is the root of the order's trace. */
  isFirst: boolean;
  attributes?: Attributes;
  /** Default SERVER: these spans are the requests of a counterparty. */
  kind?: SpanKind;
  /** Epoch milliseconds at which the request's first byte came. */
  startTime?: number;
  /** The caller's own `traceparent`: linked and not joined, since the order's trace is ours. */
  link?: string;
};

/** Runs `fn` in a span of the order's trace: the root itself when `isFirst`, else a child of it. */
export function withOrderSpan<T>(
  of: OrderTrace | OrderRef,
  options: OrderSpanSettings,
  fn: (span: Span) => Promise<T>,
): Promise<T> {
  const order = 'traceId' in of ? of : orderTrace(of);
  const caller = spanContextFromTraceparent(options.link);
  const settings = {
    kind: options.kind ?? SpanKind.SERVER,
    ...(options.attributes && { attributes: options.attributes }),
    ...(options.startTime !== undefined && { startTime: options.startTime }),
    ...(caller && { links: [{ context: caller }] }),
  };
  if (!options.isFirst) {
    const parent = contextFromTraceparent(order.traceparent);
    return withSpan(options.name, { ...settings, parent }, fn);
  }
  const span = idGenerator.withIds(order, () =>
    tracer().startSpan(options.name, { ...settings, root: true }, ROOT_CONTEXT),
  );
  return runInSpan(span, ROOT_CONTEXT, fn);
}

/** Work on an order that no request or message brought: a span below the order's own. */
export const inOrderTrace = <T>(
  order: OrderRef,
  name: string,
  work: () => Promise<T>,
): Promise<T> => withOrderSpan(order, { name, isFirst: false, kind: SpanKind.INTERNAL }, work);
