import { TraceFlags } from '@opentelemetry/api';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import { ExportResultCode } from '@opentelemetry/core';
import { counter } from './metrics.ts';
import { METRIC } from './names.ts';

const EXPORT_DELAY_MS = 1_000;
/** Spans beyond this many are dropped: a slow collector must not cost memory. */
const SPAN_QUEUE_MAX = 8_192;
const EXPORT_BATCH_MAX = 512;

export type BatchSettings = { readonly queueMax?: number; readonly delayMs?: number };

/**
 * Exports spans in batches and counts those that are lost: the library's own processor drops what its
 * queue cannot hold without a sign, and gives a batch up at once where the collector answers 429 with a
 * longer wait than the export may take.
 */
export function countedBatches(
  exporter: SpanExporter,
  exportTimeoutMillis: number,
  settings: BatchSettings = {},
): SpanProcessor {
  const queueMax = settings.queueMax ?? SPAN_QUEUE_MAX;
  const dropped = counter(
    METRIC.telemetryDropped,
    'Spans that never reached the collector',
    ['reason'],
    [{ reason: 'queue_full' }, { reason: 'export_failed' }],
  );
  let queued = 0;
  const counting: SpanExporter = {
    export: (spans, done) => {
      queued -= spans.length;
      exporter.export(spans, (result) => {
        if (result.code !== ExportResultCode.SUCCESS) {
          dropped.inc({ reason: 'export_failed' }, spans.length);
        }
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => await exporter.forceFlush?.(),
  };
  const batches = new BatchSpanProcessor({
    exporter: counting,
    scheduledDelayMillis: settings.delayMs ?? EXPORT_DELAY_MS,
    maxQueueSize: queueMax,
    maxExportBatchSize: Math.min(EXPORT_BATCH_MAX, queueMax),
    exportTimeoutMillis,
  });
  return {
    onStart: (span, parent) => batches.onStart(span, parent),
    onEnd: (span: ReadableSpan) => {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
      if (queued >= queueMax) {
        dropped.inc({ reason: 'queue_full' });
        return;
      }
      queued += 1;
      batches.onEnd(span);
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => batches.shutdown(),
  };
}
