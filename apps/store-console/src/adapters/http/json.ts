import Type from 'typebox';
import type { Task } from '../../application/ports.ts';

/** An id of the pages or of the channel, as it may stand in a request. */
export const id = Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$' });

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
