import { mapOk, ok, orderKey } from '@astrolabe/kernel';
import { createAggregateStore, ensureIndexes, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Shippings } from '../../application/ports.ts';
import type { Shipping } from '../../domain/shipping.ts';

const COLLECTION = 'shippings';

/** What stores have sent off, one document per order with the calls that are still to be made. */
export async function createShippings(db: Db): Promise<Shippings> {
  await ensureIndexes(db, [
    { collection: COLLECTION, indexes: [{ key: { 'state.dueAt': 1 }, name: 'dueAt' }] },
  ]);
  const documents = db.collection<{ _id: string; state: Shipping }>(COLLECTION);
  const store = createAggregateStore<Shipping>({
    db,
    collection: COLLECTION,
    topic: '',
    source: 'fulfillment',
    wake: () => undefined,
  });
  return {
    load: async (order) => (await store.load(orderKey(order)))?.state ?? null,
    loadAll: async (orders) => {
      const ids = orders.map(orderKey);
      const found = await mongoSpan('find shippings', {}, () =>
        documents.find({ _id: { $in: ids } }).toArray(),
      );
      return found.map(({ state }) => state);
    },
    change: async (order, decide) => {
      const stored = await store.transact(orderKey(order), null, (current) =>
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
          .project<{ state: Pick<Shipping, 'orderRef'> }>({ 'state.orderRef': 1 })
          .sort({ 'state.dueAt': 1 })
          .limit(limit)
          .toArray(),
      );
      return found.map(({ state }) => state.orderRef);
    },
  };
}
