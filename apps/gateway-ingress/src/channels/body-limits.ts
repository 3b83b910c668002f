import type { ChannelRefusal } from '@astrolabe/schemas/wire';

const KIB = 1_024;

/**
 * Longest bodies, in bytes. Every byte of a body is read before its rules are looked at, so a method takes
 * no more than its own fields and lists can fill.
 */

/** A method of a few fields. */
export const USUAL_BODY_BYTES = 16 * KIB;
/** Two texts of 500 characters and twenty of 50, each a reference; 200 stores; texts about goods. */
export const TEXTS_BODY_BYTES = 32 * KIB;
/** 500 sub-orders, their quotes escaped. */
export const SUB_ORDERS_BODY_BYTES = 64 * KIB;
/** A thousand lines, or 500 with attributes: as long as the server reads at all. */
export const WHOLE_BODY_BYTES = Number.POSITIVE_INFINITY;

/** The refusal of a body that is longer than its method takes; null where it is not. */
export function tooLong(
  { name, bodyBytesMax }: { readonly name: string; readonly bodyBytesMax: number },
  bytes: number,
): ChannelRefusal | null {
  if (bytes <= bodyBytesMax) return null;
  return { code: 'isv.body-too-large', message: `${name} takes at most ${bodyBytesMax} bytes` };
}
