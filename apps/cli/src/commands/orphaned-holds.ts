import type { Hold, InventoryServiceClient } from '@astrolabe/contracts/inventory';
import { OrderServiceClient } from '@astrolabe/contracts/order';
import type { GrpcClient } from '@astrolabe/grpc';
import { GrpcCallError, createGrpcClient, pagesOf } from '@astrolabe/grpc';
import { required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 60_000;
const PAGE = 500;
/** Holds of the orders that order-router keeps; other channels' holds are not its to judge. */
const TMALL = 'tmall:';

export type Inventory = GrpcClient<InventoryServiceClient>;

/** Every open hold of a seller, oldest first. */
export async function* holdsOf(inventory: Inventory, sellerId: string): AsyncGenerator<Hold> {
  const pages = pagesOf((token) =>
    inventory.call('listHolds', { sellerId, goodsId: '', page: { size: PAGE, token } }),
  );
  for await (const { holds } of pages) yield* holds;
}

/** Open holds of Tmall orders that are closed, or that order-router does not know. */
export async function orphanedHolds(
  { environment }: Invocation,
  inventory: Inventory,
  sellerId: string,
): Promise<string[]> {
  const orders = createGrpcClient(OrderServiceClient, {
    address: required(environment['ORDER_ADDRESS'], 'ORDER_ADDRESS'),
    name: 'astrolabe-cli',
    defaultDeadlineMs: DEADLINE_MS,
  });
  const found: string[] = [];
  try {
    for await (const { holdRef, lines } of holdsOf(inventory, sellerId)) {
      const isOpen = lines.some(({ state }) => state === 'HELD' || state === 'ROUTED');
      if (!isOpen || !holdRef.startsWith(TMALL)) continue;
      // Lines that came back after a refund are in a hold of their own, `tmall:<trade>#<number>`.
      const tradeId = holdRef.slice(TMALL.length).replace(/#\d+$/, '');
      if (await isOver(orders, sellerId, tradeId)) found.push(holdRef);
    }
    return found;
  } finally {
    orders.close();
  }
}

async function isOver(
  orders: GrpcClient<OrderServiceClient>,
  sellerId: string,
  tradeId: string,
): Promise<boolean> {
  try {
    const { order } = await orders.call('getOrder', { sellerId, tradeId });
    return order?.state === 'CLOSED';
  } catch (error) {
    // Refused means that there is no such order; whatever else went wrong says nothing about it.
    if (error instanceof GrpcCallError && error.outcome === 'refused') return true;
    throw error;
  }
}
