import type { Collection, Filter } from 'mongodb';
import type { AggregateDocument, OutboxEntry } from './aggregate-document.ts';
import type { RecentDocuments } from './recent-documents.ts';

/** One event on its way to the broker. `payload` holds protobuf bytes. */
export type OutboxEvent = {
  readonly id: string;
  readonly sequence: bigint;
  readonly type: string;
  readonly key: string;
  readonly time: Date;
  readonly payload: Uint8Array;
  readonly traceparent?: string;
};

/** The unpublished events of one aggregate, oldest first. Empty when another relay was faster. */
export type AggregateOutbox = { readonly id: string; readonly events: readonly OutboxEvent[] };

/** What a relay needs of a store. */
export type OutboxSource = {
  readonly topic: string;
  readonly source: string;
  /** Up to `limit` aggregates whose oldest unpublished event was written before `olderThan`. */
  pending(limit: number, olderThan?: Date): Promise<AggregateOutbox[]>;
  pendingOf(id: string): Promise<AggregateOutbox>;
  pendingOfMany(ids: readonly string[]): Promise<AggregateOutbox[]>;
  trim(id: string, upToSequence: bigint): Promise<void>;
  trimMany(trims: readonly { id: string; upToSequence: bigint }[]): Promise<void>;
};

type Stored = AggregateDocument<unknown>;

const PROJECTION = { outbox: 1 } as const;

/** Reads and trims the outboxes of one collection of aggregates. */
export function createOutboxSource(
  collection: Collection<Stored>,
  topic: string,
  source: string,
  recent: RecentDocuments,
): OutboxSource {
  const read = async (filter: Filter<Stored>, limit: number): Promise<AggregateOutbox[]> => {
    const found = await collection
      .find(filter, { projection: PROJECTION, limit, batchSize: limit })
      .toArray();
    return found.map(({ _id: id, outbox }) => ({ id, events: outboxEvents(outbox) }));
  };
  const pendingOfMany = async (ids: readonly string[]): Promise<AggregateOutbox[]> => {
    const known: AggregateOutbox[] = [];
    const unknown: string[] = [];
    for (const id of ids) {
      const outbox = recent.outboxOf(id);
      // None that we know of, and yet somebody asks: another process may have left some.
      if (outbox === null || outbox.length === 0) unknown.push(id);
      else known.push({ id, events: outboxEvents(outbox) });
    }
    if (unknown.length === 0) return known;
    return [...known, ...(await read({ _id: { $in: unknown } }, unknown.length))];
  };
  const trimMany: OutboxSource['trimMany'] = async (trims) => {
    for (const [upToSequence, ids] of bySequence(trims)) {
      await trimGroup(collection, ids, upToSequence);
      for (const id of ids) recent.trimmed(id, upToSequence);
    }
  };
  return {
    topic,
    source,
    // The bound is always given: a filter without it would also match aggregates with no events.
    pending: (limit, olderThan = new Date()) => read({ outboxAt: { $lte: olderThan } }, limit),
    pendingOf: async (id) => (await pendingOfMany([id]))[0] ?? { id, events: [] },
    pendingOfMany,
    trim: (id, upToSequence) => trimMany([{ id, upToSequence }]),
    trimMany,
  };
}

/** Aggregates that are published up to the same sequence share one write. */
function bySequence(trims: readonly { id: string; upToSequence: bigint }[]): Map<bigint, string[]> {
  const groups = new Map<bigint, string[]>();
  for (const { id, upToSequence } of trims) {
    const ids = groups.get(upToSequence);
    if (ids === undefined) groups.set(upToSequence, [id]);
    else ids.push(id);
  }
  return groups;
}

/**
 * Takes published events out without touching `version`, so that a relay never makes a business
 * write fail. First write: the common case, nothing was appended meanwhile, the outbox becomes
 * empty and leaves the recovery index. Second write, for the others: only the published events go,
 * and `outboxAt` stays. Either is atomic per aggregate, so what is appended in between is not lost.
 */
async function trimGroup(
  collection: Collection<Stored>,
  ids: string[],
  upToSequence: bigint,
): Promise<void> {
  const { matchedCount } = await collection.updateMany(
    { _id: { $in: ids }, 'outbox.sequence': { $not: { $gt: upToSequence } } },
    { $set: { outbox: [] }, $unset: { outboxAt: '' } },
  );
  if (matchedCount === ids.length) return;
  await collection.updateMany(
    { _id: { $in: ids }, 'outbox.sequence': { $lte: upToSequence } },
    { $pull: { outbox: { sequence: { $lte: upToSequence } } } },
  );
}

/** Events as the relay reads them. */
export const outboxEvents = (outbox: readonly OutboxEntry[]): OutboxEvent[] => outbox.map(toEvent);

function toEvent(entry: OutboxEntry): OutboxEvent {
  return {
    id: entry.id,
    sequence: entry.sequence,
    type: entry.type,
    key: entry.key,
    time: entry.time,
    payload: entry.payload.value(),
    ...(entry.traceparent !== undefined && { traceparent: entry.traceparent }),
  };
}
