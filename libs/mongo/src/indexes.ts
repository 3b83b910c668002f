import { MongoServerError } from 'mongodb';
import type { Collection, Db, IndexDescription, IndexDescriptionInfo } from 'mongodb';
import { createLogger } from '@astrolabe/service';
import { whileStarting } from './start-wait.ts';

export type CollectionIndexes = {
  readonly collection: string;
  readonly indexes: readonly IndexDescription[];
};

/** Where a changed index is told. */
export type IndexLog = { warn(fields: object, message: string): void };

const NAMESPACE_NOT_FOUND = 26;
const INDEX_NOT_FOUND = 27;

/**
 * Creates what is missing; an existing index with the same definition is left alone. One that has
 * changed is altered in place where only its time to live is another one, and else dropped and made
 * again, with a log line: the new version has to start. Where the new one cannot be made (a unique
 * index over duplicates), the old one is put back and the error is thrown. A database that goes away
 * meanwhile is waited for, as when the connection was made.
 */
export async function ensureIndexes(
  db: Db,
  specs: readonly CollectionIndexes[],
  log: IndexLog = createLogger({ service: 'mongo-indexes', level: 'warn' }),
): Promise<void> {
  for (const { collection: name, indexes } of specs) {
    if (indexes.length === 0) continue;
    await whileStarting(db.client, () => ensure(db, db.collection(name), indexes, log));
  }
}

async function ensure(
  db: Db,
  collection: Collection,
  indexes: readonly IndexDescription[],
  log: IndexLog,
): Promise<void> {
  const existing = await indexesOf(collection);
  for (const wanted of indexes) {
    const found = existing.find((one) => isSameIndex(one, wanted));
    if (found && definition(found) !== definition(wanted)) {
      await change(db, collection, found, wanted, log);
    }
  }
  await collection.createIndexes([...indexes]);
}

async function indexesOf(collection: Collection): Promise<IndexDescriptionInfo[]> {
  try {
    return await collection.indexes();
  } catch (error) {
    if (hasCode(error, NAMESPACE_NOT_FOUND)) return [];
    throw error;
  }
}

/** One database keeps one index of a name, and one of a key. */
const isSameIndex = (found: IndexDescriptionInfo, wanted: IndexDescription): boolean =>
  found.name === wanted.name || keyText(found.key) === keyText(wanted.key);

/** All that makes an index what it is, as text; the order of its fields counts. */
function definition(index: IndexDescription, withTtl = true): string {
  const { key, unique, sparse, partialFilterExpression, expireAfterSeconds } = index;
  return textOf([
    keyText(key),
    unique ?? false,
    sparse ?? false,
    partialFilterExpression ?? null,
    withTtl ? (expireAfterSeconds ?? null) : null,
  ]);
}

const keyText = (key: IndexDescription['key']): string =>
  textOf(Object.entries(key instanceof Map ? Object.fromEntries(key) : key));

/** The server may say 1 as a 64-bit number where we have said it as another one. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'bigint' ? Number(inner) : inner,
  );

async function change(
  db: Db,
  collection: Collection,
  found: IndexDescriptionInfo,
  wanted: IndexDescription,
  log: IndexLog,
): Promise<void> {
  const fields = { collection: collection.collectionName, index: found.name };
  const { expireAfterSeconds } = wanted;
  const isOnlyTtl =
    found.expireAfterSeconds !== undefined &&
    expireAfterSeconds !== undefined &&
    definition(found, false) === definition(wanted, false);
  if (isOnlyTtl) {
    const index = { name: found.name, expireAfterSeconds };
    await db.command({ collMod: collection.collectionName, index });
    log.warn({ ...fields, expireAfterSeconds }, 'the time to live of an index was changed');
    return;
  }
  log.warn(fields, 'the definition of an index has changed: it is made again');
  await drop(collection, found.name ?? '');
  try {
    await collection.createIndexes([wanted]);
  } catch (error) {
    const { v: _version, ...old } = found;
    await collection.createIndexes([old]);
    throw error;
  }
}

/** Another process of the new version may have been faster. */
async function drop(collection: Collection, name: string): Promise<void> {
  try {
    await collection.dropIndex(name);
  } catch (error) {
    if (!hasCode(error, INDEX_NOT_FOUND)) throw error;
  }
}

const hasCode = (error: unknown, code: number): boolean =>
  error instanceof MongoServerError && Number(error.code) === code;

/** The index by which documents end at the time in a field of theirs. */
export const expiryIndex = (field: string, name = 'end'): IndexDescription => ({
  key: { [field]: 1 },
  name,
  expireAfterSeconds: 0,
});

/**
 * The index that the relay's recovery scan needs: sparse, because `outboxAt` is absent as long as an
 * aggregate has nothing to publish, so that it holds only the backlog.
 */
export function outboxIndexes(collection: string): CollectionIndexes {
  return { collection, indexes: [{ key: { outboxAt: 1 }, name: 'outboxAt', sparse: true }] };
}
