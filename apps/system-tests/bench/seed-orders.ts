import { hourOf, spanOf } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import { MongoClient } from 'mongodb';
import type { Collection, Db, Document } from 'mongodb';

const BATCH = 500;
const HOUR_MS = 3_600_000;
/** What the services have just written is of this time; anything older is a sample's, such as the time of payment. */
const WRITTEN_MS = 30 * 60_000;

/** An order that the services have written, and how many of a hundred are like it. */
export type Template = {
  readonly number: string;
  readonly share: number;
  /** Collections that need not have it. */
  readonly lacks: readonly string[];
};

export type Seeded = { readonly orders: number; readonly seconds: number };

type Options = {
  readonly sellerId: string;
  readonly templates: readonly Template[];
  readonly orders: number;
  readonly days: number;
};

/** Collections whose documents are named after an order, by the database of their service. */
const COLLECTIONS = [
  ['order_router', 'orders'],
  ['fulfillment', 'fulfilments'],
  ['fulfillment', 'order_figures'],
  ['fulfillment', 'store_asks'],
  ['settlement', 'receivables'],
] as const;

/**
 * Multiplies orders that the services have written themselves, in every collection that has them, under other
 * numbers and over the last `days` days. So the documents are exactly those of the services, at another time, and their
 * number is the only difference.
 */
export async function seedOrders(
  mongoUri: string,
  databasePrefix: string,
  options: Options,
): Promise<Seeded> {
  const client = new MongoClient(mongoUri, { useBigInt64: true });
  await client.connect();
  const startedAt = performance.now();
  try {
    const dbOf = (service: string): Db => client.db(`${databasePrefix}${service}`);
    const moments = await momentsOf(dbOf('order_router'), options);
    await Promise.all(
      COLLECTIONS.map(([service, name]) =>
        multiply(dbOf(service).collection(name), options, moments),
      ),
    );
  } finally {
    await client.close();
  }
  return { orders: options.orders, seconds: (performance.now() - startedAt) / 1_000 };
}

const idOf = (sellerId: string, number: string): string => `tmall/${sellerId}/${number}`;

/** When each template was made. */
async function momentsOf(
  db: Db,
  { sellerId, templates }: Options,
): Promise<ReadonlyMap<string, Date>> {
  const moments = new Map<string, Date>();
  for (const { number } of templates) {
    const [order] = await writtenOf(db.collection('orders'), idOf(sellerId, number), true);
    moments.set(number, order?.['createdAt'] as Date);
  }
  return moments;
}

async function multiply(
  collection: Collection,
  { sellerId, templates, orders, days }: Options,
  moments: ReadonlyMap<string, Date>,
): Promise<void> {
  const kinds: (readonly [Template, readonly Document[]])[] = [];
  for (const template of templates) {
    const id = idOf(sellerId, template.number);
    const isNeeded = !template.lacks.includes(collection.collectionName);
    const kind = [template, await writtenOf(collection, id, isNeeded)] as const;
    kinds.push(...Array.from({ length: template.share }, () => kind));
  }
  const now = Date.now();
  let batch: Document[] = [];
  for (let n = 0; n < orders; n += 1) {
    const [template, documents] = kinds[n % kinds.length] ?? [];
    if (!template || !documents) continue;
    const made = moments.get(template.number) ?? new Date(now);
    const age = (n / orders) * days * 24 * HOUR_MS;
    const change = { from: template.number, to: numberOf(n), made, shift: shiftOf(made, age) };
    batch.push(...documents.map((document) => copyOf(document, change)));
    if (batch.length < BATCH) continue;
    await collection.insertMany(batch, { ordered: false });
    batch = [];
  }
  if (batch.length > 0) await collection.insertMany(batch, { ordered: false });
}

/** The documents of an order, when queries see its newest version and what it had to publish is published. */
async function writtenOf(
  collection: Collection,
  id: string,
  isNeeded: boolean,
): Promise<readonly Document[]> {
  const changes = collection.db.collection(`${collection.collectionName}.journal`);
  return await eventually(
    async () => {
      // Also those that are named after the order and a number of their own, `<order>#<n>`.
      const named = { _id: { $gte: id, $lt: `${id}$` } } as Document;
      const found = await collection.find(named).toArray();
      const newest = await changes.find({ of: id }).project({ version: 1 }).toArray();
      const isBehind = newest.some(({ version }) =>
        found.every((document) => (document['version'] as bigint) < (version as bigint)),
      );
      if (isBehind || (isNeeded && found.length === 0)) throw new Error(`${id} is not shown yet`);
      if (found.some((document) => document['outboxAt'])) {
        throw new Error(`${id} waits to be published`);
      }
      return found;
    },
    { timeoutMs: 60_000 },
  );
}

/** Numbers of the channel's length, which no template has. */
export const numberOf = (n: number): string => String(3_000_000_000_000_000n + BigInt(n));

/** Whole hours, so that hours and days which are written as text are those of the times beside them, and some of the minutes. */
function shiftOf(made: Date, ageMs: number): number {
  const { from } = spanOf(hourOf(made));
  const minutes = -Math.floor((ageMs % HOUR_MS) * ((made.getTime() - from.getTime()) / HOUR_MS));
  return minutes - Math.floor(ageMs / HOUR_MS) * HOUR_MS;
}

type Change = {
  readonly from: string;
  readonly to: string;
  /** When the template was made, and how many milliseconds later (earlier: below 0) its copy was. */
  readonly made: Date;
  readonly shift: number;
};

function copyOf(document: Document, change: Change): Document {
  const copy = copied(document, change) as Document;
  const state = copy['state'] as Document | undefined;
  if (!state || !('paidAt' in state)) return copy;
  const paidAt = moved(change.made, change);
  const paidDay = 'paidDay' in state && { paidDay: hourOf(paidAt).slice(0, 10) };
  return { ...copy, state: { ...state, paidAt, ...paidDay } };
}

function copied(value: unknown, change: Change): unknown {
  if (typeof value === 'string') return renamed(value, change);
  if (value instanceof Date) return moved(value, change);
  if (Array.isArray(value)) return value.map((one) => copied(one, change));
  if (typeof value !== 'object' || value === null || '_bsontype' in value) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, copied(one, change)]),
  );
}

/** What was written is moved; what is still to be done, and what a sample says of its past, is not. */
function moved(at: Date, { made, shift }: Change): Date {
  const sinceMade = at.getTime() - made.getTime();
  const isWritten = Math.abs(sinceMade) < WRITTEN_MS && at.getTime() <= Date.now();
  return isWritten ? new Date(at.getTime() + shift) : at;
}

/** A day, or an hour of one, at the end of a text, e.g. `2026-12-01 15`. */
const MOMENT = /(\d{4}-\d{2}-\d{2})( \d{2})?$/;

function renamed(text: string, change: Change): string {
  const { from, to, made, shift } = change;
  const hours = Math.ceil(shift / HOUR_MS) * HOUR_MS;
  const named = text.includes(from) ? text.replaceAll(from, to) : text;
  if (!MOMENT.test(named)) return named;
  return named.replace(MOMENT, (moment: string, day: string, hour: string | undefined) => {
    const written = hourOf(made);
    if (hour !== undefined) {
      const at = spanOf(moment).from;
      const isWritten = Math.abs(at.getTime() - spanOf(written).from.getTime()) <= HOUR_MS;
      return isWritten ? hourOf(new Date(at.getTime() + hours)) : moment;
    }
    return day === written.slice(0, 10)
      ? hourOf(new Date(made.getTime() + hours)).slice(0, 10)
      : moment;
  });
}
