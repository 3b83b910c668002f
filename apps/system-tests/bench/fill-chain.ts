import { BSON, MongoClient } from 'mongodb';
import type { Collection, Document } from 'mongodb';

const BATCH = 500;
const YEAR_MS = 365 * 86_400_000;
/** Numbers of orders are so far apart that those of their lines stand between them. */
const STEP = 10n;
const FIRST = 3_000_000_000_000_000n;
/** What the journal keeps for a quarter of an hour: a year's orders have left it. */
const PASSING = /\.(?:journal|lanes)$/;

/** An order that has been through the whole chain: its number, and those of its lines. */
export type Completed = { readonly number: string; readonly lines: readonly string[] };

type Template = { readonly collection: Collection; readonly text: string };

/**
 * Fills a database the way a year does: every document that the services keep of one completed order, in whatever
 * collection, is written again under other numbers and times. So the documents are the services' own, and their number is
 * the only difference.
 */
export class ChainFiller {
  private orders = 0;

  private readonly client: MongoClient;
  private readonly completed: Completed;
  private readonly templates: readonly Template[];

  private constructor(client: MongoClient, completed: Completed, templates: readonly Template[]) {
    this.client = client;
    this.completed = completed;
    this.templates = templates;
  }

  /** Looks up what is kept of the order. */
  static async of(
    mongoUri: string,
    databasePrefix: string,
    completed: Completed,
  ): Promise<ChainFiller> {
    const client = new MongoClient(mongoUri, { useBigInt64: true });
    await client.connect();
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
    const templates: Template[] = [];
    for (const { name } of databases.filter(({ name: of }) => of.startsWith(databasePrefix))) {
      for (const { name: of } of await client.db(name).listCollections().toArray()) {
        if (PASSING.test(of)) continue;
        const collection = client.db(name).collection(of);
        const kept = await collection
          .find({ _id: { $regex: completed.number } } as Document)
          .toArray();
        for (const document of kept) {
          const text = BSON.EJSON.stringify(document, { relaxed: false });
          templates.push({ collection, text });
        }
      }
    }
    return new ChainFiller(client, completed, templates);
  }

  /** The collections that are filled. */
  collections(): readonly string[] {
    return [...new Set(this.templates.map(({ collection }) => collection.namespace))];
  }

  /** Adds orders until there are so many; the last of all was paid now. */
  async fillTo(orders: number): Promise<void> {
    const now = Date.now();
    for (const { collection, text } of this.templates) {
      let batch: Document[] = [];
      for (let n = this.orders; n < orders; n += 1) {
        batch.push(this.copyOf(text, n, new Date(now - ((orders - n) / orders) * YEAR_MS)));
        if (batch.length < BATCH && n + 1 < orders) continue;
        await collection.insertMany(batch, { ordered: false });
        batch = [];
      }
    }
    this.orders = Math.max(this.orders, orders);
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private copyOf(text: string, n: number, at: Date): Document {
    const number = FIRST + BigInt(n) * STEP;
    const { lines } = this.completed;
    const renamed = [this.completed.number, ...lines].reduce(
      (all, known, place) => all.replaceAll(known, String(number + BigInt(place))),
      text,
    );
    const copy = BSON.EJSON.parse(renamed, { relaxed: false, useBigInt64: true }) as Document;
    const state = copy['state'] as Record<string, unknown> | undefined;
    return {
      ...copy,
      ...('createdAt' in copy && { createdAt: at, updatedAt: at }),
      ...(state && { state: { ...state, ...('paidAt' in state && { paidAt: at }) } }),
    };
  }
}
