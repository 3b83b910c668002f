import { BSON, MongoClient } from 'mongodb';
import type { Collection, Db, Document } from 'mongodb';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@astrolabe/testing';
import { compiled, timesOf } from './order-copies.ts';
import type { Copy } from './order-copies.ts';

const BATCH = 1_000;
const DAY_MS = 86_400_000;
/** Numbers of orders are so far apart that those of their lines stand between them. */
const STEP = 10n;
const FIRST = 3_000_000_000_000_000n;
/** What the journal keeps for a quarter of an hour: orders of days ago have left it. */
const PASSING = /\.(?:journal|lanes)$/;
const JOURNAL = '.journal';
/** A template is taken when nothing of it has changed for so long. */
const AT_REST_MS = 2_000;

/** An order that the services have written. */
export type Template = {
  readonly number: string;
  /** Numbers of its lines. */
  readonly lines: readonly string[];
  /** How many of as many orders as the shares add up to are like it. */
  readonly share: number;
  /** Collections that are to have it, however late they hear of it. */
  readonly has: readonly string[];
};

type Options = { readonly templates: readonly Template[]; readonly days: number };

type Kept = { readonly collection: Collection; readonly documents: readonly Document[] };

/** What is written into one collection of an order like each of the hundred (or so) that the shares add up to. */
type Filling = {
  readonly collection: Collection;
  readonly copies: readonly (readonly Copy[])[];
};

/** The number of an order, counted from 0. */
export const numberOf = (n: number): string => String(FIRST + BigInt(n) * STEP);

/**
 * Fills a database the way days of work do: every document that the services keep of some orders, in whatever collection, is
 * written again under other numbers and times. So the documents are the services' own, and their number is the only difference.
 */
export class OrderFiller {
  private orders = 0;

  private readonly client: MongoClient;
  private readonly fillings: readonly Filling[];
  private readonly days: number;

  private constructor(client: MongoClient, fillings: readonly Filling[], days: number) {
    this.client = client;
    this.fillings = fillings;
    this.days = days;
  }

  /** Looks up what is kept of the templates, when all of it has come to rest. */
  static async of(mongoUri: string, prefix: string, options: Options): Promise<OrderFiller> {
    const client = new MongoClient(mongoUri, { useBigInt64: true });
    await client.connect();
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
    const dbs = databases
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name }) => client.db(name));
    const kinds = options.templates.flatMap((template) =>
      Array.from({ length: template.share }, () => template),
    );
    const byTemplate = new Map<Template, ReadonlyMap<string, readonly Copy[]>>();
    const collections = new Map<string, Collection>();
    for (const template of options.templates) {
      const kept = await atRest(dbs, template);
      const times = timesOf(kept.flatMap(({ documents }) => documents));
      const copies = kept.map(({ collection, documents }) => {
        collections.set(collection.namespace, collection);
        const made = documents.map((document) => compiled(document, template, times));
        return [collection.namespace, made] as const;
      });
      byTemplate.set(template, new Map(copies));
    }
    const fillings = [...collections].map(([name, collection]) => ({
      collection,
      copies: kinds.map((template) => byTemplate.get(template)?.get(name) ?? []),
    }));
    return new OrderFiller(client, fillings, options.days);
  }

  /** The collections that are filled. */
  collections(): readonly string[] {
    return this.fillings.map(({ collection }) => collection.namespace);
  }

  /** Adds orders until there are so many, spread over the days; the last of all was made now. Seconds that it took. */
  async fillTo(orders: number): Promise<number> {
    const startedAt = performance.now();
    await Promise.all(this.fillings.map((filling) => this.fill(filling, orders)));
    this.orders = Math.max(this.orders, orders);
    return (performance.now() - startedAt) / 1_000;
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private async fill({ collection, copies }: Filling, orders: number): Promise<void> {
    let batch: Document[] = [];
    for (let n = this.orders; n < orders; n += 1) {
      const change = {
        number: FIRST + BigInt(n) * STEP,
        ageMs: ((orders - n) / orders) * this.days * DAY_MS,
        part: n / orders,
      };
      for (const copy of copies[n % copies.length] ?? []) batch.push(copy(change));
      if (batch.length < BATCH) continue;
      await collection.insertMany(batch, { ordered: false });
      batch = [];
    }
    if (batch.length > 0) await collection.insertMany(batch, { ordered: false });
  }
}

/** The documents of an order when nothing changes any more: queries see the newest version of each, and all is published. */
async function atRest(dbs: readonly Db[], template: Template): Promise<readonly Kept[]> {
  return await eventually(
    async () => {
      const before = await shownOf(dbs, template);
      await delay(AT_REST_MS);
      const after = await shownOf(dbs, template);
      if (textOf(before) !== textOf(after)) throw new Error(`${template.number} still changes`);
      return after;
    },
    { timeoutMs: 90_000 },
  );
}

const textOf = (kept: readonly Kept[]): string =>
  BSON.EJSON.stringify(
    kept.map(({ documents }) => documents),
    { relaxed: false },
  );

async function shownOf(dbs: readonly Db[], { number, has }: Template): Promise<readonly Kept[]> {
  const kept: Kept[] = [];
  for (const db of dbs) {
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(
      ({ name }) => name,
    );
    for (const name of names.filter((one) => !PASSING.test(one))) {
      const collection = db.collection(name);
      const documents = await collection.find(named('_id', number)).sort({ _id: 1 }).toArray();
      if (names.includes(`${name}${JOURNAL}`)) await seeNewest(collection, documents, number);
      if (documents.some((document) => document['outboxAt'])) {
        throw new Error(`${number} waits to be published in ${name}`);
      }
      if (documents.length > 0) kept.push({ collection, documents });
    }
  }
  const missing = has.filter(
    (name) => !kept.some(({ collection }) => collection.collectionName === name),
  );
  if (missing.length > 0) throw new Error(`${number} is not in ${missing.join(', ')} yet`);
  return kept;
}

const named = (field: string, number: string): Document => ({ [field]: { $regex: number } });

/** Throws while the journal knows a newer version than queries do. */
async function seeNewest(
  collection: Collection,
  documents: readonly Document[],
  number: string,
): Promise<void> {
  const changes = collection.db.collection(`${collection.collectionName}${JOURNAL}`);
  const entries = await changes
    .find(named('of', number))
    .project<{ of: string; version: bigint }>({ of: 1, version: 1 })
    .toArray();
  const shown = new Map(documents.map((one) => [String(one['_id']), one['version'] as bigint]));
  const isBehind = entries.some(({ of, version }) => (shown.get(of) ?? 0n) < version);
  if (isBehind) throw new Error(`${number} is not shown yet in ${collection.collectionName}`);
}
