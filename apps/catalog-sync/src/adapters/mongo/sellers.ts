import { mongoSpan } from '@astrolabe/mongo';
import type { Place } from '@astrolabe/kernel';
import type { Db } from 'mongodb';
import type { Areas, Seller, Sellers } from '../../application/ports.ts';

type SellerDocument = Omit<Seller, 'sellerId' | 'merchantCentreStoreIds'> & {
  _id: string;
  /** Pairs, because a store code may hold characters that a field name must not. */
  merchantCentreStoreIds: [string, string][];
};

/** Sellers by their id. */
export function createSellers(db: Db): Sellers {
  const sellers = db.collection<SellerDocument>('sellers');
  return {
    put: async ({ sellerId, merchantCentreStoreIds, ...rest }) => {
      const document = { ...rest, merchantCentreStoreIds: Object.entries(merchantCentreStoreIds) };
      await mongoSpan('replaceOne sellers', {}, () =>
        sellers.replaceOne({ _id: sellerId }, document, { upsert: true }),
      );
    },
    find: async (sellerId) => {
      const found = await mongoSpan('findOne sellers', {}, () =>
        sellers.findOne({ _id: sellerId }),
      );
      if (!found) return null;
      const { _id, merchantCentreStoreIds, ...rest } = found;
      return {
        sellerId: _id,
        ...rest,
        merchantCentreStoreIds: Object.fromEntries(merchantCentreStoreIds),
      };
    },
  };
}

type AreaDocument = { _id: string; name: string; places: Place[] };

/** The places that serve an area, by seller and area code. */
export function createAreas(db: Db): Areas {
  const areas = db.collection<AreaDocument>('areas');
  return {
    put: async ({ sellerId, areaId, name, places }) => {
      await mongoSpan('replaceOne areas', {}, () =>
        areas.replaceOne({ _id: `${sellerId}/${areaId}` }, { name, places }, { upsert: true }),
      );
    },
    find: async (sellerId, areaId) => {
      const found = await mongoSpan('findOne areas', {}, () =>
        areas.findOne({ _id: `${sellerId}/${areaId}` }),
      );
      return found ? { sellerId, areaId, name: found.name, places: found.places } : null;
    },
  };
}
