export {
  Difference,
  InventoryAdminServiceClient,
  InventoryAdminServiceService,
  RebuildRequest,
  RebuildResponse,
  RebuiltPartition,
  RepairItem,
  RepairRequest,
  RepairResponse,
  VerifyRequest,
  VerifyResponse,
} from './gen/astrolabe/inventory/v1/inventory_admin_service.ts';
export * from './gen/astrolabe/inventory/v1/inventory_service.ts';
export { StockChanged, StockRecorded } from './gen/astrolabe/inventory/v1/inventory_events.ts';
