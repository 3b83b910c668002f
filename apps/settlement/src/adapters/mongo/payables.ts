import { orderKey } from '@astrolabe/kernel';
import { createGroupedInserts, ensureIndexes, mongoSpan } from '@astrolabe/mongo';
import type { Db, Document } from 'mongodb';
import type { Payables } from '../../application/ports.ts';
import type { Payable, PayableKind } from '../../domain/payable.ts';

export const PAYABLES = 'payables';
const AMOUNT = 'payable.amountFen';
const DIFFERENCE = 'payable.differenceFen';

/** What a kind is in the documents: a difference of null is one that is not known, or none. */
const KINDS: Readonly<Record<PayableKind, Document>> = {
  UNKNOWN: { [AMOUNT]: null },
  DIFFERS: { [DIFFERENCE]: { $nin: [null, 0n] } },
  AGREED: { [AMOUNT]: { $ne: null }, [DIFFERENCE]: { $in: [null, 0n] } },
};

/** The payables of a seller, of one kind or of every one. */
export const payablesOf = (sellerId: string, kind: PayableKind | null): Document => ({
  sellerId,
  ...(kind && KINDS[kind]),
});

type PayableDocument = {
  readonly _id: string;
  readonly sellerId: string;
  readonly payable: Payable;
};

/** What is owed to suppliers: a document for each dispatch, never changed. */
export async function createPayables(db: Db): Promise<Payables> {
  await ensureIndexes(db, [
    {
      collection: PAYABLES,
      indexes: [
        { key: { sellerId: 1, _id: 1 }, name: 'seller' },
        { key: { sellerId: 1, [DIFFERENCE]: 1, [AMOUNT]: 1 }, name: 'kind' },
      ],
    },
  ]);
  const payables = db.collection<PayableDocument>(PAYABLES);
  const inserts = createGroupedInserts(payables);
  return {
    record: async (payable) => {
      const { orderRef, outOrderId } = payable;
      const document = {
        _id: `${orderKey(orderRef)}/${outOrderId}`,
        sellerId: orderRef.sellerId,
        payable,
      };
      return await mongoSpan('insert payables', {}, () => inserts.together(document));
    },
    list: async (sellerId, kind, limit, after) => {
      const found = await mongoSpan('find payables', {}, () =>
        payables
          .find({ $and: [payablesOf(sellerId, kind), { _id: { $gt: after } }] })
          .sort({ _id: 1 })
          .limit(limit)
          .toArray(),
      );
      const last = found.length === limit ? found.at(-1)?.['_id'] : undefined;
      return { items: found.map(({ payable }) => payable), next: last ?? '' };
    },
  };
}
