import { channelErrors, channelOf } from '@astrolabe/door';
import type { Clock } from '@astrolabe/kernel';
import {
  connectSellerSystems,
  createOrderQueue,
  httpServer,
  openService,
  systemClock,
  watchCalls,
} from '@astrolabe/runtime';
import { periodic, rdsConnections } from '@astrolabe/service';
import type { Component, Service, ServiceContext } from '@astrolabe/service';
import { createSealer } from '@astrolabe/signing';
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
import { effectPolicy } from './domain/decide.ts';

const BODY_LIMIT_BYTES = 256 * 1024;
/** Callers wait three seconds. */
const ANSWER_WITHIN_MS = 2_900;
const CONNECTIONS_MAX = 64;
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
/** An effect makes at most two calls: it asks, then it sends. */
const CALLS_PER_EFFECT = 2;

/** Everything of the allocator, wired but not started. `overrides` let a test hold the clock. */
export async function createService(
  context: ServiceContext<Config>,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Promise<Service> {
  const { config, logger } = context;
  const service = await openService('isv-allocator', context);
  const allocations = await createAllocations(service.db);
  const connections = await createConnections(service.db, createSealer(config.CONNECTION_KEY));
  const { client, urlRule } = connectSellerSystems(config, {
    name: 'platform',
    connectTimeoutMs: config.PLATFORM_CONNECT_TIMEOUT_MS,
    responseTimeoutMs: config.PLATFORM_RESPONSE_TIMEOUT_MS,
    maxConnections: CONNECTIONS_MAX,
    maxResponseBytes: ANSWER_BYTES_MAX,
  });
  const callMs = config.PLATFORM_CONNECT_TIMEOUT_MS + config.PLATFORM_RESPONSE_TIMEOUT_MS;
  const stores = { allocations, connections, clock };
  const worker = createOrderQueue({
    name: 'worker',
    span: 'allocate',
    logger,
    clock,
    work: makeDriveAllocation({
      ...stores,
      connect: connectPlatform({ http: client, clock }),
      policy: effectPolicy(config.PLATFORM_RETRY_MS, 2 * CALLS_PER_EFFECT * callMs),
      watch: watchCalls('effect', logger),
    }),
    due: (now, limit) => allocations.due(now, limit),
  });
  const wake = worker.add;
  const spi = channelOf(
    spiProtocol({ spi: makeSpi({ allocations, clock, wake }), connections, clock }),
  );
  const http = await httpServer(context, {
    bodyLimitBytes: BODY_LIMIT_BYTES,
    answerWithinMs: ANSWER_WITHIN_MS,
    errorResponder: channelErrors([spi]),
  });
  spi.serve(http.app, { now: () => clock().getTime() });
  const reportStore = makeReportStore({ ...stores, wake });
  const tables = connectTables(config);
  const reader = { ...stores, cursors: createCursors(service.db), tables, wake };
  return service.of({
    reseals: [connections.reseal],
    clients: [client, tables],
    work: [worker.component],
    contracts: [adminService({ ...stores, reportStore, urlRule })],
    http,
    loops: tables.appKeys.length > 0 ? [readerOf(context, reader)] : [],
  });
}

/** The push tables of the platform, where there are any. */
const connectTables = (config: Config) =>
  createTables({
    connections: rdsConnections(config.RDS_CONNECTIONS),
    connectTimeoutMs: config.RDS_CONNECT_TIMEOUT_MS,
    queryTimeoutMs: config.RDS_QUERY_TIMEOUT_MS,
  });

type ReaderDeps = Omit<Parameters<typeof makeReadTable>[0], 'overlapMs' | 'onBadRow'>;

/** Reads the tables one after the other; a database that is away does not keep the others from it. */
function readerOf(
  { config, logger }: Pick<ServiceContext<Config>, 'config' | 'logger'>,
  parts: ReaderDeps & { tables: ReturnType<typeof connectTables> },
): Component {
  const deps = {
    ...parts,
    overlapMs: config.RDS_OVERLAP_MS,
    onBadRow: (appKey: string, { tradeId, problem }: { tradeId: string; problem: string }) =>
      logger.warn({ appKey, tradeId, problem }, 'a row of the push table was left out'),
  };
  const readTrades = makeReadTable(deps);
  const readRefunds = makeReadRefunds(deps);
  return periodic({ name: 'table-reader', everyMs: config.RDS_INTERVAL_MS, logger }, async () => {
    for (const appKey of parts.tables.appKeys) {
      try {
        await readTrades(appKey);
        await readRefunds(appKey);
      } catch (error) {
        logger.warn({ appKey, code: codeOf(error) }, 'a push table could not be read');
      }
    }
  });
}

/** The driver's code; its messages may quote the address. */
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'failure';
