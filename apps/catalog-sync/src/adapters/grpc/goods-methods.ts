import type {
  AddScItemRequest,
  AddScItemResponse,
  FindGoodsRequest,
  FindGoodsResponse,
  GetAreaRequest,
  GetAreaResponse,
  GetGoodsRequest,
  GetGoodsResponse,
  GetSellerRequest,
  GetSellerResponse,
  MapScItemRequest,
  MapScItemResponse,
  ResolveGoodsRequest,
  ResolveGoodsResponse,
} from '@astrolabe/contracts/catalog';
import { unary } from '@astrolabe/grpc';
import { makeFindArea, makeFindServedArea } from '../../application/areas.ts';
import { TEXT_CHARS_MAX, makeFindGoods } from '../../application/find-goods.ts';
import { makeResolveAtStores } from '../../application/goods.ts';
import type { GoodsDeps } from '../../application/goods.ts';
import { makeAddScItem, makeMapScItem } from '../../application/sc-items.ts';
import type { Areas, Sellers, Stores } from '../../application/ports.ts';
import { goodsKeyFrom, goodsKeyTo, placesTo, sellerTo } from './messages.ts';
import { refusal, valueOf } from './refusals.ts';

export type GoodsMethodDeps = GoodsDeps & {
  sellers: Sellers;
  areas: Areas;
  stores: Pick<Stores, 'living'>;
};

const KEYS_PER_CALL_MAX = 1_000;
const DETAILS_MAX = 50;

/** The methods about goods of the stock (后端货品, scItem). */
export function scItemMethods(goods: GoodsDeps) {
  const add = makeAddScItem(goods);
  const map = makeMapScItem(goods);
  return {
    addScItem: unary<AddScItemRequest, AddScItemResponse>(
      'addScItem',
      async ({ sellerId, outerCode, name, details }) => {
        if (outerCode === '' || name === '') throw refusal('MISSING_FIELD');
        if (Object.keys(details).length > DETAILS_MAX) throw refusal('TOO_MANY_DETAILS');
        return { scItemId: valueOf(await add(sellerId, { outerCode, name, details })) };
      },
    ),
    mapScItem: unary<MapScItemRequest, MapScItemResponse>(
      'mapScItem',
      async ({ sellerId, item, scItemId, outerCode, needCheck }) => {
        if (!item || item.itemId === '') throw refusal('BAD_KEY');
        const asked = { ...item, scItemId, outerCode, needCheck };
        return { outerCode: valueOf(await map(sellerId, asked)) };
      },
    ),
  };
}

/** What people look goods up by. */
export function findingMethods(deps: Parameters<typeof makeFindGoods>[0]) {
  const find = makeFindGoods(deps);
  return {
    findGoods: unary<FindGoodsRequest, FindGoodsResponse>('findGoods', async (request) => {
      const text = request.text.trim();
      if (request.sellerId === '' || text === '') throw refusal('MISSING_FIELD');
      if (text.length > TEXT_CHARS_MAX) throw refusal('FIELD_TOO_LONG');
      const { goods, isMore } = await find(request.sellerId, text);
      return {
        goods: goods.map(({ goodsId, keys, name, sku }) => ({
          goodsId,
          keys: keys.map(goodsKeyTo),
          name,
          sku,
        })),
        isMore,
      };
    }),
  };
}

/** What is read about sellers, goods and areas; goods that are new are made. */
export function goodsMethods({ sellers, areas, ...goods }: GoodsMethodDeps) {
  const resolve = makeResolveAtStores(goods);
  const findArea = makeFindArea(areas);
  const findServedArea = makeFindServedArea(areas);
  return {
    getSeller: unary<GetSellerRequest, GetSellerResponse>('getSeller', async ({ sellerId }) => {
      const seller = await sellers.find(sellerId);
      if (!seller) throw refusal('UNKNOWN_SELLER');
      return { seller: sellerTo(seller) };
    }),
    resolveGoods: unary<ResolveGoodsRequest, ResolveGoodsResponse>(
      'resolveGoods',
      async ({ sellerId, keys, createMissing, outerIds, storeIds }) => {
        if (keys.length > KEYS_PER_CALL_MAX) throw refusal('TOO_MANY_KEYS');
        if (![0, keys.length].includes(outerIds.length)) throw refusal('CODES_DIFFER');
        if (![0, keys.length].includes(storeIds.length)) throw refusal('STORES_DIFFER');
        const wanted = keys.map((message, index) => {
          const key = goodsKeyFrom(message);
          if (!key) throw refusal('BAD_KEY');
          return { key, outerId: outerIds[index] ?? '', storeId: storeIds[index] ?? '' };
        });
        const resolved = await resolve(sellerId, wanted, createMissing);
        return {
          goods: resolved.map((one) =>
            one.ok ? { goodsId: one.value, reason: '' } : { goodsId: '', reason: one.error },
          ),
        };
      },
    ),
    getGoods: unary<GetGoodsRequest, GetGoodsResponse>(
      'getGoods',
      async ({ sellerId, goodsIds }) => {
        if (goodsIds.length > KEYS_PER_CALL_MAX) throw refusal('TOO_MANY_KEYS');
        const found = await goods.book.findByIds(sellerId, goodsIds);
        return {
          goods: found.map(({ goodsId, keys }) => ({ goodsId, keys: keys.map(goodsKeyTo) })),
        };
      },
    ),
    getArea: unary<GetAreaRequest, GetAreaResponse>(
      'getArea',
      async ({ sellerId, areaId, anywhereAbove = false }) => {
        const area = await (anywhereAbove ? findServedArea : findArea)(sellerId, areaId);
        return {
          served: (area?.places.length ?? 0) > 0,
          name: area?.name ?? '',
          places: placesTo(area?.places ?? []),
        };
      },
    ),
  };
}
