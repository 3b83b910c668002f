import { setTimeout as delay } from 'node:timers/promises';
import { createGrpcServer } from '@astrolabe/grpc';
import { createHttpClient, createHttpServer } from '@astrolabe/http';
import type { Clock } from '@astrolabe/kernel';
import { connectMongo } from '@astrolabe/mongo';
import type { Service, ServiceContext } from '@astrolabe/service';
import { createSealer } from '@astrolabe/signing';
import { contextFromTraceparent, orderTrace, withSpan } from '@astrolabe/telemetry';
import { adminService } from './adapters/grpc/admin.ts';
import { connectPlatform } from './adapters/http/platform.ts';
import { registerSpi, spiError } from './adapters/http/spi.ts';
import { createAllocations } from './adapters/mongo/allocations.ts';
import { createConnections } from './adapters/mongo/connections.ts';
import { makeSpi } from './application/answer-spi.ts';
import { makeReportStore } from './application/report-store.ts';
import { makeWork } from './application/work.ts';
import { createWorker } from './application/worker.ts';
import type { Config } from './config.ts';
import type { TradeName } from './domain/allocation.ts';

const NAME = 'isv-allocator';
const BODY_LIMIT_BYTES = 256 * 1024;
const CONNECTIONS_MAX = 64;
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
/** An effect makes at most two calls: it asks, then it sends. */
const CALLS_PER_EFFECT = 2;

/** Everything of the allocator, wired but not started. `overrides` let a test hold the clock. */
export async function createService(
  { config, logger, health }: ServiceContext<Config>,
  overrides: { readonly clock?: Clock } = {},
): Promise<Service> {
  const clock = overrides.clock ?? ((): Date => new Date());
  const mongo = await connectMongo({
    uri: config.MONGODB_URI,
    database: config.MONGODB_DATABASE,
    appName: NAME,
  });
  health.addCheck('mongo', () => mongo.check());
  const allocations = await createAllocations(mongo.db);
  const connections = await createConnections(mongo.db, createSealer(config.CONNECTION_KEY));
  const client = createHttpClient({
    name: 'platform',
    connectTimeoutMs: config.PLATFORM_CONNECT_TIMEOUT_MS,
    responseTimeoutMs: config.PLATFORM_RESPONSE_TIMEOUT_MS,
    maxConnections: CONNECTIONS_MAX,
    maxResponseBytes: ANSWER_BYTES_MAX,
  });
  const callMs = config.PLATFORM_CONNECT_TIMEOUT_MS + config.PLATFORM_RESPONSE_TIMEOUT_MS;
  const work = makeWork({
    allocations,
    connections,
    connect: connectPlatform({ http: client, clock }),
    clock,
    retryMs: config.PLATFORM_RETRY_MS,
    leaseMs: 2 * CALLS_PER_EFFECT * callMs,
  });
  const worker = createWorker({
    work: (name) => inTraceOf(name, () => work(name)),
    due: (limit) => allocations.due(clock(), limit),
    onError: (name, error) => logger.error({ err: error, ...name }, 'an allocation did not go on'),
    every: (intervalMs, sweep) =>
      repeat(intervalMs, sweep, (error) => logger.warn({ err: error }, 'a sweep failed')),
  });
  const grpc = createGrpcServer({
    logger,
    host: config.GRPC_HOST,
    port: config.GRPC_PORT,
    services: [
      adminService({
        connections,
        allocations,
        reportStore: makeReportStore({ allocations, connections, clock, wake: worker.add }),
        clock,
        allowHttp: config.SPI_ALLOW_HTTP,
      }),
    ],
  });
  const http = await createHttpServer({
    logger,
    host: config.HTTP_HOST,
    port: config.HTTP_PORT,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    errorResponder: spiError,
  });
  registerSpi(http.app, {
    spi: makeSpi({ allocations, clock, wake: worker.add }),
    connections,
    clock,
  });
  const platform = { name: 'platform', stop: () => client.close() };
  return {
    components: [mongo.component, platform, worker.component, grpc.component, http.component],
    ports: () => ({ grpcPort: grpc.port(), httpPort: http.port() }),
  };
}

/** A sweep has no caller: the order's own trace is the parent either way. */
async function inTraceOf(
  { sellerId, tradeId }: TradeName,
  work: () => Promise<void>,
): Promise<void> {
  const parent = contextFromTraceparent(orderTrace(sellerId, tradeId).traceparent);
  await withSpan('allocate', { parent }, work);
}

/** Runs `work` again and again with a pause in between; stopping waits for the run in progress. */
function repeat(
  intervalMs: number,
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  const abort = new AbortController();
  const loop = (async () => {
    while (!abort.signal.aborted) {
      await work().catch(onError);
      await delay(intervalMs, undefined, { signal: abort.signal }).catch(() => {});
    }
  })();
  return {
    stop: async () => {
      abort.abort();
      await loop;
    },
  };
}
