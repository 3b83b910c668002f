import { createSellerConnections } from '@astrolabe/mongo';
import type { StoredConnections } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import type { Db } from 'mongodb';
import type { Shop } from '../../application/ports.ts';

/** Sellers' shops at Tmall; secret and session are sealed. */
export const createShops = (
  db: Db,
  sealer: Sealer,
): StoredConnections<Shop, 'secret' | 'session'> =>
  createSellerConnections<Shop, 'secret' | 'session'>(db, sealer, {
    collection: 'shops',
    secrets: ['secret', 'session'],
    contextOf: (sellerId, what) => `shop|${what}|${sellerId}`,
    addressField: 'tmallUrl',
  });
