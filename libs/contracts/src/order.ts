export {
  OrderRepairServiceClient,
  OrderRepairServiceService,
} from './gen/astrolabe/order/v1/order_repair_service.ts';
export type { OrderRepairServiceServer } from './gen/astrolabe/order/v1/order_repair_service.ts';
export * from './gen/astrolabe/order/v1/order_service.ts';
export {
  AllocatedLine,
  OrderAccepted,
  OrderAllocated,
  OrderAllocationFailed,
  OrderAwaitingAllocation,
  OrderClosed,
  OrderReopened,
  OrderShipped,
  ShippedLine,
} from './gen/astrolabe/order/v1/order_events.ts';
export type { RoutingServiceServer } from './gen/astrolabe/order/v1/routing_service.ts';
export {
  ExplainResponse,
  RoutingCandidate,
  RoutingDecision,
  RoutingRules,
  RoutingServiceClient,
  RoutingServiceService,
  RulesVersion,
  SimulateResponse,
  StoreSettings,
  TryResponse,
} from './gen/astrolabe/order/v1/routing_service.ts';
