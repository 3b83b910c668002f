import { orderKey } from '@astrolabe/kernel';
import { ensureIndexes, isDuplicateKey, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Payables } from '../../application/ports.ts';
import type { Payable } from '../../domain/payable.ts';

const COLLECTION = 'payables';

type PayableDocument = {
  readonly _id: string;
  readonly sellerId: string;
  readonly payable: Payable;
};

/** What is owed to suppliers: a document for each dispatch, never changed. */
export async function createPayables(db: Db): Promise<Payables> {
  await ensureIndexes(db, [
    { collection: COLLECTION, indexes: [{ key: { sellerId: 1, _id: 1 }, name: 'seller' }] },
  ]);
  const payables = db.collection<PayableDocument>(COLLECTION);
  return {
    record: async (payable) => {
      const { orderRef, outOrderId } = payable;
      const document = {
        _id: `${orderKey(orderRef)}/${outOrderId}`,
        sellerId: orderRef.sellerId,
        payable,
      };
      try {
        await mongoSpan('insertOne payables', {}, () => payables.insertOne(document));
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    list: async (sellerId, limit, after) => {
      const found = await mongoSpan('find payables', {}, () =>
        payables
          .find({ sellerId, _id: { $gt: after } })
          .sort({ _id: 1 })
          .limit(limit)
          .toArray(),
      );
      const last = found.length === limit ? found.at(-1)?.['_id'] : undefined;
      return { items: found.map(({ payable }) => payable), next: last ?? '' };
    },
  };
}
