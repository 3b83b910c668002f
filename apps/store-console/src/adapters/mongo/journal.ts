import { ensureIndexes, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Journal } from '../../application/ports.ts';

const COLLECTION = 'actions';
const KEPT_SECONDS = 90 * 24 * 3_600;

type Stored = {
  _id: string;
  sellerId: string;
  storeId: string;
  login: string;
  action: string;
  reason: string;
  at: Date;
};

/** Who did what and why. The first telling of an action stays. */
export async function createJournal(db: Db): Promise<Journal> {
  await ensureIndexes(db, [
    {
      collection: COLLECTION,
      indexes: [{ key: { at: 1 }, name: 'at', expireAfterSeconds: KEPT_SECONDS }],
    },
  ]);
  const actions = db.collection<Stored>(COLLECTION);
  return {
    record: async ({ clerk, tradeId, allocation, action, reason, at }) => {
      const { sellerId, storeId, login } = clerk;
      const key = `${sellerId}/${tradeId}/${allocation}/${storeId}/${action}`;
      await mongoSpan('record action', {}, () =>
        actions.updateOne(
          { _id: key },
          { $setOnInsert: { sellerId, storeId, login, action, reason, at } },
          { upsert: true },
        ),
      );
    },
  };
}
