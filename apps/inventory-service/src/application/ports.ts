import type { After, CellAfter, JournalRecord } from './journal/record.ts';

/** The journal of all partitions. Every call throws when the database cannot be asked. */
export type Journal = {
  /** EXISTS: another record has the key. UNKNOWN: no answer, so it may have been written. */
  append(record: JournalRecord): Promise<'APPENDED' | 'EXISTS' | 'UNKNOWN'>;
  read(partition: string, sequence: number): Promise<JournalRecord | null>;
  /** Those of the next `limit` records that are there, in order. */
  readAfter(partition: string, sequence: number, limit: number): Promise<JournalRecord[]>;
};

/** The right to own a partition for a while. Liveness only: what fences is the journal. */
export type Lease = {
  readonly partition: string;
  readonly owner: string;
  readonly epoch: number;
};

export type Holder = { readonly owner: string; readonly address: string; readonly leftMs: number };

export type Leases = {
  /** Takes a free or expired lease; else returns its holder. Time is the database's. */
  acquire(
    partition: string,
    owner: string,
    ttlMs: number,
  ): Promise<{ readonly lease: Lease } | { readonly holder: Holder }>;
  /** False: somebody else has it. */
  renew(lease: Lease, ttlMs: number): Promise<boolean>;
  release(lease: Lease): Promise<void>;
  /** Epoch milliseconds of the database's clock. */
  databaseTime(): Promise<number>;
};

/** What one record of the journal adds to the projections. */
export type RecordEffects = After & { readonly sequence: number };

/**
 * Where the journal's old records lie. They come in runs of `ARCHIVE_RUN` records that end at a
 * multiple of it, so the run follows from a sequence.
 */
export type Archive = {
  /** Keeps a run; the same run again replaces itself. */
  keep(run: readonly JournalRecord[]): Promise<void>;
  /** The run that a record belongs to; empty: not archived. */
  runOf(partition: string, sequence: number): Promise<JournalRecord[]>;
  /**
   * Empties the records and leaves their keys in the journal: a key in use stays
   * in use, so a former owner that comes late is still fenced.
   */
  empty(run: readonly JournalRecord[]): Promise<void>;
};

/** Readers of the journal that keep a place of their own in it. */
export type Follower = 'projections' | 'relay' | 'archive';

export type Projections = {
  place(partition: string, follower: Follower): Promise<number>;
  keepPlace(partition: string, follower: Follower, sequence: number): Promise<void>;
  /** The follower starts at the first record again. */
  forgetPlace(partition: string, follower: Follower): Promise<void>;
  /** Takes all that the partition shows away, to be written anew. By the writer alone. */
  clear(partition: string): Promise<void>;
  /** Idempotent: whatever shows a later record stays. Called by one writer, one call at a time. */
  write(partition: string, effects: readonly RecordEffects[]): Promise<void>;
  /** All projected cells of a partition with the sequence that each shows. */
  cells(partition: string): AsyncIterable<CellAfter & { readonly sequence: number }>;
};

/** Where in the journal a snapshot stands. */
export type SnapshotHead = {
  /** What its parts look like. */
  readonly format: number;
  readonly partition: string;
  readonly sequence: number;
  readonly epoch: number;
  readonly timeMs: number;
  readonly hash: string;
  readonly operations: number;
};

/** A piece of a packed replica. The key follows from its bytes: pieces with the same key are the same. */
export type SnapshotPart = { readonly key: string; readonly bytes: () => Uint8Array };

/** A packed replica, in pieces that fit a document; each one's bytes can be read until the next is asked for. */
export type Snapshot = SnapshotHead & { readonly parts: Iterable<SnapshotPart> };

/** A snapshot as it is read: part by part. */
export type KeptSnapshot = SnapshotHead & {
  readonly parts: AsyncIterable<{ readonly key: string; readonly bytes: Uint8Array }>;
};

/** A snapshot that is not whole: an older one, or the journal, has to do. */
export class SnapshotBroken extends Error {
  override readonly name = 'SnapshotBroken';
}

export type Snapshots = {
  /** Where the newest one of the format stands; 0: there is none. */
  newestAt(partition: string, format: number): Promise<number>;
  /** The newest one of the format that stands before `sequence`; reading its parts may throw SnapshotBroken. */
  newest(partition: string, format: number, before?: number): Promise<KeptSnapshot | null>;
  /**
   * Keeps it, taking one part after the other, then forgets all but the newest two. Parts that a kept
   * snapshot has already are not written again. Returns how many were written.
   */
  keep(snapshot: Snapshot): Promise<{ readonly parts: number; readonly written: number }>;
};

/** Publishes what durable records changed; resolves when the broker has it. */
export type ChangePublisher = { publish(records: readonly JournalRecord[]): Promise<void> };

/** Time of this process; no wall clock, so nothing can set it. */
export type Timing = {
  monotonicMs(): number;
  /** Resolves after a delay, or at once when the signal aborts. */
  delay(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs when what has arrived by now has been processed. */
  soon(run: () => void): void;
};

export type Notes = {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
};

/** What is worth a number on a dashboard. */
export type Meters = {
  appended(record: JournalRecord, seconds: number): void;
  /** A follower has done with a record, so long after it was decided. */
  followed(partition: string, follower: Follower, lagSeconds: number): void;
  short(cell: CellAfter): void;
  archived(partition: string, records: number): void;
};
