import { locate, nearness } from '@astrolabe/kernel/regions';
import type { Located } from '@astrolabe/kernel/regions';
import type { Receiver } from '../order.ts';
import type { Point } from './distance.ts';
import type { AreaPoint } from './rules.ts';

/**
 * How near a store is to the receiver by names: 0 same area, 1 same city, 2 same province, 3 else. A name that several
 * places have is none of them, so nobody is near by it.
 */
export const regionRank = (store: Receiver, receiver: Receiver): number =>
  regionRanker(receiver)(store);

/** regionRank for many stores and one receiver: each place is compared once, however many stores are there. */
export function regionRanker(receiver: Receiver): (store: Receiver) => number {
  const wanted = locatedOf(receiver);
  const provinces = new Map<string, Map<string, Map<string, number>>>();
  return (store) => {
    const { province, city, area } = store;
    const areas = within(within(provinces, province), city);
    const known = areas.get(area);
    if (known !== undefined) return known;
    const rank = nearness(locatedOf(store), wanted);
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

/** China has about 3,000 areas, and each is written in a few ways. */
const NAMES_MAX = 20_000;

/** Places by what they were read from: every decision meets the same ones again. */
const read = new Map<string, Located>();

function locatedOf(place: Receiver): Located {
  const text = `${place.province}\n${place.city}\n${place.area}`;
  const before = read.get(text);
  if (before) return before;
  if (read.size >= NAMES_MAX) read.clear();
  const located = locate(place);
  read.set(text, located);
  return located;
}

/** Where a receiver is taken to be: the point of the area, else of the city, else of the province. */
export function pointOf(receiver: Receiver, points: readonly AreaPoint[]): Point | null {
  const wanted = locatedOf(receiver);
  let best: { point: Point; depth: number } | null = null;
  for (const { lat, lng, ...place } of points) {
    const at = locatedOf(place);
    const depth = nearness(at, wanted);
    // 1 and 2 are met by points of other areas and cities as well; those say nothing about ours.
    const fits =
      depth === 0 ||
      (depth === 1 && at.area === '' && place.area === '') ||
      (depth === 2 && place.city === '' && place.area === '');
    if (fits && (!best || depth < best.depth)) best = { point: { lat, lng }, depth };
  }
  return best?.point ?? null;
}
