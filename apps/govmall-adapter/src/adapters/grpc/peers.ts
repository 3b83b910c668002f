import { placeFromMessage, placeToMessage } from '@astrolabe/contracts';
import { CatalogServiceClient } from '@astrolabe/contracts/catalog';
import { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import { createGrpcClient } from '@astrolabe/grpc';
import type { Milli, Place } from '@astrolabe/kernel';
import { createSharedReads } from '@astrolabe/service';
import type { Catalog, Inventory } from '../../application/ports.ts';
import { askTogether } from '@astrolabe/service';
import { rememberGoods } from './known-goods.ts';
import type { Closable } from './options.ts';
import { peerOptions } from './options.ts';

/** The catalog: areas, and the goods behind mall SKUs. */
export function connectCatalog(address: string): Catalog & Closable {
  const client = createGrpcClient(CatalogServiceClient, peerOptions(address));
  const placesServing = createSharedReads(
    ({ sellerId, areaId }: { readonly sellerId: string; readonly areaId: string }) =>
      JSON.stringify([sellerId, areaId]),
    async (asked) => {
      const { served, places } = await client.call('getArea', asked);
      return served ? places.map(placeFromMessage).filter((place) => place !== null) : null;
    },
  );
  return {
    close: () => client.close(),
    placesServing: (sellerId, areaId) => placesServing({ sellerId, areaId }),
    goodsOf: rememberGoods(async (sellerId, skus) => {
      const { goods } = await client.call('resolveGoods', {
        sellerId,
        keys: skus.map((sku) => ({ key: { $case: 'mallSku' as const, value: sku } })),
        createMissing: false,
        outerIds: [],
        storeIds: [],
      });
      const known = skus.map((sku, index) => [sku, goods[index]?.goodsId ?? ''] as const);
      return new Map(known.filter(([, goodsId]) => goodsId !== ''));
    }),
  };
}

/** The stock truth. */
export function connectInventory(address: string): Inventory & Closable {
  const client = createGrpcClient(InventoryServiceClient, peerOptions(address));
  const ask = askTogether(async (key, goodsIds) => {
    const found = new Map<string, Milli>();
    const { sellerId, places } = JSON.parse(key) as StockAsked;
    for (let at = 0; at < goodsIds.length; at += GOODS_MAX) {
      const { sellable } = await client.call('getSellable', {
        sellerId,
        goodsIds: goodsIds.slice(at, at + GOODS_MAX),
        places: places.map(placeToMessage),
        channel: 'govmall',
      });
      for (const { goodsId, sellableMilli } of sellable) found.set(goodsId, sellableMilli);
    }
    return found;
  });
  return {
    close: () => client.close(),
    sellable: (sellerId, goodsIds, places) =>
      ask(JSON.stringify({ sellerId, places } satisfies StockAsked), goodsIds),
  };
}

/** Of one call to the stock truth. */
const GOODS_MAX = 1_000;

/** Whose stock is asked for, and where. */
type StockAsked = { readonly sellerId: string; readonly places: readonly Place[] };
