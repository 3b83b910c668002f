import type { Fen, Milli } from '@astrolabe/kernel';

/** `numerator / denominator` to the nearest whole, a half goes up; neither is negative. */
export const halfUp = (numerator: bigint, denominator: bigint): bigint =>
  (2n * numerator + denominator) / (2n * denominator);

/** What a line comes to: price times quantity, half up to the fen (decision T-G1). */
export const lineAmount = (priceFen: Fen, quantityMilli: Milli): Fen =>
  halfUp(priceFen * quantityMilli, 1_000n);

export const sum = (amounts: readonly bigint[]): bigint =>
  amounts.reduce((total, amount) => total + amount, 0n);

/**
 * What each line pays of what is paid for all. The difference to their own amounts is shared in proportion to
 * them; fen that are left go to the lines with the largest remainders, of equals to the first. The shares
 * add up to `payFen`, and none is negative.
 */
export function sharesOf(amounts: readonly Fen[], payFen: Fen): readonly Fen[] {
  const total = sum(amounts);
  if (total === 0n) return amounts.map((_, at) => (at === 0 ? payFen : 0n));
  const isLess = payFen < total;
  const difference = isLess ? total - payFen : payFen - total;
  const parts = amounts.map((amount, at) => {
    const numerator = difference * amount;
    return { at, whole: numerator / total, rest: numerator % total };
  });
  const left = Number(difference - sum(parts.map(({ whole }) => whole)));
  const ranked = parts.toSorted((a, b) =>
    a.rest === b.rest ? a.at - b.at : a.rest > b.rest ? -1 : 1,
  );
  const lucky = new Set(ranked.slice(0, left).map(({ at }) => at));
  return parts.map(({ at, whole }) => {
    const share = whole + (lucky.has(at) ? 1n : 0n);
    const amount = amounts[at] ?? 0n;
    return isLess ? amount - share : amount + share;
  });
}
