import type { Place, StockKind } from '@astrolabe/kernel';

/** Format of the packed operations; replaying an unknown one is refused. */
export const FORMAT_VERSION = 7;

/** One record of a partition's journal: a batch of decided operations, or a claim without any. */
export type JournalRecord = {
  readonly partition: string;
  /** Contiguous from 1. The database key is made of partition and sequence: the fence. */
  readonly sequence: number;
  readonly epoch: number;
  /** Random name of the owning process's leadership. */
  readonly owner: string;
  /** Journal time: never goes back. */
  readonly timeMs: number;
  readonly operations: number;
  readonly version: number;
  /** Links the record to all before it; see `HashRecord`. */
  readonly hash: string;
  /** Packed operations with their outcomes and entries; see `body.ts`. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** The cells of the record after it. Set by the owner; a record that was read has them in its body. */
  readonly after?: After;
};

/** The cells that a record touched, each as the record left it. */
export type After = {
  readonly cells: readonly CellName[];
  /** Quantity, held and unreported of each cell in its turn, in thousandths. */
  readonly values: readonly number[];
};

/** Numbers of `After.values` for each cell. */
export const VALUES_OF_CELL = 3;

/** A cell as a record left it; quantities in thousandths. */
export type CellAfter = {
  readonly cell: CellName;
  readonly quantity: number;
  readonly held: number;
  readonly unreported: number;
};

export type CellName = {
  /** Which one it is in the replica that it belongs to; a record names cells without. */
  readonly number?: number;
  readonly sellerId: string;
  readonly place: Place;
  readonly goodsId: string;
  readonly kind: StockKind;
};

/**
 * First 16 bytes, as hex, of SHA-256 over the previous record's hash, epoch, time and body. A
 * parameter, because the rules of this layer are free of libraries.
 */
export type HashRecord = (
  previous: string,
  epoch: number,
  timeMs: number,
  body: Uint8Array,
) => string;

export const FIRST_HASH = '0'.repeat(32);

/**
 * Most operations of one record, numbers that they take, and characters of words and texts: 1.7 MB even
 * when every number is the largest and every character takes 3 bytes.
 */
export const RECORD_LIMITS = { operations: 1_024, numbers: 80_000, characters: 348_000 } as const;

/** Records that the archive keeps together. */
export const ARCHIVE_RUN = 16;

/** The journal does not say what it must: a record is missing, altered, or replays differently. */
export class JournalBroken extends Error {
  override readonly name = 'JournalBroken';
  readonly partition: string;
  readonly sequence: number;

  constructor(record: { partition: string; sequence: number }, what: string) {
    super(`${recordKey(record.partition, record.sequence)}: ${what}`);
    this.partition = record.partition;
    this.sequence = record.sequence;
  }
}

/** "p0003:000000001234" */
export const recordKey = (partition: string, sequence: number): string =>
  `${partition}:${String(sequence).padStart(12, '0')}`;
