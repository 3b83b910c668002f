import type { Receiver } from '../order.ts';
import type { Point } from './distance.ts';
import type { AreaPoint } from './rules.ts';

const PROVINCE_SUFFIX = /(?:特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|省|市)$/;
const CITY_SUFFIX = /(?:自治州|地区|盟|市)$/;

/**
 * How near a store is to the receiver by names: 0 same area, 1 same city, 2 same province, 3 else.
 * Merchants write 浙江 where the trade says 浙江省, so the kind of province or city is not compared.
 */
export const regionRank = (store: Receiver, receiver: Receiver): number =>
  regionRanker(receiver)(store);

/** regionRank for many stores and one receiver: each spelling of a name is read once. */
export function regionRanker(receiver: Receiver): (store: Receiver) => number {
  const isProvince = matcher(receiver.province, PROVINCE_SUFFIX);
  const isCity = matcher(receiver.city, CITY_SUFFIX);
  const area = receiver.area.trim();
  return (store) => {
    if (!isProvince(store.province)) return 3;
    if (!isCity(store.city)) return 2;
    return same(store.area.trim(), area) ? 0 : 1;
  };
}

function matcher(name: string, suffix: RegExp): (other: string) => boolean {
  const wanted = plain(name, suffix);
  const known = new Map<string, boolean>();
  return (other) => {
    const before = known.get(other);
    if (before !== undefined) return before;
    const matches = same(plain(other, suffix), wanted);
    known.set(other, matches);
    return matches;
  };
}

const plain = (name: string, suffix: RegExp): string => {
  const trimmed = name.trim();
  return trimmed.replace(suffix, '') || trimmed;
};

/** Names that are not told never match. */
const same = (a: string, b: string): boolean => a !== '' && a === b;

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
