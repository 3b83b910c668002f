import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmallOrder } from '@astrolabe/kernel';
import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
  METRIC,
  activeTraceIds,
  contextFromTraceparent,
  counter,
  currentTraceparent,
  initTelemetry,
  keepTrace,
  metricsText,
  orderTrace,
  withOrderSpan,
  withSpan,
} from './index.ts';
import { startTracing } from './provider.ts';

let running: { shutdown(): Promise<void> } | undefined;
afterEach(async () => {
  await running?.shutdown();
  running = undefined;
});

function recording(sampleRatio: number): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter();
  running = startTracing({ service: 'test', sampleRatio }, [new SimpleSpanProcessor({ exporter })]);
  return exporter;
}

test('same inputs give the same valid ids, and the sampler decides as the flag says', async () => {
  const exporter = recording(0.5);
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), async (seller, trade) => {
      const order = orderTrace(tmallOrder(seller, trade));
      expect(orderTrace(tmallOrder(seller, trade))).toEqual(order);
      expect(order.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
      expect(order.spanId).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
      const flag = order.traceparent.endsWith('-01');
      expect(keepTrace(order.traceId)).toBe(flag);
      for (const isFirst of [true, false]) {
        exporter.reset();
        const recorded = await withOrderSpan(order, { name: 'n', isFirst }, async (span) =>
          span.isRecording(),
        );
        expect(recorded).toBe(flag);
        expect(exporter.getFinishedSpans()).toHaveLength(flag ? 1 : 0);
      }
    }),
  );
});

test('the first span is a root with the computed id; the caller is linked and not joined', async () => {
  const exporter = recording(1);
  const order = orderTrace(tmallOrder('s', 't'));
  const link = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await withOrderSpan(
    order,
    { name: 'first', isFirst: true, link, startTime: 1_800_000_000_000 },
    async () => {
      expect(currentTraceparent()).toBe(order.traceparent);
      expect(activeTraceIds()).toEqual({ trace_id: order.traceId, span_id: order.spanId });
      await withSpan('inner', {}, async () => {});
    },
  );
  const [inner, first] = exporter.getFinishedSpans();
  expect(first?.parentSpanContext).toBeUndefined();
  expect(first?.startTime).toEqual([1_800_000_000, 0]);
  expect(first?.links[0]?.context.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
  expect(inner?.parentSpanContext?.spanId).toBe(order.spanId);
  expect(inner?.spanContext().spanId).not.toBe(order.spanId);
});

test('a failed span tells the kind of error and not its message', async () => {
  const exporter = recording(1);
  const failing = withSpan('work', {}, async () => {
    throw new RangeError('canary 13800000000');
  });
  await expect(failing).rejects.toThrow(RangeError);
  const [span] = exporter.getFinishedSpans();
  expect(span?.status.message).toBe('RangeError');
  expect(JSON.stringify([span?.attributes, span?.events, span?.status])).not.toContain('canary');
});

describe('a traceparent', () => {
  test.each([undefined, '', 'x', '00-00000000000000000000000000000000-b7ad6b7169203331-01'])(
    '%j is no parent',
    (text) => {
      expect(trace.getSpanContext(contextFromTraceparent(text))).toBeUndefined();
    },
  );
});

test('shutdown sends what is queued to <endpoint>/v1/traces as protobuf', async () => {
  const received: { url: string | undefined; type: string | undefined; bytes: number }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const type = request.headers['content-type'];
      received.push({ url: request.url, type, bytes: Buffer.concat(chunks).length });
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  running = await initTelemetry({
    service: 'test',
    sampleRatio: 1,
    otlpEndpoint: `http://127.0.0.1:${port}/`,
  });
  await withSpan('sent', {}, async () => {});
  await running.shutdown();
  expect(received).toMatchObject([{ url: '/v1/traces', type: 'application/x-protobuf' }]);
  expect(received[0]?.bytes).toBeGreaterThan(0);
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

test('metrics are one per name and carry process metrics', async () => {
  recording(1);
  counter(METRIC.deadLetters, 'Dead letters', ['topic']).inc({ topic: 'a' });
  counter(METRIC.deadLetters, 'Dead letters', ['topic']).inc({ topic: 'a' });
  const text = await metricsText();
  expect(text).toMatch(/astrolabe_dead_letters_total\{topic="a",service="test"\} 2/);
  expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
});
