import { isDuplicateKey, mongoSpan } from '@astrolabe/mongo';
import { askTogether } from '@astrolabe/service';
import type { Collection, Document } from 'mongodb';
import type { Registry } from '../../application/ports.ts';

/** A row as it is stored, under its name. */
export type Row = Document & { readonly _id: string };

/** Parts of an id; none of them holds a slash. */
export const idOf = (...parts: readonly string[]): string =>
  parts.map(encodeURIComponent).join('/');

/**
 * Rows of one collection, a document for each, found by their names; a list may be narrowed to rows of which a
 * field is, or contains, a value.
 */
export function registryOf<T extends { readonly sellerId: string }, N>(
  collection: Collection<Row>,
  id: (name: N | T) => string,
): Registry<T, N> {
  const name = collection.collectionName;
  const rowOf = ({ _id, ...row }: Row): T => row as unknown as T;
  // Every order asks for rows by name; orders of one turn share a read.
  const named = askTogether<T>(async (_all, ids) => {
    const found = await collection.find({ _id: { $in: [...ids] } }).toArray();
    return new Map(found.map((row) => [row['_id'], rowOf(row)]));
  });
  return {
    put: async (row) => {
      await mongoSpan(`replaceOne ${name}`, {}, () =>
        collection.replaceOne({ _id: id(row) }, row, { upsert: true }),
      );
    },
    swap: async (before, row) => {
      if (before !== null) {
        const swapped = await mongoSpan(`replaceOne ${name}`, {}, () =>
          collection.replaceOne({ ...before, _id: id(row) }, row),
        );
        return swapped.matchedCount > 0;
      }
      try {
        await mongoSpan(`insertOne ${name}`, {}, () =>
          collection.insertOne({ ...row, _id: id(row) }),
        );
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    remove: async (row) => {
      const gone = await mongoSpan(`deleteOne ${name}`, {}, () =>
        collection.deleteOne({ _id: id(row) }),
      );
      return gone.deletedCount > 0;
    },
    find: async (rows) => {
      const ids = rows.map(id);
      const found = await mongoSpan(`find ${name}`, {}, () => named(name, ids));
      return ids.map((one) => found.get(one) ?? null);
    },
    list: async (sellerId, limit, after, narrowed = {}) => {
      const found = await mongoSpan(`find ${name}`, {}, () =>
        collection
          .find({ ...narrowed, sellerId, _id: { $gt: after } })
          .sort({ _id: 1 })
          .limit(limit)
          .toArray(),
      );
      const last = found.length === limit ? found.at(-1)?.['_id'] : undefined;
      return { rows: found.map(rowOf), next: last ?? '' };
    },
  };
}
