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
    const found = await areas.findAny(sellerId, codes);
    const rank = ({ areaId: id, regionCode }: Area): number =>
      Math.min(...[id, regionCode].map((code) => codes.indexOf(code)).filter((at) => at >= 0));
    return found.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
  };
