import { NO_BODY } from '../journal/body.ts';
import type { HashRecord, JournalRecord } from '../journal/record.ts';
import { FORMAT_VERSION, JournalBroken } from '../journal/record.ts';
import type { Replica } from '../partition/replica.ts';
import { createReplica, replay } from '../partition/replica.ts';
import { restoring, SNAPSHOT_FORMAT } from '../partition/snapshot.ts';
import { SnapshotBroken } from '../ports.ts';
import type { Journal, KeptSnapshot, Lease, Notes, Snapshots, Timing } from '../ports.ts';

export type RecoverDeps = {
  readonly journal: Journal;
  readonly snapshots: Snapshots;
  readonly hashOf: HashRecord;
  readonly idempotencyWindow: number;
  readonly timing: Pick<Timing, 'soon'>;
  readonly notes: Pick<Notes, 'warn'>;
};

type Reading = Pick<RecoverDeps, 'journal' | 'hashOf' | 'timing'>;

const RECORDS_PER_READ = 96;

/**
 * A replica at the newest snapshot that is whole; the journal has the rest. One that falls apart while it is
 * read was perhaps replaced by its owner: then there is a newer one.
 */
export async function loadReplica(partition: string, deps: RecoverDeps): Promise<Replica> {
  const { snapshots, idempotencyWindow, notes } = deps;
  let newestTried = 0;
  let oldestTried = Number.MAX_SAFE_INTEGER;
  for (;;) {
    let snapshot = await snapshots.newest(partition, SNAPSHOT_FORMAT);
    if (snapshot && snapshot.sequence <= newestTried) {
      snapshot = await snapshots.newest(partition, SNAPSHOT_FORMAT, oldestTried);
    }
    if (!snapshot) return createReplica(partition, idempotencyWindow);
    try {
      return await restored(snapshot, idempotencyWindow);
    } catch (error) {
      if (!(error instanceof SnapshotBroken)) throw error;
      const { sequence } = snapshot;
      newestTried = Math.max(newestTried, sequence);
      oldestTried = Math.min(oldestTried, sequence);
      notes.warn({ err: error, partition, sequence }, 'a snapshot is passed over');
    }
  }
}

async function restored(snapshot: KeptSnapshot, idempotencyWindow: number): Promise<Replica> {
  const { takePart, done } = restoring(snapshot, idempotencyWindow);
  for await (const { key, bytes } of snapshot.parts) {
    try {
      takePart(key, bytes);
    } catch (error) {
      throw new SnapshotBroken(`part ${key} cannot be read: ${String(error)}`);
    }
  }
  return done();
}

/**
 * Takes in all records that are there. The next read is under way while one is replayed: after each
 * record what has arrived meanwhile has its turn, also who else is served by this process. Throws
 * JournalBroken.
 */
export async function catchUp(
  replica: Replica,
  deps: Reading,
  upTo = Number.MAX_SAFE_INTEGER,
): Promise<void> {
  const read = (after: number) =>
    deps.journal.readAfter(replica.partition, after, RECORDS_PER_READ);
  let reading = read(replica.sequence);
  for (;;) {
    const records = await reading;
    const last = records.at(-1);
    if (!last) return;
    reading = read(last.sequence);
    // Not awaited when the replay throws; it must not count as unhandled then.
    reading.catch(() => {});
    for (const record of records) {
      if (record.sequence > upTo) return;
      replay(replica, record, deps.hashOf);
      await new Promise<void>((resolve) => deps.timing.soon(resolve));
    }
    if (replica.sequence >= upTo) return;
  }
}

const EPOCH_ATTEMPTS = 1_000;

/**
 * Appends a record without operations and with a higher epoch. Winning that key is the fence: the
 * former owner's next append meets a record that is not its own. What it still wrote before is replayed
 * first.
 */
export async function openEpoch(
  replica: Replica,
  lease: Lease,
  deps: Reading,
  nowMs: () => number,
): Promise<JournalRecord> {
  for (let attempt = 0; attempt < EPOCH_ATTEMPTS; attempt += 1) {
    await catchUp(replica, deps);
    const record = epochRecord(replica, lease, nowMs(), deps.hashOf);
    const answer = await deps.journal.append(record);
    const written =
      answer === 'APPENDED' ? record : await deps.journal.read(record.partition, record.sequence);
    if (written?.hash === record.hash && written.owner === record.owner) {
      replay(replica, record, deps.hashOf);
      return record;
    }
  }
  throw new JournalBroken(replica, `no epoch in ${EPOCH_ATTEMPTS} attempts`);
}

/** The record without operations that follows the replica's last one. */
export function epochRecord(
  replica: Replica,
  lease: Pick<Lease, 'epoch' | 'owner'>,
  nowMs: number,
  hashOf: HashRecord,
): JournalRecord {
  const epoch = Math.max(lease.epoch, replica.epoch + 1);
  const timeMs = Math.max(nowMs, replica.timeMs);
  return {
    partition: replica.partition,
    sequence: replica.sequence + 1,
    epoch,
    owner: lease.owner,
    timeMs,
    operations: 0,
    version: FORMAT_VERSION,
    hash: hashOf(replica.hash, epoch, timeMs, NO_BODY),
    body: NO_BODY,
  };
}
