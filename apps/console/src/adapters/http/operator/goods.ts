import { FindGoodsResponse } from '@astrolabe/contracts/catalog';
import { queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import type { Backends } from './backends.ts';

/**
 * What people look goods up by: `q` is any name that the catalogue has, `goods` an id, and `item` with `sku` the
 * names of one article of the shop.
 */
export function registerGoods(routes: Routes, { catalog }: Pick<Backends, 'catalog'>): void {
  routes.seller(
    'GET',
    '/api/sellers/:seller/goods',
    'seller.read',
    async ({ sellerId }, request, reply) => {
      const { q = '', item = '', sku = '' } = queryOf(request);
      if (item === '') {
        if (q.trim() === '') return { goods: [] };
        return FindGoodsResponse.toJSON(await catalog.call('findGoods', { sellerId, text: q }));
      }
      const { goods } = await catalog.call('resolveGoods', {
        sellerId,
        keys: [{ key: { $case: 'itemSku', value: { itemId: item, skuId: sku } } }],
        createMissing: false,
        outerIds: [],
        storeIds: [],
      });
      const found = goods[0];
      if (!found?.goodsId) {
        return await refuse(reply, 404, found?.reason || 'UNKNOWN_GOODS', {
          message: 'No such goods',
        });
      }
      return FindGoodsResponse.toJSON(
        await catalog.call('findGoods', { sellerId, text: found.goodsId }),
      );
    },
  );
}
