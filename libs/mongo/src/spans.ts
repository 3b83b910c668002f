import { SpanKind, context, trace } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import {
  ATTR,
  METRIC,
  dependencyAnswered,
  histogram,
  nextMoment,
  withSpan,
} from '@astrolabe/telemetry';
import { DATABASE } from './errors.ts';

/**
 * Runs one database operation inside a client span and measures it. `name` is the operation and the
 * collection, e.g. `find orders`. Work that nobody traces (relays, sweepers) gets no span of its
 * own, or every idle second would start a trace.
 */
export async function mongoSpan<T>(
  name: string,
  attributes: Attributes,
  fn: () => Promise<T>,
): Promise<T> {
  const duration = histogram(METRIC.mongoDuration, 'Duration of database operations', [
    'operation',
  ]);
  const end = duration.startTimer({ operation: name });
  const begunAt = nextMoment();
  try {
    const result =
      trace.getSpan(context.active()) === undefined
        ? await fn()
        : await withSpan(
            name,
            { kind: SpanKind.CLIENT, attributes: { [ATTR.dbSystem]: 'mongodb', ...attributes } },
            fn,
          );
    dependencyAnswered(DATABASE, begunAt);
    return result;
  } finally {
    end();
  }
}
