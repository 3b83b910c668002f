import { context, propagation, trace } from '@opentelemetry/api';
import type { Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator, setGlobalErrorHandler } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { countedBatches } from './counted-batches.ts';
import { idGenerator } from './id-generator.ts';
import { counter, startProcessMetrics } from './metrics.ts';
import { METRIC } from './names.ts';
import { orderSampler, setSampleRatio } from './sampling.ts';
import { TRACER_NAME } from './spans.ts';

const EXPORT_TIMEOUT_MS = 5_000;
const ATTRIBUTE_LENGTH_MAX = 1_024;

export type TelemetryOptions = {
  service: string;
  /** Base address of an OTLP/HTTP receiver; without it spans carry context but go nowhere. */
  otlpEndpoint?: string;
  /** Part of the traces to keep, 0 to 1. */
  sampleRatio: number;
};

export type Telemetry = {
  /** The tracer of another service that runs in this process; its spans go where all go. */
  tracerOf(service: string): Tracer;
  /** Sends what is queued and takes the globals down again. */
  shutdown(): Promise<void>;
};

/**
 * Makes tracing and process metrics live for the whole process. Call it once, before the first span.
 */
export async function initTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  return startTracing(options, await exportersOf(options.otlpEndpoint));
}

/** The exporter is loaded where spans go somewhere: it is a tenth of what a service loads. */
async function exportersOf(endpoint: string | undefined): Promise<SpanProcessor[]> {
  if (endpoint === undefined || endpoint === '') return [];
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  return [countedBatches(exporter, EXPORT_TIMEOUT_MS)];
}

/** The part of `initTelemetry` that does not care where spans go. */
export function startTracing(
  options: TelemetryOptions,
  spanProcessors: SpanProcessor[],
): Telemetry {
  const errors = counter(METRIC.telemetryErrors, 'Failures to export telemetry', []);
  // A collector that is down is seen in this counter; one log line per failed batch would be noise.
  setGlobalErrorHandler(() => errors.inc());
  setSampleRatio(options.sampleRatio);
  const providerOf = (service: string) =>
    new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': service }),
      sampler: orderSampler(),
      idGenerator,
      spanLimits: { attributeValueLengthLimit: ATTRIBUTE_LENGTH_MAX },
      spanProcessors,
    });
  const provider = providerOf(options.service);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  startProcessMetrics(options.service);
  return {
    tracerOf: (service) => providerOf(service).getTracer(TRACER_NAME),
    shutdown: async () => {
      try {
        await provider.shutdown();
      } catch {
        errors.inc();
      }
      trace.disable();
      propagation.disable();
      context.disable();
    },
  };
}
