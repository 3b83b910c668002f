import type { Db, IndexDescription } from 'mongodb';

export type CollectionIndexes = {
  readonly collection: string;
  readonly indexes: readonly IndexDescription[];
};

/** Creates what is missing; an existing index with the same definition is left alone. */
export async function ensureIndexes(db: Db, specs: readonly CollectionIndexes[]): Promise<void> {
  for (const { collection, indexes } of specs) {
    if (indexes.length > 0) await db.collection(collection).createIndexes([...indexes]);
  }
}

/**
 * The index that the relay's recovery scan needs: sparse, because `outboxAt` is absent as long as an
 * aggregate has nothing to publish, so that it holds only the backlog.
 */
export function outboxIndexes(collection: string): CollectionIndexes {
  return { collection, indexes: [{ key: { outboxAt: 1 }, name: 'outboxAt', sparse: true }] };
}
