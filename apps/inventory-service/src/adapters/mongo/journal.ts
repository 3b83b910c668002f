import { createHash } from 'node:crypto';
import { isDuplicateKey } from '@astrolabe/mongo';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { HashRecord, JournalRecord } from '../../application/journal/record.ts';
import { JournalBroken, recordKey } from '../../application/journal/record.ts';
import type { Journal } from '../../application/ports.ts';
import { compress, decompress } from './compressed.ts';

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
  /** The body, or a Zstandard frame of it. */
  b: Binary;
  z: boolean;
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
      const found = records.find({ _id: range }).sort({ _id: 1 }).batchSize(limit);
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

function toDocument(record: JournalRecord): JournalDocument {
  const { bytes, compressed } = compress(Buffer.from(record.body, 'utf8'));
  return {
    _id: recordKey(record.partition, record.sequence),
    e: record.epoch,
    w: record.owner,
    t: new Date(record.timeMs),
    n: record.operations,
    v: record.version,
    h: new Binary(Buffer.from(record.hash, 'hex')),
    b: new Binary(bytes),
    z: compressed,
  };
}

/** Far above what a record may have; a frame that says more is none of ours. */
const BODY_MAX_BYTES = 4_194_304;

function fromDocument({ _id: key, ...document }: JournalDocument): JournalRecord {
  const [partition = '', position = ''] = key.split(':');
  const sequence = Number(position);
  return {
    partition,
    sequence,
    epoch: document.e,
    owner: document.w,
    timeMs: document.t.getTime(),
    operations: document.n,
    version: document.v,
    hash: Buffer.from(document.h.buffer).toString('hex'),
    body: bodyFrom(document, { partition, sequence }),
  };
}

function bodyFrom(
  { b, z }: Pick<JournalDocument, 'b' | 'z'>,
  at: { partition: string; sequence: number },
): string {
  try {
    const bytes = z ? decompress(b.buffer, BODY_MAX_BYTES) : Buffer.from(b.buffer);
    return bytes.toString('utf8');
  } catch (error) {
    throw new JournalBroken(at, `its body cannot be read: ${String(error)}`);
  }
}
