import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import type { Db } from 'mongodb';
import { readFailuresWith } from '@astrolabe/service';
import { dependencyAnswered, nextMoment, recogniseDependencyFault } from '@astrolabe/telemetry';
import { DATABASE } from './errors.ts';
import { mongoFailure } from './failure.ts';

/** What the life-cycle of a service starts and stops. */
export type MongoComponent = { name: string; stop(): Promise<void> };

export type MongoConnection = {
  readonly db: Db;
  readonly client: MongoClient;
  readonly component: MongoComponent;
  /** Resolves when the primary answers a ping; for the readiness check. */
  check(): Promise<void>;
};

export type MongoOptions = {
  readonly uri: string;
  readonly database: string;
  readonly appName: string;
  /**
   * How long a database is waited for that is away when the process starts; each try takes five
   * seconds. 0, the default: the first failure is thrown.
   */
  readonly waitMs?: number;
  /** Where the wait is reported. */
  readonly logger?: WaitLog;
};

type WaitLog = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
};

const RETRY_MS = 500;

/**
 * Connects and pings, so that a wrong address is found at start-up and not at the first order. Waits
 * for a database that is away; what is wrong otherwise, such as a password, is thrown at once.
 *
 * Every acknowledged write is durable on a majority; reads come from the primary, because since
 * MongoDB 8.0 a majority acknowledgement does not mean that a secondary has applied the write. The
 * driver's own write retries are off: the aggregate store resolves unknown outcomes itself. int64
 * comes back as bigint.
 *
 * @throws MongoServerSelectionError after 5 s and `waitMs` without a reachable primary.
 */
export async function connectMongo(options: MongoOptions): Promise<MongoConnection> {
  readFailuresWith(mongoFailure);
  const client = new MongoClient(options.uri, {
    appName: options.appName,
    writeConcern: { w: 'majority', wtimeoutMS: 10_000 },
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    retryWrites: false,
    retryReads: true,
    useBigInt64: true,
    ignoreUndefined: true,
    serverSelectionTimeoutMS: 5_000,
    connectTimeoutMS: 5_000,
    socketTimeoutMS: 30_000,
    waitQueueTimeoutMS: 5_000,
    maxPoolSize: 64,
    minPoolSize: 1,
  });
  const db = client.db(options.database);
  const check = async (): Promise<void> => {
    const begunAt = nextMoment();
    await db.command({ ping: 1 });
    dependencyAnswered(DATABASE, begunAt);
  };
  recogniseDependencyFault(databaseFault);
  try {
    await untilAnswered(client, check, options);
  } catch (error) {
    await client.close();
    throw error;
  }
  return {
    db,
    client,
    check,
    component: { name: 'mongo', stop: () => client.close() },
  };
}

async function untilAnswered(
  client: MongoClient,
  check: () => Promise<void>,
  { waitMs = 0, logger, database }: MongoOptions,
): Promise<void> {
  const startedAt = performance.now();
  for (let tries = 1; ; tries += 1) {
    try {
      await client.connect();
      await check();
      if (tries > 1) logger?.info({ database, tries }, 'the database answers');
      return;
    } catch (error) {
      const waitedMs = Math.round(performance.now() - startedAt);
      if (databaseFault(error) === undefined || waitedMs >= waitMs) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      logger?.warn({ database, waitedMs, waitMs, reason }, 'waits for the database');
      await delay(RETRY_MS);
    }
  }
}

const databaseFault = (error: unknown): string | undefined =>
  mongoFailure(error)?.kind === 'UNAVAILABLE' ? DATABASE : undefined;
