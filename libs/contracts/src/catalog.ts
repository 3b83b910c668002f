export {
  CatalogAdminServiceClient,
  CatalogAdminServiceService,
  MapGoodsRequest,
  MapGoodsResponse,
  PutAreaRequest,
  PutAreaResponse,
  PutSellerRequest,
  PutSellerResponse,
} from './gen/astrolabe/catalog/v1/catalog_admin_service.ts';
export * from './gen/astrolabe/catalog/v1/catalog_service.ts';
export { StoreChanged, BindingsChanged } from './gen/astrolabe/catalog/v1/catalog_events.ts';
export { acceptorFromMessage, allocatorFromMessage } from './seller-model.ts';
