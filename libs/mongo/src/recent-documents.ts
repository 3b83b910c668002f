import { LRUCache } from 'lru-cache';
import { BSON } from 'mongodb';
import type { AggregateDocument, OutboxEntry } from './aggregate-document.ts';

type Stored = AggregateDocument<unknown>;
type Kept = {
  readonly bytes: Uint8Array;
  readonly eventSeq: bigint;
  outbox: readonly OutboxEntry[];
};

const BYTES_MAX = 16_777_216;
/** Entries of a journal are kept three times as long, see `journal/keeper.ts`. */
const KEPT_MS = 300_000;
/** Aggregates that were looked for and not found are about to be made, or asked for no more. */
const ABSENT = { max: 10_000, ttl: 60_000 } as const;

/** As the connection reads: int64 comes back as bigint. */
const READ = { useBigInt64: true } as const;

/**
 * The aggregates that this process wrote last, as the database has them since that write: the next
 * decision and the relay need not read them. Another process may have written since, so whoever
 * decides from here has to have the decision confirmed by a compare-and-set or by a read.
 */
export type RecentDocuments = {
  /** A copy of its own for every caller; 'absent' where a read has found none and none was written since. */
  get(id: string): Stored | 'absent' | null;
  /** Its unpublished events as far as this process knows; null when it knows nothing. */
  outboxOf(id: string): readonly OutboxEntry[] | null;
  /** All its events up to this one are published, as far as this process knows; 0 when it knows nothing. */
  publishedOf(id: string): bigint;
  keep(doc: Stored): void;
  /** A read has found no such aggregate. */
  notFound(id: string): void;
  trimmed(id: string, upToSequence: bigint): void;
  forget(id: string): void;
};

export function createRecentDocuments(): RecentDocuments {
  const kept = new LRUCache<string, Kept>({
    maxSize: BYTES_MAX,
    ttl: KEPT_MS,
    sizeCalculation: ({ bytes }) => bytes.byteLength + 1,
  });
  const absent = new LRUCache<string, true>(ABSENT);
  return {
    get: (id) => {
      const found = kept.get(id);
      if (!found) return absent.has(id) ? 'absent' : null;
      const { outboxAt, ...doc } = BSON.deserialize(found.bytes, READ) as Omit<Stored, 'outbox'>;
      const outbox = [...found.outbox];
      // The trim that emptied it has taken the time away with it.
      return { ...doc, outbox, ...(outbox.length > 0 && outboxAt && { outboxAt }) };
    },
    outboxOf: (id) => kept.get(id)?.outbox ?? null,
    publishedOf: (id) => {
      const found = kept.get(id);
      const [oldest] = found?.outbox ?? [];
      return oldest ? oldest.sequence - 1n : (found?.eventSeq ?? 0n);
    },
    keep: (written) => {
      const { outbox, ...doc } = written;
      const { _id: id, eventSeq } = written;
      // Through BSON, so that a copy is to the letter what a read would have given.
      absent.delete(id);
      kept.set(id, { bytes: BSON.serialize(doc, { ignoreUndefined: true }), eventSeq, outbox });
    },
    trimmed: (id, upToSequence) => {
      const found = kept.get(id);
      if (found) found.outbox = found.outbox.filter(({ sequence }) => sequence > upToSequence);
    },
    notFound: (id) => {
      // A write may have overtaken the read.
      if (!kept.has(id)) absent.set(id, true);
    },
    forget: (id) => {
      kept.delete(id);
      absent.delete(id);
    },
  };
}
