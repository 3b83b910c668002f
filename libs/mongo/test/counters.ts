import { err, ok } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import type { Db } from 'mongodb';
import { createAggregateStore } from '../src/aggregate-store.ts';
import { createJournalStore } from '../src/journal/journal-store.ts';
import type { AggregateStore, AggregateStoreOptions, Decision } from '../src/contract.ts';

export type Counter = { total: bigint; labels: string[] };
type Refusal = 'negative';

export const TIME = new Date('2026-11-22T08:00:00.000Z');
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

type Call = () => Promise<unknown>;
type Operation = 'findOne' | 'insertOne' | 'updateOne' | 'insertMany' | 'bulkWrite';
/** What the test does in place of a call to the driver. */
export type Interference = Partial<Record<Operation, (call: Call) => Promise<unknown>>>;

/** Where documents are changed in place, and where changes are appended. */
export const KINDS = ['in place', 'journal'] as const;
export type Kind = (typeof KINDS)[number];

/** Stores of counters in one database. */
export function counterStores(db: Db, kind: Kind = 'in place') {
  /** Each kind has collections of its own. */
  const nameOf = (collection: string): string =>
    kind === 'journal' ? `appended_${collection}` : collection;
  const storeIn = (
    database: Db,
    collection: string,
    wake: (id: string) => void = () => undefined,
  ): AggregateStore<Counter> => {
    const options = {
      db: database,
      collection: nameOf(collection),
      topic: 'counter.events',
      source: 'counter',
      wake,
    };
    return kind === 'journal' ? journalOf(options) : createAggregateStore<Counter>(options);
  };
  return {
    nameOf,
    counters: (collection: string, wake?: (id: string) => void) => storeIn(db, collection, wake),
    /** A store whose calls pass through the test: it may do something before, or lose the reply. */
    countersOn: (name: string, interference: Interference): AggregateStore<Counter> => {
      const collection = new Proxy(db.collection(name), {
        get: (target, property) => {
          const method: unknown = Reflect.get(target, property);
          if (typeof method !== 'function') return method;
          return (...parameters: unknown[]): unknown => {
            const call = (): unknown => Reflect.apply(method, target, parameters);
            const between = interference[property as Operation];
            return between === undefined ? call() : between(call as Call);
          };
        },
      });
      return storeIn({ collection: () => collection } as unknown as Db, name);
    },
  };
}

/** Adds and says so; refuses to fall below zero. */
export const add =
  (amount: bigint, events = 1) =>
  (state: Counter | null): Result<Decision<Counter, bigint>, Refusal> => {
    const total = (state?.total ?? 0n) + amount;
    if (total < 0n) return err('negative');
    return ok({
      state: { total, labels: [...(state?.labels ?? []), `+${amount}`] },
      events: Array.from({ length: events }, (_, index) => ({
        type: 'added',
        payload: bytes(`${total}.${index}`),
        time: TIME,
      })),
      result: total,
    });
  };

/** A journal that opens at the first call. */
function journalOf(options: AggregateStoreOptions<Counter>): AggregateStore<Counter> {
  let opening: Promise<AggregateStore<Counter>> | undefined;
  const opened = () => (opening ??= createJournalStore(options));
  return {
    outbox: {
      topic: options.topic,
      source: options.source,
      pending: async (limit, olderThan) => (await opened()).outbox.pending(limit, olderThan),
      pendingOf: async (id) => (await opened()).outbox.pendingOf(id),
      pendingOfMany: async (ids) => (await opened()).outbox.pendingOfMany(ids),
      trim: async (id, upToSequence) => (await opened()).outbox.trim(id, upToSequence),
      trimMany: async (trims) => (await opened()).outbox.trimMany(trims),
    },
    load: async (id) => (await opened()).load(id),
    lastKnown: async (id) => (await opened()).lastKnown(id),
    isAt: async (id, version) => (await opened()).isAt(id, version),
    expect: async (id) => (await opened()).expect(id),
    transact: async (id, from, decide) => (await opened()).transact(id, from, decide),
    page: async (filter, sort, limit, after) => (await opened()).page(filter, sort, limit, after),
    caughtUp: async () => (await opened()).caughtUp(),
    remove: async (filter) => (await opened()).remove(filter),
  };
}
