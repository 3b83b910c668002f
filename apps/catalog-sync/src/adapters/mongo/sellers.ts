import { createGroupedReads, ensureIndexes, mongoSpan } from '@astrolabe/mongo';
import { askTogether } from '@astrolabe/service';
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
  const read = createGroupedReads(sellers);
  return {
    put: async ({ sellerId, merchantCentreStoreIds, ...rest }) => {
      const document = { ...rest, merchantCentreStoreIds: Object.entries(merchantCentreStoreIds) };
      await mongoSpan('replaceOne sellers', {}, () =>
        sellers.replaceOne({ _id: sellerId }, document, { upsert: true }),
      );
    },
    find: async (sellerId) => {
      const found = await read(sellerId);
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

/** Areas of a seller that stand for one code: more are not looked at. */
const AREAS_OF_CODE_MAX = 4;

/** The places that serve an area, by seller and area code. */
export async function createAreas(db: Db): Promise<Areas> {
  await ensureIndexes(db, [
    { collection: 'areas', indexes: [{ key: { sellerId: 1, regionCode: 1 }, name: 'region' }] },
  ]);
  const areas = db.collection<AreaDocument>('areas');
  const read = createGroupedReads(areas);
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
  /** Areas by their own id and by the code of their division. */
  const byCode = askTogether<readonly Area[]>(async (sellerId, codes) => {
    const ids = codes.map((code) => idOf(sellerId, code));
    const filter = {
      $or: [{ _id: { $in: ids } }, { sellerId, regionCode: { $in: [...codes] } }],
    };
    const found = await areas
      .find(filter)
      .limit(codes.length * AREAS_OF_CODE_MAX)
      .toArray();
    const named = found
      .map((area) => areaOf(sellerId, area))
      .flatMap((area) =>
        [...new Set([area.areaId, area.regionCode])].map((code) => ({ code, area })),
      );
    return new Map(
      [...Map.groupBy(named, ({ code }) => code)].map(([code, some]) => [
        code,
        some.map(({ area }) => area),
      ]),
    );
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
      const found = await read(idOf(sellerId, areaId));
      return found && areaOf(sellerId, found);
    },
    findAny: async (sellerId, codes) => {
      const found = await mongoSpan('find areas', {}, () => byCode(sellerId, codes));
      return [...new Set(codes.flatMap((code) => found.get(code) ?? []))];
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
