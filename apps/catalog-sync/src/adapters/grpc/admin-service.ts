import { CatalogAdminServiceService } from '@astrolabe/contracts/catalog';
import type {
  ListAreasRequest,
  ListAreasResponse,
  ListSellersRequest,
  ListSellersResponse,
  MapGoodsRequest,
  MapGoodsResponse,
  PutAreaRequest,
  PutAreaResponse,
  PutSellerRequest,
  PutSellerResponse,
} from '@astrolabe/contracts/catalog';
import type { PageRequest } from '@astrolabe/contracts/common';
import { unary } from '@astrolabe/grpc';
import { currentCode, officialName } from '@astrolabe/kernel/regions';
import { makeMapGoods } from '../../application/goods.ts';
import type { GoodsMethodDeps } from './goods-methods.ts';
import { goodsKeyFrom, placesFrom, placesTo, sellerFrom, sellerTo } from './messages.ts';
import { refusal, valueOf } from './refusals.ts';

const PAGE_DEFAULT = 100;
const PAGE_MAX = 500;

const sizeOf = (page: PageRequest | undefined): number =>
  Math.min(Math.max(page?.size || PAGE_DEFAULT, 1), PAGE_MAX);

/** CatalogAdminService: sellers, further names of goods, and the places of areas. */
export function adminService({ sellers, areas, ...goods }: Omit<GoodsMethodDeps, 'stores'>) {
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
      listSellers: unary<ListSellersRequest, ListSellersResponse>(
        'listSellers',
        async ({ page }) => {
          const { rows, next } = await sellers.list(sizeOf(page), page?.token ?? '');
          return { sellers: rows.map(sellerTo), nextToken: next };
        },
      ),
      listAreas: unary<ListAreasRequest, ListAreasResponse>(
        'listAreas',
        async ({ sellerId, page }) => {
          const { rows, next } = await areas.list(sellerId, sizeOf(page), page?.token ?? '');
          const shown = rows.map(({ areaId, name, places, regionCode }) => ({
            areaId,
            name,
            places: placesTo(places),
            regionCode,
          }));
          return { areas: shown, nextToken: next };
        },
      ),
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
        const known = request.regionCode === undefined ? await areas.find(sellerId, areaId) : null;
        const region = currentCode(request.regionCode ?? known?.regionCode ?? '');
        if (region !== '' && officialName(region) === '') throw refusal('BAD_REGION_CODE');
        await areas.put({ sellerId, areaId, name, places, regionCode: region });
        return {};
      }),
    },
  ] as const;
}
