import { BSON, MongoClient } from 'mongodb';
import type { Collection, Document } from 'mongodb';
import { eventually } from '@astrolabe/testing';

const BATCH = 500;
const DAY_MS = 86_400_000;

/** An order that the services have written, and how many of a hundred are like it. */
export type Template = { readonly number: string; readonly share: number };

export type Seeded = { readonly orders: number; readonly seconds: number };

/**
 * Multiplies orders that the services have written themselves, in every collection that has them, under other
 * numbers and over the last `days` days. So the documents are exactly those of the services, and their number is the only
 * difference.
 */
export async function seedOrders(
  mongoUri: string,
  databasePrefix: string,
  options: {
    readonly sellerId: string;
    readonly templates: readonly Template[];
    readonly orders: number;
    readonly days: number;
  },
): Promise<Seeded> {
  const client = new MongoClient(mongoUri, { useBigInt64: true });
  await client.connect();
  const startedAt = performance.now();
  try {
    const collections = [
      client.db(`${databasePrefix}order_router`).collection('orders'),
      client.db(`${databasePrefix}fulfillment`).collection('fulfilments'),
      client.db(`${databasePrefix}fulfillment`).collection('order_figures'),
    ];
    for (const collection of collections) await multiply(collection, options);
  } finally {
    await client.close();
  }
  return { orders: options.orders, seconds: (performance.now() - startedAt) / 1_000 };
}

async function multiply(
  collection: Collection,
  { sellerId, templates, orders, days }: Parameters<typeof seedOrders>[2],
): Promise<void> {
  const texts: string[] = [];
  for (const { number, share } of templates) {
    const id = `tmall/${sellerId}/${number}`;
    // Not every order has one in every collection; those that do have published what they had to.
    const found = await eventually(
      async () => {
        const document = await collection.findOne({ _id: id } as Document);
        if (document?.['outboxAt']) throw new Error(`${id} waits to be published`);
        return document;
      },
      { timeoutMs: 30_000 },
    );
    const text = found ? BSON.EJSON.stringify(found, { relaxed: false }) : '';
    texts.push(...Array.from({ length: share }, () => text));
  }
  const now = Date.now();
  let batch: Document[] = [];
  for (let n = 0; n < orders; n += 1) {
    const text = texts[n % texts.length] ?? '';
    if (text === '') continue;
    const createdAt = new Date(now - Math.floor((n / orders) * days * DAY_MS));
    batch.push(copyOf(text, templates, numberOf(n), createdAt));
    if (batch.length < BATCH) continue;
    await collection.insertMany(batch, { ordered: false });
    batch = [];
  }
  if (batch.length > 0) await collection.insertMany(batch, { ordered: false });
}

/** Numbers of the channel's length, which no template has. */
export const numberOf = (n: number): string => String(3_000_000_000_000_000n + BigInt(n));

function copyOf(
  text: string,
  templates: readonly Template[],
  number: string,
  createdAt: Date,
): Document {
  const renamed = templates.reduce((all, one) => all.replaceAll(one.number, number), text);
  const copy = BSON.EJSON.parse(renamed, { relaxed: false, useBigInt64: true }) as Document;
  const state = copy['state'] as Record<string, unknown>;
  const paidAt = 'paidAt' in state ? { paidAt: createdAt } : {};
  return { ...copy, createdAt, updatedAt: createdAt, state: { ...state, ...paidAt } };
}
