import type { Collection, UpdateFilter } from 'mongodb';
import type { Backend, Traced } from './backend.ts';
import { documentOf } from './aggregate-write.ts';
import type { Stored, Write } from './aggregate-write.ts';
import { createGroupedAccess } from './grouped-access.ts';
import type { GroupedAccess } from './grouped-access.ts';
import { createOutboxSource } from './outbox-source.ts';
import { createRecentDocuments } from './recent-documents.ts';

export type Place = {
  readonly collection: Collection<Stored>;
  readonly topic: string;
  readonly source: string;
  readonly traced: Traced;
};

/** Documents that are changed where they stand, by a compare-and-set on their version. */
export function createInPlace({ collection, topic, source, traced }: Place): Backend {
  const access = createGroupedAccess(collection);
  const recent = createRecentDocuments();
  const read = (id: string) => traced('findOne', () => access.read(id));
  return {
    outbox: createOutboxSource(collection, topic, source, recent),
    read,
    glance: async (id) => ({ document: await read(id), isNewest: true }),
    isNewest: async (id, version) => ((await read(id))?.version ?? 0n) === version,
    remembered: (id) => recent.get(id),
    notFound: (id) => recent.notFound(id),
    forget: (id) => recent.forget(id),
    write: async (before, write, alone) => {
      const isDone = await compareAndSet(access, traced, before, write, alone);
      if (isDone) recent.keep(documentOf(before, write));
      return isDone;
    },
    caughtUp: () => Promise.resolve(),
    remove: async (documents) => {
      const ids = documents.map(({ _id: id }) => id);
      await collection.deleteMany({ _id: { $in: ids } });
      for (const id of ids) recent.forget(id);
    },
  };
}

async function compareAndSet(
  access: GroupedAccess,
  traced: Traced,
  doc: Stored | null,
  write: Write,
  alone: boolean,
): Promise<boolean> {
  if (doc === null) {
    return await traced('insertOne', () => access.insert(documentOf(null, write), alone));
  }
  const update: UpdateFilter<Stored> = {
    $set: {
      version: write.version,
      state: write.state,
      eventSeq: write.eventSeq,
      commitId: write.commitId,
      updatedAt: write.now,
      ...(write.traceparent !== undefined && { traceparent: write.traceparent }),
      ...(write.outboxAt !== null && { outboxAt: write.outboxAt }),
      ...(write.received !== null && {
        [`inbox.${write.received.field}`]: write.received.received,
      }),
    },
    ...(write.entries.length > 0 && { $push: { outbox: { $each: write.entries } } }),
  };
  const { id, commitId } = write;
  return await traced('updateOne', () =>
    access.change({ id, version: doc.version, commitId, update }, alone),
  );
}
