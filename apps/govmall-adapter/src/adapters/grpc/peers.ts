import { placeFromMessage, placeToMessage } from '@astrolabe/contracts';
import { CatalogServiceClient } from '@astrolabe/contracts/catalog';
import { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import { createGrpcClient } from '@astrolabe/grpc';
import type { Catalog, Inventory } from '../../application/ports.ts';
import type { Closable } from './options.ts';
import { peerOptions } from './options.ts';

/** The catalog: areas, and the goods behind mall SKUs. */
export function connectCatalog(address: string): Catalog & Closable {
  const client = createGrpcClient(CatalogServiceClient, peerOptions(address));
  return {
    close: () => client.close(),
    placesServing: async (sellerId, areaId) => {
      const { served, places } = await client.call('getArea', { sellerId, areaId });
      return served ? places.map(placeFromMessage).filter((place) => place !== null) : null;
    },
    goodsOf: async (sellerId, skus) => {
      const { goods } = await client.call('resolveGoods', {
        sellerId,
        keys: skus.map((sku) => ({ key: { $case: 'mallSku' as const, value: sku } })),
        createMissing: false,
        outerIds: [],
        storeIds: [],
      });
      const known = skus.map((sku, index) => [sku, goods[index]?.goodsId ?? ''] as const);
      return new Map(known.filter(([, goodsId]) => goodsId !== ''));
    },
  };
}

/** The stock truth. */
export function connectInventory(address: string): Inventory & Closable {
  const client = createGrpcClient(InventoryServiceClient, peerOptions(address));
  return {
    close: () => client.close(),
    sellable: async (sellerId, goodsIds, places) => {
      const { sellable } = await client.call('getSellable', {
        sellerId,
        goodsIds: [...goodsIds],
        places: places.map(placeToMessage),
        channel: 'govmall',
      });
      return new Map(sellable.map(({ goodsId, sellableMilli }) => [goodsId, sellableMilli]));
    },
  };
}
