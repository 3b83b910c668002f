import { locate, nearness, settledBy } from '@astrolabe/kernel/regions';
import type { Located } from '@astrolabe/kernel/regions';
import type { Receiver } from '../order.ts';
import type { Point } from './distance.ts';
import { once } from './once.ts';
import type { AreaPoint } from './rules.ts';

/**
 * How near a store is to the receiver by names: 0 same area, 1 same city, 2 same province, 3 else. A name that several
 * places have is none of them, so nobody is near by it.
 */
export const regionRank = (store: Receiver, receiver: Receiver): number =>
  regionRanker(receiver)(store);

/**
 * regionRank for many stores and one receiver: each name is compared once, however many stores have it. Most stores are
 * elsewhere by their province or city, and nothing below is looked at then.
 */
export function regionRanker(receiver: Receiver): (store: Receiver) => number {
  const wanted = locatedOf(receiver);
  const ranks = once((province) => {
    const known = settledOf({ province, city: '', area: '' }).province;
    if (known !== '' && known !== wanted.province) return OTHER_PROVINCE;
    return once((city) => {
      const settled = settledOf({ province, city, area: '' });
      const rank = nearness(settled, wanted);
      if (settled.city !== '' && rank > SAME_CITY) return rank;
      return once((area) => nearness(locatedOf({ province, city, area }), wanted));
    });
  });
  return ({ province, city, area }) => {
    const ofCity = ranks(province);
    if (typeof ofCity === 'number') return ofCity;
    const ofArea = ofCity(city);
    return typeof ofArea === 'number' ? ofArea : ofArea(area);
  };
}

const SAME_CITY = 1;
const OTHER_PROVINCE = 3;

/** China has about 3,000 areas, and each is written in a few ways. */
const NAMES_MAX = 20_000;

/** Places by what they are read from: every decision meets the same ones again. */
function remembered(read: (place: Receiver) => Located): (place: Receiver) => Located {
  const known = new Map<string, Located>();
  return (place) => {
    const text = `${place.province}\n${place.city}\n${place.area}`;
    const before = known.get(text);
    if (before) return before;
    if (known.size >= NAMES_MAX) known.clear();
    const located = read(place);
    known.set(text, located);
    return located;
  };
}

const locatedOf = remembered(locate);
const settledOf = remembered(({ province, city }) => settledBy(province, city));

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
