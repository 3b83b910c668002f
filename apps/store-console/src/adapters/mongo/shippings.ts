import { mapOk, ok } from '@astrolabe/kernel';
import { createAggregateStore, ensureIndexes, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Shippings } from '../../application/ports.ts';
import type { OrderName, Shipping } from '../../domain/shipping.ts';

const COLLECTION = 'shippings';

const keyOf = ({ sellerId, tradeId }: OrderName): string => `${sellerId}/${tradeId}`;

/** What clerks have shipped, one document per order with the calls that are still to be made. */
export async function createShippings(db: Db): Promise<Shippings> {
  await ensureIndexes(db, [
    { collection: COLLECTION, indexes: [{ key: { 'state.dueAt': 1 }, name: 'dueAt' }] },
  ]);
  const documents = db.collection<{ _id: string; state: Shipping }>(COLLECTION);
  const store = createAggregateStore<Shipping>({
    db,
    collection: COLLECTION,
    topic: '',
    source: 'store-console',
    wake: () => undefined,
  });
  return {
    load: async (order) => (await store.load(keyOf(order)))?.state ?? null,
    loadAll: async (sellerId, tradeIds) => {
      const ids = tradeIds.map((tradeId) => keyOf({ sellerId, tradeId }));
      const found = await mongoSpan('find shippings', {}, () =>
        documents.find({ _id: { $in: ids } }).toArray(),
      );
      return found.map(({ state }) => state);
    },
    change: async (order, decide) => {
      const stored = await store.transact(keyOf(order), null, (current) =>
        mapOk(decide(current), (state) => ({ state, events: [], result: state })),
      );
      if (!stored.ok) return stored;
      if (!stored.value.result) throw new TypeError('a change without an origin is always applied');
      return ok(stored.value.result);
    },
    due: async (before, limit) => {
      const found = await mongoSpan('find shippings', {}, () =>
        documents
          .find({ 'state.dueAt': { $lte: before } })
          .project<{ state: OrderName }>({ 'state.sellerId': 1, 'state.tradeId': 1 })
          .sort({ 'state.dueAt': 1 })
          .limit(limit)
          .toArray(),
      );
      return found.map(({ state }) => ({ sellerId: state.sellerId, tradeId: state.tradeId }));
    },
  };
}
