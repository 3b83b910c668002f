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

/** The hash of an entry that follows one with the hash `previous`: SHA-256 over both, lower-case hex. */
const linked = (previous: string, texts: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([previous, ...texts]))
    .digest('hex');

/** The hash of a record that follows one with the hash `previous`. */
export function chainedHash(previous: string, record: AuditRecord): string {
  const { sequence, at, caller, person, action, target } = record;
  return linked(previous, [sequence.toString(), at.toISOString(), caller, person, action, target]);
}

/** What a person did in the console, as it is hashed. Texts are empty where there is nothing to say. */
export type DeedRecord = {
  /** 1, 2, 3, ... without gaps. */
  readonly sequence: bigint;
  readonly at: Date;
  readonly login: string;
  readonly name: string;
  /** Where it was asked from; of IPv6 the network. */
  readonly address: string;
  readonly sellerId: string;
  readonly action: string;
  readonly target: string;
  readonly reason: string;
  /** JSON. */
  readonly before: string;
  readonly after: string;
  /** Why what was asked for had no effect; empty in an entry that stands before its effect. */
  readonly outcome: string;
  /** The entry that the outcome is of; 0 in an entry that stands before its effect. */
  readonly about: bigint;
};

/** The hash of a deed that follows an entry with the hash `previous`. */
export function deedHash(previous: string, deed: DeedRecord): string {
  const { login, name, address, sellerId, action, target, reason, before, after } = deed;
  const who = [login, name, address, sellerId];
  const what = [action, target, reason, before, after, deed.outcome, deed.about.toString()];
  return linked(previous, [deed.sequence.toString(), deed.at.toISOString(), ...who, ...what]);
}

/** The end of a chain that has been checked so far. */
export type ChainEnd = { readonly sequence: bigint; readonly hash: string };

export const NO_RECORDS: ChainEnd = { sequence: 0n, hash: CHAIN_START };

const follow = (end: ChainEnd, { sequence, hash }: ChainEnd, expected: string): ChainEnd | null =>
  sequence === end.sequence + 1n && hash === expected ? { sequence, hash } : null;

/**
 * Checks the next entry of a chain: null when it is missing, out of its place or changed. A log whose
 * last entries were cut off is a chain too: only a hash that was noted elsewhere shows it.
 */
export const followed = (end: ChainEnd, record: ChainedRecord): ChainEnd | null =>
  follow(end, record, chainedHash(end.hash, record));

/** The same for a chain of deeds. */
export const followedDeed = (
  end: ChainEnd,
  deed: DeedRecord & { readonly hash: string },
): ChainEnd | null => follow(end, deed, deedHash(end.hash, deed));
