import {
  placeFromMessage,
  placeToMessage,
  stockKindFromMessage,
  stockKindToMessage,
} from '@astrolabe/contracts';
import { CatalogServiceClient } from '@astrolabe/contracts/catalog';
import { FulfillmentServiceClient } from '@astrolabe/contracts/fulfillment';
import { BillType, InventoryServiceClient, OutcomeStatus } from '@astrolabe/contracts/inventory';
import type { Command } from '@astrolabe/contracts/inventory';
import { OrderServiceClient } from '@astrolabe/contracts/order';
import { createGrpcClient } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import { err, ok } from '@astrolabe/kernel';
import type { Cause, Goods, Stock, StockLine } from '../../application/ports.ts';

/** A caller waits three seconds at most; a part of that is ours. */
const DEADLINE_MS = 2_500;

export type Peers = {
  catalog: GrpcClient<CatalogServiceClient>;
  inventory: GrpcClient<InventoryServiceClient>;
  orders: GrpcClient<OrderServiceClient>;
  fulfillment: GrpcClient<FulfillmentServiceClient>;
  close(): void;
};

/** Clients of the four services that the gateway relays to. */
export function connectPeers(addresses: {
  CATALOG_ADDRESS: string;
  INVENTORY_ADDRESS: string;
  ORDER_ADDRESS: string;
  FULFILLMENT_ADDRESS: string;
}): Peers {
  const options = (address: string) => ({
    address,
    name: 'gateway-ingress',
    defaultDeadlineMs: DEADLINE_MS,
  });
  const clients = {
    catalog: createGrpcClient(CatalogServiceClient, options(addresses.CATALOG_ADDRESS)),
    inventory: createGrpcClient(InventoryServiceClient, options(addresses.INVENTORY_ADDRESS)),
    orders: createGrpcClient(OrderServiceClient, options(addresses.ORDER_ADDRESS)),
    fulfillment: createGrpcClient(FulfillmentServiceClient, options(addresses.FULFILLMENT_ADDRESS)),
  };
  return {
    ...clients,
    close: () => {
      for (const client of Object.values(clients)) client.close();
    },
  };
}

/** The catalog's goods. */
export const goodsOf = ({ catalog }: Peers): Goods => ({
  resolve: async (sellerId, names, createMissing) => {
    if (names.length === 0) return [];
    const { goods } = await catalog.call('resolveGoods', {
      sellerId,
      createMissing,
      keys: names.map((name) => ({
        key:
          name.kind === 'ITEM'
            ? { $case: 'itemSku' as const, value: { itemId: name.itemId, skuId: name.skuId } }
            : { $case: 'scItemId' as const, value: name.scItemId },
      })),
      outerIds: names.map((name) => name.outerId),
    });
    return names.map((_name, index) => {
      const found = goods[index];
      return found && found.goodsId !== '' ? ok(found.goodsId) : err(found?.reason ?? 'UNKNOWN');
    });
  },
});

const done = (status: OutcomeStatus): boolean =>
  status === OutcomeStatus.APPLIED || status === OutcomeStatus.ALREADY_DONE;

const wordOf = (status: OutcomeStatus): string =>
  Object.entries(OutcomeStatus).find(([, value]) => value === status)?.[0] ?? 'UNKNOWN';

/** The inventory's stock. */
export const stockOf = ({ inventory }: Peers): Stock => ({
  upload: async (cause, billScope, lines) => {
    const { outcome } = await inventory.call('execute', {
      command: { ...causeOf(cause), verb: verbOf(billScope, lines) },
    });
    // One outcome per line, in their order: a bill number may be there twice.
    return lines.flatMap(({ billNum }, index) => {
      const line = outcome?.lines[index];
      if (line?.lineId === billNum && done(line.status)) return [];
      const reason = line?.reason || outcome?.reason || wordOf(line?.status ?? 0);
      return [{ billNum, reason }];
    });
  },
  move: async (cause, move) => {
    const { outcome } = await inventory.call('execute', {
      command: {
        ...causeOf(cause),
        verb: {
          $case: 'route',
          value: {
            holdRef: `tmall:${move.tradeId}`,
            lines: [
              {
                lineId: move.subOrderId,
                place: placeToMessage(move.target),
                kind: stockKindToMessage(move.kind),
                quantityMilli: move.quantity,
                goodsId: move.goodsId,
              },
            ],
          },
        },
      },
    });
    if (outcome && done(outcome.status)) return ok(null);
    const [line] = outcome?.lines ?? [];
    return err(outcome?.reason || line?.reason || wordOf(outcome?.status ?? 0));
  },
  query: async (sellerId, goodsIds, places) => {
    if (goodsIds.length === 0) return [];
    const { cells } = await inventory.call('query', {
      sellerId,
      goodsIds: [...goodsIds],
      places: places.map(placeToMessage),
    });
    return cells.flatMap((cell) => {
      const place = placeFromMessage(cell.place);
      const kind = stockKindFromMessage(cell.kind);
      if (!place || !kind) return [];
      return [{ place, kind, goodsId: cell.goodsId, quantity: cell.quantityMilli }];
    });
  },
});

const causeOf = ({ sellerId, operationId, actor, messageId }: Cause) => ({
  sellerId,
  operationId,
  actor,
  messageId,
});

function verbOf(billScope: string, lines: readonly StockLine[]): Command['verb'] {
  const head = (line: StockLine) => ({
    billNum: line.billNum,
    place: placeToMessage(line.place),
    goodsId: line.goodsId,
    kind: stockKindToMessage(line.kind),
  });
  const initial = lines.flatMap((line) =>
    line.verb === 'initialise' ? [{ ...head(line), quantityMilli: line.quantity }] : [],
  );
  if (initial.length > 0) return { $case: 'initialise', value: { billScope, lines: initial } };
  const adjusted = lines.flatMap((line) =>
    line.verb === 'adjust'
      ? [
          {
            ...head(line),
            billType: BillType[line.billType],
            deltaMilli: line.delta,
            ...(line.finalQuantity === undefined ? {} : { finalQuantityMilli: line.finalQuantity }),
          },
        ]
      : [],
  );
  return { $case: 'adjust', value: { billScope, lines: adjusted } };
}
