import type { Clock } from '@astrolabe/kernel';
import { mapOk } from '@astrolabe/kernel';
import { createAggregateStore, ensureIndexes, mongoSpan, outboxIndexes } from '@astrolabe/mongo';
import type { NewEvent, OutboxSource } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Bindings } from '../../application/ports.ts';
import { BINDING_PAGE_SIZE } from '../../domain/binding.ts';
import type { BindingRefusal, ItemBindings } from '../../domain/binding.ts';

export type BindingChangeTold = {
  sellerId: string;
  itemId: string;
  action: 'ADD' | 'DELETE';
  storeIds: readonly string[];
};

export type BindingOptions = {
  readonly db: Db;
  readonly topic: string;
  readonly wake: (id: string) => void;
  readonly clock: Clock;
  readonly encode: (change: BindingChangeTold) => Omit<NewEvent, 'time'>;
};

/** Bindings, one document per item: a call changes all of its stores in one write, or none. */
export async function createBindings(
  options: BindingOptions,
): Promise<Bindings & { readonly outbox: OutboxSource }> {
  const { db, topic, wake, clock, encode } = options;
  await ensureIndexes(db, [
    outboxIndexes('bindings'),
    {
      collection: 'bindings',
      indexes: [{ key: { 'state.sellerId': 1, 'state.storeIds': 1, _id: 1 }, name: 'store' }],
    },
  ]);
  const documents = db.collection<{ _id: string; state: ItemBindings }>('bindings');
  const store = createAggregateStore<ItemBindings>({
    db,
    collection: 'bindings',
    topic,
    source: 'catalog-sync',
    wake,
  });
  return {
    outbox: store.outbox,
    find: async (sellerId, itemId) => (await store.load(`${sellerId}/${itemId}`))?.state ?? null,
    change: async ({ sellerId, itemId }, command, decide) => {
      const changed = await store.transact<ItemBindings, BindingRefusal>(
        `${sellerId}/${itemId}`,
        null,
        (current) => {
          const before = current ?? { sellerId, itemId, storeIds: [] };
          return mapOk(decide(before), ({ bindings, changed: isNew }) => ({
            state: isNew ? bindings : (current ?? bindings),
            events: isNew ? [{ ...encode({ sellerId, itemId, ...command }), time: clock() }] : [],
            result: bindings,
          }));
        },
      );
      return mapOk(changed, ({ result }) => {
        if (!result) throw new TypeError('a change without origin is always applied');
        return result;
      });
    },
    itemsOf: async (sellerId, storeId, page) => {
      const found = await mongoSpan('find bindings', {}, () =>
        documents
          .find({ 'state.sellerId': sellerId, 'state.storeIds': storeId })
          .project<{ state: { itemId: string } }>({ 'state.itemId': 1 })
          .sort({ _id: 1 })
          .skip((page - 1) * BINDING_PAGE_SIZE)
          .limit(BINDING_PAGE_SIZE)
          .toArray(),
      );
      return found.map(({ state }) => state.itemId);
    },
  };
}
