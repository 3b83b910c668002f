import type { Milli, Place } from '@astrolabe/kernel';
import { placeKey } from '@astrolabe/kernel';

/** A line of the hold: certain stock at one place. A line of the order may be in several. */
export type HoldLine = {
  /** The order's line, with a suffix from the second place on: `1`, `1.2`. */
  readonly lineId: string;
  readonly goodsId: string;
  readonly quantityMilli: Milli;
  readonly place: Place;
};

export type FreeAtPlace = {
  readonly place: Place;
  readonly goodsId: string;
  readonly certainMilli: Milli;
};

type Wanted = Pick<HoldLine, 'lineId' | 'goodsId' | 'quantityMilli'>;

const smaller = (a: Milli, b: Milli): Milli => (a < b ? a : b);

/**
 * Where each line is held, or the first line that is short. The place that has most of what is wanted comes
 * first, so that an order leaves from few places; among equal ones a warehouse, then the lower id. Stock of
 * an area is the sum of its places (document 004, 2.11), so a line may stand at several.
 */
export function planHolds(
  wanted: readonly Wanted[],
  free: readonly FreeAtPlace[],
):
  | { readonly kind: 'planned'; readonly holds: readonly HoldLine[] }
  | { readonly kind: 'short'; readonly lineId: string } {
  const left = new Map<string, Milli>();
  const places = new Map<string, Place>();
  for (const { place, goodsId, certainMilli } of free) {
    if (certainMilli <= 0n) continue;
    const key = placeKey(place);
    places.set(key, place);
    left.set(cell(key, goodsId), certainMilli);
  }
  const order = ranked([...places.entries()], wanted, left);
  const holds: HoldLine[] = [];
  for (const { lineId, goodsId, quantityMilli } of wanted) {
    let missing = quantityMilli;
    let parts = 0;
    for (const [key, place] of order) {
      const taken = smaller(missing, left.get(cell(key, goodsId)) ?? 0n);
      if (taken <= 0n) continue;
      left.set(cell(key, goodsId), (left.get(cell(key, goodsId)) ?? 0n) - taken);
      missing -= taken;
      parts += 1;
      const id = parts === 1 ? lineId : `${lineId}.${parts}`;
      holds.push({ lineId: id, goodsId, quantityMilli: taken, place });
      if (missing === 0n) break;
    }
    if (missing > 0n) return { kind: 'short', lineId };
  }
  return { kind: 'planned', holds };
}

const cell = (key: string, goodsId: string): string => `${key}|${goodsId}`;

function ranked(
  places: readonly (readonly [string, Place])[],
  wanted: readonly Wanted[],
  left: ReadonlyMap<string, Milli>,
): readonly (readonly [string, Place])[] {
  const needs = new Map<string, Milli>();
  for (const { goodsId, quantityMilli } of wanted) {
    needs.set(goodsId, (needs.get(goodsId) ?? 0n) + quantityMilli);
  }
  const covers = new Map(
    places.map(([key]) => [
      key,
      [...needs].reduce((sum, [goodsId, need]) => {
        return sum + smaller(need, left.get(cell(key, goodsId)) ?? 0n);
      }, 0n),
    ]),
  );
  const rank = ([key, place]: readonly [string, Place]) => ({
    covered: covers.get(key) ?? 0n,
    key: `${place.type === 'WAREHOUSE' ? 0 : 1}${place.id}`,
  });
  return places.toSorted((one, other) => {
    const [a, b] = [rank(one), rank(other)];
    if (a.covered !== b.covered) return a.covered > b.covered ? -1 : 1;
    if (a.key === b.key) return 0;
    return a.key < b.key ? -1 : 1;
  });
}
