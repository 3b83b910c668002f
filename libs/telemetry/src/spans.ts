import { AsyncLocalStorage } from 'node:async_hooks';
import { SpanKind, SpanStatusCode, TraceFlags, context, trace } from '@opentelemetry/api';
import type { Attributes, Context, Link, Span, Tracer } from '@opentelemetry/api';
import { ATTR } from './names.ts';

/** Name of the instrumentation, the same in every service. */
export const TRACER_NAME = 'astrolabe';

const shared = new AsyncLocalStorage<Tracer>();

/** The tracer that all packages use; it does nothing until `initTelemetry` has run. */
export function tracer(): Tracer {
  return shared.getStore() ?? trace.getTracer(TRACER_NAME);
}

/** Spans of `work`, and of everything that it begins, are made by this tracer: services that share a process. */
export const withTracer = <T>(own: Tracer, work: () => T): T => shared.run(own, work);

export type SpanSettings = {
  kind?: SpanKind;
  attributes?: Attributes;
  /** Context whose span becomes the parent; the active one when absent. */
  parent?: Context;
  links?: Link[];
  /** Epoch milliseconds; now when absent. */
  startTime?: number;
};

/**
 * Runs `fn` inside a span that is active for it, marks the span failed when `fn` throws, ends it in
 * any case and passes on the result or the error. Inside a trace that is not kept no span is made:
 * `fn` gets the parent's, whose trace id and decision are what a child would hand on.
 */
export function withSpan<T>(
  name: string,
  options: SpanSettings,
  fn: (span: Span) => Promise<T>,
): Promise<T> {
  const parent = options.parent ?? context.active();
  const unkept = unkeptSpan(parent);
  if (unkept !== undefined) return context.with(parent, async () => fn(unkept));
  const span = tracer().startSpan(
    name,
    {
      kind: options.kind ?? SpanKind.INTERNAL,
      ...(options.attributes && { attributes: options.attributes }),
      ...(options.links && { links: options.links }),
      ...(options.startTime !== undefined && { startTime: options.startTime }),
    },
    parent,
  );
  return runInSpan(span, parent, fn);
}

/** The span of a context whose trace was decided not to be kept; the sampler obeys it anyway. */
function unkeptSpan(parent: Context): Span | undefined {
  const span = trace.getSpan(parent);
  if (span === undefined || !trace.isSpanContextValid(span.spanContext())) return undefined;
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0 ? span : undefined;
}

/** Runs `fn` with `span` active on top of `parent` and ends the span with the outcome. */
export async function runInSpan<T>(
  span: Span,
  parent: Context,
  fn: (span: Span) => Promise<T>,
): Promise<T> {
  try {
    return await context.with(trace.setSpan(parent, span), () => fn(span));
  } catch (error) {
    markFailed(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/**
 * Marks a span as failed by the kind of the error only: its message may quote a customer's input,
 * and no personal data may reach a trace. The log line with the same trace id has the rest.
 */
export function markFailed(span: Span, error: unknown): void {
  const type = error instanceof Error ? error.name : typeof error;
  span.setAttribute(ATTR.errorType, type);
  span.setStatus({ code: SpanStatusCode.ERROR, message: type });
}
