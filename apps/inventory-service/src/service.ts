import { randomBytes } from 'node:crypto';
import type { GrpcServer } from '@astrolabe/grpc';
import { ensureIndexes } from '@astrolabe/mongo';
import { grpcServer, openService } from '@astrolabe/runtime';
import type { Component, Service, ServiceContext } from '@astrolabe/service';
import { createForwarding } from './adapters/grpc/forwarding.ts';
import type { Forwarding } from './adapters/grpc/forwarding.ts';
import { inventoryService } from './adapters/grpc/inventory-service.ts';
import { maintenanceService } from './adapters/grpc/maintenance.ts';
import { occupancyService } from './adapters/grpc/occupancy.ts';
import { createChangePublisher } from './adapters/kafka/change-publisher.ts';
import { createArchive } from './adapters/mongo/archive.ts';
import { createJournal, hashRecord } from './adapters/mongo/journal.ts';
import { createLeases } from './adapters/mongo/leases.ts';
import { PROJECTION_INDEXES, createProjections } from './adapters/mongo/projections.ts';
import { createSnapshots, keyOfPart } from './adapters/mongo/snapshots.ts';
import { letMemoryGrow } from './adapters/process/memory.ts';
import { createMeters } from './adapters/process/meters.ts';
import { processTiming } from './adapters/process/timing.ts';
import { makeListHistory } from './application/audit/history.ts';
import type { Host } from './application/hosting/host.ts';
import { createHost } from './application/hosting/host.ts';
import { createInventory } from './application/inventory.ts';
import { makeRebuild } from './application/audit/rebuild.ts';
import { makeAdjust } from './application/audit/adjust.ts';
import { makeRepair } from './application/audit/repair.ts';
import { makeVerify } from './application/audit/verify.ts';
import type { Config } from './config.ts';
import { partitionName } from './domain/partition-of.ts';

const NAME = 'inventory-service';

/** Everything of inventory, wired but not started. */
export async function createService(context: ServiceContext<Config>): Promise<Service> {
  const { config, logger, health } = context;
  requireAddress(config);
  letMemoryGrow();
  const service = await openService(NAME, context);
  const { db } = service;
  await ensureIndexes(db, PROJECTION_INDEXES);
  const changes = createChangePublisher(
    {
      brokers: config.KAFKA_BROKERS.split(','),
      clientId: NAME,
      topicPrefix: config.TOPIC_PREFIX,
      logLevel: config.LOG_LEVEL,
    },
    (error) => health.fatal(error),
  );
  const journal = createJournal(db);
  const address = (): string => addressOf(config, grpc.port());
  const owner = randomBytes(8).toString('hex');
  const common = {
    journal,
    projections: createProjections(db),
    timing: processTiming,
    notes: logger,
    snapshots: createSnapshots(db),
    hashOf: hashRecord,
    keyOf: keyOfPart,
    idempotencyWindow: config.IDEMPOTENCY_WINDOW,
  };
  const hosts = Array.from({ length: config.PARTITIONS }, (_, number) =>
    createHost(partitionName(number), owner, {
      ...common,
      leases: createLeases(db, address),
      publisher: changes.publisher,
      meters: createMeters(logger),
      leaseTtlMs: config.LEASE_TTL_MS,
      queueLimit: config.QUEUE_LIMIT,
      sellerQueueLimit: config.SELLER_QUEUE_LIMIT,
      snapshotEvery: config.SNAPSHOT_EVERY,
      archive: createArchive(db),
      archiveAfterMs: config.ARCHIVE_AFTER_MS,
      fatal: (error: unknown) => health.fatal(error),
    }),
  );
  const inventory = createInventory(hosts);
  const forwarding = createForwarding(address, config.PARTITIONS);
  const verify = makeVerify({ ...common, hosts });
  const rebuild = makeRebuild({ ...common, hosts });
  const repair = makeRepair({ hosts, inventory, verify, rebuild });
  const listHistory = makeListHistory({ journal, hosts });
  // Not one of the kit's contracts: the server starts and stops together with the partitions.
  const grpc = grpcServer(context, [
    inventoryService({ inventory, forwarding, listHistory }),
    occupancyService({ inventory, adjust: makeAdjust(inventory) }),
    maintenanceService({ verify, rebuild, repair }),
  ]);
  const parts = service.of({ work: [changes.component, serving(grpc, hosts, forwarding)] });
  return { ...parts, ports: () => grpc.ports() };
}

/** Listening on all addresses names no address that a lease could pass on to callers. */
function requireAddress({ ADVERTISED_ADDRESS, GRPC_HOST }: Config): void {
  if (ADVERTISED_ADDRESS === '' && EVERY_ADDRESS.has(GRPC_HOST)) {
    throw new Error(`ADVERTISED_ADDRESS is missing: callers are not sent to ${GRPC_HOST}`);
  }
}

const EVERY_ADDRESS = new Set(['0.0.0.0', '::', '']);

const addressOf = (config: Config, port: number): string =>
  config.ADVERTISED_ADDRESS || `${config.GRPC_HOST}:${port}`;

/**
 * The server listens first, so that a lease can name its port; it closes first too, so that all that
 * was taken in is answered before the partitions are given up.
 */
function serving(
  grpc: GrpcServer,
  hosts: readonly Host[],
  forwarding: Pick<Forwarding, 'close'>,
): Component {
  return {
    name: 'partitions',
    start: async () => {
      await grpc.component.start();
      await Promise.all(hosts.map((host) => host.start()));
    },
    stop: async () => {
      await grpc.component.stop();
      forwarding.close();
      await Promise.all(hosts.map((host) => host.stop()));
    },
  };
}
