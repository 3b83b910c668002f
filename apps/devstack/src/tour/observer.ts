import { setTimeout as delay } from 'node:timers/promises';
import { placeFromMessage, stockKindFromMessage } from '@astrolabe/contracts';
import { CatalogServiceClient } from '@astrolabe/contracts/catalog';
import { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import { OrderServiceClient } from '@astrolabe/contracts/order';
import type { Order } from '@astrolabe/contracts/order';
import { SettlementServiceClient } from '@astrolabe/contracts/settlement';
import { GrpcCallError, createGrpcClient } from '@astrolabe/grpc';
import { piecesFromMilli, tmallOrder } from '@astrolabe/kernel';
import { grpcAddress } from '@astrolabe/local-stack';
import type { Stack } from '@astrolabe/local-stack';
import { GOODS } from './requests.ts';

/** Quantity and hold of each cell, and what may be sold online; as texts of pieces. */
export type StockView = Record<string, string>;

/** The cells of the worked example, in the order of its table. */
export const CELLS = ['WH-01 C', '1342 U', '123 C', '123 U', 'sellable'] as const;

/** Looks at the running platform from the inside, through its gRPC contracts. */
export type Observer = {
  stock(): Promise<StockView>;
  /** Resolves when the stock is as said; after the wait with what it is instead. */
  stockBecomes(expected: StockView): Promise<StockView>;
  orderBecomes(tid: string, state: string): Promise<Order>;
  receivable(tid: string): Promise<{ amountFen: bigint; state: string }>;
  close(): void;
};

const DEADLINE_MS = 5_000;
const WAIT_MS = 20_000;
const LOOK_EVERY_MS = 20;

export function observe(stack: Stack, sellerId: string): Observer {
  const options = (app: Parameters<typeof grpcAddress>[1]) => ({
    address: grpcAddress(stack, app),
    name: 'tour',
    defaultDeadlineMs: DEADLINE_MS,
  });
  const catalog = createGrpcClient(CatalogServiceClient, options('catalog-sync'));
  const inventory = createGrpcClient(InventoryServiceClient, options('inventory-service'));
  const orders = createGrpcClient(OrderServiceClient, options('order-router'));
  const settlement = createGrpcClient(SettlementServiceClient, options('settlement'));

  const goodsId = async (): Promise<string> => {
    const { itemId, skuId } = GOODS;
    const { goods } = await catalog.call('resolveGoods', {
      sellerId,
      keys: [{ key: { $case: 'itemSku', value: { itemId, skuId } } }],
      createMissing: false,
      outerIds: [],
      storeIds: [],
    });
    return goods[0]?.goodsId ?? '';
  };

  const stock = async (): Promise<StockView> => {
    const goodsIds = [await goodsId()];
    const [{ cells }, { sellable }] = await Promise.all([
      inventory.call('query', { sellerId, goodsIds, places: [], pageToken: '' }),
      inventory.call('getSellable', { sellerId, goodsIds, places: [], channel: 'tmall' }),
    ]);
    const view: StockView = { sellable: piecesFromMilli(sellable[0]?.sellableMilli ?? 0n) };
    for (const cell of cells) {
      const place = placeFromMessage(cell.place)?.id ?? '?';
      const kind = stockKindFromMessage(cell.kind) === 'CERTAIN' ? 'C' : 'U';
      view[`${place} ${kind}`] =
        `${piecesFromMilli(cell.quantityMilli)}/${piecesFromMilli(cell.heldMilli)}`;
    }
    return view;
  };

  return {
    stock,
    stockBecomes: (expected) =>
      until(stock, (view) =>
        Object.entries(expected).every(([cell, numbers]) => view[cell] === numbers),
      ),
    orderBecomes: async (tradeId, state) => {
      const order = await until(
        async () =>
          (await orders.call('getOrder', { orderRef: tmallOrder(sellerId, tradeId) })).order ??
          null,
        (found) => found?.state === state,
      );
      if (!order) throw new Error(`There is no order ${tradeId}`);
      if (order.state !== state)
        throw new Error(`Order ${tradeId} is ${order.state}, not ${state}`);
      return order;
    },
    receivable: async (tradeId) => {
      const { receivable } = await until(
        () => settlement.call('getReceivable', { orderRef: tmallOrder(sellerId, tradeId) }),
        ({ receivable: found }) => found !== undefined,
      );
      if (!receivable) throw new Error(`There is no receivable for ${tradeId}`);
      return receivable;
    },
    close: () => {
      for (const client of [catalog, inventory, orders, settlement]) client.close();
    },
  };
}

/** Looks again and again until it is good, or the wait is over; returns what was seen last. */
async function until<T>(look: () => Promise<T>, isGood: (seen: T) => boolean): Promise<T> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    try {
      const seen = await look();
      if (isGood(seen) || Date.now() > deadline) return seen;
    } catch (error) {
      // Not there yet is an answer; anything else is a failure.
      const missing = error instanceof GrpcCallError && error.outcome === 'refused';
      if (!missing || Date.now() > deadline) throw error;
    }
    await delay(LOOK_EVERY_MS);
  }
}
