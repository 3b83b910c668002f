import { createGatherer } from '@astrolabe/service';
import type { Collection, Document, Filter } from 'mongodb';
import { GROUPS } from './grouped-writes.ts';
import { mongoSpan } from './spans.ts';

/**
 * Reads documents by their ids; those that are asked for in a turn, or while a read is under way, share a
 * command. Null where there is none. Callers of one turn may share a document: nobody may change it.
 */
export function createGroupedReads<D extends Document & { readonly _id: string }>(
  collection: Collection<D>,
): (id: string) => Promise<D | null> {
  const { collectionName: name } = collection;
  const read = createGatherer<string, D | null>((ids) => readTogether(collection, ids), GROUPS);
  // Each in its own trace, although the command is everybody's.
  return (id) => mongoSpan(`find ${name}`, {}, () => read(id));
}

/** The documents in the order of the ids. */
export async function readTogether<D extends Document & { readonly _id: string }>(
  collection: Collection<D>,
  ids: readonly string[],
): Promise<(D | null)[]> {
  const [only, ...others] = ids;
  // The driver's types know neither of the filters for a document of any kind.
  if (only !== undefined && others.length === 0) {
    return [(await collection.findOne({ _id: only } as Filter<D>)) as D | null];
  }
  const wanted = { _id: { $in: [...new Set(ids)] } } as Filter<D>;
  const byId = byIdOf((await collection.find(wanted).toArray()) as unknown as D[]);
  return ids.map((id) => byId.get(id) ?? null);
}

export function byIdOf<D extends { readonly _id: string }>(
  found: readonly D[],
): ReadonlyMap<string, D> {
  const byId = new Map<string, D>();
  for (const document of found) {
    const { _id: id } = document;
    byId.set(id, document);
  }
  return byId;
}
