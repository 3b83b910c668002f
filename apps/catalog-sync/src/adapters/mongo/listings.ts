import { err, ok } from '@astrolabe/kernel';
import { createAggregateStore, dueIndex, ensureIndexes, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Listings, PlatformShelves } from '../../application/listing/ports.ts';
import type { Listing, ShelfSaid } from '../../domain/listing/listing.ts';
import { idOf } from './registry.ts';

const COLLECTION = 'listings';
const SOME_TIME = new Date(0);

/** Listings of the procurement platform, with the call that is still to be made. */
export async function createListings(db: Db): Promise<Listings> {
  await ensureIndexes(db, [
    {
      collection: COLLECTION,
      indexes: [
        dueIndex('state.dueAt', 'due'),
        { key: { 'state.sellerId': 1, _id: 1 }, name: 'seller' },
      ],
    },
  ]);
  const store = createAggregateStore<Listing>({
    db,
    collection: COLLECTION,
    topic: '',
    source: 'catalog-sync',
    wake: () => undefined,
  });
  return {
    load: async ({ sellerId, cargoNo }) =>
      (await store.load(idOf(sellerId, cargoNo)))?.state ?? null,
    change: async ({ sellerId, cargoNo }, origin, decide) => {
      // A refusal writes nothing, which is all that it says here.
      await store.transact<null, 'UNCHANGED'>(idOf(sellerId, cargoNo), origin, (current) => {
        const state = decide(current);
        return state && state !== current
          ? ok({ state, events: [], result: null })
          : err('UNCHANGED');
      });
    },
    due: async (now, limit) => {
      const found = await mongoSpan(`find ${COLLECTION}`, {}, () =>
        db
          .collection<{ _id: string; state: Pick<Listing, 'sellerId' | 'cargoNo' | 'dueAt'> }>(
            COLLECTION,
          )
          .find({ 'state.dueAt': { $gt: SOME_TIME, $lte: now } })
          .project<{ state: Pick<Listing, 'sellerId' | 'cargoNo' | 'dueAt'> }>({
            'state.sellerId': 1,
            'state.cargoNo': 1,
            'state.dueAt': 1,
          })
          .sort({ 'state.dueAt': 1 })
          .limit(limit)
          .toArray(),
      );
      return {
        names: found.map(({ state: { sellerId, cargoNo } }) => ({ sellerId, cargoNo })),
        oldestAt: found[0]?.state.dueAt ?? null,
      };
    },
    list: async (sellerId, limit, after) => {
      const found = await mongoSpan(`find ${COLLECTION}`, {}, () =>
        db
          .collection<{ _id: string; state: Listing }>(COLLECTION)
          .find({ 'state.sellerId': sellerId, _id: { $gt: after } })
          .project<{ _id: string; state: Listing }>({ state: 1 })
          .sort({ _id: 1 })
          .limit(limit)
          .toArray(),
      );
      const last = found.length === limit ? found.at(-1)?.['_id'] : undefined;
      return { listings: found.map(({ state }) => state), next: last ?? '' };
    },
  };
}

type ShelfDocument = ShelfSaid & { readonly _id: string };

/** What the platform said of goods, by seller and id there. */
export function createPlatformShelves(db: Db): PlatformShelves {
  const shelves = db.collection<ShelfDocument>('platform_shelves');
  return {
    find: async (sellerId, goodsId) => {
      const found = await mongoSpan('findOne platform_shelves', {}, () =>
        shelves.findOne({ _id: idOf(sellerId, goodsId) }),
      );
      return found && { shelf: found.shelf, saidAt: found.saidAt };
    },
    findAll: async (sellerId, goodsIds) => {
      const ids = new Map(goodsIds.map((goodsId) => [idOf(sellerId, goodsId), goodsId]));
      const found = await mongoSpan('find platform_shelves', {}, () =>
        shelves.find({ _id: { $in: [...ids.keys()] } }).toArray(),
      );
      return new Map(
        found.map(({ _id: id, shelf, saidAt }) => [ids.get(id) ?? '', { shelf, saidAt }]),
      );
    },
    put: async (sellerId, goodsId, said) => {
      await mongoSpan('replaceOne platform_shelves', {}, () =>
        shelves.replaceOne({ _id: idOf(sellerId, goodsId) }, said, { upsert: true }),
      );
    },
  };
}
