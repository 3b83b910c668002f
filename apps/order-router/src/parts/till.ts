import { createHash } from 'node:crypto';
import { TOPICS } from '@astrolabe/contracts';
import { TillAdminServiceService, TillServiceService } from '@astrolabe/contracts/order';
import type { Clock, OrderRef, TrafficLog } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import { createKeyedMutex } from '@astrolabe/mongo';
import { connectSellerSystems, createOrderQueue, watchCalls } from '@astrolabe/runtime';
import type { OpenedService } from '@astrolabe/runtime';
import { firstTry } from '@astrolabe/service';
import type { Logger } from '@astrolabe/service';
import { createSealer } from '@astrolabe/signing';
import { orderTrace } from '@astrolabe/telemetry';
import { tillAdminService } from '../adapters/grpc/till/till-admin-service.ts';
import { tillService } from '../adapters/grpc/till/till-service.ts';
import { createPlatformRequests, createPlatforms } from '../adapters/http/till-platform.ts';
import { encodeSaleEvent } from '../adapters/kafka/till-outgoing.ts';
import { createTillNotes } from '../adapters/log/till-notes.ts';
import { createTillPlatforms } from '../adapters/mongo/till/platforms.ts';
import { createSales } from '../adapters/mongo/till/sales.ts';
import { createTillSettings } from '../adapters/mongo/till/settings.ts';
import type { Stock } from '../application/ports.ts';
import { makeCheckout } from '../application/till/checkout.ts';
import { makeDriveSale } from '../application/till/drive-sale.ts';
import type { DriveSaleDeps } from '../application/till/drive-sale.ts';
import type { TillCatalog } from '../application/till/ports.ts';
import {
  makePutPlatform,
  makeResolveSale,
  makeResumeBlocked,
} from '../application/till/resolve-sale.ts';
import { makeTakeBack } from '../application/till/take-back.ts';
import type { Config } from '../config.ts';
import { tillPolicy } from '../domain/till/attempts.ts';
import { lifeOfSale } from '../domain/till/history.ts';

const TILL_CONNECTIONS_MAX = 64;
const TILL_ANSWER_BYTES_MAX = 256 * 1024;
/** Who waits for a sale waits this long for its steps; they go on without them. */
const TILL_TRY_MS = 8_000;

type TillParts = {
  readonly traffic: Pick<TrafficLog, 'tell'>;
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly stock: Stock;
  readonly catalog: TillCatalog;
};

/** The tills: their sales, the platforms that trades are made at, and what serves both. */
export async function openTills(service: OpenedService, parts: TillParts) {
  const { db } = service;
  const { config, logger, clock, catalog, traffic } = parts;
  const sealer = createSealer(config.CONNECTION_KEY);
  const sales = await service.outbox(TOPICS.orderEvents, (options) =>
    createSales({ ...options, clock, encode: encodeSaleEvent }),
  );
  const tills = createTillPlatforms(db, sealer);
  const settings = createTillSettings(db, tills);
  const requests = createPlatformRequests(sealer);
  const notes = createTillNotes(logger);
  const { client, urlRule } = connectSellerSystems(config, {
    name: 'till-platform',
    connectTimeoutMs: config.TILL_CONNECT_TIMEOUT_MS,
    responseTimeoutMs: config.TILL_RESPONSE_TIMEOUT_MS,
    maxConnections: TILL_CONNECTIONS_MAX,
    maxResponseBytes: TILL_ANSWER_BYTES_MAX,
  });
  const platforms = createPlatforms(client, clock, sealer, traffic);
  const drive = saleDriver({ ...parts, sales, settings, platforms, notes });
  const { add: wake, component: queue } = createOrderQueue({
    name: 'tills',
    span: 'till sale',
    logger,
    clock,
    work: drive,
    due: (now, limit) => sales.due(now, limit),
  });
  const tryNow = firstTry(drive, {
    withinMs: TILL_TRY_MS,
    logger,
    failed: 'steps of a sale failed',
  });
  const shared = { sales, settings, notes, tryNow, wake, clock, urlRule };
  const { TILL_PHONE_BUYERS: phoneBuyers } = config;
  const checkout = makeCheckout({ ...shared, catalog, requests, digest, phoneBuyers });
  const traceIdOf = (name: OrderRef): string => orderTrace(name).traceId;
  const resolving = {
    resolveSale: makeResolveSale(shared),
    putPlatform: makePutPlatform(shared),
    takeBack: makeTakeBack(shared),
  };
  const contracts = [
    [TillServiceService, tillService({ sales, checkout, traceIdOf })],
    [TillAdminServiceService, tillAdminService({ ...shared, ...resolving, traceIdOf })],
  ] as const;
  const resumeBlocked = makeResumeBlocked(shared);
  const connecting = { tills, urlRule, resumeBlocked };
  const life = async (name: OrderRef) => {
    const found = await sales.load(name);
    return found && lifeOfSale(found.sale);
  };
  return { reseal: tills.reseal, client, queue, life, contracts, connecting };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64');

/** Takes a sale's steps; callers of one sale wait for each other, so that each sees what it has come to. */
function saleDriver({
  config,
  logger,
  ...deps
}: TillParts & Omit<DriveSaleDeps, 'policy' | 'watch'>): (name: OrderRef) => Promise<void> {
  const callMs = config.TILL_CONNECT_TIMEOUT_MS + config.TILL_RESPONSE_TIMEOUT_MS;
  const policy = tillPolicy(config.TILL_ATTEMPTS_MAX, config.TILL_RETRY_MS, 2 * callMs);
  const step = makeDriveSale({ ...deps, policy, watch: watchCalls('till', logger) });
  const inTurn = createKeyedMutex();
  return (name) => inTurn(orderKey(name), () => step(name));
}
