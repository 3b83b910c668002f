import { createSellerConnections } from '@astrolabe/mongo';
import type { StoredConnections } from '@astrolabe/mongo';
import { createBriefAnswers } from '@astrolabe/service';
import type { Sealer } from '@astrolabe/signing';
import type { Db } from 'mongodb';
import type { Connection } from '../../application/ports.ts';

/** How long another process may go on with the settings of before. */
const KEPT_MS = 1_000;
const KEPT = 10_000;

/** How sellers' store systems are reached; the secret is sealed. What was looked for a moment ago is known. */
export function createConnections(db: Db, sealer: Sealer): StoredConnections<Connection, 'secret'> {
  const stored = createSellerConnections<Connection, 'secret'>(db, sealer, {
    collection: 'connections',
    secrets: ['secret'],
    contextOf: (sellerId) => `connection|${sellerId}`,
    // A store system without an address polls.
    addressField: null,
  });
  const known = createBriefAnswers({
    keyOf: (sellerId: string) => sellerId,
    freshMs: KEPT_MS,
    most: KEPT,
    read: (sellerId) => stored.find(sellerId),
  });
  const changing = async <R>(sellerId: string, change: Promise<R>): Promise<R> => {
    try {
      return await change;
    } finally {
      known.forget(sellerId);
    }
  };
  return {
    ...stored,
    find: (sellerId) => known.of(sellerId),
    put: (connection) => changing(connection.sellerId, stored.put(connection)),
    create: (connection) => changing(connection.sellerId, stored.create(connection)),
    replaceSecrets: (sellerId, given) => changing(sellerId, stored.replaceSecrets(sellerId, given)),
    setPause: (sellerId, pause) => changing(sellerId, stored.setPause(sellerId, pause)),
  };
}
