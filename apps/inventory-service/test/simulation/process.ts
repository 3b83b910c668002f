import type { HashRecord, JournalRecord } from '../../src/application/journal/record.ts';
import { decidedAt } from '../../src/application/journal/unpack.ts';
import type { Effect, Event, LookUp } from '../../src/application/partition/owner.ts';
import { Owner } from '../../src/application/partition/owner.ts';
import type { Replica } from '../../src/application/partition/replica.ts';
import { createReplica, replay } from '../../src/application/partition/replica.ts';
import type { KeyOfPart } from '../../src/application/partition/snapshot.ts';
import { freeze, restoring } from '../../src/application/partition/snapshot.ts';
import { epochRecord } from '../../src/application/hosting/recover.ts';
import type { SnapshotHead } from '../../src/application/ports.ts';
import type { Clients } from './clients.ts';
import type { Database } from './database.ts';
import type { Random } from './random.ts';

const WINDOW = 1_024;
const QUEUE_LIMIT = 64;

/** Cheap, and different whenever anything differs; the real one is tested with the real journal. */
export const hashOf: HashRecord = (previous, epoch, timeMs, body) => {
  let hash = 0x811c9dc5;
  for (const text of [previous, String(epoch), String(timeMs)]) {
    for (let at = 0; at < text.length; at += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    }
    hash = Math.imul(hash ^ 0x1f, 0x01000193);
  }
  for (const byte of body) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0').repeat(4);
};

/** Cheap, too: two hashes of the bytes. */
const keyOf: KeyOfPart = (bytes) => {
  let [a, b] = [0x811c9dc5, bytes.length];
  for (const byte of bytes) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b + byte, 0x5bd1e995) ^ (b >>> 13);
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
};

export type World = {
  readonly database: Database;
  readonly clients: Clients;
  readonly random: Random;
  /** The newest snapshot, as the snapshots' collection would have it, and parts of all of them. */
  snapshot: (SnapshotHead & { readonly keys: readonly string[] }) | null;
  readonly parts: Map<string, Uint8Array>;
  nowMs: number;
  /** Who may own the partition, by the database's clock. */
  lease: { readonly owner: string; readonly untilMs: number };
};

const LEASE_MS = 250;

/** One process that wants to own the partition: it recovers, claims, works, and may die any time. */
export class Process {
  private readonly world: World;
  private readonly name: string;
  private owner: Owner | null = null;
  private effect: Effect | null = null;
  private readonly replica: Replica;
  private lookUps: LookUp[] = [];
  private frozen: ReturnType<typeof freeze> | null = null;
  /** Clocks of machines differ. */
  private readonly skewMs: number;
  private leasedUntilMs = 0;
  dead = false;

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
    this.skewMs = world.random.below(2_000) - 1_000;
    this.replica = restored(world);
  }

  private now = (): number => this.world.nowMs + this.skewMs;

  /** One step of whatever there is to do. */
  step(): void {
    if (this.dead) return;
    if (!this.owner) return this.claim();
    const { random } = this.world;
    if (this.effect && !random.once(3)) return this.carryOut(this.effect);
    if (this.lookUps.length > 0 && random.once(2)) return this.lookUp();
    if (random.once(2)) return this.serve();
    this.owner.work(this.now(), 1 + random.below(6));
    this.effect ??= this.owner.next();
    this.lookUps.push(...this.owner.takeLookUps());
    if (random.once(10)) this.keepSnapshot();
    if (random.once(5) && this.world.lease.owner === this.name) this.renew();
  }

  private claim(): void {
    const { database, lease: held, nowMs } = this.world;
    if (held.owner !== this.name && held.untilMs > nowMs) return;
    this.renew();
    for (const record of database.after(this.replica.sequence)) {
      replay(this.replica, record, hashOf);
    }
    const lease = { owner: this.name, epoch: this.replica.epoch + 1 };
    const record = epochRecord(this.replica, lease, this.now(), hashOf);
    if (database.append(record).came !== 'APPENDED') return;
    replay(this.replica, record, hashOf);
    const leadership = { name: this.name, epoch: record.epoch };
    this.owner = new Owner(this.replica, leadership, {
      hashOf,
      queueLimit: QUEUE_LIMIT,
      sellerQueueLimit: QUEUE_LIMIT,
      isLeased: () => this.world.nowMs < this.leasedUntilMs,
    });
    this.owner.onDurable = (durable) => this.mustBeWritten(durable);
  }

  private renew(): void {
    this.leasedUntilMs = this.world.nowMs + LEASE_MS;
    this.world.lease = { owner: this.name, untilMs: this.leasedUntilMs };
    this.owner?.leaseRenewed();
  }

  /** The owner calls a record durable: then the journal has it, and exactly it. */
  private mustBeWritten(record: JournalRecord): void {
    const written = this.world.database.records.get(record.sequence);
    if (written?.hash !== record.hash || written.owner !== record.owner) {
      throw new Error(`record ${record.sequence} was called durable and is not`);
    }
  }

  private carryOut(effect: Effect): void {
    const { database } = this.world;
    const event: Event =
      effect.do === 'APPEND' ? database.append(effect.record) : database.readBack(effect.sequence);
    this.effect = this.owner?.on(event) ?? null;
    if (this.owner?.isEnded) this.dead = true;
  }

  private lookUp(): void {
    const lookUp = this.lookUps.shift();
    const record = lookUp && this.world.database.records.get(lookUp.position.sequence);
    if (!lookUp || !record) throw new Error('a position without a record');
    const decided = decidedAt(record, lookUp.position.index);
    if (!decided) throw new Error('a position without an operation');
    this.owner?.lookedUp(lookUp, decided, this.now());
  }

  private serve(): void {
    const { random, clients } = this.world;
    const commands = Array.from({ length: 1 + random.below(3) }, () => clients.next());
    const known = clients.send(commands);
    this.owner?.offer({
      commands,
      deadlineMs: this.now() + random.below(100),
      answered: (outcomes) => clients.hear(commands, outcomes, known),
      undecided: (why) => {
        if (why !== 'NOT_OWNER') clients.hearUndecided(commands);
      },
    });
  }

  /** Frozen between two batches, packed some time later; only what the journal has is kept. */
  private keepSnapshot(): void {
    const { database } = this.world;
    if (this.frozen) {
      const { parts, done, ...head } = this.frozen;
      this.frozen = null;
      const keys: string[] = [];
      for (const { key, bytes } of parts) {
        keys.push(key);
        // A part that another snapshot has is not written again.
        if (!this.world.parts.has(key)) this.world.parts.set(key, bytes());
      }
      done();
      const written = database.records.get(head.sequence);
      if (written?.hash === head.hash) this.world.snapshot = { ...head, keys };
      return;
    }
    this.owner?.atBoundary((replica) => {
      this.frozen ??= freeze(replica, keyOf);
    });
  }
}

function restored({ snapshot, parts }: World): Replica {
  if (!snapshot) return createReplica('p0000', WINDOW);
  const { takePart, done } = restoring(snapshot, WINDOW);
  for (const key of snapshot.keys) takePart(key, parts.get(key) ?? new Uint8Array());
  return done();
}
