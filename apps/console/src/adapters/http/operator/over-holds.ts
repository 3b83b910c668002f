import type { Hold } from '@astrolabe/contracts/inventory';
import { GrpcCallError } from '@astrolabe/grpc';
import { TMALL, parseHoldRef } from '@astrolabe/kernel';
import type { OrderRef } from '@astrolabe/kernel';
import type { Backends } from './backends.ts';
import { inTurns } from './in-turns.ts';

const AT_ONCE = 8;

type Page = { readonly size: number; readonly token: string };

/** Why an order is over; null while it goes on, or where the router has not every order of its channel. */
export type Over = 'CLOSED' | 'UNKNOWN';

export type OverHold = { readonly hold: Hold; readonly orderRef: OrderRef; readonly why: Over };

/** The holds of a page of the seller's open ones, oldest first, whose orders are over. A page may have none, and lead on. */
export async function overHolds(
  { inventory, orders }: Pick<Backends, 'inventory' | 'orders'>,
  sellerId: string,
  page: Page,
): Promise<{ looked: number; holds: readonly OverHold[]; nextToken: string }> {
  const found = await inventory.call('listHolds', { sellerId, goodsId: '', page });
  const open = found.holds.filter(({ lines }) =>
    lines.some(({ state }) => state === 'HELD' || state === 'ROUTED'),
  );
  const seen = await inTurns(open, AT_ONCE, async (hold): Promise<OverHold | null> => {
    const named = parseHoldRef(sellerId, hold.holdRef);
    const why = named && (await over(orders, named.orderRef));
    return why ? { hold, orderRef: named.orderRef, why } : null;
  });
  return {
    looked: open.length,
    holds: seen.flatMap((one) => one ?? []),
    nextToken: found.nextToken,
  };
}

/** Why the order of a hold is over; null while it goes on, and of what names no order. */
export async function whyOver(
  orders: Backends['orders'],
  sellerId: string,
  holdRef: string,
): Promise<Over | null> {
  const named = parseHoldRef(sellerId, holdRef);
  return named && (await over(orders, named.orderRef));
}

async function over(orders: Backends['orders'], orderRef: OrderRef): Promise<Over | null> {
  try {
    const { order } = await orders.call('getOrder', { orderRef });
    return order?.state === 'CLOSED' ? 'CLOSED' : null;
  } catch (error) {
    // Refused means that there is no such order; of other channels than Tmall the router has not every one.
    if (error instanceof GrpcCallError && error.outcome === 'refused') {
      return orderRef.channel === TMALL ? 'UNKNOWN' : null;
    }
    throw error;
  }
}
