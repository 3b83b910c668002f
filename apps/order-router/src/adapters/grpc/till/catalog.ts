import type { CatalogServiceClient, GoodsKey } from '@astrolabe/contracts/catalog';
import type { GrpcClient } from '@astrolabe/grpc';
import { GrpcCallError } from '@astrolabe/grpc';
import type { TillCatalog } from '../../../application/till/ports.ts';
import type { TillGoods } from '../../../domain/till/basket.ts';

/** Stores and goods by the names that tills have for them. */
export const createTillCatalog = (client: GrpcClient<CatalogServiceClient>): TillCatalog => ({
  storeId: async (sellerId, { kind, id }) => {
    try {
      if (kind === 'OWN') {
        const { storeId } = await client.call('findStoreByCode', { sellerId, storeCode: id });
        return storeId;
      }
      const { store } = await client.call('getStore', { sellerId, storeId: id });
      return store?.storeId ?? null;
    } catch (error) {
      if (error instanceof GrpcCallError && error.outcome === 'refused') return null;
      throw error;
    }
  },
  goods: async (sellerId, goods) => {
    const asked = {
      sellerId,
      keys: goods.map(keyOf),
      createMissing: false,
      outerIds: [],
      storeIds: [],
    };
    const answer = await client.call('resolveGoods', asked);
    return goods.map((_, at) => answer.goods[at]?.goodsId ?? '');
  },
});

const keyOf = (goods: TillGoods): GoodsKey => ({
  key:
    goods.kind === 'CODE'
      ? { $case: 'outerId', value: goods.code }
      : { $case: 'itemSku', value: { itemId: goods.itemId, skuId: goods.skuId } },
});
