import type { Receiver } from '../order.ts';
import type { Point } from './distance.ts';
import { regionNames, sameArea } from './region-names.ts';
import type { RegionNames } from './region-names.ts';
import type { AreaPoint } from './rules.ts';

/**
 * How near a store is to the receiver by names: 0 same area, 1 same city, 2 same province, 3 else.
 * Names are compared as `regionNames` gives them. Where one of the two has no city, the area decides:
 * a name of an area that several cities of the province have is then taken for the same one.
 */
export const regionRank = (store: Receiver, receiver: Receiver): number =>
  regionRanker(receiver)(store);

/** regionRank for many stores and one receiver. */
export function regionRanker(receiver: Receiver): (store: Receiver) => number {
  const wanted = namesOf(receiver);
  return (store) => {
    const { province, city, area } = namesOf(store);
    if (province === '' || province !== wanted.province) return 3;
    const isSameArea = sameArea(area, wanted.area);
    if (city === '' || wanted.city === '') return isSameArea ? 0 : 2;
    if (city !== wanted.city) return 2;
    return isSameArea ? 0 : 1;
  };
}

/** Names by the place that they were read from: a store is compared with many receivers. */
const known = new WeakMap<Receiver, RegionNames>();

function namesOf(place: Receiver): RegionNames {
  const before = known.get(place);
  if (before) return before;
  const names = regionNames(place);
  known.set(place, names);
  return names;
}

/** Where a receiver is taken to be: the point of the area, else of the city, else of the province. */
export function pointOf(receiver: Receiver, points: readonly AreaPoint[]): Point | null {
  let best: { point: Point; depth: number } | null = null;
  for (const { province, city, area, lat, lng } of points) {
    const depth = regionRank({ province, city, area }, receiver);
    // 1 and 2 are met by points of other areas and cities as well; those say nothing about ours.
    const fits =
      depth === 0 || (depth === 1 && area === '') || (depth === 2 && city === '' && area === '');
    if (fits && (!best || depth < best.depth)) best = { point: { lat, lng }, depth };
  }
  return best?.point ?? null;
}
