import type { Due, OrderRef, Result } from '@astrolabe/kernel';
import { mapOk, ok, orderKey } from '@astrolabe/kernel';
import { createJournalStore, dueOrders } from '@astrolabe/mongo';
import type { StateMapping } from '@astrolabe/mongo';
import type { Db } from 'mongodb';

/** One document per order, with the calls that are still to be made for it. */
export type OrderDocuments<S> = {
  load(order: OrderRef): Promise<S | null>;
  /** Decides on the newest state and stores the outcome in one write; it may decide more than once. */
  change<E>(order: OrderRef, decide: (current: S | null) => Result<S, E>): Promise<Result<S, E>>;
  /** Orders with something to do at this instant. */
  due(now: Date, limit: number): Promise<Due<OrderRef>>;
};

/** Such documents of a collection, which has an index of `state.dueAt`. Nothing is published from them. */
export async function createOrderDocuments<S>(
  db: Db,
  collection: string,
  mapping?: StateMapping<S>,
): Promise<OrderDocuments<S>> {
  const store = await createJournalStore<S>({
    db,
    collection,
    topic: '',
    source: 'fulfillment',
    wake: () => undefined,
    ...(mapping && { mapping }),
  });
  return {
    load: async (order) => (await store.load(orderKey(order)))?.state ?? null,
    change: async (order, decide) => {
      const stored = await store.transact(orderKey(order), null, (current) =>
        mapOk(decide(current), (state) => ({ state, events: [], result: state })),
      );
      if (!stored.ok) return stored;
      if (!stored.value.result) throw new TypeError('a change without an origin is always applied');
      return ok(stored.value.result);
    },
    due: (now, limit) => dueOrders(db, { collection, dueAt: 'state.dueAt' }, now, limit),
  };
}
