import { createSellerConnections } from '@astrolabe/mongo';
import type { StoredConnections } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import type { Db } from 'mongodb';
import type { TillPlatform } from '../../../application/till/ports.ts';

/** The platforms of sellers' tills, secret and session sealed. */
export const createTillPlatforms = (
  db: Db,
  sealer: Sealer,
): StoredConnections<TillPlatform, 'secret' | 'session'> =>
  createSellerConnections<TillPlatform, 'secret' | 'session'>(db, sealer, {
    collection: 'till_platforms',
    secrets: ['secret', 'session'],
    contextOf: (sellerId, what) => `till-platform|${what}|${sellerId}`,
    addressField: 'url',
  });
