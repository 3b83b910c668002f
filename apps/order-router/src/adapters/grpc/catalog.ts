import type { CatalogServiceClient, GoodsKey, RoutingStore } from '@astrolabe/contracts/catalog';
import {
  StoreStatus,
  acceptorFromMessage,
  allocatorFromMessage,
} from '@astrolabe/contracts/catalog';
import type { GrpcClient } from '@astrolabe/grpc';
import { GrpcCallError } from '@astrolabe/grpc';
import { createSharedReads } from '@astrolabe/service';
import type { Catalog, ItemKey } from '../../application/ports.ts';
import type { SellerSettings } from '../../domain/commands.ts';
import type { RoutingStore as Store } from '../../domain/routing/types.ts';
import { ttlCache } from './ttl-cache.ts';

/** Settings may change under way; two seconds old ones still count. */
const SETTINGS_FRESH_MS = 2000;
const SETTINGS_SIZE = 1000;

/** Which goods an item is does not change in a minute; unknown items are always asked again. */
const GOODS_FRESH_MS = 60_000;
const GOODS_SIZE = 20_000;

/** Sellers, goods and stores from catalog-sync. */
export function createCatalog(
  client: GrpcClient<CatalogServiceClient>,
  now: () => number,
): Catalog {
  const settings = ttlCache<SellerSettings>(SETTINGS_SIZE, SETTINGS_FRESH_MS, now);
  const goods = ttlCache<string>(GOODS_SIZE, GOODS_FRESH_MS, now);
  const routingStores = createSharedReads<
    { readonly sellerId: string; readonly itemIds: readonly string[] },
    readonly Store[]
  >(
    ({ sellerId, itemIds }) => JSON.stringify([sellerId, itemIds]),
    async ({ sellerId, itemIds }) => {
      const request = { sellerId, itemIds: [...itemIds] };
      const answer = await client.call('listRoutingStores', request);
      return answer.stores.map(toStore);
    },
  );
  return {
    settings: async (sellerId) => {
      const known = settings.get(sellerId);
      if (known) return known;
      const answer = await orNull(client.call('getSeller', { sellerId }));
      const seller = answer?.seller;
      const allocator = seller && allocatorFromMessage(seller.allocator);
      const acceptor = seller && acceptorFromMessage(seller.acceptor);
      if (!allocator || !acceptor) return null;
      const fresh: SellerSettings = {
        allocator: allocator === 'ISV' ? 'isv' : 'astrolabe',
        acceptor: acceptor === 'POS' ? 'pos' : 'dianzhanggui',
      };
      settings.set(sellerId, fresh);
      return fresh;
    },
    goods: async (sellerId, items) => {
      const keyOf = (item: ItemKey): string => `${sellerId}/${item.itemId}/${item.skuId}`;
      const missing = new Map(
        items.filter((item) => !goods.get(keyOf(item))).map((item) => [keyOf(item), item]),
      );
      const found = await resolve(client, sellerId, missing);
      for (const [key, id] of found) goods.set(key, id);
      return items.map((item) => found.get(keyOf(item)) ?? goods.get(keyOf(item)) ?? '');
    },
    routingStores: (sellerId, itemIds) => routingStores({ sellerId, itemIds }),
    storeName: async (sellerId, storeId) => {
      const answer = await orNull(client.call('getStore', { sellerId, storeId }));
      return answer?.store ? (answer.store.profile?.storeName ?? '') : null;
    },
  };
}

async function resolve(
  client: GrpcClient<CatalogServiceClient>,
  sellerId: string,
  missing: ReadonlyMap<string, ItemKey>,
): Promise<ReadonlyMap<string, string>> {
  if (missing.size === 0) return new Map();
  const answer = await client.call('resolveGoods', {
    sellerId,
    keys: [...missing.values()].map(toKey),
    createMissing: false,
    outerIds: [],
    storeIds: [],
  });
  const ids = [...missing.keys()].map((key, i) => [key, answer.goods[i]?.goodsId ?? ''] as const);
  return new Map(ids.filter(([, id]) => id !== ''));
}

const toKey = ({ itemId, skuId }: ItemKey): GoodsKey => ({
  key: { $case: 'itemSku', value: { itemId, skuId } },
});

/** Null where the catalog says that there is no such thing; other failures are passed on. */
async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof GrpcCallError && error.outcome === 'refused') return null;
    throw error;
  }
}

const STATUS: Readonly<Record<number, Store['status']>> = {
  [StoreStatus.NORMAL]: 'NORMAL',
  [StoreStatus.HOLD]: 'HOLD',
  [StoreStatus.CLOSE]: 'CLOSE',
};

const toStore = (store: RoutingStore): Store => ({
  storeId: store.storeId,
  name: store.name,
  // A status that nobody here knows is no reason to send orders there.
  status: STATUS[store.status] ?? 'CLOSE',
  startTime: store.startTime,
  endTime: store.endTime,
  province: store.province,
  city: store.city,
  area: store.area,
  priority: store.priority,
});
