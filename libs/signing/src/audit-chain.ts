import { createHash } from 'node:crypto';

/** One entry of an append-only log, as it is hashed. */
export type AuditRecord = {
  /** 1, 2, 3, ... without gaps. */
  readonly sequence: bigint;
  readonly at: Date;
  /** The service that asked; it has proved who it is. */
  readonly caller: string;
  /** For whom it asked, by its word. */
  readonly person: string;
  readonly action: string;
  readonly target: string;
};

/** A record with its place in the chain; the hash is over the record and the hash before it. */
export type ChainedRecord = AuditRecord & { readonly hash: string };

/** What stands before the first record. */
export const CHAIN_START = '0'.repeat(64);

/** The hash of a record that follows one with the hash `previous`: SHA-256, lower-case hex. */
export function chainedHash(previous: string, record: AuditRecord): string {
  const { sequence, at, caller, person, action, target } = record;
  const when = at.toISOString();
  return createHash('sha256')
    .update(JSON.stringify([previous, sequence.toString(), when, caller, person, action, target]))
    .digest('hex');
}

/** The end of a chain that has been checked so far. */
export type ChainEnd = { readonly sequence: bigint; readonly hash: string };

export const NO_RECORDS: ChainEnd = { sequence: 0n, hash: CHAIN_START };

/**
 * Checks the next record of a chain: null when it is missing, out of its place or changed. A log whose
 * last records were cut off is a chain too: only a hash that was noted elsewhere shows it.
 */
export function followed(end: ChainEnd, record: ChainedRecord): ChainEnd | null {
  const isNext = record.sequence === end.sequence + 1n;
  if (!isNext || chainedHash(end.hash, record) !== record.hash) return null;
  return { sequence: record.sequence, hash: record.hash };
}
