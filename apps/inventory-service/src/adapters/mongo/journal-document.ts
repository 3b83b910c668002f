import { Binary } from 'mongodb';
import type { JournalRecord } from '../../application/journal/record.ts';
import { JournalBroken, recordKey } from '../../application/journal/record.ts';
import { compressNow, decompressNow } from './compressed.ts';

export const JOURNAL_COLLECTION = 'journal';

/** A record of the journal as it is stored. */
export type JournalDocument = {
  _id: string;
  /** Epoch and name of the owner's leadership. */
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

/** What stays in the journal of a record that the archive has: its key, so that no other record can have it. */
export type ArchivedDocument = { _id: string; a: true };

export function toDocument(record: JournalRecord): JournalDocument {
  const { bytes, compressed } = compressNow(record.body);
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

/** What `recordKey` made a key of. */
export function positionOf(key: string): { partition: string; sequence: number } {
  const [partition = '', position = ''] = key.split(':');
  return { partition, sequence: Number(position) };
}

/** Far above what a record may have; a frame that says more is none of ours. */
const BODY_MAX_BYTES = 4_194_304;

export function fromDocument({ _id: key, ...document }: JournalDocument): JournalRecord {
  const { partition, sequence } = positionOf(key);
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
): Uint8Array<ArrayBuffer> {
  try {
    // Copied: the message that it lies in, or the larger piece that it was expanded into, is not kept.
    return new Uint8Array(z ? decompressNow(b.buffer, BODY_MAX_BYTES) : b.buffer);
  } catch (error) {
    throw new JournalBroken(at, `its body cannot be read: ${String(error)}`);
  }
}
