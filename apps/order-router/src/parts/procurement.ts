import { createProcurementClient, platformAccess } from '@astrolabe/channel-client';
import { TOPICS } from '@astrolabe/contracts';
import {
  ProcurementAdminServiceService,
  ProcurementServiceService,
} from '@astrolabe/contracts/order';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { DAY_MS, PROCUREMENT } from '@astrolabe/kernel';
import type { Policy } from '@astrolabe/outbound';
import { connectSellerSystems, createOrderQueue, watchCalls } from '@astrolabe/runtime';
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
import type { Rules } from '../domain/procurement/settle.ts';

const CONNECTIONS_MAX = 32;
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
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
    'gateway' | 'precheckOffers' | 'procurementCatalog' | 'procurementStock' | 'sellable' | 'stock'
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
  const { client } = connectSellerSystems(config, {
    name: 'procurement-platform',
    connectTimeoutMs: config.PROCUREMENT_CONNECT_TIMEOUT_MS,
    responseTimeoutMs: config.PROCUREMENT_RESPONSE_TIMEOUT_MS,
    maxConnections: CONNECTIONS_MAX,
    maxResponseBytes: ANSWER_BYTES_MAX,
  });
  const source = platformAccess(peers.gateway, PROCUREMENT, () => clock().getTime());
  const ticks = (): number => performance.now();
  const calls = createProcurementClient({ http: client, clock, source, ticks });
  const notes = createProcurementNotes(logger);
  // Work wakes the work on what it touches: the queue is there when it does.
  let wake: (ref: OrderRef) => void = () => {};
  const common = { procurements, clock, notes, wake: (ref: OrderRef) => wake(ref) };
  const queue = createOrderQueue({
    name: 'procurement',
    span: 'procurement',
    work: makeDriveProcurement({
      ...common,
      platform: createProcurementPlatform({ client: calls, source }),
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
    client,
    queue: queue.component,
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
