import { codesAbove } from '@astrolabe/kernel/regions';
import type { Area, Areas } from './ports.ts';

const DIVISION = /^\d{6}$/;

/**
 * The area of the seller that an id stands for: its own id, the code of the division that it is, or that of a
 * division above it. Codes of former divisions count as those of today.
 */
export const makeFindArea =
  (areas: Areas) =>
  async (sellerId: string, areaId: string): Promise<Area | null> => {
    const own = await areas.find(sellerId, areaId);
    if (own || !DIVISION.test(areaId)) return own;
    const codes = codesAbove(areaId);
    return narrowest(await areas.findAny(sellerId, codes), codes);
  };

/** The narrowest area that places of the seller serve: that of an id or of a division above it; null for none. */
export const makeFindServedArea =
  (areas: Pick<Areas, 'findAny'>) =>
  async (sellerId: string, areaId: string): Promise<Area | null> => {
    const codes = codesAbove(areaId);
    const found = await areas.findAny(sellerId, codes);
    return narrowest(
      found.filter(({ places }) => places.length > 0),
      codes,
    );
  };

function narrowest(areas: readonly Area[], codes: readonly string[]): Area | null {
  const rank = ({ areaId, regionCode }: Area): number =>
    Math.min(...[areaId, regionCode].map((code) => codes.indexOf(code)).filter((at) => at >= 0));
  return areas.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}
