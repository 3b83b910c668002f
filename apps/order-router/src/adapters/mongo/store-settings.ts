import { ensureIndexes, isDuplicateKey } from '@astrolabe/mongo';
import { createBriefAnswers } from '@astrolabe/service';
import type { Db } from 'mongodb';
import type { StoreSettingsSource } from '../../application/ports.ts';
import type { StoreSettings } from '../../domain/routing/settings.ts';

type Stored = { _id: string; sellerId: string; version: number; settings: StoreSettings };

const COLLECTION = 'store_settings';
const MAX_SELLERS = 200;
const FRESH_MS = 2000;

/** Settings of stores, one document each; a seller's are kept in memory for two seconds. */
export async function createStoreSettings(db: Db, now: () => number): Promise<StoreSettingsSource> {
  await ensureIndexes(db, [
    { collection: COLLECTION, indexes: [{ key: { sellerId: 1 }, name: 'seller' }] },
  ]);
  const collection = db.collection<Stored>(COLLECTION);
  const read = async (sellerId: string): Promise<ReadonlyMap<string, StoreSettings>> => {
    const found = await collection.find({ sellerId }).toArray();
    return new Map(found.map(({ settings }) => [settings.storeId, settings]));
  };
  const known = createBriefAnswers({
    keyOf: (sellerId: string) => sellerId,
    freshMs: FRESH_MS,
    now,
    most: MAX_SELLERS,
    read,
  });
  return {
    all: known.of,
    find: async (sellerId, storeId) => {
      const found = await collection.findOne({ _id: `${sellerId}/${storeId}` });
      return found && { settings: found.settings, version: found.version };
    },
    put: async (sellerId, settings, version) => {
      const id = `${sellerId}/${settings.storeId}`;
      const next = { sellerId, version: version + 1, settings };
      try {
        const written = await collection.replaceOne({ _id: id, version }, next, {
          upsert: version === 0,
        });
        if (written.modifiedCount + written.upsertedCount === 0) return null;
      } catch (error) {
        if (isDuplicateKey(error)) return null;
        throw error;
      }
      known.forget(sellerId);
      return next.version;
    },
  };
}
