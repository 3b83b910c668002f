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
  AnswerRefundRequest,
  AnswerRefundResponse,
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
  RefundAnswer,
} from './gen/astrolabe/fulfillment/v1/fulfillment_admin_service.ts';
export type { FulfillmentAdminServiceServer } from './gen/astrolabe/fulfillment/v1/fulfillment_admin_service.ts';
export * from './gen/astrolabe/fulfillment/v1/fulfillment_service.ts';
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
