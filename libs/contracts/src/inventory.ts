export * from './gen/astrolabe/inventory/v1/inventory_service.ts';
export { StockChanged, StockRecorded } from './gen/astrolabe/inventory/v1/inventory_events.ts';
