import type { Stored } from '../aggregate-write.ts';

/**
 * One change of an aggregate: the document as the change left it, under the name of the aggregate and
 * its version. A second change to the same version finds the name taken, from whatever process.
 */
export type Entry = Omit<Stored, '_id'> & {
  /** The aggregate and its version, see `entryId`. */
  _id: string;
  /** The aggregate. */
  of: string;
  /** Who wrote it and as which of its writes, see `placeIn`. */
  l: string;
};

const entryId = (id: string, version: bigint): string => `${id}@${version}`;

/** The names of `count` versions, `first` and on. */
export const entryIdsFrom = (id: string, first: bigint, count: bigint): string[] =>
  Array.from({ length: Number(count) }, (_, index) => entryId(id, first + BigInt(index)));

export function entryOf(document: Stored, l: string): Entry {
  const { _id: id, ...rest } = document;
  return { _id: entryId(id, document.version), of: id, l, ...rest };
}

export function documentIn(entry: Entry): Stored {
  const { _id: _name, of, l: _place, ...rest } = entry;
  return { _id: of, ...rest };
}

const DIGITS = 12;

/** Sorts as written: the writes of a lane by their number. */
export const placeIn = (lane: string, number: number): string =>
  `${lane}/${String(number).padStart(DIGITS, '0')}`;

export const numberOf = (place: string): number => Number(place.slice(place.lastIndexOf('/') + 1));
