import { setTimeout as delay } from 'node:timers/promises';
import type { MongoClient } from 'mongodb';
import { mongoFailure } from './failure.ts';

export type WaitLog = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
};

/** How long a process that starts waits for its database; `startedAt` is a time of `performance.now()`. */
export type StartWait = {
  readonly database: string;
  readonly waitMs: number;
  readonly startedAt: number;
  readonly logger: WaitLog | undefined;
};

const RETRY_MS = 500;

/** By client: what is done at the start beside connecting is given its database alone. */
const waits = new WeakMap<MongoClient, StartWait>();

export const waitWhileStarting = (client: MongoClient, wait: StartWait): void =>
  void waits.set(client, wait);

export const isDatabaseAway = (error: unknown): boolean =>
  mongoFailure(error)?.kind === 'UNAVAILABLE';

/**
 * Work of a start that changes nothing when it is done again: while the database is away it is tried
 * anew, as long as the start waits. The first failure of anything else is thrown.
 */
export async function whileStarting<T>(client: MongoClient, work: () => Promise<T>): Promise<T> {
  const wait = waits.get(client);
  return wait ? await untilAnswered(wait, work) : await work();
}

/** As `whileStarting`, for the wait that is given. */
export async function untilAnswered<T>(
  { database, waitMs, startedAt, logger }: StartWait,
  work: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      const result = await work();
      if (tries > 1) logger?.info({ database, tries }, 'the database answers');
      return result;
    } catch (error) {
      const waitedMs = Math.round(performance.now() - startedAt);
      if (!isDatabaseAway(error) || waitedMs >= waitMs) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      logger?.warn({ database, waitedMs, waitMs, reason }, 'waits for the database');
      await delay(RETRY_MS);
    }
  }
}
