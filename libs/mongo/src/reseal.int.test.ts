import { createSealer } from '@astrolabe/signing';
import { eventually, testDatabase } from '@astrolabe/testing';
import { Binary } from 'mongodb';
import { expect, test } from 'vitest';
import { createReseal, resealAtStart } from './reseal.ts';

const database = await testDatabase();
const key = (fill: number) => Buffer.alloc(32, fill).toString('base64');
const before = createSealer(key(1));
const rotated = createSealer(`${key(2)},${key(1)}`);
const after = createSealer(key(2));
const contextOf = (id: string): string => `place|${id}`;
const running = new AbortController();

const seal = (sealer: typeof before, id: string, text: string): Binary =>
  new Binary(sealer.seal(Buffer.from(text), contextOf(id)));
const open = (id: string, sealed: Binary): string =>
  after.open(sealed.buffer, contextOf(id)).toString();

type Sealed = {
  _id: string;
  inner: { secret: Binary | null };
  list: Binary[];
  person: Binary | { mobile: string };
  other: string;
};

test('nested fields, lists and what was never sealed come under the newest key, once', async () => {
  const documents = database.db.collection<Sealed>('sealed');
  const ids = Array.from({ length: 450 }, (_, index) => `d-${String(index).padStart(4, '0')}`);
  await documents.insertMany(
    ids.map((id, index) => ({
      _id: id,
      inner: { secret: index === 0 ? null : seal(before, id, 'inner') },
      list: [seal(before, id, 'one'), seal(rotated, id, 'two')],
      person: { mobile: '13800000000' },
      other: 'left',
    })),
  );
  const reseal = createReseal(database.db.collection('sealed'), rotated, [
    { path: 'inner.secret', contextOf },
    { path: 'list', contextOf },
    { path: 'absent', contextOf },
    { path: 'person', contextOf, plainOf: (value) => Buffer.from(JSON.stringify(value)) },
  ]);
  expect(await reseal(running.signal)).toBe(3 * ids.length - 1);
  for (const { _id: id, inner, list, person, other } of await documents.find({}).toArray()) {
    if (inner.secret) expect(open(id, inner.secret)).toBe('inner');
    expect(list.map((one) => open(id, one))).toEqual(['one', 'two']);
    expect(JSON.parse(open(id, person as Binary))).toEqual({ mobile: '13800000000' });
    expect(other).toBe('left');
  }
  expect(await reseal(running.signal)).toBe(0);
});

test('one that cannot be opened is reported, and does not keep the process from starting', async () => {
  await database.db
    .collection<{ _id: string; secret: Binary }>('foreign')
    .insertOne({ _id: 'x', secret: seal(createSealer(key(9)), 'x', 'lost') });
  const warned: string[] = [];
  const logger = { info: () => undefined, warn: (_: object, text: string) => warned.push(text) };
  const reseal = createReseal(database.db.collection('foreign'), rotated, [
    { path: 'secret', contextOf },
  ]);
  const component = resealAtStart(logger, [reseal]);
  await component.start();
  await eventually(() =>
    expect(warned).toEqual(['not all sealed fields are under the newest key']),
  );
  await component.stop();
});
