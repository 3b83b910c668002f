import type { ConnectionPause, SellerConnections, Standing } from '@astrolabe/kernel';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db, Document, UpdateFilter } from 'mongodb';
import { createGroupedReads } from './grouped-reads.ts';
import { createReseal } from './reseal.ts';
import type { Reseal } from './reseal.ts';
import { mongoSpan } from './spans.ts';

type Options<C, S extends keyof C & string> = {
  readonly collection: string;
  /** Fields that are sealed, all of them texts. */
  readonly secrets: readonly S[];
  /** What a secret of a seller is bound to. */
  readonly contextOf: (sellerId: string, secret: S) => string;
  /** The field with the address; a connection without one is taken away. Null: it may be empty. */
  readonly addressField: (keyof C & string) | null;
};

type Stored = Document & { readonly _id: string; readonly pause?: ConnectionPause | null };

/** Sellers' connections of one kind: a document each, whose secrets are sealed for it. */
export type StoredConnections<
  C extends { readonly sellerId: string },
  S extends keyof C,
> = SellerConnections<C, S> & {
  readonly reseal: Reseal;
  find(sellerId: string): Promise<Standing<C> | null>;
  /** Makes it or replaces it; a pause stays. */
  put(connection: C): Promise<void>;
};

/** The store of sellers' connections of one kind. */
export function createSellerConnections<
  C extends { readonly sellerId: string },
  S extends keyof C & string,
>(
  db: Db,
  sealer: Sealer,
  { collection, secrets, contextOf, addressField }: Options<C, S>,
): StoredConnections<C, S> {
  const documents = db.collection<Stored>(collection);
  const format = formatOf<C, S>(sealer, secrets, contextOf);
  const one = createGroupedReads(documents);
  const update = (sellerId: string, change: UpdateFilter<Stored>, upsert = false) =>
    mongoSpan(`updateOne ${collection}`, {}, () =>
      documents.updateOne({ _id: sellerId }, change, { upsert }),
    );
  const isThere = async (sellerId: string, set: Document): Promise<boolean> =>
    (await update(sellerId, { $set: set })).matchedCount > 0;
  return {
    reseal: createReseal(
      db.collection(collection),
      sealer,
      secrets.map((path) => ({ path, contextOf: (id: string) => contextOf(id, path) })),
    ),
    find: async (sellerId) => {
      const found = await one(sellerId);
      return found && format.read(found);
    },
    put: async (connection) => {
      const { sellerId } = connection;
      if (addressField === null || connection[addressField] !== '') {
        await update(sellerId, { $set: format.documentOf(connection) }, true);
        return;
      }
      await mongoSpan(`deleteOne ${collection}`, {}, () => documents.deleteOne({ _id: sellerId }));
    },
    create: async (connection) => {
      const change = { $setOnInsert: format.documentOf(connection) };
      return (await update(connection.sellerId, change, true)).upsertedCount > 0;
    },
    change: (settings) => {
      const { sellerId, ...rest } = format.settingsOf(settings as unknown as C);
      return isThere(sellerId, rest);
    },
    replaceSecrets: (sellerId, given) =>
      isThere(sellerId, format.sealedOf(sellerId, given as Partial<C>)),
    setPause: (sellerId, pause) => isThere(sellerId, { pause }),
    list: async (limit, after) => {
      const found = await mongoSpan(`find ${collection}`, {}, () =>
        documents
          .find(after === '' ? {} : { _id: { $gt: after } })
          .sort({ _id: 1 })
          .limit(limit)
          .toArray(),
      );
      return found.map(format.listed);
    },
    listed: async (sellerId) => {
      const found = await one(sellerId);
      return found && format.listed(found);
    },
  };
}

/** A connection as a document and back. */
function formatOf<C extends { readonly sellerId: string }, S extends keyof C & string>(
  sealer: Sealer,
  secrets: readonly S[],
  contextOf: Options<C, S>['contextOf'],
) {
  const sealedOf = (sellerId: string, from: Readonly<Partial<C>>): Record<string, Binary> =>
    Object.fromEntries(
      secrets.flatMap((field) => {
        if (from[field] === undefined) return [];
        const text = Buffer.from(String(from[field]), 'utf8');
        return [[field, new Binary(sealer.seal(text, contextOf(sellerId, field)))]];
      }),
    );
  /** What is stored in clear, without what is not part of a connection's settings. */
  const settingsOf = (connection: C): Document & { readonly sellerId: string } => {
    const { pause: _pause, ...given } = connection as Standing<C>;
    const shown = Object.entries(given).filter(([name]) => !secrets.some((one) => one === name));
    return { ...Object.fromEntries(shown), sellerId: connection.sellerId };
  };
  const listed = ({ _id: sellerId, ...found }: Stored): Standing<Omit<C, S>> => {
    const shown = Object.entries(found).filter(([name]) => !secrets.some((one) => one === name));
    // As it was stored.
    return { sellerId, ...Object.fromEntries(shown) } as unknown as Standing<Omit<C, S>>;
  };
  return {
    sealedOf,
    listed,
    settingsOf,
    documentOf: (connection: C): Document => {
      const { sellerId, ...settings } = settingsOf(connection);
      return { ...settings, ...sealedOf(sellerId, connection) };
    },
    read: (found: Stored): Standing<C> => {
      const { _id: sellerId } = found;
      const opened = secrets.map((field) => {
        const { buffer } = found[field] as Binary;
        return [field, sealer.open(buffer, contextOf(sellerId, field)).toString('utf8')];
      });
      return { ...listed(found), ...Object.fromEntries(opened) } as Standing<C>;
    },
  };
}
