import { channelErrors, channelOf } from '@astrolabe/door';
import type { Channel } from '@astrolabe/door';
import { createGrpcServer } from '@astrolabe/grpc';
import {
  addressList,
  createDestinations,
  createHttpClient,
  createHttpServer,
} from '@astrolabe/http';
import type { Destinations, HttpClient } from '@astrolabe/http';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import { connectMongo, resealAtStart } from '@astrolabe/mongo';
import { createWorkQueue, rdsConnections, repeat } from '@astrolabe/service';
import type { Logger, Service, ServiceContext } from '@astrolabe/service';
import { createSealer } from '@astrolabe/signing';
import { contextFromTraceparent, orderTrace, withSpan } from '@astrolabe/telemetry';
import { adminService } from './adapters/grpc/admin.ts';
import { connectPlatform } from './adapters/http/platform.ts';
import { spiProtocol } from './adapters/http/spi.ts';
import { createAllocations } from './adapters/mongo/allocations.ts';
import { createConnections } from './adapters/mongo/connections.ts';
import { createCursors } from './adapters/mongo/cursors.ts';
import { createTables } from './adapters/mysql/tables.ts';
import { makeSpi } from './application/answer-spi.ts';
import { makeReadRefunds, makeReadTable } from './application/read-tables.ts';
import { makeReportStore } from './application/report-store.ts';
import { makeDriveAllocation } from './application/drive-allocation.ts';
import type { Config } from './config.ts';
import type { Allocations, Connections, Cursors } from './application/ports.ts';

const NAME = 'isv-allocator';
const BODY_LIMIT_BYTES = 256 * 1024;
/** Callers wait three seconds. */
const ANSWER_WITHIN_MS = 2_900;
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
    waitMs: config.STARTUP_WAIT_MS,
    logger,
  });
  health.addCheck('mongo', () => mongo.check());
  const allocations = await createAllocations(mongo.db);
  const connections = await createConnections(mongo.db, createSealer(config.CONNECTION_KEY));
  const destinations = createDestinations(config.SPI_ALLOWED_NETWORKS);
  const client = platformClient(config, destinations);
  const callMs = config.PLATFORM_CONNECT_TIMEOUT_MS + config.PLATFORM_RESPONSE_TIMEOUT_MS;
  const drive = makeDriveAllocation({
    allocations,
    connections,
    connect: connectPlatform({ http: client, clock }),
    clock,
    retryMs: config.PLATFORM_RETRY_MS,
    leaseMs: 2 * CALLS_PER_EFFECT * callMs,
  });
  const worker = createWorkQueue<OrderRef>({
    name: 'worker',
    work: (name) => inTraceOf(name, () => drive(name)),
    overdue: (limit) => allocations.due(clock(), limit),
    keyOf: orderKey,
    onError: (name, error) =>
      logger.error({ err: error, order: orderKey(name) }, 'an allocation did not go on'),
    onSweepError: (error) => logger.warn({ err: error }, 'a sweep failed'),
  });
  const wake = worker.add;
  const grpc = createGrpcServer({
    logger,
    host: config.GRPC_HOST,
    adminPort: config.ADMIN_PORT,
    services: [
      adminService({
        connections,
        allocations,
        reportStore: makeReportStore({ allocations, connections, clock, wake }),
        clock,
        urlRule: { allowHttp: config.SPI_ALLOW_HTTP, destinations },
      }),
    ],
  });
  const spi = channelOf(
    spiProtocol({ spi: makeSpi({ allocations, clock, wake }), connections, clock }),
  );
  const http = await spiServer(config, logger, spi);
  spi.serve(http.app, { now: () => clock().getTime() });
  const seen = { allocations, connections, cursors: createCursors(mongo.db) };
  const reader = readerOf({ config, logger, clock, ...seen, wake });
  const platform = { name: 'platform', stop: () => client.close() };
  const stored = [mongo.component, resealAtStart(logger, [connections.reseal])];
  return {
    components: [...stored, platform, worker.component, grpc.component, http.component, reader],
    ports: () => ({ ...grpc.ports(), httpPort: http.port() }),
  };
}

const platformClient = (config: Config, destinations: Destinations): HttpClient =>
  createHttpClient({
    name: 'platform',
    connectTimeoutMs: config.PLATFORM_CONNECT_TIMEOUT_MS,
    responseTimeoutMs: config.PLATFORM_RESPONSE_TIMEOUT_MS,
    maxConnections: CONNECTIONS_MAX,
    maxResponseBytes: ANSWER_BYTES_MAX,
    destinations,
  });

const spiServer = (config: Config, logger: Logger, spi: Channel) =>
  createHttpServer({
    logger,
    host: config.HTTP_HOST,
    port: config.HTTP_PORT,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    trustedProxies: addressList(config.TRUSTED_PROXIES),
    answerWithinMs: ANSWER_WITHIN_MS,
    errorResponder: channelErrors([spi]),
  });

type ReaderParts = {
  config: Config;
  logger: Logger;
  clock: Clock;
  allocations: Allocations;
  connections: Connections;
  cursors: Cursors;
  wake: (name: OrderRef) => void;
};

/** Reads the push tables of the platform, where there are any, one after the other. */
function readerOf({ config, logger, ...rest }: ReaderParts) {
  const tables = createTables({
    connections: rdsConnections(config.RDS_CONNECTIONS),
    connectTimeoutMs: config.RDS_CONNECT_TIMEOUT_MS,
    queryTimeoutMs: config.RDS_QUERY_TIMEOUT_MS,
  });
  const deps: Parameters<typeof makeReadTable>[0] = {
    ...rest,
    tables,
    overlapMs: config.RDS_OVERLAP_MS,
    onBadRow: (appKey, { tradeId, problem }) =>
      logger.warn({ appKey, tradeId, problem }, 'a row of the push table was left out'),
  };
  const readTrades = makeReadTable(deps);
  const readRefunds = makeReadRefunds(deps);
  const read = async (appKey: string): Promise<void> => {
    await readTrades(appKey);
    await readRefunds(appKey);
  };
  const away = (appKey: string) => (error: unknown) =>
    logger.warn({ appKey, code: codeOf(error) }, 'a push table could not be read');
  let loop: { stop(): Promise<void> } | null = null;
  return {
    name: 'table-reader',
    start: async () => {
      if (tables.appKeys.length === 0) return;
      // A database that is away does not keep the others from being read.
      loop = repeat(
        config.RDS_INTERVAL_MS,
        () => {},
        async () => {
          for (const appKey of tables.appKeys) await read(appKey).catch(away(appKey));
        },
      );
    },
    stop: async () => {
      await loop?.stop();
      await tables.close();
    },
  };
}

/** The driver's code; its messages may quote the address. */
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'failure';

/** A sweep has no caller: the order's own trace is the parent either way. */
async function inTraceOf(name: OrderRef, work: () => Promise<void>): Promise<void> {
  const parent = contextFromTraceparent(orderTrace(name).traceparent);
  await withSpan('allocate', { parent }, work);
}
