import { MongoClient } from 'mongodb';

/** What a collection holds: how many documents, and how many bytes they have as BSON. */
export type Stored = { readonly documents: number; readonly bytes: number };

/** Every collection of the databases whose names begin with `prefix`, by "database collection". */
export async function storedIn(uri: string, prefix: string): Promise<ReadonlyMap<string, Stored>> {
  const client = new MongoClient(uri);
  try {
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
    const found = new Map<string, Stored>();
    for (const { name } of databases.filter((each) => each.name.startsWith(prefix))) {
      const db = client.db(name);
      for (const collection of await db.listCollections({}, { nameOnly: true }).toArray()) {
        const { count, size } = await db.command({ collStats: collection.name });
        found.set(`${name.slice(prefix.length)} ${collection.name}`, {
          documents: Number(count),
          bytes: Number(size),
        });
      }
    }
    return found;
  } finally {
    await client.close();
  }
}
