export {
  AreaEntry,
  CatalogAdminServiceClient,
  CatalogAdminServiceService,
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
} from './gen/astrolabe/catalog/v1/catalog_admin_service.ts';
export * from './gen/astrolabe/catalog/v1/catalog_service.ts';
export {
  BindingsChanged,
  OfferChanged,
  StoreChanged,
} from './gen/astrolabe/catalog/v1/catalog_events.ts';
export { acceptorFromMessage, allocatorFromMessage } from './seller-model.ts';
export {
  DistributionAdminServiceClient,
  DistributionAdminServiceService,
} from './gen/astrolabe/catalog/v1/distribution_admin_service.ts';
export type {
  DistributionAdminServiceServer,
  OutItem,
  OutShop,
  Relation,
} from './gen/astrolabe/catalog/v1/distribution_admin_service.ts';
export {
  DistributionRegistryServiceClient,
  DistributionRegistryServiceService,
} from './gen/astrolabe/catalog/v1/distribution_registry_service.ts';
export type {
  DistributionRegistryServiceServer,
  LineKey,
  ResolvedLine,
} from './gen/astrolabe/catalog/v1/distribution_registry_service.ts';
export { Offer, OfferPrices, PromotionKind } from './gen/astrolabe/catalog/v1/offer.ts';
export type {
  OfferAttribute,
  OfferDetail,
  Promotion,
  TierRate,
} from './gen/astrolabe/catalog/v1/offer.ts';
export {
  OfferServiceClient,
  OfferServiceService,
} from './gen/astrolabe/catalog/v1/offer_service.ts';
export type {
  Accessory,
  FollowOffersRequest,
  FollowOffersResponse,
  FoundOffer,
  GetDetailsRequest,
  GetDetailsResponse,
  GetImagesRequest,
  GetImagesResponse,
  GetOffersRequest,
  GetOffersResponse,
  GetRatingsRequest,
  GetRatingsResponse,
  ListAccessoriesRequest,
  ListAccessoriesResponse,
  ListModifiedRequest,
  ListModifiedResponse,
  ListNewRequest,
  ListNewResponse,
  ListPoolSkusRequest,
  ListPoolSkusResponse,
  OfferImages,
  OfferName,
  OfferServiceServer,
  OfferShelf,
  Pool,
  Rating,
  Region,
  ResolveRegionRequest,
  ResolveRegionResponse,
  SkuTierRates,
  SoldOffer,
  Warranty,
} from './gen/astrolabe/catalog/v1/offer_service.ts';
export {
  ImportKind,
  Listing,
  ListingTerms,
  OfferAdminServiceClient,
  OfferAdminServiceService,
} from './gen/astrolabe/catalog/v1/offer_admin_service.ts';
export type {
  GetListingRequest,
  ImportRowsRequest,
  ImportedRow,
  OfferAdminServiceServer,
  OfferDraft,
  PutListingRequest,
  SkuPrices,
  UnpublishListingRequest,
} from './gen/astrolabe/catalog/v1/offer_admin_service.ts';
