import type { Fen } from '@astrolabe/kernel';

/** `numerator / denominator`, half up; both are positive or 0. */
export const roundHalfUp = (numerator: bigint, denominator: bigint): bigint =>
  (2n * numerator + denominator) / (2n * denominator);

/**
 * What `part` of `whole` costs when `before` of it has been counted already, in fen: shares that follow each other
 * add up to the amount, whatever they are (field T7).
 */
export const shareOf = (amountFen: Fen, whole: bigint, before: bigint, part: bigint): Fen =>
  whole === 0n
    ? 0n
    : roundHalfUp(amountFen * (before + part), whole) - roundHalfUp(amountFen * before, whole);
