export { METRICS_CONTENT_TYPE, counter, gauge, histogram, metricsText } from './metrics.ts';
export type { MetricName } from './names.ts';
export { ATTR, METRIC, SPAN, spanNames } from './names.ts';
export type { OrderSpanSettings, OrderTrace } from './order-trace.ts';
export { inOrderTrace, orderTrace, withOrderSpan } from './order-trace.ts';
export { attemptsOf } from './outbound-attempts.ts';
export type { Telemetry, TelemetryOptions } from './provider.ts';
export { initTelemetry } from './provider.ts';
export { keepTrace, setSampleRatio } from './sampling.ts';
export type { SpanSettings } from './spans.ts';
export { markFailed, tracer, withSpan, withTracer } from './spans.ts';
export {
  activeTraceIds,
  contextFromTraceparent,
  currentTraceparent,
  isTraced,
  spanContextFromTraceparent,
  traceparentOf,
} from './trace-parent.ts';
export type { DependencyFault } from './dependencies.ts';
export {
  dependencyAnswered,
  faultyDependency,
  nextMoment,
  onceDependencyAnswers,
  recogniseDependencyFault,
} from './dependencies.ts';
