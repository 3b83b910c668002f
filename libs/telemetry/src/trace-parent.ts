import { ROOT_CONTEXT, TraceFlags, context, trace } from '@opentelemetry/api';
import type { Context, SpanContext } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';

/** The W3C text of a span's context, e.g. `00-<32 hex>-<16 hex>-01`. */
export function traceparentOf(span: SpanContext): string {
  const flags = (span.traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0');
  return `00-${span.traceId}-${span.spanId}-${flags}`;
}

/** The `traceparent` of the active span; undefined outside of any span. */
export function currentTraceparent(): string | undefined {
  const active = trace.getSpanContext(context.active());
  return active !== undefined && trace.isSpanContextValid(active)
    ? traceparentOf(active)
    : undefined;
}

/** Whether the active trace is one of those that are kept. */
export function isTraced(): boolean {
  const active = trace.getSpanContext(context.active());
  return active !== undefined && (active.traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** The span context that a `traceparent` names; undefined when the text is absent or invalid. */
export function spanContextFromTraceparent(
  traceparent: string | undefined,
): SpanContext | undefined {
  const parsed = traceparent === undefined ? null : parseTraceParent(traceparent);
  return parsed === null ? undefined : { ...parsed, isRemote: true };
}

/** A context whose parent span is the given one; ROOT_CONTEXT when absent or invalid. */
export function contextFromTraceparent(traceparent: string | undefined): Context {
  const parent = spanContextFromTraceparent(traceparent);
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
}

/** Ids of the active span under the names that log lines use; empty outside of any span. */
export function activeTraceIds(): { trace_id?: string; span_id?: string } {
  const active = trace.getSpanContext(context.active());
  if (active === undefined || !trace.isSpanContextValid(active)) return {};
  return { trace_id: active.traceId, span_id: active.spanId };
}
