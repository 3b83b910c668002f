import { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import type { Hold } from '@astrolabe/contracts/inventory';
import { OrderServiceClient } from '@astrolabe/contracts/order';
import type { GrpcClient } from '@astrolabe/grpc';
import { GrpcCallError, pagesOf } from '@astrolabe/grpc';
import type { OrderRef } from '@astrolabe/kernel';
import { TMALL, parseHoldRef } from '@astrolabe/kernel';
import { createClient, peerOf } from '../clients.ts';
import type { Environment } from '../invocation.ts';

const DEADLINE_MS = 60_000;
const PAGE = 500;

/** Every open hold of a seller, oldest first. */
async function* holdsOf(environment: Environment, sellerId: string): AsyncGenerator<Hold> {
  const options = peerOf(environment, 'INVENTORY_ADDRESS', DEADLINE_MS);
  const inventory = createClient(InventoryServiceClient, options);
  try {
    const pages = pagesOf((token) =>
      inventory.call('listHolds', { sellerId, goodsId: '', page: { size: PAGE, token } }),
    );
    for await (const { holds } of pages) yield* holds;
  } finally {
    inventory.close();
  }
}

/**
 * Open holds of orders that are closed, or that order-router does not know. Of other channels than Tmall
 * it has not every order, so what it does not know of them is not its to judge.
 */
export async function orphanedHolds(environment: Environment, sellerId: string): Promise<string[]> {
  const options = peerOf(environment, 'ORDER_ADDRESS', DEADLINE_MS);
  const orders = createClient(OrderServiceClient, options);
  const found: string[] = [];
  try {
    for await (const { holdRef, lines } of holdsOf(environment, sellerId)) {
      const isOpen = lines.some(({ state }) => state === 'HELD' || state === 'ROUTED');
      // Lines that came back after a refund are in a hold of their own, `tmall:<trade>#<number>`.
      if (isOpen && (await isOrphan(orders, sellerId, holdRef))) found.push(holdRef);
    }
    return found;
  } finally {
    orders.close();
  }
}

/** Whether the order of a hold is over now, as the router says; false for what names no order. */
export async function isOrphan(
  orders: GrpcClient<OrderServiceClient>,
  sellerId: string,
  holdRef: string,
): Promise<boolean> {
  const named = parseHoldRef(sellerId, holdRef);
  return named !== null && (await isOver(orders, named.orderRef));
}

async function isOver(
  orders: GrpcClient<OrderServiceClient>,
  orderRef: OrderRef,
): Promise<boolean> {
  try {
    const { order } = await orders.call('getOrder', { orderRef });
    return order?.state === 'CLOSED';
  } catch (error) {
    // Refused means that there is no such order; whatever else went wrong says nothing about it.
    if (error instanceof GrpcCallError && error.outcome === 'refused') {
      return orderRef.channel === TMALL;
    }
    throw error;
  }
}
