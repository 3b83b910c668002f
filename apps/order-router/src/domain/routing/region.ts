import type { Receiver } from '../order.ts';

const PROVINCE_SUFFIX = /(?:特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|省|市)$/;
const CITY_SUFFIX = /(?:自治州|地区|盟|市)$/;

/**
 * How near a store is to the receiver by names: 0 same area, 1 same city, 2 same province, 3 else.
 * Merchants write 浙江 where the trade says 浙江省, so the kind of province or city is not compared.
 */
export function regionRank(store: Receiver, receiver: Receiver): number {
  if (!same(plain(store.province, PROVINCE_SUFFIX), plain(receiver.province, PROVINCE_SUFFIX))) {
    return 3;
  }
  if (!same(plain(store.city, CITY_SUFFIX), plain(receiver.city, CITY_SUFFIX))) return 2;
  return same(store.area.trim(), receiver.area.trim()) ? 0 : 1;
}

const plain = (name: string, suffix: RegExp): string => {
  const trimmed = name.trim();
  return trimmed.replace(suffix, '') || trimmed;
};

/** Names that are not told never match. */
const same = (a: string, b: string): boolean => a !== '' && a === b;
