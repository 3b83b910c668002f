import { mapOk, ok, orderKey } from '@astrolabe/kernel';
import { createAggregateStore, dueOrders, ensureIndexes } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Allocations } from '../../application/ports.ts';
import type { Allocation } from '../../domain/allocation.ts';

const COLLECTION = 'allocations';

/**
 * Allocations, one document per trade with the calls that are still to be made. Nobody inside listens
 * to them, so they publish no events.
 */
export async function createAllocations(db: Db): Promise<Allocations> {
  await ensureIndexes(db, [
    { collection: COLLECTION, indexes: [{ key: { 'state.dueAt': 1 }, name: 'dueAt' }] },
  ]);
  const store = createAggregateStore<Allocation>({
    db,
    collection: COLLECTION,
    topic: '',
    source: 'isv-allocator',
    wake: () => {},
  });
  return {
    load: async (name) => (await store.load(orderKey(name)))?.state ?? null,
    change: async (name, decide) => {
      const stored = await store.transact(orderKey(name), null, (current) =>
        mapOk(decide(current), (state) => ({ state, events: [], result: state })),
      );
      if (!stored.ok) return stored;
      if (!stored.value.result) throw new TypeError('a change without an origin is always applied');
      return ok(stored.value.result);
    },
    due: (now, limit) =>
      dueOrders(db, { collection: COLLECTION, dueAt: 'state.dueAt' }, now, limit),
  };
}
