/** Source of fresh unique ids; a parameter wherever an id is made. */
export type NewId = () => string;

/** A decimal identifier of a channel (tid, storeId, itemId): digits only, kept as a string. */
export function isNumericId(text: string): boolean {
  return /^[1-9]\d{0,19}$/.test(text);
}
