import type { Result } from './result.ts';
import { err, ok } from './result.ts';

/**
 * The name of an order, everywhere between the door and the settlement line. `number` is the channel's
 * own (at Tmall the tid): two channels may give the same one, and so may two sellers of a channel.
 */
export type OrderRef = {
  /** Where the order was placed: `tmall`, `1688`, `pos`. */
  readonly channel: string;
  readonly sellerId: string;
  readonly number: string;
};

/** Tmall's own orders. */
export const TMALL = 'tmall';

/** Sales at the tills of stores; their number is the request number, for it is there before any trade is. */
export const POS = 'pos';

/** An order of Tmall by its trade number, which the schemas have checked. */
export const tmallOrder = (sellerId: string, tradeId: string): OrderRef => ({
  channel: TMALL,
  sellerId,
  number: tradeId,
});

/** Orders that sellers place for buyers elsewhere. */
export const FENXIAO = 'fenxiao';

/** A distribution order by the number that the seller's system gave it, which the schemas have checked. */
export const distributionOrder = (sellerId: string, outOrderId: string): OrderRef => ({
  channel: FENXIAO,
  sellerId,
  number: outOrderId,
});

/** Enterprise procurement, where we are the supplier. */
export const PROCUREMENT = '1688';

/** A requisition of enterprise procurement; its orders are named by their digits alone. */
export const requisitionRef = (sellerId: string, requisitionId: string): OrderRef => ({
  channel: PROCUREMENT,
  sellerId,
  number: `r${requisitionId}`,
});

/** A purchase order of enterprise procurement by its id. */
export const purchaseOrder = (sellerId: string, orderId: string): OrderRef => ({
  channel: PROCUREMENT,
  sellerId,
  number: orderId,
});

/** Orders of government malls. */
export const MALL = 'govmall';

/**
 * An order of a government mall by our own number (up to 15 digits), which the mall is told: its numbers are
 * unique inside one of its accounts alone.
 */
export const mallOrder = (sellerId: string, ownNumber: string): OrderRef => ({
  channel: MALL,
  sellerId,
  number: ownNumber,
});

/** A till's sale by its request number; not checked: see readOrderRef. */
export const posOrder = (sellerId: string, requestNo: string): OrderRef => ({
  channel: POS,
  sellerId,
  number: requestNo,
});

export type OrderRefRefusal = 'NOT_AN_ORDER_KEY' | 'BAD_CHANNEL' | 'BAD_SELLER' | 'BAD_NUMBER';

const CHANNEL = /^[a-z0-9][a-z0-9-]{0,15}$/;
/** No separator of ours, no blank and no control character; whatever else a channel may write. */
const PART = /^[^\s/#\p{C}]{1,50}$/u;

/**
 * Checks the parts of an order's name: a channel of up to 16 characters a-z, 0-9 and "-", the others of
 * up to 50, which is as long as Qimen writes an order's code. Operation ids of the inventory have room
 * for it.
 */
export function readOrderRef(parts: OrderRef): Result<OrderRef, OrderRefRefusal> {
  const { channel, sellerId, number } = parts;
  if (!CHANNEL.test(channel)) return err('BAD_CHANNEL');
  if (!PART.test(sellerId)) return err('BAD_SELLER');
  if (!PART.test(number)) return err('BAD_NUMBER');
  return ok({ channel, sellerId, number });
}

/**
 * One text per order, `tmall/21230/2004574256073903`: document id, Kafka key, CloudEvents subject, and
 * what an operator types. Equal exactly where the three parts are.
 */
export const orderKey = ({ channel, sellerId, number }: OrderRef): string =>
  `${channel}/${sellerId}/${number}`;

/** Inverse of orderKey. */
export function parseOrderKey(key: string): Result<OrderRef, OrderRefRefusal> {
  const [channel = '', sellerId = '', number = '', ...more] = key.split('/');
  if (number === '' || more.length > 0) return err('NOT_AN_ORDER_KEY');
  return readOrderRef({ channel, sellerId, number });
}

export const sameOrder = (a: OrderRef, b: OrderRef): boolean => orderKey(a) === orderKey(b);

/**
 * Name of one of the order's holds in the inventory, which tells sellers apart itself: `tmall:2004574`,
 * and `tmall:2004574#2` for the second hold that lines which came back are in. `hold` counts from 0.
 */
export const holdRef = ({ channel, number }: OrderRef, hold = 0): string =>
  hold === 0 ? `${channel}:${number}` : `${channel}:${number}#${hold}`;

/** Inverse of holdRef; null for a hold that belongs to no order. */
export function parseHoldRef(
  sellerId: string,
  ref: string,
): { readonly orderRef: OrderRef; readonly hold: number } | null {
  const match = /^([^:]+):([^#]+)(?:#([1-9]\d{0,8}))?$/.exec(ref);
  if (!match) return null;
  const [, channel = '', number = '', hold = '0'] = match;
  const read = readOrderRef({ channel, sellerId, number });
  return read.ok ? { orderRef: read.value, hold: Number(hold) } : null;
}
