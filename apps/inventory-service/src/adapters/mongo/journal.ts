import { createHash } from 'node:crypto';
import { isDuplicateKey } from '@astrolabe/mongo';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { HashRecord, JournalRecord } from '../../application/journal/record.ts';
import { recordKey } from '../../application/journal/record.ts';
import type { Journal } from '../../application/ports.ts';

type JournalDocument = {
  _id: string;
  /** Epoch and name of the owner's tenure. */
  e: number;
  w: string;
  /** Journal time. */
  t: Date;
  /** Number of operations. */
  n: number;
  v: number;
  h: Binary;
  b: Binary;
};

const COLLECTION = 'journal';
/** A reply that takes longer is taken for lost; the same document is sent again. */
const ANSWER_MS = 3_000;

const HASH_BYTES = 16;

export const hashRecord: HashRecord = (previous, epoch, timeMs, body) =>
  createHash('sha256')
    .update(`${previous}|${epoch}|${timeMs}|`)
    .update(body)
    .digest('hex')
    .slice(0, HASH_BYTES * 2);

export function createJournal(db: Db): Journal {
  const records = db.collection<JournalDocument>(COLLECTION);
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
      return found && fromDocument(found);
    },
    readAfter: async (partition, sequence, limit) => {
      // Sequences are contiguous, so both ends are known: no database has to sort an open range.
      const last = recordKey(partition, sequence + limit);
      const range = { $gt: recordKey(partition, sequence), $lte: last };
      const found = records.find({ _id: range }).sort({ _id: 1 });
      return (await found.toArray()).map(fromDocument);
    },
  };
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

const toDocument = (record: JournalRecord): JournalDocument => ({
  _id: recordKey(record.partition, record.sequence),
  e: record.epoch,
  w: record.owner,
  t: new Date(record.timeMs),
  n: record.operations,
  v: record.version,
  h: new Binary(Buffer.from(record.hash, 'hex')),
  b: new Binary(Buffer.from(record.body, 'utf8')),
});

function fromDocument({ _id: key, ...document }: JournalDocument): JournalRecord {
  const [partition = '', sequence = ''] = key.split(':');
  return {
    partition,
    sequence: Number(sequence),
    epoch: document.e,
    owner: document.w,
    timeMs: document.t.getTime(),
    operations: document.n,
    version: document.v,
    hash: Buffer.from(document.h.buffer).toString('hex'),
    body: Buffer.from(document.b.buffer).toString('utf8'),
  };
}
