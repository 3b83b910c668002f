import { MongoServerError } from 'mongodb';
import type {
  AnyBulkWriteOperation,
  ClientSession,
  Collection,
  Filter,
  OptionalUnlessRequiredId,
} from 'mongodb';
import { isDuplicateKey } from '../errors.ts';
import { UNORDERED, failuresOf } from '../grouped-writes.ts';

/** A document of which the highest version is to stand. */
export type Versioned = { readonly _id: string; readonly version: bigint };

/** What is to stand in the collection that queries read. */
export type Shown<D extends Versioned> = {
  readonly document: D;
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
export function createQueryDocuments<D extends Versioned>(
  collection: Collection<D>,
): (shown: readonly Shown<D>[]) => Promise<void> {
  let hasTransactions = true;
  const exchange = async (documents: readonly D[]): Promise<void> => {
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
async function taken<D extends Versioned>(
  collection: Collection<D>,
  documents: readonly D[],
): Promise<readonly D[]> {
  if (documents.length === 0) return [];
  const failures = await failuresOf(() => collection.insertMany(insertable(documents), UNORDERED));
  for (const failure of failures.values()) if (!isDuplicateKey(failure)) throw failure;
  return documents.filter((_, index) => failures.has(index));
}

async function exchangeTogether<D extends Versioned>(
  collection: Collection<D>,
  documents: readonly D[],
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

async function exchangeIn<D extends Versioned>(
  session: ClientSession,
  collection: Collection<D>,
  byId: ReadonlyMap<string, D>,
): Promise<void> {
  const standing = await collection
    .find(among<D>([...byId.keys()]), { session })
    .project<Versioned>({ version: 1 })
    .toArray();
  const newer = new Set(
    standing
      .filter((one) => one.version > (byId.get(idOf(one))?.version ?? 0n))
      .map((one) => idOf(one)),
  );
  const documents = [...byId.values()].filter((document) => !newer.has(idOf(document)));
  if (documents.length === 0) return;
  await collection.deleteMany(among<D>(documents.map(idOf)), { session });
  await collection.insertMany(insertable(documents), { session });
}

async function replaceEach<D extends Versioned>(
  collection: Collection<D>,
  documents: readonly D[],
): Promise<void> {
  const statements = documents.map((document): AnyBulkWriteOperation<D> => {
    const { _id: id, ...rest } = document;
    const filter = { _id: id, version: { $lte: document.version } } as unknown as Filter<D>;
    return { replaceOne: { filter, replacement: rest, upsert: true } };
  });
  const failures = await failuresOf(() => collection.bulkWrite(statements, UNORDERED));
  // Taken: a newer version stands there.
  for (const failure of failures.values()) if (!isDuplicateKey(failure)) throw failure;
}

const idOf = ({ _id: id }: Versioned): string => id;

// The driver's types know neither filters nor inserts of documents of any kind.
const among = <D extends Versioned>(ids: readonly string[]): Filter<D> =>
  ({ _id: { $in: ids } }) as unknown as Filter<D>;

const insertable = <D extends Versioned>(documents: readonly D[]): OptionalUnlessRequiredId<D>[] =>
  [...documents] as unknown as OptionalUnlessRequiredId<D>[];
