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

/** regionRank for many stores and one receiver: each place is compared once, however many stores are there. */
export function regionRanker(receiver: Receiver): (store: Receiver) => number {
  const wanted = namesOf(receiver);
  const provinces = new Map<string, Map<string, Map<string, number>>>();
  return (store) => {
    const { province, city, area } = store;
    const areas = within(within(provinces, province), city);
    const known = areas.get(area);
    if (known !== undefined) return known;
    const rank = rankOf(namesOf(store), wanted);
    areas.set(area, rank);
    return rank;
  };
}

/** The map under a name, made at the first look. */
function within<V>(maps: Map<string, Map<string, V>>, name: string): Map<string, V> {
  const known = maps.get(name);
  if (known) return known;
  const made = new Map<string, V>();
  maps.set(name, made);
  return made;
}

function rankOf({ province, city, area }: RegionNames, wanted: RegionNames): number {
  if (province === '' || province !== wanted.province) return 3;
  const isSameArea = sameArea(area, wanted.area);
  if (city === '' || wanted.city === '') return isSameArea ? 0 : 2;
  if (city !== wanted.city) return 2;
  return isSameArea ? 0 : 1;
}

/** China has about 3,000 areas, and each is written in a few ways. */
const NAMES_MAX = 20_000;

/** Names by what they were read from: every decision meets the same places again. */
const read = new Map<string, RegionNames>();

function namesOf(place: Receiver): RegionNames {
  const text = `${place.province}\n${place.city}\n${place.area}`;
  const before = read.get(text);
  if (before) return before;
  if (read.size >= NAMES_MAX) read.clear();
  const names = regionNames(place);
  read.set(text, names);
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
