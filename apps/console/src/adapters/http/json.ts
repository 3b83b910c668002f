import type { OrderRef } from '@astrolabe/kernel';
import { readOrderRef } from '@astrolabe/kernel';
import Type from 'typebox';
import type { Clerk, Task } from '../../application/ports.ts';

/** An id of the pages or of the channel, as it may stand in a request. */
export const id = Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$' });

/** The order that a path of the API names; the seller is the clerk's. Null when it can be none. */
export function orderOfClerk(
  { sellerId }: Pick<Clerk, 'sellerId'>,
  path: unknown,
): OrderRef | null {
  const { channel, number } = path as { channel: string; number: string };
  const read = readOrderRef({ channel, sellerId, number });
  return read.ok ? read.value : null;
}

/** The JSON of a body; null when it is none. */
export function jsonOf(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '');
  } catch {
    return null;
  }
}

/** A line as the pages show it; quantities are thousandths of a piece, as text. */
export const lineJson = ({
  subOrderId,
  itemId,
  skuId,
  outerId,
  quantityMilli,
  attributes,
}: Task) => ({
  subOrderId,
  itemId,
  skuId,
  outerId,
  quantityMilli: quantityMilli.toString(),
  attributes,
});
