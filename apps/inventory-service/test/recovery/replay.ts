import { setTimeout as delay } from 'node:timers/promises';
import { connectMongo } from '@astrolabe/mongo';
import type { Binary, Db } from 'mongodb';
import { createJournal, hashRecord } from '../../src/adapters/mongo/journal.ts';
import { createSnapshots, keyOfPart } from '../../src/adapters/mongo/snapshots.ts';
import { processTiming } from '../../src/adapters/process/timing.ts';
import { freeze } from '../../src/application/partition/snapshot.ts';
import { createReplica } from '../../src/application/partition/replica.ts';
import { catchUp, loadReplica } from '../../src/application/hosting/recover.ts';

export const PARTITION = 'p0000';
const WINDOW = 1_048_576;
const SWEEP_MS = 100;

export type Recovery = {
  readonly operations: number;
  readonly secondsPerMillion: number;
  readonly snapshotSeconds: number;
  readonly bytesPerOperation: number;
  readonly bytesPerOpenHold: number;
};

/**
 * Reads the journal that the runs have left: from its first record, and from a snapshot at its end.
 * The memory of a hold is what heap and buffers grew by, over the holds that are open; the window of
 * operation ids has its full size from the start.
 */
export async function measureRecovery(uri: string, database: string): Promise<Recovery> {
  const connection = await connectMongo({ uri, database, appName: 'bench' });
  const journal = createJournal(connection.db);
  const snapshots = createSnapshots(connection.db);
  const deps = {
    journal,
    snapshots,
    hashOf: hashRecord,
    idempotencyWindow: WINDOW,
    timing: processTiming,
    notes: { warn: spoiled },
  };
  const replica = createReplica(PARTITION, WINDOW);
  const bytesBefore = await memoryBytes();
  const replayMs = await timed(() => catchUp(replica, deps));
  const bytesAfter = await memoryBytes();

  await connection.db.collection('snapshots').deleteMany({});
  const frozen = freeze(replica, keyOfPart);
  await snapshots.keep(frozen);
  frozen.done();
  const snapshotMs = await timed(async () => {
    const restored = await loadReplica(PARTITION, deps);
    await catchUp(restored, deps);
  });
  const bytes = await bodyBytes(connection.db, 'journal');
  await connection.component.stop();
  const { operations, state } = replica;
  return {
    operations,
    secondsPerMillion: round((replayMs * 1_000) / operations),
    snapshotSeconds: round(snapshotMs / 1_000),
    bytesPerOperation: Math.round(bytes / operations),
    bytesPerOpenHold: Math.round((bytesAfter - bytesBefore) / Math.max(1, state.openLines)),
  };
}

/** A snapshot that is passed over would be measured as if it were one. */
function spoiled(fields: object): never {
  throw new Error(JSON.stringify(fields));
}

/** Buffers are freed by another thread once they are known to be garbage: that has its time, too. */
async function memoryBytes(): Promise<number> {
  globalThis.gc?.();
  await delay(SWEEP_MS);
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

export async function timed(run: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await run();
  return performance.now() - startMs;
}

export const round = (value: number): number => Math.round(value * 100) / 100;

/** Bytes of all that a collection's documents tell. */
export async function bodyBytes(db: Db, collection: string): Promise<number> {
  let bytes = 0;
  for await (const { b } of db.collection<{ b?: Binary }>(collection).find({})) {
    bytes += b?.length() ?? 0;
  }
  return bytes;
}
