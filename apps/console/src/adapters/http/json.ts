import type { OrderRef } from '@astrolabe/kernel';
import { readOrderRef } from '@astrolabe/kernel';
import Type from 'typebox';
import type { Clerk, Task } from '../../application/store-ports.ts';

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

/** Channels write addresses of pictures with http or without a scheme; a page loads them by https alone. */
function pictureOf(address: string): string {
  const found = URL.parse(address.startsWith('//') ? `https:${address}` : address);
  if (!found || (found.protocol !== 'https:' && found.protocol !== 'http:')) return '';
  return `https://${found.host}${found.pathname}${found.search}`;
}

/** A line as the pages show it; quantities are thousandths of a piece, as text. */
export const lineJson = ({
  subOrderId,
  itemId,
  skuId,
  outerId,
  title,
  spec,
  picture,
  quantityMilli,
  attributes,
}: Task) => ({
  subOrderId,
  itemId,
  skuId,
  outerId,
  title,
  spec,
  picture: pictureOf(picture),
  quantityMilli: quantityMilli.toString(),
  attributes,
});
