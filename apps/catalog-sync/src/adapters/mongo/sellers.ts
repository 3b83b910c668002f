import { ensureIndexes, mongoSpan } from '@astrolabe/mongo';
import type { Place } from '@astrolabe/kernel';
import type { Db } from 'mongodb';
import type { Area, Areas, Seller, Sellers } from '../../application/ports.ts';

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
      return found && toSeller(found);
    },
    list: async (limit, after) => {
      const found = await mongoSpan('find sellers', {}, () =>
        sellers
          .find({ _id: { $gt: after } })
          .sort({ _id: 1 })
          .limit(limit + 1)
          .toArray(),
      );
      const rows = found.slice(0, limit).map(toSeller);
      return { rows, next: found.length > limit ? (rows.at(-1)?.sellerId ?? '') : '' };
    },
  };
}

const toSeller = ({ _id, merchantCentreStoreIds, ...rest }: SellerDocument): Seller => ({
  sellerId: _id,
  ...rest,
  merchantCentreStoreIds: Object.fromEntries(merchantCentreStoreIds),
});

type AreaDocument = {
  _id: string;
  name: string;
  places: Place[];
  /** Absent of areas that were stored before divisions had codes here. */
  sellerId?: string;
  areaId?: string;
  regionCode?: string;
};

/** The places that serve an area, by seller and area code. */
export async function createAreas(db: Db): Promise<Areas> {
  await ensureIndexes(db, [
    { collection: 'areas', indexes: [{ key: { sellerId: 1, regionCode: 1 }, name: 'region' }] },
  ]);
  const areas = db.collection<AreaDocument>('areas');
  const idOf = (sellerId: string, areaId: string): string => `${sellerId}/${areaId}`;
  const areaOf = (
    sellerId: string,
    { _id, name, places, regionCode = '' }: AreaDocument,
  ): Area => ({
    sellerId,
    areaId: _id.slice(sellerId.length + 1),
    name,
    places,
    regionCode,
  });
  return {
    put: async ({ sellerId, areaId, ...area }) => {
      await mongoSpan('replaceOne areas', {}, () =>
        areas.replaceOne(
          { _id: idOf(sellerId, areaId) },
          { sellerId, areaId, ...area },
          { upsert: true },
        ),
      );
    },
    find: async (sellerId, areaId) => {
      const found = await mongoSpan('findOne areas', {}, () =>
        areas.findOne({ _id: idOf(sellerId, areaId) }),
      );
      return found && areaOf(sellerId, found);
    },
    findAny: async (sellerId, codes) => {
      const ids = codes.map((code) => idOf(sellerId, code));
      const filter = {
        $or: [{ _id: { $in: ids } }, { sellerId, regionCode: { $in: [...codes] } }],
      };
      const found = await mongoSpan('find areas', {}, () =>
        areas
          .find(filter)
          .limit(codes.length * 4)
          .toArray(),
      );
      return found.map((area) => areaOf(sellerId, area));
    },
    list: async (sellerId, limit, after) => {
      const found = await mongoSpan('find areas', {}, () =>
        areas
          // A zero is the letter after the slash.
          .find({ _id: { $gt: `${sellerId}/${after}`, $lt: `${sellerId}0` } })
          .sort({ _id: 1 })
          .limit(limit + 1)
          .toArray(),
      );
      const rows = found.slice(0, limit).map((area) => areaOf(sellerId, area));
      return { rows, next: found.length > limit ? (rows.at(-1)?.areaId ?? '') : '' };
    },
  };
}
