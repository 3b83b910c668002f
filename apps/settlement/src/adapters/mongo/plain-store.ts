import type { EventOrigin, Result } from '@astrolabe/kernel';
import { mapOk, ok } from '@astrolabe/kernel';
import type { AggregateStore, CollectionIndexes, StateMapping } from '@astrolabe/mongo';
import { createJournalStore, ensureIndexes } from '@astrolabe/mongo';
import type { Db } from 'mongodb';

/** Aggregates that tell nobody of their changes. */
export type PlainStore<S> = Pick<AggregateStore<S>, 'page'> & {
  load(id: string): Promise<S | null>;
  /** The state after the change; an event that was applied before, named by `from`, changes nothing. */
  record(id: string, from: EventOrigin | null, decide: (state: S | null) => S): Promise<S>;
  /** The state after the change; a refusal writes nothing. */
  change<E>(id: string, decide: (state: S | null) => Result<S, E>): Promise<Result<S, E>>;
};

export async function createPlainStore<S>(
  db: Db,
  collection: string,
  indexes: CollectionIndexes['indexes'],
  mapping?: StateMapping<S>,
): Promise<PlainStore<S>> {
  await ensureIndexes(db, [{ collection, indexes }]);
  const store = await createJournalStore<S>({
    db,
    collection,
    topic: '',
    source: 'settlement',
    wake: () => undefined,
    ...(mapping && { mapping }),
  });
  const transact = async <E>(
    id: string,
    from: EventOrigin | null,
    decide: (state: S | null) => Result<S, E>,
  ): Promise<Result<S, E>> => {
    const stored = await store.transact(id, from, (before) =>
      mapOk(decide(before), (state) => ({ state, events: [], result: state })),
    );
    if (!stored.ok) return stored;
    const state = stored.value.result ?? (await store.load(id))?.state;
    if (state === undefined) throw new TypeError('what was applied before has a document');
    return ok(state);
  };
  return {
    page: (...query) => store.page(...query),
    load: async (id) => (await store.load(id))?.state ?? null,
    change: (id, decide) => transact(id, null, decide),
    record: async (id, from, decide) => {
      const stored = await transact<string>(id, from, (state) => ok(decide(state)));
      if (!stored.ok) throw new TypeError('what refuses nothing is stored');
      return stored.value;
    },
  };
}
