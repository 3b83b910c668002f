import { ensureIndexes, expiryIndex, isDuplicateKey, mongoSpan } from '@astrolabe/mongo';
import type { Collection, Db } from 'mongodb';
import type { Capacity } from '../../application/ports.ts';
import type { Flow } from '../../domain/routing/settings.ts';
import type { Claim } from '../../domain/step.ts';

type StoreDay = {
  _id: string;
  sellerId: string;
  storeId: string;
  day: string;
  flow: Flow;
  count: number;
  holders: string[];
  expireAt: Date;
};

const COLLECTION = 'store_days';

/** Days are kept for people to look at; slots of past days limit nothing. */
const KEPT_DAYS = 40;

/** Well below the lease of a step: no claim can arrive after somebody else took its order over. */
const MAX_TIME = { timeoutMS: 3000 } as const;

/**
 * Slots of stores' days, one document per store, day and flow that names its holders. Taking a slot is
 * one conditional update of that document, so however many orders race, no more than `cap` get one.
 */
export async function createCapacity(db: Db): Promise<Capacity> {
  await ensureIndexes(db, [
    {
      collection: COLLECTION,
      indexes: [
        { key: { sellerId: 1, day: 1, flow: 1 }, name: 'sellerDay' },
        expiryIndex('expireAt', 'expire'),
      ],
    },
  ]);
  const days = db.collection<StoreDay>(COLLECTION);
  const take = async (id: string, { token, cap }: Claim): Promise<boolean> => {
    const taken = await days.updateOne(
      { _id: id, holders: { $ne: token }, count: { $lt: cap } },
      { $inc: { count: 1 }, $push: { holders: token } },
      MAX_TIME,
    );
    if (taken.modifiedCount === 1) return true;
    const mine = await days.findOne({ _id: id, holders: token }, { projection: { _id: 1 } });
    return mine !== null;
  };
  return {
    claim: (sellerId, claim) =>
      mongoSpan(`claim ${COLLECTION}`, {}, async () => {
        const id = idOf(sellerId, claim);
        if (await take(id, claim)) return true;
        await begin(days, id, sellerId, claim);
        return take(id, claim);
      }),
    release: (sellerId, claim) =>
      mongoSpan(`release ${COLLECTION}`, {}, async () => {
        await days.updateOne(
          { _id: idOf(sellerId, claim), holders: claim.token },
          { $inc: { count: -1 }, $pull: { holders: claim.token } },
          MAX_TIME,
        );
      }),
    loads: async (sellerId, day, flow) => {
      const found = await days
        .find({ sellerId, day, flow })
        .project<Pick<StoreDay, 'storeId' | 'count'>>({ _id: 0, storeId: 1, count: 1 })
        .toArray();
      return new Map(found.map(({ storeId, count }) => [storeId, count]));
    },
  };
}

const idOf = (sellerId: string, { storeId, day, flow }: Claim): string =>
  `${sellerId}/${storeId}/${day}/${flow}`;

async function begin(
  days: Collection<StoreDay>,
  id: string,
  sellerId: string,
  { storeId, day, flow }: Claim,
): Promise<void> {
  const expireAt = new Date(Date.parse(day) + KEPT_DAYS * 86_400_000);
  const empty = { sellerId, storeId, day, flow, count: 0, holders: [], expireAt };
  try {
    await days.updateOne({ _id: id }, { $setOnInsert: empty }, { ...MAX_TIME, upsert: true });
  } catch (error) {
    // Somebody else began the day at the same instant.
    if (!isDuplicateKey(error)) throw error;
  }
}
