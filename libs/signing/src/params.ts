/**
 * Parameters as they were sent: decoded once from the URL or form encoding, never re-serialised.
 * A record, a Map, URLSearchParams or any list of pairs.
 */
export type SignParams =
  Readonly<Record<string, string | undefined>> | Iterable<readonly [string, string]>;

export type Pair = readonly [key: string, value: string];

/** Lists the pairs; parameters of a record that are undefined were not sent. */
export function pairsOf(params: SignParams): Pair[] {
  if (Symbol.iterator in params) return [...(params as Iterable<Pair>)];
  return Object.entries(params).filter((pair): pair is [string, string] => pair[1] !== undefined);
}

/** The value of a key; undefined when it is absent. */
export const valueOf = (pairs: readonly Pair[], key: string): string | undefined =>
  pairs.find(([name]) => name === key)?.[1];

/** A key sent twice is ambiguous: signer and receiver may read different values. */
export const hasRepeatedKey = (pairs: readonly Pair[]): boolean =>
  new Set(pairs.map((pair) => pair[0])).size !== pairs.length;

/** Order of UTF-16 code units. A locale's collation would put `_` first and fold case. */
export const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Concatenates key and value of every pair in the order of the keys. */
export function sortedByKey(pairs: readonly Pair[]): string {
  let text = '';
  // Indices instead of patterns: this runs for each signed request, over every parameter.
  for (const pair of pairs.toSorted((a, b) => byCodeUnits(a[0], b[0]))) text += pair[0] + pair[1];
  return text;
}

/** Concatenates key and value first and sorts the strings: differs when one key prefixes another. */
export const sortedByText = (pairs: readonly Pair[]): string =>
  pairs
    .map(([key, value]) => key + value)
    .sort(byCodeUnits)
    .join('');
