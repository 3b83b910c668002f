import { ensureIndexes } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Shippings } from '../../application/ports.ts';
import type { Shipping } from '../../domain/shipping.ts';
import { unknownSince } from '../../domain/waiting.ts';
import { createOrderDocuments } from './order-documents.ts';

export const SHIPPINGS = 'shippings';
/** Since when a write to the channel is unknown; only orders with such a write are in its index. */
export const UNKNOWN_SINCE = 'state.unknownSince';

/** Beside the state: since when one of its writes is unknown. */
type Stored = Shipping & { readonly unknownSince: Date | null };

/** What stores have sent off, one document per order with the calls that are still to be made. */
export async function createShippings(db: Db): Promise<Shippings> {
  await ensureIndexes(db, [
    {
      collection: SHIPPINGS,
      indexes: [
        { key: { 'state.dueAt': 1 }, name: 'dueAt' },
        {
          key: { 'state.orderRef.sellerId': 1, [UNKNOWN_SINCE]: 1, _id: 1 },
          name: 'unknownSince',
          partialFilterExpression: { [UNKNOWN_SINCE]: { $gt: new Date(0) } },
        },
      ],
    },
  ]);
  const documents = await createOrderDocuments<Shipping>(db, SHIPPINGS, {
    encode: (state): Stored => ({ ...state, unknownSince: unknownSince(state) }),
    decode: (stored) => stored as Stored,
  });
  return {
    ...documents,
    loadAll: async (orders) => {
      const found = await Promise.all(orders.map((order) => documents.load(order)));
      return found.flatMap((one) => (one ? [one] : []));
    },
  };
}
