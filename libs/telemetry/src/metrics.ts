import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const registry = new Registry();
let processMetrics = false;

/** Upper bounds in seconds: from a command in memory (1 ms) to the longest deadline (10 s). */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * The counter of that name (one of `METRIC`); made at the first call, the same one afterwards. The label
 * sets of `from` are exported as 0 at once: Prometheus sees no increase in a series that begins at 1.
 */
export function counter<L extends string>(
  name: string,
  help: string,
  labelNames: readonly L[],
  from: readonly Readonly<Record<L, string>>[] = [],
): Counter<L> {
  const known = registry.getSingleMetric(name) as Counter<L> | undefined;
  const found =
    known ?? new Counter({ name, help, labelNames: [...labelNames], registers: [registry] });
  for (const labels of from) found.inc(labels, 0);
  return found;
}

/** The histogram of that name; seconds from 1 ms to 10 s unless `buckets` says otherwise. */
export function histogram<L extends string>(
  name: string,
  help: string,
  labelNames: readonly L[],
  buckets: readonly number[] = DURATION_BUCKETS,
): Histogram<L> {
  const known = registry.getSingleMetric(name);
  if (known !== undefined) return known as Histogram<L>;
  return new Histogram({
    name,
    help,
    labelNames: [...labelNames],
    buckets: [...buckets],
    registers: [registry],
  });
}

/** The gauge of that name; made at the first call, the same one afterwards. */
export function gauge<L extends string>(
  name: string,
  help: string,
  labelNames: readonly L[],
): Gauge<L> {
  const known = registry.getSingleMetric(name);
  if (known !== undefined) return known as Gauge<L>;
  return new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
}

/** All metrics in the Prometheus text format. */
export function metricsText(): Promise<string> {
  return registry.metrics();
}

/** Content type that belongs to `metricsText`. */
export const METRICS_CONTENT_TYPE: string = registry.contentType;

/** Each look wakes the process: a hundred a second cost an idle one a quarter of a percent of a core. */
const LAG_LOOK_MS = 100;

/** Labels every metric with the service and adds CPU, memory, GC and event loop lag, once. */
export function startProcessMetrics(service: string): void {
  registry.setDefaultLabels({ service });
  if (processMetrics) return;
  processMetrics = true;
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_LOOK_MS });
}
