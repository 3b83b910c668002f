export * from './gen/astrolabe/inventory/v1/inventory_service.ts';
export * from './gen/astrolabe/inventory/v1/inventory_events.ts';
