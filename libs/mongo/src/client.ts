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
};

/**
 * Connects and pings, so that a wrong address is found at start-up and not at the first order.
 *
 * Every acknowledged write is durable on a majority; reads come from the primary, because since
 * MongoDB 8.0 a majority acknowledgement does not mean that a secondary has applied the write. The
 * driver's own write retries are off: the aggregate store resolves unknown outcomes itself. int64
 * comes back as bigint.
 *
 * @throws MongoServerSelectionError after 5 s without a reachable primary.
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
    await client.connect();
    await check();
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

const databaseFault = (error: unknown): string | undefined =>
  mongoFailure(error)?.kind === 'UNAVAILABLE' ? DATABASE : undefined;
