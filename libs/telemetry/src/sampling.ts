import { ROOT_CONTEXT } from '@opentelemetry/api';
import {
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { Sampler } from '@opentelemetry/sdk-trace';

let root = new TraceIdRatioBasedSampler(1);

/** Sets the part of the traces that this process keeps, 0 to 1. */
export function setSampleRatio(ratio: number): void {
  root = new TraceIdRatioBasedSampler(ratio);
}

/** The sampler of the tracer provider: a parent's decision, else the one of `keepTrace`. */
export function orderSampler(): Sampler {
  const byRatio: Sampler = {
    shouldSample: (context, traceId) => root.shouldSample(context, traceId),
    toString: () => root.toString(),
  };
  return new ParentBasedSampler({ root: byRatio });
}

/** Whether a trace of that id is kept: a pure function of id and ratio, alike in every service. */
export function keepTrace(traceId: string): boolean {
  return root.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED;
}
