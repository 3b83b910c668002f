import { CHAIN_START } from '@astrolabe/signing';
import { testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { createChain } from './chain.ts';

type Entry = { text: string };
const hashOf = (previous: string, { sequence, text }: Entry & { sequence: bigint }): string =>
  `${previous.slice(-12)}|${sequence}|${text}`;
const clock = () => new Date('2016-09-22T02:00:00Z');
const database = await testDatabase();
const chainIn = (collection: string) =>
  createChain<Entry>({ db: database.db, collection, clock, hashOf });

test('replicas that append at the same time make one chain without gaps or forks', async () => {
  const replicas = Array.from({ length: 4 }, () => chainIn('raced'));
  const texts = Array.from({ length: 100 }, (_, index) => `t${index}`);
  await Promise.all(texts.map(async (text, index) => replicas[index % 4]?.append({ text })));
  const all = await chainIn('raced').after(0n, 1_000);
  expect(all.map(({ sequence }) => sequence)).toEqual(texts.map((_, index) => BigInt(index + 1)));
  expect(all.map(({ text }) => text).toSorted()).toEqual(texts.toSorted());
  let previous = CHAIN_START;
  for (const entry of all) {
    expect(entry.hash).toBe(hashOf(previous, entry));
    previous = entry.hash;
  }
});

test('entries are read forwards from a number and backwards by pages', async () => {
  const chain = chainIn('read');
  for (const text of ['a', 'b', 'a', 'b', 'a']) await chain.append({ text });
  expect((await chain.after(3n, 1)).map(({ sequence }) => sequence)).toEqual([4n]);
  const newest = await chain.newest({ text: 'a' }, null, 2);
  expect(newest.map(({ sequence }) => sequence)).toEqual([5n, 3n]);
  expect((await chain.newest({ text: 'a' }, 3n, 2)).map(({ sequence }) => sequence)).toEqual([1n]);
});
