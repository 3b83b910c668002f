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
export {
  CountDivergencesResponse,
  ListDivergencesResponse,
  OccupancyServiceClient,
  OccupancyServiceService,
} from './gen/astrolabe/inventory/v1/occupancy_service.ts';
export type {
  AdjustOccupancyRequest,
  CountDivergencesRequest,
  Divergence,
  ListDivergencesRequest,
  OccupancyItem,
  OccupancyOutcome,
  OccupancyServiceServer,
  PlaceReports,
  QuantityAdjustment,
} from './gen/astrolabe/inventory/v1/occupancy_service.ts';
