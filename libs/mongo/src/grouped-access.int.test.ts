import { ok } from '@astrolabe/kernel';
import { testDatabase } from '@astrolabe/testing';
import { MongoNetworkError } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { add, counterStores } from '../test/counters.ts';
import type { Counter } from '../test/counters.ts';
import type { AggregateStore } from './contract.ts';

const mongo = await testDatabase();
const { counters, countersOn } = counterStores(mongo.db);

const MANY = 20;
const ids = Array.from({ length: MANY }, (_, index) => `id-${index}`);

const addToAll = (store: AggregateStore<Counter>, amount: bigint) =>
  Promise.all(ids.map((id) => store.transact(id, null, add(amount))));
const totals = async (store: AggregateStore<Counter>): Promise<(bigint | undefined)[]> =>
  (await Promise.all(ids.map((id) => store.load(id)))).map((found) => found?.state.total);
const all = (total: bigint): bigint[] => ids.map(() => total);

/** Counts the commands that pass, by operation. */
function counted(name: string) {
  const calls = { insertOne: 0, insertMany: 0, updateOne: 0, bulkWrite: 0 };
  const count = (operation: keyof typeof calls) => (call: () => Promise<unknown>) => {
    calls[operation] += 1;
    return call();
  };
  const store = countersOn(name, {
    insertOne: count('insertOne'),
    insertMany: count('insertMany'),
    updateOne: count('updateOne'),
    bulkWrite: count('bulkWrite'),
  });
  return { store, calls };
}

test('aggregates that are written at once share commands, and each is written', async () => {
  const { store, calls } = counted('shared');
  expect(await addToAll(store, 1n)).toEqual(
    ids.map(() => ok({ result: 1n, applied: true, version: 1n })),
  );
  expect(calls.insertMany).toBeGreaterThan(0);
  expect(calls.insertOne + calls.insertMany).toBeLessThan(MANY / 2);
  expect(await addToAll(store, 2n)).toEqual(
    ids.map(() => ok({ result: 3n, applied: true, version: 2n })),
  );
  expect(calls.bulkWrite).toBeGreaterThan(0);
  expect(calls.updateOne + calls.bulkWrite).toBeLessThan(MANY / 2);
  expect(await totals(counters('shared'))).toEqual(all(3n));
});

test('one that comes alone is written at once, by a command of its own', async () => {
  const { store, calls } = counted('alone');
  await store.transact('a', null, add(1n));
  await store.transact('a', null, add(1n));
  expect(calls).toEqual({ insertOne: 1, insertMany: 0, updateOne: 1, bulkWrite: 0 });
});

describe('one of a group', () => {
  test('that met another writer is decided again; the others are not touched by it', async () => {
    const other = counters('met');
    const store = countersOn('met', {
      bulkWrite: async (write) => {
        await other.transact('id-7', null, add(100n));
        return write();
      },
    });
    await addToAll(other, 1n);
    await addToAll(store, 1n);
    const seven = (await other.load('id-7'))?.state.total;
    expect(seven).toBeGreaterThanOrEqual(102n);
    expect((await totals(other)).filter((total) => total === 2n)).toHaveLength(MANY - 1);
    expect((await store.transact('id-7', null, add(1n))).ok).toBe(true);
    expect((await other.load('id-7'))?.state.total).toBe((seven ?? 0n) + 1n);
  });

  test('that another process created first is added to', async () => {
    const other = counters('created');
    let isFirst = true;
    const store = countersOn('created', {
      insertMany: async (write) => {
        if (isFirst) await other.transact('id-9', null, add(100n));
        isFirst = false;
        return write();
      },
    });
    await addToAll(store, 1n);
    expect((await other.load('id-9'))?.state.total).toBe(101n);
    expect((await totals(other)).filter((total) => total === 1n)).toHaveLength(MANY - 1);
  });

  test('that cannot be written fails alone', async () => {
    const store = counters('large');
    await addToAll(store, 1n);
    const large = 'x'.repeat(17 * 1024 * 1024);
    const grow = store.transact('id-11', null, () =>
      ok({ state: { total: 0n, labels: [large] }, events: [], result: 0n }),
    );
    const rest = ids.filter((id) => id !== 'id-11');
    const others = Promise.all(rest.map((id) => store.transact(id, null, add(1n))));
    await expect(grow).rejects.toThrow();
    await others;
    const found = await totals(store);
    expect(found[11]).toBe(1n);
    expect(found.filter((total) => total === 2n)).toHaveLength(MANY - 1);
  });
});

describe('a group whose reply got lost', () => {
  const lost = new MongoNetworkError('connection closed');

  test('and that was written is not written again', async () => {
    let losses = 0;
    const loseReply = async (write: () => Promise<unknown>): Promise<unknown> => {
      await write();
      losses += 1;
      throw lost;
    };
    const store = countersOn('group-lost', { insertMany: loseReply, bulkWrite: loseReply });
    await addToAll(store, 1n);
    await addToAll(store, 1n);
    expect(losses).toBeGreaterThan(1);
    expect(await totals(counters('group-lost'))).toEqual(all(2n));
    expect((await store.outbox.pendingOf('id-3')).events).toHaveLength(2);
  });

  test('and that was not written is written', async () => {
    const fail = () => Promise.reject(lost);
    const store = countersOn('group-unsent', { insertMany: fail, bulkWrite: fail });
    await addToAll(store, 1n);
    await addToAll(store, 1n);
    expect(await totals(counters('group-unsent'))).toEqual(all(2n));
  });

  /** Loses every reply; what the group wrote to id-5 is written over before. */
  const coveringFive = (name: string) => {
    const other = counters(name);
    return countersOn(name, {
      bulkWrite: async (write) => {
        const before = await other.load('id-5');
        await write();
        const after = await other.load('id-5');
        if (after?.version !== before?.version) await other.transact('id-5', null, add(1n));
        throw lost;
      },
    });
  };

  test('and that stands under a newer write: a command is not repeated blindly', async () => {
    const other = counters('group-covered');
    await addToAll(other, 1n);
    const store = coveringFive('group-covered');
    const outcomes = await Promise.allSettled(ids.map((id) => store.transact(id, null, add(1n))));
    expect(ids.filter((_, index) => outcomes[index]?.status === 'rejected')).toEqual(['id-5']);
    expect(await totals(other)).toEqual(ids.map((id) => (id === 'id-5' ? 3n : 2n)));
  });

  test('and that stands under a newer write: an event is known', async () => {
    const other = counters('group-known');
    await addToAll(other, 1n);
    const store = coveringFive('group-known');
    const event = { source: 's', sequence: 1n };
    const heard = await Promise.all(ids.map((id) => store.transact(id, event, add(1n))));
    expect(heard[5]).toEqual(ok({ result: undefined, applied: false, version: 3n }));
    expect(await totals(other)).toEqual(ids.map((id) => (id === 'id-5' ? 3n : 2n)));
  });
});
