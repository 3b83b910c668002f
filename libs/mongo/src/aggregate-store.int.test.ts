import { err, ok } from '@astrolabe/kernel';
import { testDatabase } from '@astrolabe/testing';
import { describe, expect, test, vi } from 'vitest';
import { KINDS, TIME, add, counterStores } from '../test/counters.ts';
import type { Counter } from '../test/counters.ts';
import type { AggregateStore } from './contract.ts';
import type { AggregateDocument } from './aggregate-document.ts';
import { ValueTaken } from './errors.ts';
import { ensureIndexes, outboxIndexes } from './indexes.ts';

const mongo = await testDatabase();

const sequences = async (store: AggregateStore<Counter>, id: string): Promise<bigint[]> =>
  (await store.outbox.pendingOf(id)).events.map(({ sequence }) => sequence);

describe.each(KINDS)('%s:', (kind) => {
  const { counters, nameOf } = counterStores(mongo.db, kind);

  async function raw(
    store: AggregateStore<Counter>,
    collection: string,
    id: string,
  ): Promise<AggregateDocument<Counter>> {
    await store.caughtUp();
    const doc = await mongo.db
      .collection<AggregateDocument<Counter>>(nameOf(collection))
      .findOne({ _id: id });
    if (doc === null) throw new Error(`${id} is missing`);
    return doc;
  }

  describe('one write', () => {
    test('state, events and what was heard stand in one document', async () => {
      const wake = vi.fn();
      const store = counters('one', wake);
      const outcome = await store.transact(
        'a',
        { source: 'orders/s.1/t$', sequence: 7n },
        add(5n, 2),
      );
      expect(outcome).toEqual(ok({ result: 5n, applied: true, version: 1n }));
      expect(wake).toHaveBeenCalledExactlyOnceWith('a');
      const doc = await raw(store, 'one', 'a');
      expect(doc).toMatchObject({
        version: 1n,
        eventSeq: 2n,
        state: { total: 5n, labels: ['+5'] },
      });
      expect(doc.inbox).toEqual({
        'orders/s%2E1/t%24': { high: 7n, missing: [1n, 2n, 3n, 4n, 5n, 6n] },
      });
      expect(doc.outboxAt).toBeInstanceOf(Date);
      const { events } = await store.outbox.pendingOf('a');
      expect(
        events.map(({ id, key, payload }) => [id, key, Buffer.from(payload).toString()]),
      ).toEqual([
        ['counter/a/1', 'a', '5.0'],
        ['counter/a/2', 'a', '5.1'],
      ]);
    });

    test('a refusal writes nothing', async () => {
      const store = counters('refused');
      expect(await store.transact('a', null, add(-1n))).toEqual(err('negative'));
      expect(await store.load('a')).toBeNull();
    });

    test('the same state without events writes nothing', async () => {
      const store = counters('same');
      await store.transact('a', null, add(1n));
      const before = await raw(store, 'same', 'a');
      const outcome = await store.transact('a', null, (state) =>
        ok({ state: state ?? { total: 0n, labels: [] }, events: [], result: 'seen' }),
      );
      expect(outcome).toEqual(ok({ result: 'seen', applied: true, version: 1n }));
      expect(await raw(store, 'same', 'a')).toEqual(before);
    });

    test('an event without effect is remembered all the same', async () => {
      const store = counters('heard');
      await store.transact('a', null, add(1n));
      await store.transact('a', { source: 's', sequence: 1n }, (state) =>
        ok({ state: state ?? { total: 0n, labels: [] }, events: [], result: null }),
      );
      expect((await raw(store, 'heard', 'a')).inbox).toEqual({ s: 1n });
    });

    test('an event too large to be published is refused before it is stored', async () => {
      const store = counters('large');
      const huge = { type: 'x', payload: new Uint8Array(600 * 1024), time: TIME };
      const outcome = store.transact('a', null, () =>
        ok({ state: { total: 0n, labels: [] }, events: [huge], result: null }),
      );
      await expect(outcome).rejects.toThrow(RangeError);
      expect(await store.load('a')).toBeNull();
    });
  });

  describe('duplicates', () => {
    test('an event has its effect once, however often and in whatever crowd it arrives', async () => {
      const stores = Array.from({ length: 5 }, () => counters('dup'));
      const outcomes = await Promise.all(
        [...stores, ...stores, ...stores, ...stores, ...stores].map((store) =>
          store.transact('a', { source: 's', sequence: 1n }, add(10n)),
        ),
      );
      const applied = outcomes.filter((outcome) => outcome.ok && outcome.value.applied);
      expect(applied).toHaveLength(1);
      expect(await counters('dup').load('a')).toMatchObject({ state: { total: 10n }, version: 1n });
    });

    test('sequences of different sources do not shadow each other', async () => {
      const store = counters('sources');
      await store.transact('a', { source: 's/1', sequence: 9n }, add(1n));
      await store.transact('a', { source: 's/2', sequence: 1n }, add(1n));
      const again = await store.transact('a', { source: 's/1', sequence: 9n }, add(1n));
      expect(again).toEqual(ok({ result: undefined, applied: false, version: 2n }));
      expect((await store.load('a'))?.state.total).toBe(2n);
    });

    test('an event that later ones have overtaken has its effect, once', async () => {
      const store = counters('overtaken');
      for (const sequence of [1n, 4n, 5n]) {
        await store.transact('a', { source: 's', sequence }, add(10n));
      }
      expect((await raw(store, 'overtaken', 'a')).inbox).toEqual({
        s: { high: 5n, missing: [2n, 3n] },
      });
      const late = { source: 's', sequence: 2n };
      for (const other of [store, counters('overtaken')]) await other.transact('a', late, add(10n));
      expect(await store.load('a')).toMatchObject({ state: { total: 40n }, version: 4n });
      await store.transact('a', { source: 's', sequence: 3n }, add(10n));
      // Without gaps a number is enough, as documents hold it that were written before there were any.
      expect((await raw(store, 'overtaken', 'a')).inbox).toEqual({ s: 5n });
      const old = await store.transact('a', { source: 's', sequence: 1n }, add(10n));
      expect(old).toMatchObject({ value: { applied: false } });
    });
  });

  describe('races', () => {
    test('50 transactions at once on one aggregate all take effect, in one order', async () => {
      // Several stores stand for several processes: they share no queue, only the document.
      const stores = Array.from({ length: 10 }, () => counters('race'));
      const outcomes = await Promise.all(
        [...stores, ...stores, ...stores, ...stores, ...stores].map((store) =>
          store.transact('a', null, add(1n)),
        ),
      );
      const results = outcomes.map((outcome) => (outcome.ok ? outcome.value.result : undefined));
      expect(new Set(results).size).toBe(50);
      const store = counters('race');
      expect(await store.load('a')).toMatchObject({ state: { total: 50n }, version: 50n });
      expect(await sequences(store, 'a')).toEqual(
        Array.from({ length: 50 }, (_, index) => BigInt(index + 1)),
      );
    });

    test('a creation raced by many happens once', async () => {
      const stores = Array.from({ length: 8 }, () => counters('create'));
      await Promise.all(
        stores.map((store) =>
          store.transact('a', null, (state) =>
            state === null ? add(3n)(null) : ok({ state, events: [], result: state.total }),
          ),
        ),
      );
      expect(await counters('create').load('a')).toMatchObject({
        state: { total: 3n },
        version: 1n,
      });
    });
  });
  // A journal keeps changes, and has no place for an index over what they come to.
  if (kind === 'in place') {
    test('a unique value has one aggregate; another new one with it is refused', async () => {
      const indexes = [{ key: { 'state.total': 1 }, name: 'total', unique: true }] as const;
      await ensureIndexes(mongo.db, [{ collection: nameOf('unique'), indexes }]);
      const store = counters('unique');
      await store.transact('a', null, add(1n));
      await expect(store.transact('b', null, add(1n))).rejects.toBeInstanceOf(ValueTaken);
      expect(await store.load('b')).toBeNull();
      expect(await store.transact('b', null, add(2n))).toMatchObject({ value: { version: 1n } });
    });
  }
  describe('outbox', () => {
    test('a trim leaves what was appended meanwhile', async () => {
      const store = counters('trim');
      await store.transact('a', null, add(1n, 3));
      await store.transact('a', null, add(1n, 2));
      await store.outbox.trim('a', 3n);
      expect(await sequences(store, 'a')).toEqual([4n, 5n]);
      expect((await raw(store, 'trim', 'a')).outboxAt).toBeInstanceOf(Date);
      await store.outbox.trim('a', 5n);
      const doc = await raw(store, 'trim', 'a');
      expect(doc.outbox).toEqual([]);
      expect(doc).not.toHaveProperty('outboxAt');
      expect(doc.version).toBe(2n);
    });

    test('trims and appends at once lose no event and leave no unseen outbox', async () => {
      const writer = counters('trimrace');
      const seen = new Set<bigint>();
      const writing = new AbortController();
      const relay = async (): Promise<void> => {
        while (!writing.signal.aborted) {
          const { events } = await writer.outbox.pendingOf('a');
          for (const { sequence } of events) seen.add(sequence);
          const last = events.at(-1);
          if (last !== undefined) await writer.outbox.trim('a', last.sequence);
        }
      };
      const relays = [relay(), relay()];
      for (let round = 0; round < 100; round += 1) await writer.transact('a', null, add(1n));
      writing.abort();
      await Promise.all(relays);
      const doc = await raw(writer, 'trimrace', 'a');
      for (const { sequence } of doc.outbox) seen.add(sequence);
      expect(seen.size).toBe(100);
      if (doc.outbox.length > 0) expect(doc.outboxAt).toBeInstanceOf(Date);
    });

    test('the recovery scan sees only old events and only aggregates that have some', async () => {
      await ensureIndexes(mongo.db, [outboxIndexes(nameOf('scan'))]);
      await ensureIndexes(mongo.db, [outboxIndexes(nameOf('scan'))]);
      const store = counters('scan');
      await store.transact('old', null, add(1n));
      await store.transact('silent', null, add(1n, 0));
      await store.caughtUp();
      expect(await store.outbox.pending(10, new Date(Date.now() - 60_000))).toEqual([]);
      const found = await store.outbox.pending(10, new Date(Date.now() + 60_000));
      expect(found.map(({ id }) => id)).toEqual(['old']);
    });

    test('many aggregates are read and trimmed at once', async () => {
      const store = counters('many');
      const ids = ['a', 'b', 'c'];
      for (const id of ids) await store.transact(id, null, add(1n, 2));
      const found = await store.outbox.pendingOfMany(['a', 'b', 'c', 'missing']);
      expect(new Map(found.map(({ id, events }) => [id, events.length]))).toEqual(
        new Map([
          ['a', 2],
          ['b', 2],
          ['c', 2],
        ]),
      );
      await store.outbox.trimMany(ids.map((id) => ({ id, upToSequence: 2n })));
      expect(await store.outbox.pendingOf('b')).toEqual({ id: 'b', events: [] });
    });
  });
  describe('what this process wrote last', () => {
    test('refuses nothing that another process has made possible', async () => {
      const [mine, theirs] = [counters('stale'), counters('stale')];
      await mine.transact('a', null, add(1n));
      await theirs.transact('a', null, add(5n));
      expect(await mine.transact('a', null, add(-3n))).toMatchObject({ value: { result: 3n } });
      expect(await theirs.transact('a', null, add(-4n))).toMatchObject({ error: 'negative' });
    });

    test('or has found missing is there when another process has made it meanwhile', async () => {
      const [mine, theirs] = [counters('absent'), counters('absent')];
      for (const id of ['a', 'b']) expect(await mine.load(id)).toBeNull();
      await theirs.transact('a', null, add(5n));
      await theirs.transact('b', null, add(5n));
      expect(await mine.transact('a', null, add(1n))).toMatchObject({ value: { result: 6n } });
      expect(await mine.transact('b', null, add(-3n))).toMatchObject({ value: { result: 2n } });
    });

    test('hides no event that another process has left behind', async () => {
      const [mine, theirs] = [counters('left'), counters('left')];
      await mine.transact('a', null, add(1n));
      await mine.outbox.trim('a', 1n);
      await theirs.transact('a', null, add(1n));
      expect(await sequences(mine, 'a')).toEqual([2n]);
    });
  });
  test('what is removed is gone for every process, and begins anew', async () => {
    const [mine, theirs] = [counters('removed'), counters('removed')];
    for (const id of ['a', 'b']) await mine.transact(id, null, add(2n));
    await mine.transact('a', null, add(3n));
    await theirs.load('a');
    await mine.remove({ 'state.total': 5n });
    for (const store of [mine, theirs]) expect(await store.load('a')).toBeNull();
    expect(await mine.transact('a', null, add(1n))).toMatchObject({ value: { version: 1n } });
    expect((await theirs.load('b'))?.state.total).toBe(2n);
  });

  describe('pages', () => {
    test('all rows once, also when many share the sorted value', async () => {
      const store = counters('pages');
      for (let n = 0; n < 11; n += 1) await store.transact(`c${n}`, null, add(BigInt(n % 3)));
      const ids: string[] = [];
      let after: string | undefined;
      do {
        const page = await store.page({}, { field: 'state.total', direction: -1 }, 4, after);
        ids.push(...page.items.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      expect(ids).toHaveLength(11);
      expect(new Set(ids).size).toBe(11);
      const totals = await Promise.all(ids.map(async (id) => (await store.load(id))?.state.total));
      expect(totals).toEqual(totals.toSorted((a, b) => Number((b ?? 0n) - (a ?? 0n))));
    });

    test('a filter narrows the rows; a foreign cursor is refused', async () => {
      const store = counters('filtered');
      await store.transact('one', null, add(1n));
      await store.transact('two', null, add(2n));
      const sort = { field: 'updatedAt', direction: 1 } as const;
      const page = await store.page({ 'state.total': 2n }, sort, 10);
      expect(page.items.map(({ id, version }) => [id, version])).toEqual([['two', 1n]]);
      await expect(store.page({}, sort, 10, 'nonsense')).rejects.toThrow('cursor');
    });
  });
});
