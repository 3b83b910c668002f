import { TOPICS } from '@astrolabe/contracts';
import {
  ProcurementAdminServiceService,
  ProcurementServiceService,
} from '@astrolabe/contracts/order';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { DAY_MS } from '@astrolabe/kernel';
import type { Policy } from '@astrolabe/outbound';
import { connectProcurement, createOrderQueue, watchCalls } from '@astrolabe/runtime';
import type { OpenedService } from '@astrolabe/runtime';
import type { Logger } from '@astrolabe/service';
import { orderTrace } from '@astrolabe/telemetry';
import type { connectPeers } from '../adapters/grpc/peers.ts';
import { procurementAdminService } from '../adapters/grpc/procurement/admin-service.ts';
import { procurementService } from '../adapters/grpc/procurement/service.ts';
import { createProcurementPlatform } from '../adapters/http/procurement-platform.ts';
import {
  encodeSupplyEvent,
  parcelShippedHandler,
  procurementSaidHandler,
} from '../adapters/kafka/procurement.ts';
import { createProcurementNotes } from '../adapters/log/procurement-notes.ts';
import { createProcurements } from '../adapters/mongo/procurement/procurements.ts';
import { makeDecideProcurement } from '../application/procurement/decide.ts';
import { makeDriveProcurement } from '../application/procurement/drive.ts';
import { makeHear } from '../application/procurement/hear.ts';
import { makePrecheck } from '../application/procurement/precheck.ts';
import type { Config } from '../config.ts';
import { lifeOfProcurement } from '../domain/procurement/history.ts';
import { problemsOf } from '../domain/procurement/settle.ts';
import type { Rules } from '../domain/procurement/settle.ts';

const CONNECTIONS_MAX = 32;
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
/** The gateway answers at once, or refreshes a token first. */
const ACCESS_MS = 3_000;
const FACTOR = 5;
const WAIT_MAX_MS = 60_000;
/** An hour of looking for a detail; then a person decides. */
const READS_MAX = 60;
const ANSWERS_MAX = 8;
/** A connection that is closed, or an application that is told to wait: half a day at the least. */
const WITHHELD = { max: 1_500, waitMs: 30_000 } as const;

export type ProcurementParts = {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly peers: Pick<
    ReturnType<typeof connectPeers>,
    'precheckOffers' | 'procurementCatalog' | 'procurementStock' | 'sellable' | 'stock'
  >;
};

/** Enterprise procurement: requisitions and orders, what works on them, and what operators see. */
export async function openProcurement(
  service: OpenedService,
  { config, logger, clock, peers }: ProcurementParts,
) {
  const rules = rulesOf(config);
  const procurements = await service.outbox(TOPICS.orderEvents, (outbox) =>
    createProcurements({ ...outbox, clock, rules, encode: encodeSupplyEvent }),
  );
  const { client, source, clients, loop } = connected(config, { clock, logger });
  const notes = createProcurementNotes(logger);
  // Work wakes the work on what it touches: the queue is there when it does.
  let wake: (ref: OrderRef) => void = () => {};
  const common = { procurements, clock, notes, wake: (ref: OrderRef) => wake(ref) };
  const queue = createOrderQueue({
    name: 'procurement',
    span: 'procurement',
    work: makeDriveProcurement({
      ...common,
      platform: createProcurementPlatform({ client, source }),
      catalog: peers.procurementCatalog,
      stock: peers.procurementStock,
      watch: watchCalls('procurement', logger),
      rules,
    }),
    due: (now, limit) => procurements.due(now, limit),
    logger,
    clock,
  });
  wake = queue.add;
  const hear = makeHear(common);
  const traceIdOf = (name: OrderRef): string => orderTrace(name).traceId;
  const decide = makeDecideProcurement(common);
  return {
    clients,
    loop,
    queue: queue.component,
    life: async (name: OrderRef) => {
      const found = await procurements.load(await procurements.homeOf(name));
      return found && lifeOfProcurement(found.p, name, problemsOf(found.p, clock(), rules));
    },
    contracts: [
      [
        ProcurementServiceService,
        procurementService(
          makePrecheck({
            offers: peers.precheckOffers,
            stock: { ...peers.stock, sellable: peers.sellable },
            clock,
          }),
        ),
      ],
      [
        ProcurementAdminServiceService,
        procurementAdminService({ procurements, decide, traceIdOf, clock, rules }),
      ],
    ],
    handlers: {
      procurementSaid: procurementSaidHandler(hear),
      parcelShipped: parcelShippedHandler(hear),
    },
  } as const;
}

/** The platform, with the times that this service gives it. */
const connected = (config: Config, parts: Pick<ProcurementParts, 'clock' | 'logger'>) =>
  connectProcurement(
    {
      ...config,
      PLATFORM_CONNECT_TIMEOUT_MS: config.PROCUREMENT_CONNECT_TIMEOUT_MS,
      PLATFORM_RESPONSE_TIMEOUT_MS: config.PROCUREMENT_RESPONSE_TIMEOUT_MS,
    },
    {
      ...parts,
      caller: 'order-router',
      name: 'procurement-platform',
      maxConnections: CONNECTIONS_MAX,
      maxResponseBytes: ANSWER_BYTES_MAX,
      accessMs: ACCESS_MS,
    },
  );

function rulesOf(config: Config): Rules {
  const callMs = config.PROCUREMENT_CONNECT_TIMEOUT_MS + config.PROCUREMENT_RESPONSE_TIMEOUT_MS;
  const retryMs = config.PROCUREMENT_RETRY_MS;
  const policy = (attemptsMax: number): Policy => ({
    attemptsMax,
    firstWaitMs: retryMs,
    factor: FACTOR,
    waitMaxMs: Math.max(retryMs, WAIT_MAX_MS),
    // A look, a call, and a call again with another token.
    leaseMs: 3 * callMs,
    withheld: WITHHELD,
  });
  return {
    graceMs: config.PROCUREMENT_GRACE_MS,
    parcelWaitMs: config.PROCUREMENT_PARCEL_WAIT_MS,
    endCheckMs: retryMs,
    oldAfterMs: config.PROCUREMENT_OLD_AFTER_DAYS * DAY_MS,
    read: policy(READS_MAX),
    answer: policy(ANSWERS_MAX),
  };
}
