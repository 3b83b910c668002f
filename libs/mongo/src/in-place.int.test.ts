import { ok } from '@astrolabe/kernel';
import { testDatabase } from '@astrolabe/testing';
import { MongoNetworkError } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { add, counterStores } from '../test/counters.ts';
import type { Counter } from '../test/counters.ts';
import type { AggregateStore } from './contract.ts';

const mongo = await testDatabase();
const { counters, countersOn } = counterStores(mongo.db);

const sequences = async (store: AggregateStore<Counter>, id: string): Promise<bigint[]> =>
  (await store.outbox.pendingOf(id)).events.map(({ sequence }) => sequence);

describe('lost replies', () => {
  const loseReply = async (write: () => Promise<unknown>): Promise<unknown> => {
    await write();
    throw new MongoNetworkError('connection closed');
  };

  test('a write that happened is not done again', async () => {
    const inserting = countersOn('lost', { insertOne: loseReply });
    expect(await inserting.transact('a', null, add(1n))).toEqual(
      ok({ result: 1n, applied: true, version: 1n }),
    );
    const updating = countersOn('lost', { updateOne: loseReply });
    expect(await updating.transact('a', null, add(1n))).toEqual(
      ok({ result: 2n, applied: true, version: 2n }),
    );
    expect(await updating.load('a')).toMatchObject({ state: { total: 2n }, version: 2n });
  });

  test('a write that did not happen is repeated', async () => {
    let failures = 2;
    const store = countersOn('unsent', {
      insertOne: (write) => {
        failures -= 1;
        return failures < 0 ? write() : Promise.reject(new MongoNetworkError('refused'));
      },
    });
    expect(await store.transact('a', null, add(1n))).toEqual(
      ok({ result: 1n, applied: true, version: 1n }),
    );
  });

  test('a command that may stand under a newer write is not repeated blindly', async () => {
    const other = counters('covered');
    await other.transact('a', null, add(1n));
    const store = countersOn('covered', {
      updateOne: async (write) => {
        await write();
        await other.transact('a', null, add(1n));
        throw new MongoNetworkError('connection closed');
      },
    });
    await expect(store.transact('a', null, add(1n))).rejects.toThrow('connection closed');
    expect((await other.load('a'))?.state.total).toBe(3n);
  });

  test('an event in the same place is known by the inbox', async () => {
    const other = counters('known');
    await other.transact('a', null, add(1n));
    const store = countersOn('known', {
      updateOne: async (write) => {
        await write();
        await other.transact('a', null, add(1n));
        throw new MongoNetworkError('connection closed');
      },
    });
    expect(await store.transact('a', { source: 's', sequence: 1n }, add(1n))).toEqual(
      ok({ result: undefined, applied: false, version: 3n }),
    );
    expect((await other.load('a'))?.state.total).toBe(3n);
  });
});

test('an append whose load did not see a trim is found by the recovery scan', async () => {
  const plain = counters('unseen');
  await plain.transact('a', null, add(1n));
  const store = countersOn('unseen', {
    updateOne: async (write) => {
      await plain.outbox.trim('a', 1n);
      return write();
    },
  });
  await store.transact('a', null, add(1n));
  const found = await store.outbox.pending(10, new Date(Date.now() + 1_000));
  expect(found.map(({ id, events }) => [id, events.map((event) => event.sequence)])).toEqual([
    ['a', [2n]],
  ]);
});

test('is not read again for the next decision, nor for its events', async () => {
  let reads = 0;
  const store = countersOn('recent', {
    findOne: (read) => {
      reads += 1;
      return read();
    },
  });
  for (let n = 0; n < 10; n += 1) await store.transact('a', null, add(1n));
  expect(reads).toBe(1);
  expect((await store.load('a'))?.state).toEqual({
    total: 10n,
    labels: expect.any(Array) as string[],
  });
  expect((await store.outbox.pendingOf('a')).events).toHaveLength(10);
  await store.outbox.trim('a', 9n);
  expect(await sequences(store, 'a')).toEqual([10n]);
});
