/** A place that holds stock. Store ids and warehouse ids are different name spaces. */
export type Place = { readonly type: 'STORE' | 'WAREHOUSE'; readonly id: string };

/**
 * Which promise stands behind a quantity: CERTAIN (确定性, one online channel's own) or SHARED
 * (非确定性, sold offline too).
 */
export type StockKind = 'CERTAIN' | 'SHARED';

/** One text per place, "STORE:1342"; usable as a map key and for ordering. */
export const placeKey = (place: Place): string => `${place.type}:${place.id}`;

/** Inverse of placeKey; null when the text is none. */
export function placeFromKey(key: string): Place | null {
  const match = /^(STORE|WAREHOUSE):(.+)$/.exec(key);
  if (!match) return null;
  return { type: match[1] as Place['type'], id: match[2] ?? '' };
}

export const samePlace = (a: Place, b: Place): boolean => a.type === b.type && a.id === b.id;
