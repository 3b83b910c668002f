import { testDatabase } from '@astrolabe/testing';
import { beforeEach, expect, test } from 'vitest';
import { SELLER, WH, GOODS, pcs } from '../../../test/partition.ts';
import { apply } from '../../domain/apply.ts';
import type { Body } from '../../domain/commands.ts';
import { findHoldOf } from '../../domain/seller-holds.ts';
import type { Replica } from '../../application/partition/replica.ts';
import { createReplica } from '../../application/partition/replica.ts';
import { freeze } from '../../application/partition/snapshot.ts';
import { loadReplica } from '../../application/hosting/recover.ts';
import { createJournal, hashRecord } from './journal.ts';
import { createSnapshots, keyOfPart } from './snapshots.ts';

const WINDOW = 1_024;
const PARTITION = 'p0000';
/** More than four pages of holds. */
const HOLDS = 9_000;

const { db } = await testDatabase();
const parts = db.collection<{ _id: string }>('snapshot_parts');
beforeEach(async () => {
  await Promise.all((await db.collections()).map((collection) => collection.deleteMany({})));
});

/** A partition whose orders come one by one, each in a record of its own. */
function partition() {
  const replica = createReplica(PARTITION, WINDOW);
  const run = (body: Body): void => {
    replica.sequence += 1;
    replica.operations += 1;
    const operationId = `op-${replica.sequence}`;
    const command = { operationId, sellerId: SELLER, actor: 'test', messageId: '', body };
    expect(apply(replica.state, command, replica.sequence).outcome.status).toBe('APPLIED');
  };
  const bill = { billNum: 'b', goodsId: GOODS, place: WH, kind: 'CERTAIN' as const };
  const lines = [{ ...bill, operationTimeMs: null, quantity: pcs(1_000_000) }];
  run({ verb: 'INITIALISE', billScope: 's', lines });
  const pay = (nth: number): void => {
    const line = { lineId: 'l', goodsId: GOODS, quantity: pcs(1), place: WH, kind: bill.kind };
    const order = { ref: `tmall:${nth}`, channel: 'tmall', buyerRef: '', ttlMs: 0 };
    run({ verb: 'RESERVE', ...order, lines: [line] });
  };
  const release = (nth: number): void =>
    run({ verb: 'RELEASE', ref: `tmall:${nth}`, lineIds: [], reason: 'PAYMENT_TIMEOUT' });
  return { replica, pay, release };
}

const deps = (snapshots = createSnapshots(db)) => {
  const warnings: object[] = [];
  return {
    journal: createJournal(db),
    snapshots,
    hashOf: hashRecord,
    idempotencyWindow: WINDOW,
    timing: { soon: setImmediate },
    notes: { warn: (fields: object) => warnings.push(fields) },
    warnings,
  };
};

async function keep(replica: Replica, snapshots = createSnapshots(db)) {
  const frozen = freeze(replica, keyOfPart);
  const kept = await snapshots.keep(frozen);
  frozen.done();
  return kept;
}

const stateOf = (replica: Replica, nth: number) =>
  findHoldOf(replica.state, replica.state.sellers.get(SELLER), `tmall:${nth}`)?.lines[0]?.state;

test('a page of holds that has not changed is written once, whoever keeps the next snapshot', async () => {
  const { replica, pay, release } = partition();
  for (let nth = 0; nth < HOLDS; nth += 1) pay(nth);
  const first = await keep(replica);
  expect(first.written).toBe(first.parts);
  const { pages } = replica.state.holds.blocks;
  expect(pages.length).toBeGreaterThan(3);

  release(0);
  const second = await keep(replica);
  // The first page, the cells, the closed holds, the head of sellers.
  expect(second.written).toBeLessThanOrEqual(first.parts - pages.length + 1);
  const restored = await loadReplica(PARTITION, deps());
  expect([stateOf(restored, 0), stateOf(restored, 1)]).toEqual(['RELEASED', 'HELD']);
  expect(restored.sequence).toBe(replica.sequence);

  // Whoever takes over from the snapshot shares its parts as well.
  const again = await keep(Object.assign(restored, { sequence: restored.sequence + 1 }));
  expect(again.written).toBe(0);
  expect(await parts.countDocuments()).toBeLessThanOrEqual(second.parts + second.written);
});

test('parts that no kept snapshot has are taken away, those that one has stay', async () => {
  const { replica, pay } = partition();
  const snapshots = createSnapshots(db);
  // Left by a process that died while it wrote, and by a format of the past.
  await parts.insertMany([
    { _id: `${PARTITION}:dead` },
    { _id: `${PARTITION}:000000000007:000001` },
  ]);
  await parts.insertOne({ _id: 'p0001:another' });
  for (let round = 0; round < 5; round += 1) {
    for (let nth = 0; nth < 700; nth += 1) pay(round * 700 + nth);
    await keep(replica, snapshots);
  }
  const heads = await db.collection('snapshots').find().toArray();
  expect(heads).toHaveLength(2);
  const needed = new Set<string>();
  for (const { keys } of heads) {
    const digits = Buffer.from(keys.buffer).toString('hex');
    for (let at = 0; at < digits.length; at += 32) needed.add(digits.slice(at, at + 32));
  }
  const there = (await parts.find().toArray()).map(({ _id: id }) => id);
  expect(there.toSorted()).toEqual(
    [...[...needed].map((key) => `${PARTITION}:${key}`), 'p0001:another'].toSorted(),
  );
});

test('a snapshot that is not whole is passed over for an older one, then for the journal', async () => {
  const { replica, pay } = partition();
  pay(1);
  await keep(replica);
  const { sequence } = replica;
  const older = (await parts.find().toArray()).map(({ _id: id }) => id);
  pay(2);
  await keep(replica);
  await parts.deleteMany({ _id: { $nin: older } });
  const second = deps();
  expect((await loadReplica(PARTITION, second)).sequence).toBe(sequence);
  expect(second.warnings).toMatchObject([{ sequence: replica.sequence }]);

  await parts.updateOne(
    { _id: older[0] ?? '' },
    { $set: { z: true, bytes: Buffer.from('altered') } },
  );
  const third = deps();
  expect((await loadReplica(PARTITION, third)).sequence).toBe(0);
  expect(third.warnings).toHaveLength(2);
});
