export * from './gen/astrolabe/catalog/v1/catalog_service.ts';
export { StoreChanged, BindingsChanged } from './gen/astrolabe/catalog/v1/catalog_events.ts';
