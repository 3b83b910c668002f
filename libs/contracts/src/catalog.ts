export * from './gen/astrolabe/catalog/v1/catalog_service.ts';
export * from './gen/astrolabe/catalog/v1/catalog_events.ts';
