import { BSON, Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { JournalRecord } from '../../application/journal/record.ts';
import { ARCHIVE_RUN, JournalBroken, recordKey } from '../../application/journal/record.ts';
import type { Archive } from '../../application/ports.ts';
import { compress, decompress } from './compressed.ts';
import type { ArchivedDocument, JournalDocument } from './journal-document.ts';
import { JOURNAL_COLLECTION } from './journal-document.ts';

/** A run of records, compressed together: what repeats from one to the next is kept once. */
type RunDocument = {
  /** Key of the run's last record. */
  _id: string;
  n: number;
  /** Journal time of the last record. */
  t: Date;
  b: Binary;
  z: boolean;
};

const COLLECTION = 'journal_archive';
/** No call waits for it. */
const LEVEL = 9;
/** Above what a run of the largest records has. */
const RUN_MAX_BYTES = 16_777_216;

const keyOfRun = (partition: string, sequence: number): string =>
  recordKey(partition, Math.ceil(sequence / ARCHIVE_RUN) * ARCHIVE_RUN);

export function createArchive(db: Db): Archive {
  const runs = db.collection<RunDocument>(COLLECTION);
  const records = db.collection<JournalDocument | ArchivedDocument>(JOURNAL_COLLECTION);
  return {
    keep: async (run) => {
      const last = run.at(-1);
      if (!last) return;
      const { bytes, compressed } = await compress(BSON.serialize({ run }), LEVEL);
      const document = {
        n: run.length,
        t: new Date(last.timeMs),
        b: new Binary(bytes),
        z: compressed,
      };
      const key = keyOfRun(last.partition, last.sequence);
      await runs.replaceOne({ _id: key }, document, { upsert: true });
    },
    runOf: async (partition, sequence) => {
      const found = await runs.findOne({ _id: keyOfRun(partition, sequence) });
      return found ? await recordsFrom(found, { partition, sequence }) : [];
    },
    empty: async (run) => {
      await records.bulkWrite(
        run.map(({ partition, sequence }) => ({
          replaceOne: {
            filter: { _id: recordKey(partition, sequence) },
            replacement: { a: true as const },
          },
        })),
      );
    },
  };
}

async function recordsFrom(
  { b, z }: RunDocument,
  at: { partition: string; sequence: number },
): Promise<JournalRecord[]> {
  try {
    const bytes = z ? await decompress(b.buffer, RUN_MAX_BYTES) : b.buffer;
    const { run } = BSON.deserialize(bytes, { promoteBuffers: true }) as { run: JournalRecord[] };
    // Copied: the whole run's bytes lie together.
    return run.map((record) => ({ ...record, body: new Uint8Array(record.body) }));
  } catch (error) {
    throw new JournalBroken(at, `its run in the archive cannot be read: ${String(error)}`);
  }
}
