import { CatalogAdminServiceService } from '@astrolabe/contracts/catalog';
import type {
  MapGoodsRequest,
  MapGoodsResponse,
  PutAreaRequest,
  PutAreaResponse,
  PutSellerRequest,
  PutSellerResponse,
} from '@astrolabe/contracts/catalog';
import { unary } from '@astrolabe/grpc';
import { makeMapGoods } from '../../application/goods.ts';
import type { GoodsMethodDeps } from './goods-methods.ts';
import { goodsKeyFrom, placesFrom, sellerFrom } from './messages.ts';
import { refusal, valueOf } from './refusals.ts';

/** CatalogAdminService: sellers, further names of goods, and the places of areas. */
export function adminService({ sellers, areas, ...goods }: GoodsMethodDeps) {
  const map = makeMapGoods(goods);
  return [
    CatalogAdminServiceService,
    {
      putSeller: unary<PutSellerRequest, PutSellerResponse>('putSeller', async (request) => {
        const seller = sellerFrom(request.seller);
        if (!seller) throw refusal('MISSING_FIELD');
        await sellers.put(seller);
        return {};
      }),
      mapGoods: unary<MapGoodsRequest, MapGoodsResponse>(
        'mapGoods',
        async ({ sellerId, from, alias }) => {
          const [known, further] = [goodsKeyFrom(from), goodsKeyFrom(alias)];
          if (!known || !further) throw refusal('BAD_KEY');
          return { goodsId: valueOf(await map(sellerId, known, further)) };
        },
      ),
      putArea: unary<PutAreaRequest, PutAreaResponse>('putArea', async (request) => {
        const places = placesFrom(request.places);
        if (!places || request.areaId === '') throw refusal('MISSING_FIELD');
        const { sellerId, areaId, name } = request;
        await areas.put({ sellerId, areaId, name, places });
        return {};
      }),
    },
  ] as const;
}
