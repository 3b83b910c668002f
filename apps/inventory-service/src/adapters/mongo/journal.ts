import { createHash } from 'node:crypto';
import { isDuplicateKey } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { HashRecord, JournalRecord } from '../../application/journal/record.ts';
import { ARCHIVE_RUN, JournalBroken, recordKey } from '../../application/journal/record.ts';
import type { Archive, Journal } from '../../application/ports.ts';
import { createArchive } from './archive.ts';
import type { ArchivedDocument, JournalDocument } from './journal-document.ts';
import { JOURNAL_COLLECTION, fromDocument, positionOf, toDocument } from './journal-document.ts';

/** A reply that takes longer counts as lost; the same document is sent again. */
const ANSWER_MS = 3_000;

const HASH_BYTES = 16;

export const hashRecord: HashRecord = (previous, epoch, timeMs, body) =>
  createHash('sha256')
    .update(`${previous}|${epoch}|${timeMs}|`)
    .update(body)
    .digest('hex')
    .slice(0, HASH_BYTES * 2);

type Stored = JournalDocument | ArchivedDocument;

const isArchived = (stored: Stored): stored is ArchivedDocument => 'a' in stored;

/** The journal whole: a record that was moved into the archive is read there. */
export function createJournal(db: Db): Journal {
  const archive = createArchive(db);
  const records = db.collection<Stored>(JOURNAL_COLLECTION);
  return {
    append: async (record) => {
      const inserted = records.insertOne(toDocument(record)).then(
        () => 'APPENDED' as const,
        (error: unknown) => (isDuplicateKey(error) ? ('EXISTS' as const) : ('UNKNOWN' as const)),
      );
      return await orUnknown(inserted);
    },
    read: async (partition, sequence) => {
      const found = await records.findOne({ _id: recordKey(partition, sequence) });
      return found && ((await allOf([found], archive))[0] ?? null);
    },
    readAfter: async (partition, sequence, limit) => {
      // Sequences are contiguous, so both ends are fixed: no database has to sort an open range.
      const last = recordKey(partition, sequence + limit);
      const range = { $gt: recordKey(partition, sequence), $lte: last };
      const found = records.find({ _id: range }).sort({ _id: 1 }).batchSize(limit);
      return await allOf(await found.toArray(), archive);
    },
  };
}

/** What the documents stand for, in their order; runs of the archive are read once each. */
async function allOf(found: readonly Stored[], archive: Archive): Promise<JournalRecord[]> {
  const runs = new Map<number, Promise<JournalRecord[]>>();
  const archived = async ({ _id: key }: ArchivedDocument): Promise<JournalRecord> => {
    const { partition, sequence } = positionOf(key);
    const number = Math.ceil(sequence / ARCHIVE_RUN);
    const reading = runs.get(number) ?? archive.runOf(partition, sequence);
    runs.set(number, reading);
    const record = (await reading).find((each) => each.sequence === sequence);
    if (!record) throw new JournalBroken({ partition, sequence }, 'the archive does not have it');
    return record;
  };
  return await Promise.all(
    found.map(async (stored) =>
      isArchived(stored) ? await archived(stored) : fromDocument(stored),
    ),
  );
}

async function orUnknown<T>(answer: Promise<T>): Promise<T | 'UNKNOWN'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'UNKNOWN'>((resolve) => {
    timer = setTimeout(() => resolve('UNKNOWN'), ANSWER_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
