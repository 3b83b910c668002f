import { ensureIndexes, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Journal, JournalEntry } from '../../application/ports.ts';

const COLLECTION = 'actions';
const KEPT_SECONDS = 90 * 24 * 3_600;

type Stored = {
  _id: string;
  sellerId: string;
  storeId: string;
  login: string;
  name: string;
  tradeId: string;
  action: string;
  reason: string;
  at: Date;
};

/** Who did what and why. The first telling of an action stays. */
export async function createJournal(db: Db): Promise<Journal> {
  await ensureIndexes(db, [
    {
      collection: COLLECTION,
      indexes: [
        { key: { at: 1 }, name: 'at', expireAfterSeconds: KEPT_SECONDS },
        { key: { sellerId: 1, storeId: 1, at: -1 }, name: 'store' },
      ],
    },
  ]);
  const actions = db.collection<Stored>(COLLECTION);
  return {
    record: async ({ clerk, tradeId, allocation, subOrderIds, action, reason, at }) => {
      const { sellerId, storeId, login, name } = clerk;
      // Of an allocation a sub-order has each action once, so one of them names this one.
      const [first = ''] = subOrderIds.toSorted();
      const key = `${sellerId}/${tradeId}/${allocation}/${storeId}/${action}/${first}`;
      await mongoSpan('record action', {}, () =>
        actions.updateOne(
          { _id: key },
          { $setOnInsert: { sellerId, storeId, login, name, tradeId, action, reason, at } },
          { upsert: true },
        ),
      );
    },
    latest: ({ sellerId, storeId }, limit) =>
      mongoSpan('find actions', {}, () =>
        actions
          .find({ sellerId, storeId })
          .project<JournalEntry>({ _id: 0, tradeId: 1, name: 1, action: 1, reason: 1, at: 1 })
          .sort({ at: -1 })
          .limit(limit)
          .toArray(),
      ),
  };
}
