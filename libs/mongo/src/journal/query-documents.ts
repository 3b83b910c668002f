import { MongoServerError } from 'mongodb';
import type { AnyBulkWriteOperation, ClientSession, Collection } from 'mongodb';
import type { Stored } from '../aggregate-write.ts';
import { isDuplicateKey } from '../errors.ts';
import { UNORDERED, failuresOf } from '../grouped-writes.ts';

/** What is to stand in the collection that queries read. */
export type Shown = {
  readonly document: Stored;
  /** Whether an older version may stand there. */
  readonly isKnown: boolean;
};

/** A database that stands alone has no transactions. */
const NO_TRANSACTIONS = 20;

/**
 * Puts newer versions in the place of older ones, in two commands and a transaction for all of them: new
 * documents by one insert; changed ones are taken out and put back, which costs a third of as many
 * replacements. Where that meets another writer, or a database without transactions, each is replaced by
 * itself. Never an older version over a newer one.
 */
export function createQueryDocuments(
  collection: Collection<Stored>,
): (shown: readonly Shown[]) => Promise<void> {
  let hasTransactions = true;
  const exchange = async (documents: readonly Stored[]): Promise<void> => {
    if (documents.length === 0) return;
    if (hasTransactions && documents.length > 1) {
      try {
        await exchangeTogether(collection, documents);
        return;
      } catch (error) {
        if (!(error instanceof MongoServerError)) throw error;
        if (Number(error.code) === NO_TRANSACTIONS) hasTransactions = false;
      }
    }
    await replaceEach(collection, documents);
  };
  return async (shown) => {
    const fresh = shown.filter(({ isKnown }) => !isKnown).map(({ document }) => document);
    const changed = shown.filter(({ isKnown }) => isKnown).map(({ document }) => document);
    await exchange([...changed, ...(await taken(collection, fresh))]);
  };
}

/** Inserts; gives back those whose place is taken. */
async function taken(
  collection: Collection<Stored>,
  documents: readonly Stored[],
): Promise<readonly Stored[]> {
  if (documents.length === 0) return [];
  const failures = await failuresOf(() => collection.insertMany([...documents], UNORDERED));
  for (const failure of failures.values()) if (!isDuplicateKey(failure)) throw failure;
  return documents.filter((_, index) => failures.has(index));
}

async function exchangeTogether(
  collection: Collection<Stored>,
  documents: readonly Stored[],
): Promise<void> {
  const byId = new Map(documents.map((document) => [idOf(document), document]));
  await collection.db.client.withSession(async (session) => {
    session.startTransaction();
    try {
      await exchangeIn(session, collection, byId);
      await session.commitTransaction();
    } finally {
      if (session.inTransaction()) await session.abortTransaction();
    }
  });
}

async function exchangeIn(
  session: ClientSession,
  collection: Collection<Stored>,
  byId: ReadonlyMap<string, Stored>,
): Promise<void> {
  const standing = await collection
    .find({ _id: { $in: [...byId.keys()] } }, { session, projection: { version: 1 } })
    .toArray();
  const newer = new Set(
    standing
      .filter((one) => one.version > (byId.get(idOf(one))?.version ?? 0n))
      .map((one) => idOf(one)),
  );
  const documents = [...byId.values()].filter((document) => !newer.has(idOf(document)));
  if (documents.length === 0) return;
  await collection.deleteMany({ _id: { $in: documents.map(idOf) } }, { session });
  await collection.insertMany(documents, { session });
}

async function replaceEach(
  collection: Collection<Stored>,
  documents: readonly Stored[],
): Promise<void> {
  const statements = documents.map((document): AnyBulkWriteOperation<Stored> => {
    const { _id: id, ...replacement } = document;
    const filter = { _id: id, version: { $lte: document.version } };
    return { replaceOne: { filter, replacement, upsert: true } };
  });
  const failures = await failuresOf(() => collection.bulkWrite(statements, UNORDERED));
  // Taken: a newer version stands there.
  for (const failure of failures.values()) if (!isDuplicateKey(failure)) throw failure;
}

const idOf = ({ _id: id }: Pick<Stored, '_id'>): string => id;
