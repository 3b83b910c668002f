import { expect, test } from 'vitest';
import {
  CHAIN_START,
  NO_RECORDS,
  chainedHash,
  deedHash,
  followed,
  followedDeed,
} from './audit-chain.ts';
import type { ChainEnd, ChainedRecord, DeedRecord } from './audit-chain.ts';

function chain(count: number): ChainedRecord[] {
  let hash = NO_RECORDS.hash;
  return Array.from({ length: count }, (_, index) => {
    const record = {
      sequence: BigInt(index + 1),
      at: new Date(1_000 + index),
      caller: 'console',
      person: 'clerk:xiaowang',
      action: 'receiver.masked',
      target: `21230/${index}`,
    };
    hash = chainedHash(hash, record);
    return { ...record, hash };
  });
}

const check = (records: readonly ChainedRecord[]): ChainEnd | null =>
  records.reduce<ChainEnd | null>((end, record) => end && followed(end, record), NO_RECORDS);

test('a chain is followed to its end', () => {
  const records = chain(5);
  expect(check(records)).toEqual({ sequence: 5n, hash: records[4]?.hash });
});

test('a record that was changed, taken out, put in or moved breaks the chain', () => {
  const records = chain(5);
  const changes: Partial<ChainedRecord>[] = [
    { person: 'clerk:xiaozhao' },
    { caller: 'operator' },
    { action: 'receiver.revealed' },
    { target: '21230/9' },
    { at: new Date(5) },
    { hash: 'f'.repeat(64) },
  ];
  for (const change of changes) {
    expect(check(records.map((one, at) => (at === 2 ? { ...one, ...change } : one)))).toBeNull();
  }
  expect(check(records.toSpliced(2, 1))).toBeNull();
  expect(check(records.toSpliced(2, 0, ...records.slice(2, 3)))).toBeNull();
  expect(check([...records.slice(1), ...records.slice(0, 1)])).toBeNull();
});

test('every field of a deed is under its hash, and none passes for its neighbour', () => {
  const deed: DeedRecord = {
    sequence: 1n,
    at: new Date(1_000),
    login: 'li',
    name: '小李',
    address: '127.0.0.1',
    sellerId: '21230',
    action: 'orders.accept',
    target: 'tmall/1',
    reason: 'r',
    before: 'b',
    after: 'a',
    outcome: 'MOVED',
    about: 7n,
  };
  const hash = deedHash(CHAIN_START, deed);
  expect(followedDeed(NO_RECORDS, { ...deed, hash })).toEqual({ sequence: 1n, hash });
  for (const name of Object.keys(deed) as (keyof DeedRecord)[]) {
    const value = deed[name];
    const other =
      typeof value === 'bigint' ? value + 1n : value instanceof Date ? new Date(5) : 'x';
    expect(followedDeed(NO_RECORDS, { ...deed, hash, [name]: other }), name).toBeNull();
  }
  expect(deedHash(CHAIN_START, { ...deed, login: 'l', name: 'i小李' })).not.toBe(hash);
});
