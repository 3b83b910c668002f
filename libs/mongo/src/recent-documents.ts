import { LRUCache } from 'lru-cache';
import { BSON } from 'mongodb';
import type { AggregateDocument, OutboxEntry } from './aggregate-document.ts';

type Stored = AggregateDocument<unknown>;
type Kept = { readonly bytes: Uint8Array; outbox: readonly OutboxEntry[] };

const BYTES_MAX = 16_777_216;

/** As the connection reads: int64 comes back as bigint. */
const READ = { useBigInt64: true } as const;

/**
 * The aggregates that this process wrote last, as the database has them since that write: the next
 * decision and the relay need not read them. Another process may have written since, so whoever
 * decides from here has to have the decision confirmed by a compare-and-set or by a read.
 */
export type RecentDocuments = {
  /** A copy of its own for every caller. */
  get(id: string): Stored | null;
  /** Its unpublished events as far as this process knows; null when it knows nothing. */
  outboxOf(id: string): readonly OutboxEntry[] | null;
  keep(doc: Stored): void;
  trimmed(id: string, upToSequence: bigint): void;
  forget(id: string): void;
};

export function createRecentDocuments(): RecentDocuments {
  const kept = new LRUCache<string, Kept>({
    maxSize: BYTES_MAX,
    sizeCalculation: ({ bytes }) => bytes.byteLength + 1,
  });
  return {
    get: (id) => {
      const found = kept.get(id);
      if (!found) return null;
      const { outboxAt, ...doc } = BSON.deserialize(found.bytes, READ) as Omit<Stored, 'outbox'>;
      const outbox = [...found.outbox];
      // The trim that emptied it has taken the time away with it.
      return { ...doc, outbox, ...(outbox.length > 0 && outboxAt && { outboxAt }) };
    },
    outboxOf: (id) => kept.get(id)?.outbox ?? null,
    keep: (written) => {
      const { outbox, ...doc } = written;
      const { _id: id } = written;
      // Through BSON, so that a copy is to the letter what a read would have given.
      kept.set(id, { bytes: BSON.serialize(doc, { ignoreUndefined: true }), outbox });
    },
    trimmed: (id, upToSequence) => {
      const found = kept.get(id);
      if (found) found.outbox = found.outbox.filter(({ sequence }) => sequence > upToSequence);
    },
    forget: (id) => void kept.delete(id),
  };
}
