import { isShort } from '../../domain/ledger.ts';
import { keepArchive } from './archive.ts';
import type { Driver } from './driver.ts';
import { createDriver } from './driver.ts';
import type { Following } from '../followers/follow.ts';
import { follow } from '../followers/follow.ts';
import { NO_BODY } from '../journal/body.ts';
import { Owner } from '../partition/owner.ts';
import type { KeyOfPart } from '../partition/snapshot.ts';
import { SNAPSHOT_FORMAT, freeze } from '../partition/snapshot.ts';
import type { Replica } from '../partition/replica.ts';
import type {
  Archive,
  ChangePublisher,
  Lease,
  Leases,
  Meters,
  Notes,
  Projections,
  Timing,
} from '../ports.ts';
import { cellsOf, effectsOf } from '../followers/project.ts';
import type { RecoverDeps } from './recover.ts';
import { openEpoch } from './recover.ts';
import { Tail } from '../followers/tail.ts';

export type LeadershipDeps = RecoverDeps & {
  readonly keyOf: KeyOfPart;
  readonly leases: Leases;
  readonly archive: Archive;
  readonly projections: Projections;
  readonly publisher: ChangePublisher;
  readonly timing: Timing;
  readonly meters: Meters;
  readonly notes: Notes;
  readonly leaseTtlMs: number;
  readonly queueLimit: number;
  readonly sellerQueueLimit: number;
  /** Operations from one snapshot to the next. */
  readonly snapshotEvery: number;
  /** Records older than this are moved into the archive; milliseconds. */
  readonly archiveAfterMs: number;
};

/** Somebody else took the lease: this process was too slow to renew it. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

const TICK_MS = 250;
const PROJECTION_LINGER_MS = 250;
/**
 * Nobody waits for what is relayed within the second. Short where much comes, so that most bodies are published
 * while they are young: what gets old costs a full collection.
 */
const RELAY_LINGER = { ms: 250, ofManyMs: 50, manyBytes: 65_536 } as const;
const RELAY_BYTES = 2_000_000;
const SNAPSHOT_LOOK_MS = 1_000;

/** A partition while this process owns it. */
export type Leadership = {
  readonly partition: string;
  readonly owner: Owner;
  readonly driver: Driver;
  readonly tail: Tail;
  readonly projected: Following;
  readonly relayed: Following;
  /** Journal clock, epoch milliseconds. */
  now(): number;
  /** Resolves with the reason when the partition is of no use here any more. */
  readonly ended: Promise<unknown>;
  /** Decides nothing more, waits for what was decided, leaves a snapshot, gives the lease back. */
  stop(): Promise<void>;
};

/**
 * Begins to lead the partition: the journal clock is set by the database's clock and runs on monotonic time, so
 * that setting a machine's clock never ends a hold early; then the claim is written.
 */
export async function beginLeadership(
  replica: Replica,
  lease: Lease,
  leasedAtMs: number,
  deps: LeadershipDeps,
): Promise<Leadership> {
  const { timing } = deps;
  const partition = lease.partition;
  const setAtMs = timing.monotonicMs();
  const databaseMs = await deps.leases.databaseTime();
  const now = (): number => Math.floor(databaseMs + timing.monotonicMs() - setAtMs);
  const { epoch } = await openEpoch(replica, lease, deps, now);

  let validUntilMs = leasedAtMs + deps.leaseTtlMs;
  const owner = new Owner(
    replica,
    { name: lease.owner, epoch },
    {
      hashOf: deps.hashOf,
      queueLimit: deps.queueLimit,
      sellerQueueLimit: deps.sellerQueueLimit,
      isLeased: () => timing.monotonicMs() < validUntilMs,
    },
  );
  const tail = new Tail(partition, replica.sequence, deps.journal);
  owner.onDurable = (record) => tail.push(record);
  const stopping = new AbortController();
  const { promise: ended, resolve: end } = Promise.withResolvers<unknown>();
  const { journal, meters } = deps;
  const driver = createDriver(owner, { journal, timing, meters, now, ended: end });

  const { projected, relayed } = followersOf({ partition, tail, now }, deps);
  const doneUpTo = async (): Promise<number> => {
    const snapshotAt = await deps.snapshots.newestAt(partition, SNAPSHOT_FORMAT);
    return Math.min(snapshotAt, projected.position(), relayed.position());
  };
  const { signal } = stopping;
  const running = Promise.all([
    projected.run(signal),
    relayed.run(signal),
    keepLease(lease, deps, signal, (untilMs) => {
      validUntilMs = untilMs;
      owner.leaseRenewed();
    }).catch(end),
    letTimePass(driver, timing, signal),
    keepSnapshots(owner, tail, deps, signal),
    keepArchive({ ...deps, partition, now, keepMs: deps.archiveAfterMs, doneUpTo }, signal),
  ]);
  const parts = { partition, owner, driver, tail, projected, relayed, now, ended };
  return {
    ...parts,
    stop: async () => {
      await driver.drain();
      driver.stop();
      stopping.abort();
      await running;
      await leaveInOrder(owner, lease, tail, deps);
    },
  };
}

/** Who makes something of durable records: projections and events. */
function followersOf(
  of: { readonly partition: string; readonly tail: Tail; readonly now: () => number },
  { projections, publisher, timing, notes, meters }: LeadershipDeps,
): { readonly projected: Following; readonly relayed: Following } {
  const { partition, tail, now } = of;
  const common = { partition, now, projections, timing, notes, meters };
  const projected = follow({
    ...common,
    follower: 'projections',
    // `after` has the values of the cells.
    window: tail.window((record) => ({ ...record, body: NO_BODY })),
    lingerMs: () => PROJECTION_LINGER_MS,
    // The records are in memory already, and only their last values are written.
    bytesAtOnce: Number.MAX_SAFE_INTEGER,
    take: async (records) => {
      const effects = records.map(effectsOf);
      await projections.write(partition, effects);
      for (const effect of effects) {
        for (const cell of cellsOf(effect)) if (isShort(cell)) meters.short(cell);
      }
    },
  });
  const relayed = follow({
    ...common,
    follower: 'relay',
    window: tail.window((record) => record),
    lingerMs: (bytes) => (bytes < RELAY_LINGER.manyBytes ? RELAY_LINGER.ms : RELAY_LINGER.ofManyMs),
    bytesAtOnce: RELAY_BYTES,
    take: (records) => publisher.publish(records),
  });
  return { projected, relayed };
}

/** Renews at a third of the time to live; a database that does not answer is asked again. */
async function keepLease(
  lease: Lease,
  deps: LeadershipDeps,
  signal: AbortSignal,
  valid: (untilMs: number) => void,
): Promise<void> {
  const { timing, leases, leaseTtlMs, notes } = deps;
  while (!signal.aborted) {
    await timing.delay(leaseTtlMs / 3, signal);
    if (signal.aborted) return;
    const askedAtMs = timing.monotonicMs();
    try {
      if (!(await leases.renew(lease, leaseTtlMs))) {
        throw new LeaseLost(`${lease.partition} belongs to another process`);
      }
      valid(askedAtMs + leaseTtlMs);
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      notes.warn({ err: error, partition: lease.partition }, 'the lease could not be renewed');
    }
  }
}

/** Holds end although no call comes. */
async function letTimePass(driver: Driver, timing: Timing, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await timing.delay(TICK_MS, signal);
    driver.tick();
  }
}

/** A successor starts at once: from the snapshot, and without waiting for the lease to run out. */
async function leaveInOrder(
  owner: Owner,
  lease: Lease,
  tail: Tail,
  deps: LeadershipDeps,
): Promise<void> {
  try {
    if (tail.sequence === owner.replica.sequence) await keepSnapshot(owner, tail, deps);
    await deps.leases.release(lease);
  } catch (error) {
    deps.notes.warn({ err: error, partition: lease.partition }, 'could not leave in order');
  }
}

/** Takes a snapshot each time that so many operations have come, while the partition goes on. */
async function keepSnapshots(
  owner: Owner,
  tail: Tail,
  deps: LeadershipDeps,
  signal: AbortSignal,
): Promise<void> {
  let snapshotAt = owner.replica.operations;
  while (!signal.aborted) {
    await deps.timing.delay(SNAPSHOT_LOOK_MS, signal);
    if (owner.replica.operations - snapshotAt < deps.snapshotEvery) continue;
    snapshotAt = owner.replica.operations;
    try {
      await keepSnapshot(owner, tail, deps);
    } catch (error) {
      deps.notes.warn({ err: error, partition: tail.partition }, 'no snapshot could be kept');
    }
  }
}

/** A snapshot shows what is durable: its record may still be in flight when the copy is made. */
async function keepSnapshot(owner: Owner, tail: Tail, deps: LeadershipDeps): Promise<void> {
  const startedMs = deps.timing.monotonicMs();
  const frozen = await new Promise<ReturnType<typeof freeze>>((resolve) =>
    owner.atBoundary((replica) => resolve(freeze(replica, deps.keyOf))),
  );
  try {
    await new Promise<void>((release) => owner.whenDurable({ release, abandon: release }));
    if (tail.sequence < frozen.sequence) return;
    const { parts, written } = await deps.snapshots.keep(frozen);
    const seconds = (deps.timing.monotonicMs() - startedMs) / 1_000;
    const { partition, sequence, operations } = frozen;
    const fields = { partition, sequence, operations, parts, written, seconds };
    deps.notes.info(fields, 'snapshot kept');
  } finally {
    frozen.done();
  }
}
