export {
  GetReceiverRequest,
  GetReceiverResponse,
  IngressTradeServiceClient,
  IngressTradeServiceService,
  Receiver,
} from './gen/astrolabe/ingress/v1/ingress_trade_service.ts';
export * from './gen/astrolabe/ingress/v1/ingress_service.ts';
export {
  ChannelOrder,
  ChannelOrderLine,
  LineFulfilment,
  OrderCause,
  OrderSeen,
  RefundState,
  SaleState,
} from './gen/astrolabe/ingress/v1/ingress_events.ts';
