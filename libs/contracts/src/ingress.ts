export {
  GetReceiverRequest,
  GetReceiverResponse,
  IngressTradeServiceClient,
  IngressTradeServiceService,
  Receiver,
} from './gen/astrolabe/ingress/v1/ingress_trade_service.ts';
export * from './gen/astrolabe/ingress/v1/ingress_service.ts';
export { TradePushed, Trade, TradeLine } from './gen/astrolabe/ingress/v1/ingress_events.ts';
export { isGivenUp, isShipment, shippedAtTmall } from './shipments.ts';
