import { TOPICS } from '@astrolabe/contracts';
import { SupplyAdminServiceService, SupplyServiceService } from '@astrolabe/contracts/fulfillment';
import { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import { createGrpcClient } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import { connectProcurement, createOrderQueue, watchCalls } from '@astrolabe/runtime';
import type { OpenedService, Parts } from '@astrolabe/runtime';
import { firstTry } from '@astrolabe/service';
import type { Logger } from '@astrolabe/service';
import { createSupplyStock } from '../adapters/grpc/stock.ts';
import { supplyAdminService } from '../adapters/grpc/supply/supply-admin-service.ts';
import { supplyService } from '../adapters/grpc/supply/supply-service.ts';
import { createSupplyPlatform } from '../adapters/http/procurement.ts';
import { supplyHandlers } from '../adapters/kafka/supply/incoming.ts';
import { encodeSupplyEvent } from '../adapters/kafka/supply/outgoing.ts';
import { createSupplyNotes } from '../adapters/log/supply-notes.ts';
import { createReceiptReadings } from '../adapters/mongo/supply/receipt-readings.ts';
import { createSupplies } from '../adapters/mongo/supply/supplies.ts';
import { makeDriveSupply } from '../application/supply/drive-supply.ts';
import { makeReadAgain, makeReadReceipt } from '../application/supply/read-receipt.ts';
import { makeSupplyWork } from '../application/supply/work.ts';
import type { Config } from '../config.ts';
import { supplyPolicies } from '../domain/supply/calls.ts';
import { readingPolicy } from '../domain/supply/receipt-reading.ts';

const NAME = 'fulfillment';
const PLATFORM_CONNECTIONS_MAX = 32;
const PLATFORM_ANSWER_BYTES_MAX = 4 * 1024 * 1024;
/** Several calls and repeats of them fit into the lease of an attempt. */
const PEER_DEADLINE_MS = 3_000;
/** An attempt asks the platform, tells it, and asks again. */
const CALLS_PER_ATTEMPT = 3;
/** Who asks waits this long for the first attempt; it goes on without them. */
const FIRST_TRY_MS = 6_000;

/** Orders that we supply: what warehouses do for them, what platforms are told, and receipts. */
export async function supplyOf(
  service: OpenedService,
  { config, logger, clock }: { config: Config; logger: Logger; clock: Clock },
) {
  const supplies = await service.outbox(TOPICS.fulfillmentEvents, (outbox) =>
    createSupplies({ ...outbox, clock, encode: encodeSupplyEvent }),
  );
  const readings = await createReceiptReadings(service.db);
  const { client, clients, loop, callMs } = connectProcurement(config, {
    clock,
    logger,
    caller: NAME,
    name: 'procurement',
    maxConnections: PLATFORM_CONNECTIONS_MAX,
    maxResponseBytes: PLATFORM_ANSWER_BYTES_MAX,
    accessMs: PEER_DEADLINE_MS,
  });
  const platform = createSupplyPlatform(client);
  const inventory = createGrpcClient(InventoryServiceClient, {
    address: config.INVENTORY_ADDRESS,
    name: NAME,
    defaultDeadlineMs: PEER_DEADLINE_MS,
    // Commands carry an operation id.
    repeatLost: true,
  });
  const leaseMs = (CALLS_PER_ATTEMPT + 1) * callMs;
  const notes = createSupplyNotes(logger);
  const drive = makeDriveSupply({
    supplies,
    platform,
    stock: createSupplyStock(inventory),
    clock,
    policies: supplyPolicies(config.SUPPLY_RETRY_MS, leaseMs),
    notes,
    watch: watchCalls('supply', logger),
  });
  const read = makeReadReceipt({
    readings,
    supplies,
    platform,
    clock,
    policy: readingPolicy(config.SUPPLY_RETRY_MS, leaseMs),
    notes,
    watch: watchCalls('receipt', logger),
  });
  const queue = (name: string, work: typeof drive, stored: Pick<typeof readings, 'due'>) =>
    createOrderQueue({
      name,
      span: name,
      work,
      due: (now, limit) => stored.due(now, limit),
      logger,
      clock,
    });
  const supplier = queue('supplier', drive, supplies);
  const reader = queue('receipts', read, readings);
  const soon = { withinMs: FIRST_TRY_MS, logger, failed: 'a first try failed' };
  const work = makeSupplyWork({ supplies, clock, tryNow: firstTry(drive, soon) });
  const readAgain = makeReadAgain({ readings, clock, tryNow: firstTry(read, soon) });
  const contracts: NonNullable<Parts['contracts']> = [
    [SupplyServiceService, supplyService({ supplies, work, logger })],
    [SupplyAdminServiceService, supplyAdminService({ supplies, work, readAgain, clock, logger })],
  ];
  return {
    contracts,
    clients: [...clients, inventory],
    loop,
    work: [supplier.component, reader.component],
    handlers: supplyHandlers({ supplies, readings, clock, toRead: reader.add }),
  };
}
