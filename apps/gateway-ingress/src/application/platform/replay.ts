import { err, ok } from '@astrolabe/kernel';
import type { Clock, Result } from '@astrolabe/kernel';
import { connectionId } from '../../domain/connection.ts';
import type { Connection } from '../../domain/connection.ts';
import type { PlatformMessage, ReceivedMessage } from '../../domain/platform-message.ts';
import { receivedBy } from './inbox.ts';
import type { Taken } from './inbox.ts';
import type { Connections } from './ports.ts';

/** A message that the platform could not push, as a push would have brought it. */
export type Waiting = { readonly messageId: string; readonly json: string };

export type ReplayDeps = {
  readonly connections: Connections;
  readonly platform: string;
  readonly clock: Clock;
  /** The first page of what waits since an instant; null where it could not be asked. */
  readonly waiting: (
    connection: Connection,
    since: Date,
    size: number,
  ) => Promise<readonly Waiting[] | null>;
  /** False where nobody knows whether it is confirmed: it comes again then. */
  readonly confirm: (connection: Connection, messageId: string) => Promise<boolean>;
  readonly read: (json: string) => Result<PlatformMessage, string>;
  readonly take: (received: ReceivedMessage) => Promise<Taken>;
};

/** Of a page; the platform takes 20 to 200. */
const PAGE = 200;
/** Pages of one connection in one run; the rest comes in the next. */
const PAGES_MAX = 50;
/** Pages of one call of an operator, who waits for it; the next call goes on. */
const ASKED_PAGES_MAX = 5;
/** The platform keeps them for a week at least (catalogue A.2.3). */
const FIRST_SINCE_MS = 7 * 24 * 3_600_000;
/** Looked at again, for clocks that differ and pushes that are still repeated. */
const OVERLAP_MS = 3_600_000;
/** One instance asks for one connection; longer than a run takes, or the next run takes over. */
const LEASE_MS = 120_000;

/**
 * Takes the messages that were not taken when they were pushed: read by query, handled as if pushed, and confirmed one
 * by one when they are durable here. Never the cursor, which confirms what it returns. Confirming moves the pages, so
 * the first one is asked for until it is empty (field Q5). How many messages came.
 */
export const makeReplay = (deps: ReplayDeps) => async (): Promise<number> => {
  const all = await deps.connections.enabled(deps.platform);
  let count = 0;
  for (const connection of all) {
    const startedAt = deps.clock();
    const until = new Date(startedAt.getTime() + LEASE_MS);
    const id = connectionId(connection);
    if (!(await deps.connections.leaseReplay(id, until, startedAt))) continue;
    const ofApplication = all.filter(({ appKey }) => appKey === connection.appKey);
    const since = overlapping(connection, startedAt);
    const replayed = await replayOne(deps, { connection, ofApplication, since, pages: PAGES_MAX });
    count += replayed.count;
    await deps.connections.endReplay(id, replayed.isEmpty ? startedAt : null);
  }
  return count;
};

export type ReplayRefusal = 'UNKNOWN_CONNECTION' | 'CONNECTION_DISABLED' | 'REPLAY_RUNNING';

/**
 * Takes what a platform has kept for one seller since an instant that a person names, whatever was asked for before.
 * How far regular runs have come stays as it is.
 */
export const makeReplaySince =
  (deps: ReplayDeps) =>
  async (
    sellerId: string,
    since: Date,
  ): Promise<Result<{ readonly count: number; readonly isEmpty: boolean }, ReplayRefusal>> => {
    const connection = await deps.connections.find(deps.platform, sellerId);
    if (!connection) return err('UNKNOWN_CONNECTION');
    if (!connection.enabled) return err('CONNECTION_DISABLED');
    const now = deps.clock();
    const id = connectionId(connection);
    const leased = await deps.connections.leaseReplay(id, new Date(now.getTime() + LEASE_MS), now);
    if (!leased) return err('REPLAY_RUNNING');
    const all = await deps.connections.enabled(deps.platform);
    const ofApplication = all.filter(({ appKey }) => appKey === connection.appKey);
    const pages = ASKED_PAGES_MAX;
    try {
      return ok(await replayOne(deps, { connection, ofApplication, since, pages }));
    } finally {
      await deps.connections.endReplay(id, null);
    }
  };

/** A regular run begins a little before the end of the last one that was complete. */
function overlapping({ replayedUntil }: Connection, now: Date): Date {
  const sinceMs = replayedUntil ? replayedUntil.getTime() : now.getTime() - FIRST_SINCE_MS;
  return new Date(sinceMs - OVERLAP_MS);
}

type OneReplay = {
  readonly connection: Connection;
  readonly ofApplication: readonly Connection[];
  readonly since: Date;
  readonly pages: number;
};

async function replayOne(
  deps: ReplayDeps,
  { connection, ofApplication, since, pages }: OneReplay,
): Promise<{ count: number; isEmpty: boolean }> {
  const confirmed = new Set<string>();
  for (let page = 0; page < pages; page += 1) {
    const messages = await deps.waiting(connection, since, PAGE);
    if (!messages) return { count: confirmed.size, isEmpty: false };
    const left = messages.filter(({ messageId }) => !confirmed.has(messageId));
    // What is confirmed may be shown a while longer.
    if (left.length === 0) return { count: confirmed.size, isEmpty: messages.length === 0 };
    for (const { messageId, json } of left) {
      const received = receivedBy(connection, ofApplication, json, deps.read(json));
      const taken = await deps.take(received);
      if (taken === 'NOT_PUBLISHED') return { count: confirmed.size, isEmpty: false };
      if (!(await deps.confirm(connection, messageId))) {
        return { count: confirmed.size, isEmpty: false };
      }
      confirmed.add(messageId);
    }
  }
  return { count: confirmed.size, isEmpty: false };
}
