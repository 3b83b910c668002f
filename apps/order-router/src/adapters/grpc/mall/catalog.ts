import { offerPricesFromMessage, placeFromMessage } from '@astrolabe/contracts';
import type { CatalogServiceClient, OfferServiceClient } from '@astrolabe/contracts/catalog';
import type { GrpcClient } from '@astrolabe/grpc';
import type { MallCatalog } from '../../../application/mall/ports.ts';
import type { MallOffer } from '../../../domain/mall/checks.ts';

/** What a seller offers to malls, and where it serves them from. Nothing is cached: prices are compared. */
export const createMallCatalog = (
  catalog: GrpcClient<CatalogServiceClient>,
  offers: GrpcClient<OfferServiceClient>,
): MallCatalog => ({
  offers: async (sellerId, skus) => {
    const names = skus.map((sku) => ({
      sku,
      goodsId: '',
      platformGoodsId: '',
      platformSkuId: '',
      cargoNo: '',
    }));
    const answer = await offers.call('getOffers', { sellerId, names });
    return skus.map((sku, at): MallOffer | null => {
      const offer = answer.offers[at]?.offer;
      if (!offer || offer.goodsId === '') return null;
      const { goodsId, name, onShelf } = offer;
      const rate = offer.prices?.taxRate ?? 0;
      const prices = offerPricesFromMessage(offer.prices);
      return { sku, goodsId, name, onShelf, taxRate: rate > 0 ? rate : null, prices };
    });
  },
  placesServing: async (sellerId, areaId) => {
    const { served, places } = await catalog.call('getArea', { sellerId, areaId });
    return served ? places.map(placeFromMessage).filter((place) => place !== null) : [];
  },
});
