import { tmallOrder } from '@astrolabe/kernel';
import { trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  contextFromTraceparent,
  currentTraceparent,
  initTelemetry,
  keepTrace,
  orderTrace,
  setSampleRatio,
  withOrderSpan,
  withSpan,
} from './index.ts';

let telemetry: { shutdown(): Promise<void> };
beforeAll(async () => {
  telemetry = await initTelemetry({ service: 'test', sampleRatio: 1 });
});
afterAll(() => telemetry.shutdown());

test('the trace of an order is a function of its number, and a valid one', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (seller, trade) => {
      const one = orderTrace(tmallOrder(seller, trade));
      expect(orderTrace(tmallOrder(seller, trade))).toEqual(one);
      expect(one.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
      const spanContext = trace.getSpanContext(contextFromTraceparent(one.traceparent));
      expect(spanContext?.traceId).toBe(one.traceId);
    }),
  );
  expect(orderTrace(tmallOrder('1', '2')).traceId).not.toBe(
    orderTrace(tmallOrder('1', '3')).traceId,
  );
});

test('the first request is the root span itself; later ones are its children', async () => {
  const order = tmallOrder('21230', '2004574256073903');
  const expected = orderTrace(order);
  const root = await withOrderSpan(order, { name: 'push', isFirst: true }, async (span) =>
    span.spanContext(),
  );
  expect(root).toMatchObject({ traceId: expected.traceId, spanId: expected.spanId });
  const later = await withOrderSpan(order, { name: 'accept', isFirst: false }, async () =>
    currentTraceparent(),
  );
  expect(later).toContain(expected.traceId);
  expect(later).not.toContain(expected.spanId);
});

test('a nested span stays in the trace of the context it was given', async () => {
  const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const inner = await withSpan('outer', { parent: contextFromTraceparent(parent) }, () =>
    withSpan('inner', {}, async () => currentTraceparent()),
  );
  expect(inner).toContain('0af7651916cd43dd8448eb211c80319c');
});

test('inside a trace that is not kept no span is made, and the decision is handed on', async () => {
  const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
  const settings = { parent: contextFromTraceparent(parent) };
  const seen = await withSpan('outer', settings, () =>
    withSpan('inner', {}, async (span) => [span.isRecording(), currentTraceparent()]),
  );
  expect(seen).toEqual([false, parent]);
  const failing = withSpan('fails', settings, () => {
    throw new Error('told to the caller');
  });
  await expect(failing).rejects.toThrow('told to the caller');
});

test('a smaller share of traces is part of a larger one, and the share is kept', () => {
  const traces = Array.from(
    { length: 4_000 },
    (_, n) => orderTrace(tmallOrder('s', String(n))).traceId,
  );
  setSampleRatio(0.1);
  const few = new Set(traces.filter(keepTrace));
  setSampleRatio(0.5);
  const many = new Set(traces.filter(keepTrace));
  setSampleRatio(1);
  expect([...few].every((id) => many.has(id))).toBe(true);
  expect(few.size / traces.length).toBeGreaterThan(0.08);
  expect(few.size / traces.length).toBeLessThan(0.12);
  expect(traces.every(keepTrace)).toBe(true);
});
