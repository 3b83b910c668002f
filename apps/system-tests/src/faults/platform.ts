import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka, startMongo } from '@astrolabe/local-servers';
import type { MongoServer } from '@astrolabe/local-servers';
import { startHarness } from '../harness.ts';
import type { Harness, HarnessOptions } from '../harness.ts';

/** The whole system on a broker and a database of its own, so that these can be taken away. */
export type Platform = {
  harness: Harness;
  mongoUri: string;
  kafkaBrokers: string;
  /** Process ids of the broker and the database, for measurements. */
  serverPids(): { kafka: number; mongodb: number };
  /** Ends the database at once, as a crash would. */
  killDatabase(): Promise<void>;
  /** Starts it again on its data and its port. */
  startDatabase(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts servers and services. */
export async function startPlatform(
  options: Omit<HarnessOptions, 'mongoUri' | 'kafkaBrokers'> = {},
): Promise<Platform> {
  const folder = mkdtempSync(join(tmpdir(), 'astrolabe-faults-'));
  const kafka = await startKafka({ dataDir: join(folder, 'kafka') });
  const dataDir = join(folder, 'mongo');
  let mongo: MongoServer = await startMongo({ dataDir });
  const { uri } = mongo;
  const port = Number(new URL(uri).port);
  const stopServers = async () => {
    await mongo.stop();
    await kafka.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const harness = await startHarness({
    logLevel: 'warn',
    // As in a cluster: single processes are replaced, and their memory is measured.
    apart: 'all',
    ...options,
    mongoUri: uri,
    kafkaBrokers: kafka.brokers,
  }).catch(async (error: unknown) => {
    await stopServers();
    throw error;
  });
  return {
    harness,
    mongoUri: uri,
    kafkaBrokers: kafka.brokers,
    serverPids: () => ({ kafka: kafka.pid, mongodb: mongo.pid }),
    killDatabase: async () => {
      mongo.kill('SIGKILL');
      await mongo.exited;
    },
    startDatabase: async () => {
      mongo = await startMongo({ dataDir, port });
    },
    stop: async () => {
      await harness.stop();
      await stopServers();
    },
  };
}
