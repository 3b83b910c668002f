import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ExportResultCode } from '@opentelemetry/core';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { afterEach, expect, test } from 'vitest';
import { countedBatches } from './counted-batches.ts';
import { METRIC, initTelemetry, metricsText, withSpan } from './index.ts';
import { startTracing } from './provider.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function dropped(reason: string): Promise<number | null> {
  const line = new RegExp(`^${METRIC.telemetryDropped}\\{reason="${reason}"[^}]*\\} (\\d+)`, 'm');
  const found = line.exec(await metricsText())?.[1];
  return found === undefined ? null : Number(found);
}

test('spans that the queue cannot hold are counted, from 0 on', async () => {
  const sent: number[] = [];
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const exporter: SpanExporter = {
    export: (spans, done) => {
      sent.push(spans.length);
      void opened.then(() => done({ code: ExportResultCode.SUCCESS }));
    },
    shutdown: async () => {},
  };
  const batches = countedBatches(exporter, 60_000, { queueMax: 4, delayMs: 60_000 });
  const running = startTracing({ service: 'test', sampleRatio: 1 }, [batches]);
  const before = await dropped('queue_full');
  expect(before).not.toBeNull();
  for (let n = 0; n < 20; n += 1) await withSpan('s', {}, async () => {});
  open();
  await running.shutdown();
  const kept = sent.reduce((sum, count) => sum + count, 0);
  expect(kept).toBeLessThan(20);
  expect((await dropped('queue_full')) ?? 0).toBe((before ?? 0) + 20 - kept);
});

test('a batch that the collector puts off for longer than an export may take is counted', async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(429, { 'retry-after': '600' }).end());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  const { port } = server.address() as AddressInfo;
  const otlpEndpoint = `http://127.0.0.1:${port}`;
  const running = await initTelemetry({ service: 'test', sampleRatio: 1, otlpEndpoint });
  const before = (await dropped('export_failed')) ?? 0;
  for (let n = 0; n < 3; n += 1) await withSpan('s', {}, async () => {});
  await running.shutdown();
  expect(await dropped('export_failed')).toBe(before + 3);
});
