import { createSellerConnections } from '@astrolabe/mongo';
import type { StoredConnections } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import type { Db } from 'mongodb';
import type { Upstream } from '../../application/distribution/ports.ts';

/** Sellers' connections to suppliers; the secret is sealed for its account. */
export const createUpstreams = (db: Db, sealer: Sealer): StoredConnections<Upstream, 'secret'> =>
  createSellerConnections<Upstream, 'secret'>(db, sealer, {
    collection: 'upstreams',
    secrets: ['secret'],
    contextOf: (sellerId) => `upstream|secret|${sellerId}`,
    addressField: 'baseUrl',
  });
