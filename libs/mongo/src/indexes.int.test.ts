import { testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { ensureIndexes, nextValue } from './index.ts';

const { db } = await testDatabase();
const told: string[] = [];
const log = { warn: (_fields: object, message: string) => void told.push(message) };

async function indexOf(collection: string, name: string) {
  const found = await db.collection(collection).indexes();
  return found.find((one) => one.name === name);
}

test('a changed time to live of an index is taken over in place, and told', async () => {
  const of = (expireAfterSeconds: number) => [
    { collection: 'ttl', indexes: [{ key: { at: 1 }, name: 'at', expireAfterSeconds }] },
  ];
  await ensureIndexes(db, of(60), log);
  await ensureIndexes(db, of(60), log);
  expect(told).toEqual([]);
  await ensureIndexes(db, of(3_600), log);
  expect(told.splice(0)).toEqual(['the time to live of an index was changed']);
  expect(Number((await indexOf('ttl', 'at'))?.expireAfterSeconds)).toBe(3_600);
});

test('a changed filter, a new name, a time to live that is added: the index is made again, and told', async () => {
  const of = (index: object) => [
    { collection: 'changed', indexes: [{ key: { a: 1 }, name: 'a', ...index }] },
  ];
  await ensureIndexes(db, of({ partialFilterExpression: { open: true } }), log);
  await ensureIndexes(db, of({ partialFilterExpression: { open: false } }), log);
  expect((await indexOf('changed', 'a'))?.partialFilterExpression).toEqual({ open: false });
  await ensureIndexes(db, of({ sparse: true }), log);
  expect(await indexOf('changed', 'a')).toMatchObject({ sparse: true });
  await ensureIndexes(db, of({ expireAfterSeconds: 60 }), log);
  expect(told.splice(0)).toEqual(
    Array.from({ length: 3 }, () => 'the definition of an index has changed: it is made again'),
  );
});

test('where the new index cannot be made the old one stays, and the reason is thrown', async () => {
  const of = (unique: boolean) => [
    { collection: 'double', indexes: [{ key: { a: 1 }, name: 'a', unique }] },
  ];
  await ensureIndexes(db, of(false), log);
  await db.collection('double').insertMany([{ a: 1 }, { a: 1 }]);
  await expect(ensureIndexes(db, of(true), log)).rejects.toThrow(/duplicate/i);
  expect(await indexOf('double', 'a')).toMatchObject({ key: { a: 1 } });
  expect((await indexOf('double', 'a'))?.unique ?? false).toBe(false);
});

test('callers who race for a number get different ones, the first one too', async () => {
  for (let round = 0; round < 8; round += 1) {
    const name = `round-${round}`;
    const values = await Promise.all(Array.from({ length: 16 }, () => nextValue(db, name)));
    expect(new Set(values).size).toBe(16);
  }
});
