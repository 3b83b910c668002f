export {
  DayFigures,
  DurationFigure,
  Figures,
  FiguresServiceClient,
  FiguresServiceService,
  GetFiguresRequest,
  GetFiguresResponse,
  ListStoreFiguresRequest,
  ListStoreFiguresResponse,
  Period,
  RatioFigure,
  StoreFigures,
} from './gen/astrolabe/fulfillment/v1/figures_service.ts';
export type { FiguresServiceServer } from './gen/astrolabe/fulfillment/v1/figures_service.ts';
export {
  FulfillmentAdminServiceClient,
  FulfillmentAdminServiceService,
  GetPickupCodeRequest,
  GetPickupCodeResponse,
  GetShippingRequest,
  GetShippingResponse,
  PickupCode,
  PutConnectionRequest,
  PutConnectionResponse,
  PutShopRequest,
  PutShopResponse,
} from './gen/astrolabe/fulfillment/v1/fulfillment_admin_service.ts';
export {
  AnswerRefundRequest,
  AnswerRefundResponse,
  RefundAdminServiceClient,
  RefundAdminServiceService,
  RefundAnswer,
} from './gen/astrolabe/fulfillment/v1/refund_admin_service.ts';
export type { RefundAdminServiceServer } from './gen/astrolabe/fulfillment/v1/refund_admin_service.ts';
export type { FulfillmentAdminServiceServer } from './gen/astrolabe/fulfillment/v1/fulfillment_admin_service.ts';
export {
  CountDeliveredResponse,
  CountTaskQueuesResponse,
  FindParcelResponse,
  FulfillmentOverviewServiceClient,
  FulfillmentOverviewServiceService,
  ListDeliveredResponse,
  ListTaskQueueResponse,
} from './gen/astrolabe/fulfillment/v1/fulfillment_overview_service.ts';
export type {
  FulfillmentOverviewServiceServer,
  PlaceWork,
} from './gen/astrolabe/fulfillment/v1/fulfillment_overview_service.ts';
export * from './gen/astrolabe/fulfillment/v1/fulfillment_service.ts';
export {
  DeliverRequest,
  DeliverResponse,
  DenyReturnRequest,
  DenyReturnResponse,
  ListSuppliesRequest,
  ListSuppliesResponse,
  ReceiveReturnRequest,
  ReceiveReturnResponse,
  ReadReceiptRequest,
  ReadReceiptResponse,
  RecordTrackRequest,
  RecordTrackResponse,
  RetryParcelRequest,
  RetryParcelResponse,
  ShipParcelRequest,
  ShipParcelResponse,
  SupplyAdminServiceClient,
  SupplyAdminServiceService,
} from './gen/astrolabe/fulfillment/v1/supply_admin_service.ts';
export type { SupplyAdminServiceServer } from './gen/astrolabe/fulfillment/v1/supply_admin_service.ts';
export {
  GetSupplyLifeRequest,
  GetSupplyLifeResponse,
  GetSupplyRequest,
  GetSupplyResponse,
  GetTrackingRequest,
  GetTrackingResponse,
  RequestReturnRequest,
  RequestReturnResponse,
  ReturnKind,
  Supply,
  SupplyLine,
  SupplyParcel,
  SupplyQuantity,
  SupplyReceipt,
  SupplyReturn,
  SupplyServiceClient,
  SupplyServiceService,
  TrackStep,
} from './gen/astrolabe/fulfillment/v1/supply_service.ts';
export type { SupplyServiceServer } from './gen/astrolabe/fulfillment/v1/supply_service.ts';
export {
  ParcelRejected,
  ParcelShipped,
  ReceiptRecorded,
  ReceiptReversed,
  ReturnDenied,
  ReturnRequested,
  SuppliedLine,
  SupplyDelivered,
  SupplyReturned,
} from './gen/astrolabe/fulfillment/v1/supply_events.ts';
export {
  GoodsHandedOver,
  RefundAgreed,
  RefundAsked,
  RefundReturned,
  RefundTold,
  RefundWithdrawn,
  StoreAccepted,
  StoreConsigned,
  StoreNotReached,
  StoreNotified,
  StoreRefused,
} from './gen/astrolabe/fulfillment/v1/fulfillment_events.ts';
export {
  AskWaybillRequest,
  AskWaybillResponse,
  CancelWaybillRequest,
  CancelWaybillResponse,
  GetLabelRequest,
  GetLabelResponse,
  ListWaybillsRequest,
  ListWaybillsResponse,
  Waybill,
  WaybillServiceClient,
  WaybillServiceService,
} from './gen/astrolabe/fulfillment/v1/waybill_service.ts';
export type { WaybillServiceServer } from './gen/astrolabe/fulfillment/v1/waybill_service.ts';
export {
  ConnectionAdminServiceClient,
  ConnectionAdminServiceService,
  ListConnectionsResponse,
} from './gen/astrolabe/fulfillment/v1/connection_admin_service.ts';
export type { ConnectionAdminServiceServer } from './gen/astrolabe/fulfillment/v1/connection_admin_service.ts';
