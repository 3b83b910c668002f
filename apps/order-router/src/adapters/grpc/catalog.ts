import type { CatalogServiceClient, GoodsKey, RoutingStore } from '@astrolabe/contracts/catalog';
import {
  StoreStatus,
  acceptorFromMessage,
  allocatorFromMessage,
} from '@astrolabe/contracts/catalog';
import type { GrpcClient } from '@astrolabe/grpc';
import { GrpcCallError } from '@astrolabe/grpc';
import type { BriefAnswers } from '@astrolabe/service';
import { createBriefAnswers, createKeyedGatherer, createSharedReads } from '@astrolabe/service';
import type { Catalog, ItemKey } from '../../application/ports.ts';
import type { SellerSettings } from '../../domain/commands.ts';
import type { RoutingStore as Store } from '../../domain/routing/types.ts';

/** Settings may change under way; two seconds old ones still count. */
const SETTINGS_FRESH_MS = 2000;
const SETTINGS_SIZE = 1000;

/** Which goods an item is does not change in a minute; unknown items are always asked again. */
const GOODS_FRESH_MS = 60_000;
const GOODS_SIZE = 20_000;
const RESOLVED_MAX = 200;

/** Sellers, goods and stores from catalog-sync. */
export function createCatalog(
  client: GrpcClient<CatalogServiceClient>,
  now: () => number,
): Catalog {
  const settings = createBriefAnswers({
    keyOf: (sellerId: string) => sellerId,
    freshMs: SETTINGS_FRESH_MS,
    now,
    most: SETTINGS_SIZE,
    read: (sellerId) => readSettings(client, sellerId),
  });
  const goods = createGoods(client, now);
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
    settings: settings.of,
    goods: async (sellerId, items) => {
      const found = await Promise.all(items.map((item) => goods.of({ sellerId, item })));
      return found.map((goodsId) => goodsId ?? '');
    },
    routingStores: (sellerId, itemIds) => routingStores({ sellerId, itemIds }),
    storeName: async (sellerId, storeId) => {
      const answer = await orNull(client.call('getStore', { sellerId, storeId }));
      return answer?.store ? (answer.store.profile?.storeName ?? '') : null;
    },
  };
}

async function readSettings(
  client: GrpcClient<CatalogServiceClient>,
  sellerId: string,
): Promise<SellerSettings | null> {
  const answer = await orNull(client.call('getSeller', { sellerId }));
  const seller = answer?.seller;
  const allocator = seller && allocatorFromMessage(seller.allocator);
  const acceptor = seller && acceptorFromMessage(seller.acceptor);
  if (!allocator || !acceptor) return null;
  return {
    allocator: allocator === 'ISV' ? 'isv' : 'astrolabe',
    acceptor: acceptor === 'POS' ? 'pos' : 'dianzhanggui',
  };
}

type GoodsAsked = { readonly sellerId: string; readonly item: ItemKey };

/** Which goods an item is; what is not known is asked for in one call by all who ask within a turn. */
function createGoods(
  client: GrpcClient<CatalogServiceClient>,
  now: () => number,
): BriefAnswers<GoodsAsked, string | null> {
  const resolve = createKeyedGatherer<ItemKey, string | null>(async (sellerId, items) => {
    const answer = await client.call('resolveGoods', {
      sellerId,
      keys: items.map(toKey),
      createMissing: false,
      outerIds: [],
      storeIds: [],
    });
    return items.map((_item, at) => answer.goods[at]?.goodsId || null);
  }, RESOLVED_MAX);
  return createBriefAnswers({
    keyOf: ({ sellerId, item }: GoodsAsked) => `${sellerId}/${item.itemId}/${item.skuId}`,
    freshMs: GOODS_FRESH_MS,
    now,
    most: GOODS_SIZE,
    read: ({ sellerId, item }) => resolve(sellerId, item),
  });
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
