import type { Clock } from '@astrolabe/kernel';
import { connectionId, reauthDays } from '../../domain/connection.ts';
import type { Connection } from '../../domain/connection.ts';
import type { Access } from './access.ts';
import type { Connections } from './ports.ts';

export type WatchDeps = {
  readonly connections: Connections;
  readonly platform: string;
  readonly access: Pick<Access, 'refreshAhead' | 'storeLate'>;
  readonly clock: Clock;
  /** Seconds until a person has to authorise the application anew. */
  readonly endsIn: (connection: Connection, seconds: number) => void;
  /** One of the days before the end is reached; 0: it has passed. */
  readonly endIsNear: (connection: Connection, days: number) => void;
};

/** A token that ends so soon is refreshed before anybody waits for it. */
const AHEAD_MS = 30 * 60_000;

/**
 * Looks at the tokens of all connections: refreshes those that end soon, and tells how long the refresh tokens are
 * good. Each of the days before an end is told once by a process (field K2).
 */
export function makeWatch(deps: WatchDeps): () => Promise<void> {
  const told = new Map<string, number>();
  return async () => {
    await deps.access.storeLate();
    const now = deps.clock();
    for (const connection of await deps.connections.enabled(deps.platform)) {
      const end = connection.tokens?.refreshEndsAt ?? null;
      if (end) tellEnd(deps, told, connection, end, now);
      // Whoever needs the token hears why there is none.
      await deps.access.refreshAhead(connection, AHEAD_MS);
    }
  };
}

function tellEnd(
  deps: WatchDeps,
  told: Map<string, number>,
  connection: Connection,
  end: Date,
  now: Date,
): void {
  deps.endsIn(connection, Math.round((end.getTime() - now.getTime()) / 1_000));
  const id = connectionId(connection);
  const days = reauthDays(end, now);
  if (days !== null && told.get(id) !== days) deps.endIsNear(connection, days);
  if (days === null) told.delete(id);
  else told.set(id, days);
}
