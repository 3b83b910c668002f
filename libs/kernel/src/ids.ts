/** Source of fresh unique ids; a parameter wherever an id is made. */
export type NewId = () => string;

const DIGITS_MAX = 19;
/** The platforms' ids are signed 64-bit numbers. */
const ID_MAX = '9223372036854775807';

/**
 * A decimal identifier of a channel (tid, storeId, itemId), kept as a string: digits without leading
 * zeros, from 1 to 2^63 - 1.
 */
export function isNumericId(text: string): boolean {
  if (text.length > DIGITS_MAX || !/^[1-9]\d*$/.test(text)) return false;
  return text.length < DIGITS_MAX || text <= ID_MAX;
}
