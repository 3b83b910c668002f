import { createSellerConnections } from '@astrolabe/mongo';
import type { StoredConnections } from '@astrolabe/mongo';
import { createSharedReads } from '@astrolabe/service';
import type { Sealer } from '@astrolabe/signing';
import type { Db } from 'mongodb';
import type { Connection } from '../../application/ports.ts';

/** How sellers' store systems are reached; the secret is sealed. Who asks for a seller at the same time is told at once. */
export function createConnections(db: Db, sealer: Sealer): StoredConnections<Connection, 'secret'> {
  const stored = createSellerConnections<Connection, 'secret'>(db, sealer, {
    collection: 'connections',
    secrets: ['secret'],
    contextOf: (sellerId) => `connection|${sellerId}`,
    // A store system without an address polls.
    addressField: null,
  });
  return {
    ...stored,
    find: createSharedReads(
      (sellerId: string) => sellerId,
      (sellerId) => stored.find(sellerId),
    ),
  };
}
