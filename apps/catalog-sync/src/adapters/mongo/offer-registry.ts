import { ensureIndexes } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Accessory, OfferRegistry, Pool, Warranty } from '../../application/offer/ports.ts';
import { idOf, registryOf } from './registry.ts';
import type { Row } from './registry.ts';

/** What goes with offers: pools, accessories and warranties, a document for each. */
export async function createOfferRegistry(db: Db): Promise<OfferRegistry> {
  const seller = { key: { sellerId: 1, _id: 1 }, name: 'seller' } as const;
  await ensureIndexes(db, [
    { collection: 'offer_pools', indexes: [seller] },
    {
      collection: 'offer_accessories',
      indexes: [seller, { key: { sellerId: 1, skus: 1, _id: 1 }, name: 'sku' }],
    },
    {
      collection: 'offer_warranties',
      indexes: [seller, { key: { sellerId: 1, sku: 1, _id: 1 }, name: 'sku' }],
    },
  ]);
  return {
    pools: registryOf<Pool, Pick<Pool, 'sellerId' | 'poolId'>>(
      db.collection<Row>('offer_pools'),
      ({ sellerId, poolId }) => idOf(sellerId, poolId),
    ),
    accessories: registryOf<Accessory, Pick<Accessory, 'sellerId' | 'accessoryId'>>(
      db.collection<Row>('offer_accessories'),
      ({ sellerId, accessoryId }) => idOf(sellerId, accessoryId),
    ),
    warranties: registryOf<Warranty, Pick<Warranty, 'sellerId' | 'warrantyId'>>(
      db.collection<Row>('offer_warranties'),
      ({ sellerId, warrantyId }) => idOf(sellerId, warrantyId),
    ),
  };
}
