import { MongoClient } from 'mongodb';
import type { Db } from 'mongodb';
import { readFailuresWith } from '@astrolabe/service';
import { dependencyAnswered, nextMoment, recogniseDependencyFault } from '@astrolabe/telemetry';
import { failWritersOfClosedSockets } from './closed-sockets.ts';
import { finishStores } from './closing.ts';
import { countCommands } from './counted-commands.ts';
import { DATABASE } from './errors.ts';
import { mongoFailure } from './failure.ts';
import { isDatabaseAway, untilAnswered, waitWhileStarting } from './start-wait.ts';
import type { WaitLog } from './start-wait.ts';

const POOL_LOOK_MS = 10_000;

/** What the life-cycle of a service starts and stops. */
export type MongoComponent = { name: string; stop(): Promise<void> };

export type MongoConnection = {
  readonly db: Db;
  readonly client: MongoClient;
  readonly component: MongoComponent;
  /** Ends what stores do beside their calls; to be called before the database is dropped. */
  finish(): Promise<void>;
  /** Resolves when the primary answers a ping; for the readiness check. */
  check(): Promise<void>;
};

export type MongoOptions = {
  readonly uri: string;
  readonly database: string;
  readonly appName: string;
  /**
   * How long a database is waited for that is away when the process starts, or goes away before its
   * indexes are made; each try takes five seconds. 0, the default: the first failure is thrown.
   */
  readonly waitMs?: number;
  /** Where the wait is reported. */
  readonly logger?: WaitLog;
};

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
  failWritersOfClosedSockets();
  countCommands();
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
  letPoolsRest(client);
  const db = client.db(options.database);
  const check = async (): Promise<void> => {
    const begunAt = nextMoment();
    await db.command({ ping: 1 });
    dependencyAnswered(DATABASE, begunAt);
  };
  recogniseDependencyFault(databaseFault);
  const { waitMs = 0, logger, database } = options;
  const wait = { database, waitMs, startedAt: performance.now(), logger };
  waitWhileStarting(client, wait);
  try {
    await untilAnswered(wait, async () => {
      await client.connect();
      await check();
    });
  } catch (error) {
    await client.close();
    throw error;
  }
  return {
    db,
    client,
    check,
    finish: () => finishStores(client),
    component: {
      name: 'mongo',
      stop: async () => {
        await finishStores(client);
        await client.close();
      },
    },
  };
}

/**
 * Each pool of the driver looks ten times a second for connections to close and to make. What is broken is found when it is
 * used, and the one connection of a quiet pool is made when it is needed. The driver has no public option for it.
 */
const letPoolsRest = (client: MongoClient): void => {
  Object.assign(client.options, { minPoolSizeCheckFrequencyMS: POOL_LOOK_MS });
};

const databaseFault = (error: unknown): string | undefined =>
  isDatabaseAway(error) ? DATABASE : undefined;
