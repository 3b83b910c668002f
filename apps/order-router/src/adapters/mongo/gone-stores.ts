import { ensureIndexes } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { GoneStores } from '../../application/ports.ts';

type Gone = { _id: string; sellerId: string; storeId: string; until: Date };

const COLLECTION = 'gone_stores';

/** Longer than a decision that has seen the store open can be on its way into an order. */
const WATCH_MS = 10 * 60_000;

/** What the catalog told of a store: gone, or open (again). */
type TellGone = (sellerId: string, storeId: string, gone: boolean, at: Date) => Promise<void>;

/** Stores that the catalog closed or deleted lately; the database forgets them after a while. */
export async function createGoneStores(db: Db): Promise<GoneStores & { readonly tell: TellGone }> {
  await ensureIndexes(db, [
    {
      collection: COLLECTION,
      indexes: [{ key: { until: 1 }, name: 'until', expireAfterSeconds: 3600 }],
    },
  ]);
  const collection = db.collection<Gone>(COLLECTION);
  return {
    watched: (now, limit) =>
      collection
        .find({ until: { $gt: now } })
        .sort({ until: 1 })
        .limit(limit)
        .toArray(),
    tell: async (sellerId, storeId, gone, at) => {
      const id = `${sellerId}/${storeId}`;
      if (!gone) {
        await collection.deleteOne({ _id: id });
        return;
      }
      const until = new Date(at.getTime() + WATCH_MS);
      await collection.updateOne(
        { _id: id },
        { $set: { sellerId, storeId, until } },
        { upsert: true },
      );
    },
  };
}
