import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  InventoryAdminServiceClient,
  InventoryServiceClient,
} from '@astrolabe/contracts/inventory';
import { createGrpcClient } from '@astrolabe/grpc';
import { spawnService, startMongo } from '@astrolabe/local-servers';
import type { MongoServer, RunningProcess } from '@astrolabe/local-servers';
import { connectMongo } from '@astrolabe/mongo';
import type { MongoConnection } from '@astrolabe/mongo';
import { identityEnv, servers } from '@astrolabe/testing';
import { afterAll, afterEach } from 'vitest';

const ENTRY = join(import.meta.dirname, '../../src/main.ts');

export type Client = ReturnType<typeof connectTo>;

const connectTo = (port: number) =>
  createGrpcClient(InventoryServiceClient, {
    address: `127.0.0.1:${port}`,
    name: 'chaos',
    defaultDeadlineMs: 2_000,
  });

/** Connects as often as a test likes; all that a test has opened is closed after it. */
export function connector(): (port: number) => Client {
  const clients: Client[] = [];
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  return (port) => {
    const client = connectTo(port);
    clients.push(client);
    return client;
  };
}

/** Compares the journal with memory and projections. */
export async function differences(adminPort: number) {
  const upkeep = createGrpcClient(InventoryAdminServiceClient, {
    address: `127.0.0.1:${adminPort}`,
    name: 'chaos',
    defaultDeadlineMs: 30_000,
  });
  try {
    return (await upkeep.call('verify', { partition: '' })).differences;
  } finally {
    upkeep.close();
  }
}

/** A database of its own, because it will be killed, and the service as real processes. */
export async function arena({ syncOnCommit = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'astrolabe-chaos-'));
  const dataDir = join(folder, 'mongo');
  let mongo: MongoServer = await startMongo({ dataDir, syncOnCommit });
  const { uri } = mongo;
  const port = Number(new URL(uri).port);
  const processes = new Set<RunningProcess>();
  const connections = new Set<MongoConnection>();
  afterAll(async () => {
    for (const connection of connections) await connection.component.stop();
    for (const each of processes) each.kill('SIGCONT');
    await Promise.all([...processes].map((each) => each.stop(5_000)));
    await mongo.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    uri,
    logFile: (name: string) => join(folder, `${name}.log`),
    connect: async (database: string): Promise<MongoConnection> => {
      const connection = await connectMongo({ uri, database, appName: 'chaos' });
      connections.add(connection);
      return connection;
    },
    start: async (
      database: string,
      more: Record<string, string> = {},
    ): Promise<RunningProcess & { port: number; adminPort: number }> => {
      const running = await spawnService({
        entry: ENTRY,
        name: 'inventory-service',
        logFile: join(folder, `${database}.log`),
        env: {
          ...identityEnv('inventory-service'),
          MONGODB_URI: uri,
          MONGODB_DATABASE: database,
          KAFKA_BROKERS: servers().kafkaBrokers,
          TOPIC_PREFIX: `${database}.`,
          LEASE_TTL_MS: '1000',
          SNAPSHOT_EVERY: '2000',
          ...more,
        },
      });
      processes.add(running);
      const { grpcPort: port = 0, adminPort = 0 } = running.ready;
      return { ...running, port, adminPort };
    },
    /** The database answers nothing until it is let go on. */
    pauseDatabase: (): void => mongo.kill('SIGSTOP'),
    resumeDatabase: (): void => mongo.kill('SIGCONT'),
    /** SIGKILL, then the same data at the same address; in between what is given. */
    crashDatabase: async (meanwhile = async (): Promise<void> => {}): Promise<void> => {
      mongo.kill('SIGKILL');
      await mongo.exited;
      await meanwhile();
      mongo = await startMongo({ dataDir, port, syncOnCommit });
    },
  };
}
