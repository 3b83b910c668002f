import type { Collection } from 'mongodb';
import type { Stored } from '../aggregate-write.ts';
import { createOutboxSource, outboxEvents } from '../outbox-source.ts';
import type { AggregateOutbox, OutboxSource } from '../outbox-source.ts';
import type { RecentDocuments } from '../recent-documents.ts';
import type { BehindQueries } from './behind.ts';

export type OutboxParts = {
  readonly documents: Collection<Stored>;
  readonly topic: string;
  readonly source: string;
  readonly recent: RecentDocuments;
  readonly behind: BehindQueries;
  readonly read: (id: string) => Promise<Stored | null>;
  /** Aggregates whose query document shows events that were not published when it was written. */
  readonly shownWithEvents: Set<string>;
};

/**
 * The newest document of an aggregate has all its events that may not be published yet. What the query
 * documents never showed needs no trim.
 */
export function createJournalOutbox(parts: OutboxParts): OutboxSource {
  const { documents, topic, source, recent, behind, read, shownWithEvents } = parts;
  const shown = createOutboxSource(documents, topic, source, recent);
  const pendingOf = async (id: string): Promise<AggregateOutbox> => {
    const known = recent.outboxOf(id) ?? behind.newest(id)?.outbox ?? [];
    if (known.length > 0) return { id, events: outboxEvents(known) };
    // None that we know of, and yet somebody asks: another process may have left some.
    const published = recent.publishedOf(id);
    const found = (await read(id))?.outbox ?? [];
    return { id, events: outboxEvents(found.filter(({ sequence }) => sequence > published)) };
  };
  const trimMany: OutboxSource['trimMany'] = async (trims) => {
    const inDatabase = trims.filter(({ id, upToSequence }) => {
      const isKnown = recent.outboxOf(id) !== null;
      recent.trimmed(id, upToSequence);
      const isShownLater = behind.published(id, upToSequence);
      return !isShownLater && (shownWithEvents.has(id) || !isKnown);
    });
    if (inDatabase.length === 0) return;
    await shown.trimMany(inDatabase);
    for (const { id } of inDatabase) shownWithEvents.delete(id);
  };
  return {
    topic,
    source,
    pending: (limit, olderThan) => shown.pending(limit, olderThan),
    pendingOf,
    pendingOfMany: async (ids) => {
      const found = await Promise.all(ids.map(pendingOf));
      return found.filter(({ events }) => events.length > 0);
    },
    trim: (id, upToSequence) => trimMany([{ id, upToSequence }]),
    trimMany,
  };
}
