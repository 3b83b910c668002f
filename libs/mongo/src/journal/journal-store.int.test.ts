import { setTimeout as delay } from 'node:timers/promises';
import { ok } from '@astrolabe/kernel';
import { testDatabase } from '@astrolabe/testing';
import fc from 'fast-check';
import { MongoNetworkError } from 'mongodb';
import type { Db } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { add } from '../../test/counters.ts';
import type { Counter } from '../../test/counters.ts';
import type { AggregateStore } from '../contract.ts';
import type { Stored } from '../aggregate-write.ts';
import type { Entry } from './entry.ts';
import { createJournalStore } from './journal-store.ts';

const mongo = await testDatabase();

type Call = () => Promise<unknown>;
type Between = (operation: string, call: Call) => unknown;

const open = (collection: string, db: Db = mongo.db): Promise<AggregateStore<Counter>> =>
  createJournalStore<Counter>({
    db,
    collection,
    topic: 'counter.events',
    source: 'counter',
    wake: () => undefined,
  });

/** The database with something between a store and the collections of one name. */
function through(name: string, between: Between): Db {
  const collection = (wanted: string): unknown => {
    const target = mongo.db.collection(wanted);
    if (wanted !== name) return target;
    return new Proxy(target, {
      get: (of, property) => {
        const method: unknown = Reflect.get(of, property);
        if (typeof method !== 'function') return method;
        return (...parameters: unknown[]): unknown =>
          between(
            String(property),
            () => Reflect.apply(method, of, parameters) as Promise<unknown>,
          );
      },
    });
  };
  return { collection, client: mongo.client } as unknown as Db;
}

/** The commands of a store to its journal. */
async function counted(name: string) {
  const calls: string[] = [];
  const db = through(`${name}.journal`, (operation, call) => {
    calls.push(operation);
    return call();
  });
  const store = await open(name, db);
  calls.length = 0;
  return { store, calls };
}

const ids = Array.from({ length: 64 }, (_, index) => `id-${index}`);
const addToAll = (store: AggregateStore<Counter>, amount: bigint) =>
  Promise.all(ids.map((id) => store.transact(id, null, add(amount))));
const asItIs = (state: Counter | null) =>
  ok({ state: state ?? { total: 0n, labels: [] }, events: [], result: state?.total });
const journal = (name: string) => mongo.db.collection<Entry>(`${name}.journal`);
const shown = (name: string) => mongo.db.collection<Stored>(name);

describe('commands', () => {
  test('64 changes that are asked for at once are one append', async () => {
    const { store, calls } = await counted('once');
    await addToAll(store, 1n);
    calls.length = 0;
    await addToAll(store, 2n);
    expect(calls).toEqual(['insertMany']);
    expect((await store.load('id-63'))?.state.total).toBe(3n);
  });

  test('what was just looked for in vain is made without another look', async () => {
    const { store, calls } = await counted('vain');
    expect(await store.load('a')).toBeNull();
    calls.length = 0;
    await store.transact('a', null, add(1n));
    expect(calls).toEqual(['insertOne']);
  });

  test('what was expected, beside other work, and is not there is made without another look', async () => {
    const { store, calls } = await counted('expected');
    await Promise.all(ids.map((id) => store.expect(id)));
    await addToAll(store, 1n);
    expect(calls).toEqual(['insertMany']);
    // What others have shown is found, and added to.
    await store.caughtUp();
    const other = await open('expected');
    await Promise.all(ids.map((id) => other.expect(id)));
    await addToAll(other, 1n);
    expect(await store.load('id-63')).toMatchObject({ state: { total: 2n }, version: 2n });
  });

  test('a version is confirmed by its name and the next one, for all that are asked for at once', async () => {
    const { store, calls } = await counted('still');
    await addToAll(store, 1n);
    calls.length = 0;
    const still = () => Promise.all(ids.map((id) => store.isAt(id, 1n)));
    expect(new Set(await still())).toEqual(new Set([true]));
    expect(calls).toEqual(['find']);
    await (await open('still')).transact('id-7', null, add(1n));
    expect((await still()).map((is, at) => (is ? -1 : at)).filter((at) => at >= 0)).toEqual([7]);
    expect(await store.isAt('id-7', 2n)).toBe(true);
  });

  test('the first change of a new one looks at queries alone: its name tells whether others were faster', async () => {
    const { store, calls } = await counted('fresh');
    await addToAll(store, 1n);
    expect(calls).toEqual(['insertMany']);
    calls.length = 0;
    // Another process knows none of them, and queries do not show them yet.
    await addToAll(await open('fresh'), 1n);
    expect(await store.load('id-0')).toMatchObject({ state: { total: 2n }, version: 2n });
  });

  test('what this process wrote is not read again, neither to be told nor to be left as it is', async () => {
    const { store, calls } = await counted('known');
    await addToAll(store, 1n);
    calls.length = 0;
    const totals = await Promise.all(ids.map(async (id) => (await store.load(id))?.state.total));
    expect(new Set(totals)).toEqual(new Set([1n]));
    expect(calls).toEqual(['find']);
    calls.length = 0;
    await Promise.all(ids.map((id) => store.transact(id, null, asItIs)));
    expect(calls).toEqual(['find']);
    calls.length = 0;
    await addToAll(store, 1n);
    expect(calls).toEqual(['insertMany']);
  });

  test('what others have written since is told, also many versions of it', async () => {
    const [mine, theirs] = [await open('behind'), await open('behind')];
    await mine.transact('a', null, add(1n));
    for (let more = 0; more < 11; more += 1) await theirs.transact('a', null, add(1n));
    expect(await mine.load('a')).toMatchObject({ state: { total: 12n }, version: 12n });
    const seen = await mine.transact('a', null, asItIs);
    expect(seen).toMatchObject({ value: { result: 12n, version: 12n } });
    const third = await open('behind');
    expect(await third.transact('a', null, add(1n))).toMatchObject({ value: { result: 13n } });
    expect(await mine.load('a')).toMatchObject({ version: 13n });
  });

  test('one that comes alone is appended alone', async () => {
    const { store, calls } = await counted('lone');
    await store.transact('a', null, add(1n));
    calls.length = 0;
    await store.transact('a', null, add(1n));
    expect(calls).toEqual(['insertOne']);
  });
});

describe('what queries see', () => {
  test('follows within seconds by itself, and at once for a page', async () => {
    const store = await open('follows');
    await addToAll(store, 1n);
    const page = await store.page({}, { field: 'createdAt', direction: -1 }, 100);
    expect(page.items).toHaveLength(64);
    await store.outbox.trimMany(ids.map((id) => ({ id, upToSequence: 1n })));
    await addToAll(store, 1n);
    await expect
      .poll(() => shown('follows').countDocuments({ version: 2n }), { timeout: 20_000 })
      .toBe(64);
  });

  test('is each aggregate in one whole version while many are exchanged', async () => {
    const store = await open('whole');
    await addToAll(store, 1n);
    await store.caughtUp();
    const writing = new AbortController();
    const readers = async (): Promise<void> => {
      while (!writing.signal.aborted) {
        expect(await shown('whole').find().toArray()).toHaveLength(64);
      }
    };
    const reading = readers();
    for (let round = 0; round < 10; round += 1) {
      await addToAll(store, 1n);
      await store.caughtUp();
    }
    writing.abort();
    await reading;
    expect(await shown('whole').countDocuments({ version: 11n })).toBe(64);
  });

  test('is never an older version over a newer one', async () => {
    const [one, two] = [await open('older'), await open('older')];
    await addToAll(one, 1n);
    await addToAll(two, 1n);
    await two.caughtUp();
    await one.caughtUp();
    expect(await shown('older').countDocuments({ version: 2n })).toBe(64);
  });
});

describe('a process that ends without a word', () => {
  test('leaves nothing unseen and nothing unpublished', async () => {
    const gone = await open('gone');
    await addToAll(gone, 1n);
    await gone.transact('id-0', { source: 's', sequence: 1n }, add(5n));
    const next = await open('gone');
    expect(await shown('gone').countDocuments()).toBe(64);
    const pending = await next.outbox.pending(100, new Date(Date.now() + 1_000));
    expect(pending).toHaveLength(64);
    expect(pending.find(({ id }) => id === 'id-0')?.events).toHaveLength(2);
    const again = await next.transact('id-0', { source: 's', sequence: 1n }, add(5n));
    expect(again).toMatchObject({ value: { applied: false, version: 2n } });
    await next.outbox.trimMany(pending.map(({ id }) => ({ id, upToSequence: 2n })));
    expect(await next.outbox.pending(100, new Date(Date.now() + 1_000))).toEqual([]);
  });
});

describe('lost replies', () => {
  test('an append that happened is not done again; one that did not is repeated', async () => {
    let happened = true;
    const send = async (call: Call): Promise<unknown> => {
      if (happened) await call();
      const isLost = !happened;
      happened = !happened;
      if (isLost || !happened) throw new MongoNetworkError('connection closed');
      return undefined;
    };
    const db = through('lost.journal', (operation, call) =>
      operation === 'insertOne' ? send(call) : call(),
    );
    const store = await open('lost', db);
    expect(await store.transact('a', null, add(1n))).toMatchObject({ value: { result: 1n } });
    expect((await (await open('lost')).load('a'))?.state.total).toBe(1n);
    expect(await journal('lost').countDocuments()).toBe(1);
  });

  test('a group whose reply got lost has its effect once, in every member', async () => {
    let losses = 2;
    const send = async (call: Call): Promise<unknown> => {
      const reply = await call();
      losses -= 1;
      if (losses >= 0) throw new MongoNetworkError('connection closed');
      return reply;
    };
    const db = through('grouped.journal', (operation, call) =>
      operation === 'insertMany' ? send(call) : call(),
    );
    const store = await open('grouped', db);
    await addToAll(store, 1n);
    await addToAll(store, 1n);
    const totals = await Promise.all(ids.map(async (id) => (await store.load(id))?.state.total));
    expect(new Set(totals)).toEqual(new Set([2n]));
    expect(await journal('grouped').countDocuments()).toBe(128);
  });
});

test('writers of several processes, some of which end without a word: every change once, in one order', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          writer: fc.nat(2),
          aggregate: fc.nat(3),
          after: fc.constantFrom('nothing', 'dies', 'shows', 'publishes'),
        }),
        { minLength: 5, maxLength: 40 },
      ),
      async (steps) => {
        run += 1;
        const name = `model${run}`;
        const writers = [await open(name), await open(name), await open(name)];
        const published = new Map<string, bigint[]>();
        const counts = new Map<string, bigint>();
        for (const { writer, aggregate, after } of steps) {
          const id = `a${aggregate}`;
          const store = writers[writer] ?? (await open(name));
          const done = await store.transact(id, null, add(1n));
          counts.set(id, (counts.get(id) ?? 0n) + 1n);
          expect(done).toEqual(
            ok({ result: counts.get(id), applied: true, version: counts.get(id) }),
          );
          if (after === 'dies') writers[writer] = await open(name);
          if (after === 'shows') await store.caughtUp();
          if (after === 'publishes') await publish(store, id, published);
        }
        const last = await open(name);
        for (const [id, count] of counts) {
          expect((await last.load(id))?.version).toBe(count);
          await publish(last, id, published);
          // Published again is allowed; left out or overtaken is not.
          expect(firsts(published.get(id) ?? [])).toEqual(
            Array.from({ length: Number(count) }, (_, index) => BigInt(index + 1)),
          );
        }
        expect(await shown(name).countDocuments()).toBe(counts.size);
      },
    ),
    { numRuns: 8 },
  );
});

async function publish(
  store: AggregateStore<Counter>,
  id: string,
  published: Map<string, bigint[]>,
): Promise<void> {
  const { events } = await store.outbox.pendingOf(id);
  const sequences = events.map(({ sequence }) => sequence);
  published.set(id, [...(published.get(id) ?? []), ...sequences]);
  const last = sequences.at(-1);
  if (last !== undefined) await store.outbox.trim(id, last);
  await delay(0);
}

/** The first time that each number appears. */
const firsts = (numbers: readonly bigint[]): bigint[] => [...new Set(numbers)];
