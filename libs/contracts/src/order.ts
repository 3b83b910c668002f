export {
  OrderAction,
  OrderPlan,
  OrderRepairServiceClient,
  OrderRepairServiceService,
} from './gen/astrolabe/order/v1/order_repair_service.ts';
export type { OrderRepairServiceServer } from './gen/astrolabe/order/v1/order_repair_service.ts';
export {
  OrderLife,
  OrderLifeServiceClient,
  OrderLifeServiceService,
} from './gen/astrolabe/order/v1/order_life_service.ts';
export type { OrderLifeServiceServer } from './gen/astrolabe/order/v1/order_life_service.ts';
export {
  CountOrderQueuesResponse,
  CountOrderStagesResponse,
  OrderOverviewServiceClient,
  OrderOverviewServiceService,
} from './gen/astrolabe/order/v1/order_overview_service.ts';
export type { OrderOverviewServiceServer } from './gen/astrolabe/order/v1/order_overview_service.ts';
export * from './gen/astrolabe/order/v1/order_service.ts';
export {
  AllocatedLine,
  MallPreorderReleased,
  MallPreordered,
  OrderAccepted,
  OrderAllocated,
  OrderAllocationFailed,
  OrderAwaitingAllocation,
  OrderClosed,
  OrderDispatchRejected,
  OrderDispatchUnknown,
  OrderDispatched,
  OrderReopened,
  OrderShipped,
  ShippedLine,
  SupplyLine,
  SupplyOrderCancelled,
  SupplyOrderConfirmed,
  TillReturned,
  TillSaleRejected,
  TillSold,
} from './gen/astrolabe/order/v1/order_events.ts';
export type {
  FlowLoad,
  RoutingServiceServer,
  StoreLoad,
} from './gen/astrolabe/order/v1/routing_service.ts';
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
export {
  DistributionServiceClient,
  DistributionServiceService,
} from './gen/astrolabe/order/v1/distribution_service.ts';
export type {
  DistributionServiceServer,
  OrderObstacle,
  SubmitOrderRequest,
  SubmitOrderResponse,
} from './gen/astrolabe/order/v1/distribution_service.ts';
export {
  Dispatch,
  Distribution,
  DistributionAdminServiceClient,
  DistributionAdminServiceService,
} from './gen/astrolabe/order/v1/distribution_admin_service.ts';
export type {
  DistributionAdminServiceServer,
  SupplierOrder,
} from './gen/astrolabe/order/v1/distribution_admin_service.ts';
export {
  ScaleLabelValue,
  SaleResolution,
  TillAdminServiceClient,
  TillAdminServiceService,
} from './gen/astrolabe/order/v1/till_admin_service.ts';
export type {
  PutScaleLabelsRequest,
  PutTillPlatformRequest,
  ResolveSaleRequest,
  TillAdminServiceServer,
  TillPlatform,
} from './gen/astrolabe/order/v1/till_admin_service.ts';
export {
  CheckoutRequest,
  Sale,
  SaleReturn,
  TillBuyerKind,
  TillPayment,
  TillServiceClient,
  TillServiceService,
  TillStoreKind,
} from './gen/astrolabe/order/v1/till_service.ts';
export type {
  CheckoutResponse,
  TillCoupon,
  TillGoods,
  TillLine,
  TillServiceServer,
} from './gen/astrolabe/order/v1/till_service.ts';
export {
  MallOrderAdminServiceClient,
  MallOrderAdminServiceService,
  MallSettings as MallSettingsMessage,
} from './gen/astrolabe/order/v1/mall_order_admin_service.ts';
export type { MallOrderAdminServiceServer } from './gen/astrolabe/order/v1/mall_order_admin_service.ts';
export { ListMallOrdersResponse } from './gen/astrolabe/order/v1/mall_order_admin_service.ts';
export {
  MallInvoiceKind,
  MallOrder,
  MallOrderServiceClient,
  MallOrderServiceService,
  MallPayment,
  MallPriceMode,
  SubmitMallOrderRequest,
} from './gen/astrolabe/order/v1/mall_order_service.ts';
export type {
  CancelMallOrderResponse,
  ConfirmMallOrderRequest,
  ConfirmMallOrderResponse,
  GetMallOrderRequest,
  GetMallOrderResponse,
  MallInvoice,
  MallLine,
  MallOrderLine,
  MallOrderName,
  MallOrderServiceServer,
  MallReceiver,
  SubmitMallOrderResponse,
} from './gen/astrolabe/order/v1/mall_order_service.ts';
export {
  ProcurementServiceClient,
  ProcurementServiceService,
} from './gen/astrolabe/order/v1/procurement_service.ts';
export type {
  PrecheckFailure,
  PrecheckLine,
  PrecheckRequest,
  PrecheckResponse,
  ProcurementServiceServer,
} from './gen/astrolabe/order/v1/procurement_service.ts';
export {
  Procurement,
  ProcurementAdminServiceClient,
  ProcurementAdminServiceService,
  PurchaseOrder,
} from './gen/astrolabe/order/v1/procurement_admin_service.ts';
export type { ProcurementAdminServiceServer } from './gen/astrolabe/order/v1/procurement_admin_service.ts';
export {
  ConnectionAdminServiceClient,
  ConnectionAdminServiceService,
  ListConnectionsResponse,
} from './gen/astrolabe/order/v1/connection_admin_service.ts';
export type { ConnectionAdminServiceServer } from './gen/astrolabe/order/v1/connection_admin_service.ts';
